"""How use cases run, and what a look over an installation finds."""
