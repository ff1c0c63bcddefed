"""What we know: contracts, calendar, latest records, history. No I/O, no Qt."""
