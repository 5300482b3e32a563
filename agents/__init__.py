"""Who acts: persons and households as columns, institutions as agents."""
