"""How long what is shown may be: Telegram's limits, and the house's own for a button."""

LONGEST_TEXT, LONGEST_CAPTION, LONGEST_BUTTON = 4096, 1024, 25
