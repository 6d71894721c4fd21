"""Typed words: whose they are, and what is said where nothing waits for them."""
