"""The registry's desk: a caller is found, entered, given a code."""
