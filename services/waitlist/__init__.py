"""Waiting for a time: the list, and the way of each freed time through it."""
