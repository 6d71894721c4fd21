"""Repositories of families."""
