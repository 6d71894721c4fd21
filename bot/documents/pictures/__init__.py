"""What is drawn: the load, a poster, a day on paper."""
