"""The clinic's people at work: /clinic, the day, its visits."""
