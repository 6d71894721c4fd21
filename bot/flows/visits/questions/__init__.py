"""Questions about a visit: a family asks, the staff answer."""
