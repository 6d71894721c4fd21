"""All that is kept about a family, read at once."""
