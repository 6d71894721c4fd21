"""Visits: see, take along, cancel."""
