"""Posts at a clinic, and the records of who saw or changed what of a child."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

from services.model.clinic import Clinic, Doctor
from services.model.ids import AppointmentId, ChildId, ClinicId, InvitationId, PersonId, PostId


class Role(StrEnum):
    """What a member of a clinic's staff may do."""

    ADMINISTRATOR = "administrator"
    """Invites and dismisses the others, and all that a registrar may."""
    REGISTRAR = "registrar"
    DOCTOR = "doctor"
    """Sees their own visits, answers for them, and names the next ones."""


@dataclass(frozen=True, slots=True)
class Post:
    """A person's role in a clinic's staff, while it stands."""

    id: PostId
    clinic: Clinic
    person: PersonId
    role: Role
    doctor: Doctor | None
    """Who the person is in the schedule; for doctors only."""
    name: str
    """How colleagues see the person."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that nobody has taken up yet, and that still can be."""

    id: InvitationId
    post: Post
    """The role and clinic it is bound to; nobody's yet."""
    expires_at: datetime


EVERYBODY = frozenset(Role)


REGISTRY = frozenset({Role.ADMINISTRATOR, Role.REGISTRAR})


ADMINISTRATION = frozenset({Role.ADMINISTRATOR})


BEGINNING = "0" * 64
"""Stands where the first record has no record before it."""


class Access(StrEnum):
    """What was done with a child's data."""

    DAY_LIST = "day-list"
    """Read in the list of a doctor's day."""
    VISIT = "visit"
    """A visit was opened."""
    FOUND = "found"
    """Read in what a search at the desk brought."""
    CARD = "card"
    """The child's card was opened."""
    TIMES = "times"
    """A time was looked for: for the child, or to move the visit to."""
    ADDED = "added"
    """The child was entered, with a consent on paper."""
    CORRECTED = "corrected"
    """The name or birth date that the registry had entered was corrected."""
    REMOVED = "removed"
    """Entered by mistake: nothing else of the child is kept."""
    BOOKED = "booked"
    EXTRA = "extra"
    """Squeezed in beside the doctor's other times."""
    RULE_BENT = "rule-bent"
    """A rule of the clinic was bent for this visit; the record of what was done comes with it."""
    CANCELLED = "cancelled"
    CANCELLED_AS_ASKED = "cancelled-as-asked"
    """At a call of the family."""
    MOVED = "moved"
    MOVED_AS_ASKED = "moved-as-asked"
    """At a call of the family."""
    WAITING = "waiting"
    """Read in the list of what waits for the doctor's word."""
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CAME = "came"
    MISSED = "missed"
    UNMARKED = "unmarked"
    """It is open again whether the child came."""
    NEXT_VISIT = "next-visit"
    """Named at a visit."""
    NOTED = "noted"
    """A note for colleagues was written at the visit, or taken away."""
    LATE = "late"
    """The family is told that the doctor is late."""
    SUBSTITUTED = "substituted"
    """The doctor was absent: another one sees the child at the same time."""
    DISPLACED = "displaced"
    """The doctor was absent: the family was asked to choose another time."""
    RESTORED = "restored"
    """The doctor came after all: the visit was given its time back."""
    ABSENCE = "absence"
    """Read in the list of those whom an absence concerned."""
    PHONE = "phone"
    """The family's number was noted."""
    CALLS = "calls"
    """Read in the list of families to phone."""
    CALLED = "called"
    """Somebody phoned about a change that the clinic made."""
    WAITLIST = "waitlist"
    """Read in the list of those who wait for a time."""
    LISTED = "listed"
    """Put on that list at a call, or waits for something else since."""
    UNLISTED = "unlisted"
    """Taken off that list."""
    MOVED_UP = "moved-up"
    """Comes before others on that list; the reason stands with the place."""
    TO_SEE = "to-see"
    """Read in the list of families to see to."""
    SEEN_TO = "seen-to"
    """What was open about a visit was settled, or was not after all."""
    JOINED = "joined"
    """Two cards of the child became one."""
    CODE = "code"
    """A number was given out by which the visits can be taken into the bot."""
    CODE_SELF = "code-self"
    """The same for the child itself, from fifteen on."""
    PEOPLE = "people"
    """Who cares for the child was read."""
    LINK_DOCUMENTS = "link-documents"
    """An adult's care was ended, on documents."""
    LINK_ASKED = "link-asked"
    """As that adult asked."""
    LINK_LOST_PHONE = "link-lost-phone"
    """All care of that adult, as the phone is lost."""
    GROUP = "group"
    """A group for which the clinic keeps times was put down, on a document."""
    GROUP_ENDED = "group-ended"
    """Such a group was taken off the card."""
    GROUP_REFUSED = "group-refused"
    """The family said that the child is of one; no document was seen."""
    HANDED_OUT = "handed-out"
    """All that is kept was given to the family as a file, at the registry."""
    IN_SYSTEM = "in-system"
    """Read in the list of what waits for the clinic's own system."""
    SETTLED = "settled"
    """Somebody said how it stands in the clinic's own system, which had not answered."""
    QUESTION = "question"
    """The family's questions about a visit, and their answers, were read."""
    ANSWER = "answer"
    """One was answered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be taken down."""

    post_id: PostId
    role: Role | str
    """A mere word of one that a newer version wrote down, and this one does not know."""
    access: Access | str
    """As `role`."""
    child_id: ChildId
    """In a record that is read back, this and the visit's are numbers of the journal's own, which
    lead to nobody without a table that forgets (R39, R40)."""
    appointment_id: AppointmentId | None
    at: datetime

    @property
    def is_known(self) -> bool:
        """Whether this version knows all of its words."""
        return isinstance(self.role, Role) and isinstance(self.access, Access)


@dataclass(frozen=True, slots=True)
class Record:
    """What was taken down, and how it hangs together with what was before."""

    clinic_id: ClinicId
    number: int
    """Counts from 1 at each clinic, without a gap."""
    entry: Entry
    hash: str
    """Of this record and the hash before it, SHA-256 in hex."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last record of a clinic: kept elsewhere, it proves that nothing was cut off."""

    clinic_id: ClinicId
    number: int
    hash: str


NAMED = 20
"""Records with unknown words that are named of a journal: there may be thousands."""


def digest(clinic_id: ClinicId, number: int, entry: Entry, previous: str) -> str:
    """The hash of a record: of all its values in a form that never changes, and the one before."""
    values = [
        clinic_id,
        number,
        entry.post_id,
        str(entry.role),
        str(entry.access),
        entry.child_id,
        entry.appointment_id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        previous,
    ]
    return sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest()


class Chain:
    """A clinic's journal on its way through a check, from its first record on."""

    def __init__(self, clinic_id: ClinicId, anchors: Iterable[Head] = ()) -> None:
        """`anchors` are heads that were kept elsewhere, each of which must be met."""
        self._kept: dict[int, set[str]] = {}
        for head in anchors:
            if head.clinic_id == clinic_id:
                self._kept.setdefault(head.number, set()).add(head.hash)
        self._clinic_id = clinic_id
        self._wrong: int | None = None
        self.last = 0
        """The number of the last record that is what was taken down."""
        self.unknown: list[int] = []
        """The first of those that say a word which this version does not know; all is well else."""
        self._hash = BEGINNING

    def follow(self, records: Iterable[Record]) -> bool:
        """Go on with the records that come next; whether all of them are what was taken down."""
        for record in records:
            number = self.last + 1
            expected = digest(self._clinic_id, number, record.entry, self._hash)
            kept = self._kept.get(number, {expected})
            if record.number != number or record.hash != expected or kept != {expected}:
                self._wrong = number
                return False
            self.last, self._hash = number, record.hash
            if not record.entry.is_known and len(self.unknown) < NAMED:
                self.unknown.append(number)
        return True

    @property
    def head(self) -> Head | None:
        """The last record that is what was taken down."""
        return Head(self._clinic_id, self.last, self._hash) if self.last else None

    @property
    def broken_at(self) -> int | None:
        """Of a journal that was followed to its end: the number of the first record that is
        changed, missing, or cut off before a head that was kept."""
        if self._wrong is not None:
            return self._wrong
        return self.last + 1 if any(number > self.last for number in self._kept) else None
