"""Clinics' own systems, from the command line."""
