"""How the feed and the window do: the status bar and the banner."""
