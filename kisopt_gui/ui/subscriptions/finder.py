"""What the words in the search box mean: contracts, a pasted list, or a sentence why not."""
