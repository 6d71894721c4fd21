"""The words of the house as types: immutable values with typed ids."""
