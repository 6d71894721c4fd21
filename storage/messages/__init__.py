"""Repositories of what is to be told."""
