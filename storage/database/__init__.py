"""Which database it is, how it is spoken to, and the one place that commits."""
