"""A clinic: its card for families, its values for administrators."""
