"""A clinic: its phones, the way there, and what to do today."""
