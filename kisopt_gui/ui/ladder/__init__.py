"""The order book of one contract as a ladder of five steps a side."""
