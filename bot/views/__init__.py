"""Pure functions from the model to a screen, in the files of the same names as the handlers."""
