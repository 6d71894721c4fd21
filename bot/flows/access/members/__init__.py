"""Colleagues: seen, invited, dismissed."""
