"""A child who was entered twice: two cards become one, after they were looked at side by side.

The parent entered "Миша", the registry "Миша Иванов"; or each of two parents did. What the cards
say differently is decided before, by whoever has the documents at hand. Whoever looked after either
card looks after the child then: it cannot be taken apart again.
"""
