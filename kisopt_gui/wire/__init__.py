"""What the server says: schema, frames, control messages, session. No socket, no clock, no Qt."""
