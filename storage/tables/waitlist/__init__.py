"""Who waits for a time, which times became free, and what is offered to whom."""

from storage.tables.waitlist import offers, waits

__all__ = ["offers", "waits"]
