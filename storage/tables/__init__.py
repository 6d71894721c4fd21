"""The tables, by subject, and the constraints that are the last judge of what is scarce.

Whoever imports one has them all: a migration, a backup or a look over a database must not miss any.
"""

from storage.tables import (
    access,
    base,
    clinic,
    consents,
    families,
    judges,
    messages,
    privacy,
    runtime,
    schedule,
    slots,
    visits,
    waitlist,
    zones,
)
from storage.tables.systems import bookings, reached

__all__ = [
    "access",
    "base",
    "bookings",
    "clinic",
    "consents",
    "families",
    "judges",
    "messages",
    "privacy",
    "reached",
    "runtime",
    "schedule",
    "slots",
    "visits",
    "waitlist",
    "zones",
]
