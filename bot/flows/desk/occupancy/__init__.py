"""How full the clinic is: the registry's picture, and its sheet."""
