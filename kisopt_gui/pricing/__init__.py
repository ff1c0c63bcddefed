"""What options are worth: forward, implied volatility, greeks. No I/O, no Qt."""
