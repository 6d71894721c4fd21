"""Hold, book, move."""
