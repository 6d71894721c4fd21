"""What children can come to a clinic for, as its administrators arrange it."""
