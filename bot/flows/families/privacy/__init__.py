"""My data: what is kept, taking it along, and each consent."""
