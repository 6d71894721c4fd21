"""Files that people get or send, as pure functions; the words come from the caller."""
