"""Repositories of hours and stored times."""
