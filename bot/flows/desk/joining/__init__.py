"""A child who was entered twice: two cards are looked at side by side, and become one."""
