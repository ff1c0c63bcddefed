"""How it arrives: approval key, connection, inbox, and the thread they run on. No Qt."""
