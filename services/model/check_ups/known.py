"""Which check-up a child may have, what is known of its check-ups, and who is invited."""

from dataclasses import dataclass
from datetime import date, datetime

from services.model.ids import CheckUpId, ChildId, ClinicId, PersonId


@dataclass(frozen=True, slots=True)
class DueCheckUp:
    """The check-up that a child may have at its age."""

    months: int
    """Which one: the age that it is for."""
    since: date
    """When the child came to this age."""
    seen_from: date
    """A visit from then on was for it."""
    in_depth: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a child's check-ups."""

    visited_at: datetime | None = None
    """The latest visit for one, ahead or past."""
    passed: int = 0
    """The age of the latest one that the family said was had, in months."""
    invited: int = 0
    """The age of the latest one that the clinic invited to, in months."""
    unwanted: bool = False
    """Whether the family wants no more invitations for this child."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child who may be at an age at which its family is invited, and who would be."""

    child_id: ChildId
    person: PersonId
    """Of those who agreed, who did so first and can be written to."""
    birth_date: date
    known: Known


@dataclass(frozen=True, slots=True)
class CheckUp:
    """A check-up to which a family was invited."""

    id: CheckUpId
    child_id: ChildId
    clinic_id: ClinicId
    months: int
