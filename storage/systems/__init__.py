"""Clinics' own systems: their times, and what is on its way there."""
