"""What is kept about a family, and taking it back."""
