"""Repositories of clinics."""
