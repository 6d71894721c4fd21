"""Brothers and sisters who come together."""
