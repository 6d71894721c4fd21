"""Times that are kept for some children, and the groups of these, at the registry's desk."""
