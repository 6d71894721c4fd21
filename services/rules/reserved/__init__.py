"""Which times are kept for whom, and who may have them."""
