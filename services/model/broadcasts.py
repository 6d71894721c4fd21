"""One text to many families of a clinic."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.model.clinic import Clinic
from services.model.ids import AppointmentId, BroadcastId, PersonId
from services.model.people import Person
from services.model.slots import Stretch


class Whom(StrEnum):
    """Whom a broadcast goes to."""

    FAMILIES = "families"
    """All of the clinic's."""
    DISTRICT = "district"
    PATIENTS = "patients"
    """A doctor's: seen in the last year, or booked."""
    DAYS = "days"
    """Who comes on some days."""
    VISITS = "visits"
    """The same, of a change of these very visits: for that no consent to news is needed."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a broadcast goes to, at one clinic."""

    whom: Whom
    subject: int = 0
    """The district or the doctor, where it is one's."""
    first: date | None = None
    """The first of the days of the visits, where it is about days."""
    last: date | None = None
    """The last one, included."""

    @property
    def needs_consent(self) -> bool:
        """Whether it goes only to who agreed to be sent news."""
        return self.whom is not Whom.VISITS


class BroadcastState(StrEnum):
    """Where a broadcast is in its life."""

    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    """For good: who was not told yet is not told."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One text to many families of a clinic."""

    id: BroadcastId
    clinic: Clinic
    author: Person
    """Who is told how far it is."""
    audience: Audience
    text: str
    state: BroadcastState
    total: int
    """How many persons it was confirmed for."""
    confirmed_at: datetime
    planned_through: PersonId
    """Up to this person, in order of ids, everybody has a row of their own."""
    all_planned: bool
    message_id: int | None
    """In the author's chat: where it is said how far it is."""
    settled_at: datetime | None
    """When nobody was left to be told."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many persons an audience is."""

    recipients: int
    """Who would be told."""
    without_consent: int
    """Who would be, had they agreed to news."""
    unreachable: int
    """Who would be, had they not blocked the bot."""
    not_in_bot: int = 0
    """Children besides, whom the registry entered or booked, and nobody has in the bot."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is to be told; of a change of visits, with the first of theirs."""

    person: PersonId
    appointment_id: AppointmentId | None = None
    visit: Stretch | None = None


@dataclass(frozen=True, slots=True)
class News:
    """What one of a broadcast's messages needs to know when it is sent."""

    clinic: Clinic
    text: str
    audience: Audience
    state: BroadcastState
    agreed: bool
    """Whether the person's consent to news stands."""
