"""Groups for which a clinic keeps times, as the child's parents see them."""
