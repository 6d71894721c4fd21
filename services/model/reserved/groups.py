"""Groups of children for whom a clinic keeps times: only which group, and no diagnosis."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from services.model.ids import ClinicId
from services.model.reserved.times import ReservedFor

GROUPS = (ReservedFor.OBSERVED, ReservedFor.DISABLED)
"""Whom a clinic has to be told of: the others it knows by birth date and address."""
CLAIM_LASTS = timedelta(days=90)
REFUSAL_LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ChildGroup:
    """That a child is of a group at a clinic, as its registry saw on a document."""

    clinic_id: ClinicId
    group: ReservedFor = field(repr=False)  # nobody's to see in a log (R34)
    until: date
    """The last day."""


@dataclass(frozen=True, slots=True)
class GroupClaim:
    """That a parent says so, and the registry has not seen a document: it opens no time."""

    clinic_id: ClinicId
    group: ReservedFor = field(repr=False)
    until: date
    """The last day on which it is kept: whoever is not asked for a document by then asks anew."""
    refused: bool = False
    """Whether the registry said no; it is not asked again before that day has gone."""


class GroupLasts(StrEnum):
    """Until when a document says so, as far as a button can."""

    HALF_A_YEAR = "half"
    A_YEAR = "year"
    TO_COME_OF_AGE = "adult"
