"""Who may, who did, and what is written down of it."""
