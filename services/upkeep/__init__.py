"""What keeps the house in order: updates nobody could handle, and what is past its use."""
