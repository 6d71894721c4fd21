"""One text to many families: written, confirmed by its number, paused, stopped, refused."""
