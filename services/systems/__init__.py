"""Clinics with a system of their own: what is asked of it, and what follows from its answers."""
