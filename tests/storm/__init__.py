"""Everybody at once, by chance, on both databases; and what must hold whatever they do.

`make test` has a few seeds of it, `make storm` goes on until it is stopped.
"""
