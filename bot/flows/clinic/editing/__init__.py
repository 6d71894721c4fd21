"""A clinic changed by its administrators, value by value, and its poster."""
