"""From /start to home: clinic, consent, child; and the language."""
