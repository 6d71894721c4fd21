"""Who waits for a time, and the times that became free for them."""
