"""That everything about a family is erased: asked for, taken back, done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.model.ids import ChildId, PersonId


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure that somebody asked for."""

    person: PersonId
    asked_at: datetime
    due_at: datetime
    """Until then it can be taken back (UTC)."""


@dataclass(frozen=True, slots=True)
class Act:
    """What was erased and when: ids, which lead to nobody any more."""

    number: int
    person: PersonId
    children: Sequence[ChildId]
    at: datetime
