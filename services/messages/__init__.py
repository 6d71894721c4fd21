"""From a fact to a message that is still true when it goes."""
