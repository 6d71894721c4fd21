"""The doctor's word: what waits for it, yes and no."""
