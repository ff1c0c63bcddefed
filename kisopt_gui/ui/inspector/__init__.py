"""What the wire said: every field of a record, and the frames that could not be read."""
