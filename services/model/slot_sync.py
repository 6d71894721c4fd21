"""A doctor's times in another system and here: what is said, known, in conflict and planned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from services.model.ids import SlotId
from services.model.reserved.times import ReservedFor
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Stretch, Taker, Taking

Given = Mapping[Stretch, frozenset[KindKey]]
"""The times that the doctor's own rules give, and what for."""


class There(StrEnum):
    """How a time stands in the other system."""

    FREE = "free"
    TAKEN = "taken"
    CLOSED = "closed"


class Source(StrEnum):
    """Where a stored time came from."""

    SCHEDULE = "schedule"
    """A doctor's rules: they go on deciding about it."""
    IMPORT = "import"
    """The other system."""
    OTHER = "other"
    """Somebody at the clinic: nobody's business here."""


@dataclass(frozen=True, slots=True)
class Told:
    """A time of a doctor as the other system has it."""

    stretch: Stretch
    there: There
    reference: str = ""
    """How the other system names who has it; where it is ours, the visit's number."""
    reasons: frozenset[KindKey] | None = None
    """What it is for; none named is any. None: nothing is said about that."""
    kept_for: ReservedFor | None = None
    """For whom it is kept, where something is said of what it is for."""


@dataclass(frozen=True, slots=True)
class Known:
    """A slot that is stored, whatever it came from."""

    id: SlotId
    stretch: Stretch
    day: date
    """Of the clinic."""
    reasons: frozenset[KindKey]
    source: Source
    open: bool
    withdrawn: bool
    visit: str | None = None
    """The number of the visit that a family has there."""
    held: bool = False
    """Whether a family is looking at it."""
    taking: Taking | None = None
    named_for: ReservedFor | None = None
    """For whom a sheet said that it is kept."""

    @property
    def claimed(self) -> bool:
        """Whether a family has it, or is about to."""
        return self.visit is not None or self.held

    @property
    def taken_elsewhere(self) -> bool:
        return self.taking is not None and self.taking.taker is Taker.ELSEWHERE

    @property
    def resting(self) -> bool:
        """Whether nobody gives it any more, and it may come back."""
        return self.withdrawn and not self.open and self.taking is None and not self.claimed

    @property
    def loose(self) -> bool:
        """Whether the other system decides about it, and neither a family nor the clinic's hand."""
        return (
            self.source is not Source.OTHER
            and not self.claimed
            and (self.open or self.taken_elsewhere or self.resting)
        )


class ConflictKind(StrEnum):
    """What the clinic has to settle; here it stays as it is."""

    TAKEN_THERE = auto()
    """A family has it here, and somebody else there."""
    CLOSED_THERE = auto()
    """A family has it here."""
    NOT_THERE = auto()
    """A family has it here."""
    CLOSED_HERE = auto()
    """Free there, and closed here by hand."""
    OVERLAPS = auto()
    """Free there, and it overlaps something else."""
    NO_SUCH_TIME = auto()
    """The clinic's clock skips it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where the two disagree."""

    kind: ConflictKind
    stretch: Stretch
    visit: str | None = None
    """The number of the family's visit that is concerned; none while they are only looking."""


@dataclass(frozen=True, slots=True)
class Add:
    """A time that is to be stored: open, or closed as somebody has it there."""

    stretch: Stretch
    source: Source
    reasons: frozenset[KindKey] = frozenset()
    taking: Taking | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """A stored time that anybody can have from now on."""

    id: SlotId
    source: Source
    reasons: frozenset[KindKey]


@dataclass(frozen=True, slots=True)
class Plan:
    """What makes the stored times agree with the other system; conflicts are for people.

    Withdraw and take before anything is opened or added: only then do open slots never overlap.
    """

    withdraw: Sequence[SlotId] = ()
    """Nobody gives them any more; who had them there has them no longer."""
    take: Sequence[tuple[SlotId, Taking]] = ()
    """Closed from now on, as somebody has them there."""
    refer: Sequence[tuple[SlotId, Taking]] = ()
    """Closed as before, under another name there."""
    relabel: Sequence[tuple[SlotId, frozenset[KindKey]]] = ()
    open: Sequence[Open] = ()
    add: Sequence[Add] = ()
    created: int = 0
    """How many times can be had that could not."""
    taken: int = 0
    released: int = 0
    """How many that were taken there can be had now."""
    closed: int = 0
    """How many are closed there, or are there no more."""
    conflicts: Sequence[Conflict] = ()

    @property
    def size(self) -> int:
        """How many slots it writes."""
        return sum(len(getattr(self, kind)) for kind in _WRITTEN)

    def parts(self, most: int) -> "Iterator[Plan]":
        """The same in pieces of so many slots, in the order in which they have to be done."""
        for kind in _WRITTEN:
            slots = getattr(self, kind)
            for first in range(0, len(slots), most):
                yield Plan(**{kind: slots[first : first + most]})


_WRITTEN = ("withdraw", "take", "refer", "relabel", "open", "add")
"""The parts of a plan, in the order in which they have to be done."""
