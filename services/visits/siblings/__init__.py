"""Brothers and sisters come together: all of them get a time, or none does (R72)."""
