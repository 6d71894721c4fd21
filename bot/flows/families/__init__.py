"""A family in the bot: the way in, its children, its settings."""
