"""Families whom the registry has to see to, and when each is."""
