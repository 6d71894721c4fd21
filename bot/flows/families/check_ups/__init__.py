"""Check-ups by a child's age: what is possible, invitations, and who wants none."""
