"""The list of those who wait, at the registry's desk."""
