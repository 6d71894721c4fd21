"""The clinic's own system, as its staff see it."""
