"""Clinics with a system of their own."""
