"""Programs that measure: ratios against a baseline run in the same process, never an assertion."""
