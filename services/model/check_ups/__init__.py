"""Check-ups by a child's age."""
