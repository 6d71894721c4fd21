"""A clinic's hours: generated, looked at, changed, taken over from sheets and other systems."""
