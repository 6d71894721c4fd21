"""Times that are kept for some children: what they are, and one opened early."""
