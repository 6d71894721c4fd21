"""Clinics' own systems, as the house sees them."""
