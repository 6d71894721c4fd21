"""Who waits for a time, which times became free, and what is offered to whom."""
