"""Times of doctors: stretches, slots, who has them, and what of them is free."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from services.model.clinic import Doctor
from services.model.ids import AppointmentId, ChildId, DoctorId, PersonId, SlotId
from services.model.reserved.times import Reservation, ReservedFor, Rights
from services.model.settings.visit_kinds import KindKey, VisitKind


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of visits, in numbers."""

    by_bot: int
    """Booked by families; whose visit was forgotten is counted nowhere."""
    by_desk: int
    came: int
    missed: int
    coming: int
    """Said in the chat that they come."""
    moved_by_family: int
    moved_by_clinic: int
    cancelled_by_family: int
    cancelled_by_clinic: int

    @property
    def spared(self) -> int:
        """What families did in the chat, and nobody had to phone about."""
        return self.by_bot + self.moved_by_family + self.cancelled_by_family + self.coming


@dataclass(frozen=True, slots=True)
class DayLoad:
    """How full a doctor's day is."""

    taken: int
    """Times that a visit stands on, or that somebody has whom nobody here knows."""
    free: int
    """Times that families could have, now or when the day was ahead."""
    closed: bool = False
    """Nothing of the day is open any more: visits may stand there, but it is no full day."""
    kept: int = 0
    """Those of the free ones that not everybody can have yet."""

    @property
    def all(self) -> int:
        return self.taken + self.free


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time: from `starts_at` up to, but without, `ends_at`."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Stretch") -> bool:
        """Whether the two share any moment; touching ends share none."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Opening:
    """A visit's time as a schedule gives it, before it is stored."""

    stretch: Stretch
    reasons: frozenset[KindKey] = frozenset()
    """What it is for; none named is any."""
    kept_for: ReservedFor | None = None
    """For whom the hours are kept that it is cut from: what is stored says of itself when it
    opens."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One receivable stretch of a doctor's time."""

    id: SlotId
    doctor: Doctor
    stretch: Stretch
    open: bool
    taken: bool
    """Whether an active appointment stood on it when it was read: already old by now."""
    held: bool = False
    """Whether it was kept for another family when it was read."""
    reasons: frozenset[KindKey] = frozenset()
    """What it is for; none named is any."""
    extra: bool = False
    """Whether the registry squeezed it in: beside the doctor's other times, and never free."""
    reservation: Reservation | None = None
    """For whom it is kept, or was until it opened."""
    foreign: bool = False
    """Whether it is a time of the clinic's own system, which alone can say that it is booked."""

    @property
    def starts_at(self) -> datetime:
        return self.stretch.starts_at

    @property
    def local_start(self) -> datetime:
        """The start on the clinic's wall."""
        return self.doctor.clinic.wall(self.starts_at)


TimesTogether: TypeAlias = Sequence[Slot]
"""A time for each of several children, in their order: one after another with one doctor, or at
once with two."""


class Taker(StrEnum):
    """Who has a time that no child of ours has."""

    CALLER = "caller"
    """Somebody whom the registry took no name of."""
    ELSEWHERE = "elsewhere"
    """Somebody in the clinic's other system, or on paper; or it is kept closed there."""


@dataclass(frozen=True, slots=True)
class Taking:
    """That a time is somebody's whom we do not know: closed to families until it is given back."""

    taker: Taker
    reference: str = ""
    """How the other system names it."""
    since: datetime | None = field(default=None, compare=False)
    """When it became theirs, where that is asked for."""


@dataclass(frozen=True, slots=True)
class GridTime:
    """One of a doctor's times, whoever has it."""

    slot: Slot
    taking: Taking | None = None
    """Who has it whom we do not know."""

    @property
    def is_free(self) -> bool:
        """Whether somebody could have it, were it not over."""
        slot = self.slot
        return slot.open and not (slot.taken or slot.held or self.taking)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which slots a child can take at a clinic, as `booking.wish_of` sees it at one moment."""

    person: PersonId | None
    """Who asks: what is held for them is free to them. None: the clinic does."""
    now: datetime
    """Holds that end after this moment are alive."""
    kind: VisitKind
    """What the child comes for."""
    earliest: datetime
    latest: datetime
    """Slots start before this."""
    busy: Sequence[Stretch]
    """When the child is somewhere else already."""
    seen_by: frozenset[DoctorId]
    """Doctors who expect the child already and take no second visit."""
    moves: AppointmentId | None = None
    """The visit that is to be moved: what is offered to it is free to it."""
    rights: Rights | None = None
    """Which kept times the child may have; None: all of them, as at the desk."""
    child: ChildId | None = None
    """For whom: what the list offers this child is free to it. None: nobody whom we know."""
    for_list: bool = False
    """Whether times count as free that go through the list of those who wait: it asks itself."""


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """What a doctor has left for a wish."""

    earliest: Slot
    count: int
    """How many times, up to the end of the horizon."""


@dataclass(frozen=True, slots=True)
class DayTimes:
    """A day of the clinic on which a doctor receives."""

    day: date
    free: int
    """How many of the day's times fit a wish; none is a day that is full."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A doctor's slot as regeneration sees it: it decides about those of the schedule alone."""

    id: SlotId
    opening: Opening
    open: bool
    withdrawn: bool
    """Not open because the rules no longer gave it.

    One that is neither open nor withdrawn was closed by hand.
    """
    claimed: bool
    """Whether an active appointment or a live hold stands on it."""
    visited: bool = False
    """Whether the doctor's hours decide about a visit that stands on it: it came from the schedule,
    or was squeezed in."""
    given_elsewhere: bool = False
    """Whether the clinic's other system says that the doctor receives then."""

    @property
    def free(self) -> bool:
        """Whether a family could take it."""
        return self.open and not self.claimed

    @property
    def resting(self) -> bool:
        """Whether it was withdrawn, and may come back."""
        return self.withdrawn and not self.open and not self.claimed

    @property
    def fixed(self) -> bool:
        """Whether a family or the clinic's own hand decided on it, and no rule touches it."""
        return not self.free and not self.resting


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes the stored slots what the rules want; all but `affected` has to be done.

    Withdraw before anything is reopened or added: only then do open slots never overlap.
    """

    add: Sequence[Opening]
    reopen: Sequence[tuple[SlotId, frozenset[KindKey]]]
    """Withdrawn ones that the rules give again, at exactly this time."""
    relabel: Sequence[tuple[SlotId, frozenset[KindKey]]]
    """Free ones that are for other reasons now."""
    withdraw: Sequence[SlotId]
    """Free ones that the rules no longer give."""
    affected: Sequence[SlotId]
    """Claimed ones that the rules no longer give: they stay, and somebody has to be told.

    They are named again by every plan for as long as they are claimed.
    """
    outside: frozenset[SlotId] = frozenset()
    """Those with visits at which the doctor does not receive, squeezed in ones included: somebody
    has to see to them. They are named again by every plan."""
    deserted: frozenset[SlotId] = frozenset()
    """Those of them on days on which the doctor does not receive at all."""
    reserved: int = 0
    """How many stored times are kept for others than before, see `rules.reservations`."""
    kept: int = 0
    """How many of these are kept for somebody now."""

    @property
    def count(self) -> int:
        """How many stored times come, go, or are for others."""
        changed = len(self.add) + len(self.reopen) + len(self.relabel) + len(self.withdraw)
        return changed + self.reserved
