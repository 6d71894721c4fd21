"""Rules of what a clinic's own system says."""
