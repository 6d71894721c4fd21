"""Hold, book, move; and what to do with a child who is ill."""
