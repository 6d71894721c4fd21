"""What is drawn: the load, a poster."""
