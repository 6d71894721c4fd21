"""Which child can take which time, and come for what: one rule, and its reasons."""
