"""What is kept about a family, in short: what a page of a phone has room for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.model.ids import ChildId, ClinicId
from services.model.people import Phone


@dataclass(frozen=True, slots=True)
class ChildInShort:
    """A child in the asker's care, and how much hangs on it."""

    id: ChildId
    name: str
    birth_date: date
    visits: int
    questions: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The page that everything else of a family's own data is reached from."""

    children: Sequence[ChildInShort]
    phone: Phone | None
    agreed_last_at: ClinicId | None
    """Where the latest consent was given, withdrawn or not."""
    agrees: bool
    """Whether any consent stands."""
    erased_from: datetime | None
    """From when on everything is erased, as was asked for; on the wall of the clinic that the asker
    came to last."""
