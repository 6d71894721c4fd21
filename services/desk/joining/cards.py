"""Two cards side by side: where they differ, what is in the way, what they would be as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from itertools import product

from services.model.access import Post
from services.model.clinic import District
from services.model.ids import ChildId, ClinicId, PersonId
from services.model.people import Child, PhoneNumber
from services.model.visits import Appointment
from services.rules.typed.texts import mark

EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before the first visit that any clinic has here."""


class Part(StrEnum):
    """What two cards may say differently."""

    NAME = "name"
    BORN = "born"
    DISTRICT = "district"
    PHONE = "phone"


class Side(IntEnum):
    """Which card is right in something."""

    UNDECIDED = 0
    KEPT = 1
    OTHER = 2


_PLACES: dict[Part, int] = {part: len(Side) ** at for at, part in enumerate(Part)}
CHOICES = len(Side) ** len(Part)
"""How many ways there are to have decided."""


def side_of(choice: int, part: Part) -> Side:
    """What was decided of a part; `choice` holds all of them, as a button does."""
    return Side(choice // _PLACES[part] % len(Side))


def decided(choice: int, part: Part, side: Side) -> int:
    """The choice with this decision."""
    return choice + (side - side_of(choice, part)) * _PLACES[part]


@dataclass(frozen=True, slots=True)
class Card:
    """What there is of a child under one id, as far as a clinic may see it."""

    child: Child
    district: District | None
    """At this clinic."""
    phone: PhoneNumber | None
    """As the clinic's registry noted it."""
    adults: frozenset[PersonId]
    """Who looks after the child in the bot."""
    active: Sequence[Appointment]
    """All visits that hold a time, at any clinic, also such as nobody ever marked."""
    known: bool
    """Whether there ever was a visit."""

    def ahead_at(self, clinic_id: ClinicId, now: datetime) -> list[Appointment]:
        """The visits that the clinic expects the child to."""
        return [
            visit
            for visit in self.active
            if visit.slot.doctor.clinic.id == clinic_id and visit.slot.stretch.ends_at > now
        ]

    @property
    def facts(self) -> str:
        """All that a button tells from something else."""
        visits = sorted((visit.id, visit.sequence) for visit in self.active)
        return repr((self.child, self.phone, sorted(self.adults), visits))


@dataclass(frozen=True, slots=True)
class TwoCards:
    """Two cards side by side, and what would become of them."""

    post: Post
    kept: Card
    """Its id goes on."""
    other: Card
    choice: int
    """What was decided: see `side_of`."""
    now: datetime

    @property
    def as_shown(self) -> int:
        """What a button keeps of it: once something is otherwise, it is another number."""
        return mark(self.kept.facts + self.other.facts)

    @property
    def conflicts(self) -> list[Part]:
        """What they say differently: one of the two is right."""
        mine, theirs = self.kept, self.other
        differ = {
            Part.NAME: mine.child.name != theirs.child.name,
            Part.BORN: mine.child.birth_date != theirs.child.birth_date,
            Part.DISTRICT: mine.district and theirs.district and mine.district != theirs.district,
            Part.PHONE: mine.phone and theirs.phone and mine.phone != theirs.phone,
        }
        return [part for part in Part if differ[part]]

    @property
    def undecided(self) -> list[Part]:
        """Of these nobody has said yet what is right."""
        return [each for each in self.conflicts if side_of(self.choice, each) is Side.UNDECIDED]

    @property
    def clashes(self) -> list[tuple[Appointment, Appointment]]:
        """Visits at one time, of which one has to be moved or cancelled before."""
        return [pair for pair in self._at_one_time if any(self._is_ahead(each) for each in pair)]

    @property
    def repeats(self) -> list[Appointment]:
        """Visits that were at one time with another one, and that nobody marked: it was one child,
        so the one that was made later never was."""
        return [
            max(pair, key=lambda visit: visit.id)
            for pair in self._at_one_time
            if not any(self._is_ahead(each) for each in pair)
        ]

    @property
    def _at_one_time(self) -> list[tuple[Appointment, Appointment]]:
        return [
            (mine, theirs)
            for mine, theirs in product(self.kept.active, self.other.active)
            if mine.slot.stretch.overlaps(theirs.slot.stretch)
        ]

    def _is_ahead(self, visit: Appointment) -> bool:
        return visit.slot.starts_at > self.now

    @property
    def with_one_doctor(self) -> list[Appointment]:
        """Visits ahead to a doctor to whom the other card has one, too, where the clinic allows a
        child but one; the registry may leave both."""
        if not self.post.clinic.one_visit_per_doctor:
            return []
        mine = {visit.slot.doctor.id for visit in self._ahead(self.kept)}
        return [visit for visit in self._ahead(self.other) if visit.slot.doctor.id in mine]

    @property
    def too_many(self) -> int:
        """How many visits ahead there would be, where a family could not have so many; else 0."""
        count = len(self._ahead(self.kept)) + len(self._ahead(self.other))
        return count if count > self.post.clinic.limits.visits else 0

    def _ahead(self, card: Card) -> list[Appointment]:
        return card.ahead_at(self.post.clinic.id, self.now)

    @property
    def result(self) -> Child:
        """The child as the one card says it."""
        child = self._right(Part.NAME).child
        district = self._right(Part.DISTRICT).child.district_id
        if Part.DISTRICT not in self.conflicts:
            here = self.kept.district or self.other.district
            mine, theirs = self.kept.child.district_id, self.other.child.district_id
            district = here.id if here else mine or theirs
        born = self._right(Part.BORN).child.birth_date
        return Child(self.kept.child.id, child.name, born, district)

    def _right(self, part: Part) -> Card:
        return self.other if side_of(self.choice, part) is Side.OTHER else self.kept

    @property
    def phone(self) -> tuple[ClinicId, ChildId] | None:
        """Whose number the clinic keeps, if both cards have one."""
        if Part.PHONE not in self.conflicts:
            return None
        return self.post.clinic.id, self._right(Part.PHONE).child.id

    @property
    def concerned(self) -> set[PersonId]:
        """For whom something is otherwise then: what they see of the child, or who else does."""
        after = self.result
        found = set(self.kept.adults & self.other.adults)
        for mine, more in ((self.kept, self.other), (self.other, self.kept)):
            was, will_be = mine.child, (after.name, after.birth_date)
            if more.known or more.adults or (was.name, was.birth_date) != will_be:
                found |= mine.adults
        return found
