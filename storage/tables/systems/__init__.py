"""Clinics' own systems."""
