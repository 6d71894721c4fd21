"""Between Telegram and the flows: receiving, drawing, sending, and what goes wrong on the way."""
