"""Whether a time is for a child who comes for something: each ground, and how it is refused.

A further ground is one more function in `_GROUNDS` here, and the same in SQL in `suits` of
`storage/schedule/conditions.py`: what is listed is what is accepted (R69).
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.refusals.visits import NotForThisAge, NotForThisReason, TimeTooShort
from services.model.settings.visit_kinds import VisitKind
from services.model.slots import Slot
from services.rules.ages import end_of_age, start_of_age
from services.rules.eligibility.kinds import not_yet


def check_eligible(slot: Slot, child: Child, kind: VisitKind) -> None:
    """Let a time be for a child who comes for this.

    Raises:
        NotForThisReason, TimeTooShort, NotForThisAge: it is for others.
    """
    for refusal in why_not(slot, child, kind):
        raise refusal


def why_not(slot: Slot, child: Child, kind: VisitKind) -> Iterator[Refusal]:
    """All that speaks against it."""
    for ground in _GROUNDS:
        yield from ground(slot, child, kind)


def accepts(slot: Slot, kind: VisitKind) -> bool:
    """Whether a time is for visits of this kind, whoever comes.

    Ill children come in hours for any visit: kinds for healthy ones may be kept out of them.
    """
    return has_hours(slot, kind) and has_room(slot, kind)


def has_hours(slot: Slot, kind: VisitKind) -> bool:
    """Whether the hours are for it: they name it, or nothing."""
    return kind.key in slot.reasons if slot.reasons else not kind.named_only


def has_room(slot: Slot, kind: VisitKind) -> bool:
    """Whether it is long enough, where the clinic says how long that is."""
    return kind.length is None or slot.stretch.ends_at - slot.starts_at >= kind.length


def _by_hours(slot: Slot, _child: Child, kind: VisitKind) -> Iterator[Refusal]:
    if not has_hours(slot, kind):
        yield NotForThisReason()


def _by_length(slot: Slot, _child: Child, kind: VisitKind) -> Iterator[Refusal]:
    if kind.length and not has_room(slot, kind):
        yield TimeTooShort(kind.length)


def _by_age(slot: Slot, child: Child, kind: VisitKind) -> Iterator[Refusal]:
    clinic = slot.doctor.clinic
    if slot.starts_at < start_of_age(kind, child, clinic):
        yield not_yet(kind, child)
    if slot.starts_at >= end_of_age(kind, child, clinic):
        yield NotForThisAge()


_Ground: TypeAlias = Callable[[Slot, Child, VisitKind], Iterator[Refusal]]
_GROUNDS: tuple[_Ground, ...] = (_by_hours, _by_length, _by_age)
