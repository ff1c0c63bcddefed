"""What is watched: find it, add it, see where it stands, order it, let it go."""
