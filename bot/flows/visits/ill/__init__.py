"""A child who is ill, or was in contact: one page, no questions."""
