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

__all__ = [
    "access",
    "base",
    "clinic",
    "consents",
    "families",
    "judges",
    "messages",
    "privacy",
    "runtime",
    "schedule",
    "slots",
    "visits",
    "waitlist",
    "zones",
]
