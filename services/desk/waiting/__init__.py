"""The list of those who wait for a time, as the registry sees and leads it."""
