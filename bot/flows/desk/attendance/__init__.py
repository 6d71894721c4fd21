"""A doctor's day as it goes: who came, and how late it has become."""
