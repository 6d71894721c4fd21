"""Who uses the bot, and whom it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType

from services.model.check_ups.known import Known
from services.model.ids import ChildId, ClinicId, DistrictId, DoctorId, HelperInvitationId, PersonId
from services.model.reserved.groups import ChildGroup


class Language(StrEnum):
    """A language the bot speaks."""

    RUSSIAN = "ru"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Person:
    """A Telegram user we know; may be a parent, a staff member, or both."""

    id: PersonId
    telegram_id: int
    language: Language
    unreachable: bool = False
    """Whether they cannot be written to since they blocked the bot; until they write again."""


@dataclass(frozen=True, slots=True)
class ReminderWishes:
    """When and how a person wants to be reminded of visits; by default, as the clinic does."""

    evening: bool = True
    """Whether on the evening before."""
    evening_at: time | None = None
    """On the clinic's wall; None: when the clinic does."""
    soon: bool = True
    """Whether once more on the day, some hours before."""
    before: timedelta | None = None
    """How long before the visit; None: as long as the clinic does."""
    discreet: bool = True
    """Whether nothing but when and where is said: neither child nor doctor nor clinic, nor what
    for. Only who asked for more is written more (decision 71)."""


PhoneNumber = NewType("PhoneNumber", str)
"""In the form of E.164: "+79161234567"."""


@dataclass(frozen=True, slots=True)
class Phone:
    """The number by which the registry knows who calls."""

    number: PhoneNumber = field(repr=False)  # nobody's to see in a log (R34)
    given_at: datetime
    verified_at: datetime | None
    """When Telegram vouched for it as the person's own; None: the registry wrote it down."""


class CareRole(StrEnum):
    """What somebody is to a child."""

    PARENT = "parent"
    """Of equal rights with every other one; nobody but a registry makes one of somebody else."""
    HELPER = "helper"
    """Whom a parent lets see, and perhaps book: a grandmother, a nanny."""
    SELF = "self"
    """The child, from fifteen on."""


class Scope(StrEnum):
    """What a link of care grants; whoever asks for a child says which of them is needed."""

    SEE = "see"
    """The child and its visits, but for those that are hidden from helpers."""
    BOOK = "book"
    """Take a time, move a visit, answer and ask about it."""
    CANCEL = "cancel"
    TOLD = "told"
    """Be reminded, and hear of what others and the clinic did."""
    DECIDE = "decide"
    """What the child is called, who looked, what is hidden: parents, and the child itself."""
    ENTRUST = "entrust"
    """Let others help: parents."""


@dataclass(frozen=True, slots=True)
class Child:
    """The patient. The name is whatever the parent chose to type."""

    id: ChildId
    name: str
    birth_date: date
    district_id: DistrictId | None = None
    """Where the child belongs by address; the address itself is not kept."""
    district_doctor: DoctorId | None = field(default=None, compare=False)
    """Whose district that was when the child was read."""
    groups: Sequence[ChildGroup] = field(default=(), compare=False, repr=False)
    """Of which groups the child was then, at any clinic; ended ones included."""


@dataclass(frozen=True, slots=True)
class AtClinic:
    """The children in somebody's care, and whether a clinic may know of them."""

    children: Sequence[Child]
    """By id."""
    bookable: Sequence[Child]
    """Those for whom the person may do more than look."""
    agreed: bool
    """Whether the person lets the clinic process data about them."""
    last_doctors: Mapping[ChildId, DoctorId] = field(default_factory=dict)
    """Who saw each of the children there last, or else is to see it last."""
    decided_for: frozenset[ChildId] = frozenset()
    """Those of them of whom nothing is kept from the person: no helper's."""


@dataclass(frozen=True, slots=True)
class AtHome:
    """The same with what is known of the check-ups of each child."""

    there: AtClinic
    check_ups: Mapping[ChildId, Known]


@dataclass(frozen=True, slots=True)
class CareLink:
    """That somebody cares for a child now, as what and how far."""

    person: PersonId
    role: CareRole
    called: str = field(repr=False)
    """A key of `services.families.people.WORDS`, or the family's own words; empty: nobody said."""
    may_book: bool
    since: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HelperInvitation:
    """A link by which somebody may become a child's helper."""

    id: HelperInvitationId
    child: Child
    clinic_id: ClinicId
    by: PersonId
    called: str = field(repr=False)
    may_book: bool
    ends_at: datetime | None
    """Of the care that it may become."""
    expires_at: datetime
    opened_by: PersonId | None = None
    opened_name: str = field(default="", repr=False)
    """What Telegram calls who opened it."""
    is_settled: bool = False
    """Whether its maker said yes."""

    @property
    def waits_for_word(self) -> bool:
        """Whether somebody opened it, and its maker has not said who that is."""
        return self.opened_by is not None and not self.is_settled
