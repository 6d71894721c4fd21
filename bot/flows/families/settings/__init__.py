"""Settings: consents of each purpose, when to be reminded, the phone."""
