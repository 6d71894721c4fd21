"""Whom the registry phones about what the clinic changed."""
