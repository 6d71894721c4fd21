"""What is kept about a family, as it is handed to that family."""
