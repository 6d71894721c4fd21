"""The children in a parent's care: see, add, correct, remove."""
