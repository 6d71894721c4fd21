"""The clinic's hours, and sheets of them."""
