"""The clinic's hours: looked at, and changed after a preview."""
