"""The people around a child, as the registry sees and ends them."""
