"""The registry's desk: a time for a caller, and times without a name."""
