"""Waiting for a time: joining the list, one's place in it, and what is offered."""
