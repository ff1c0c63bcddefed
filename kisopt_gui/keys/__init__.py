"""App keys: the profiles of this user, and where the secret of each is kept."""
