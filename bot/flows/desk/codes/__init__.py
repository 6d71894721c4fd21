"""A code that the registry said over the phone brings a child's visits into the bot."""
