"""The grid of quotes and greeks: one row a watched contract, one column a field of its record."""
