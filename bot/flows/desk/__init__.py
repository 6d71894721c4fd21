"""The registry's desk and the clinic's day."""
