"""The program with a window: it knows every part and puts them together."""
