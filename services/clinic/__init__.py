"""A clinic itself: opened, entered as a file, changed value by value."""
