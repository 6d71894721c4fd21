"""Times that are kept for some children until a stated moment, and how many a clinic keeps so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from services.model.ids import DoctorId
from services.model.settings.kinds import Percent
from services.model.settings.moments import TimeOfDay
from services.model.settings.setting import Group, setting

MOST_PERCENT = 40
"""Of a doctor's times that can be kept for one kind of children."""
MOST_TOGETHER = 80
"""Percent of a doctor's times that are kept on one day for all kinds together: some times are
everybody's from the beginning."""


class ReservedFor(StrEnum):
    """Whom a time is kept for. They are given out in this order."""

    URGENT = "urgent"
    """Whoever needs a doctor today: nobody before it opens, everybody from then on."""
    INFANTS = "infants"
    """Children under one year."""
    DISTRICT = "district"
    """Children of the doctor's own district."""
    OBSERVED = "observed"
    """Children under dispensary observation."""
    DISABLED = "disabled"
    """Disabled children."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """That a time is kept."""

    whom: ReservedFor
    until: datetime
    """From this moment on it is everybody's: no job has to run for that (R70)."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Which kept times a child may have."""

    until: Mapping[ReservedFor, datetime] = field(repr=False)
    """Those that begin before this moment; no group of a child stands in a log."""
    district_doctor: DoctorId | None = None
    """Of this doctor, those of the district too."""

    def __hash__(self) -> int:
        return hash((frozenset(self.until.items()), self.district_doctor))


@dataclass(frozen=True, slots=True)
class OpensLater:
    """Times that a child cannot have yet, which open to everybody together."""

    whom: ReservedFor
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class KeptTime:
    """One of a doctor's times as it is chosen what to keep."""

    starts_at: datetime
    is_common: bool
    """Whether it is for visits of any kind; hours that are named are somebody's already."""
    reservation: Reservation | None
    is_settled: bool
    """Whether somebody has it, looks at it, or it has begun: it stays as it is."""
    named_for: ReservedFor | None = None
    """For whom the hours are kept that it is in."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a doctor's times are kept, and when they open."""

    whom: ReservedFor
    percent: int
    opens: time


def _share(name: str, key: str) -> Mapping[str, Any]:
    """Percent of a doctor's times."""
    kind = Percent(MOST_PERCENT)
    return setting(kind, Group.RESERVED, key=key, at=f"reserved.{name}_percent")


def _opening(name: str, key: str) -> Mapping[str, Any]:
    return setting(TimeOfDay(), Group.RESERVED, key=key, at=f"reserved.{name}_opens_at")


@dataclass(frozen=True, slots=True)
class Reserving:
    """Which share of a doctor's times a clinic keeps for whom, and when it opens them.

    Nothing is kept unless the clinic says so: the file of a new clinic does (`STARTING`).
    """

    urgent: int = field(default=0, metadata=_share("urgent", "r-urgent"))
    urgent_opens: time = field(default=time(8), metadata=_opening("urgent", "r-urgent-at"))
    """On the day itself."""
    infants: int = field(default=0, metadata=_share("infants", "r-infants"))
    infants_opens: time = field(default=time(18), metadata=_opening("infants", "r-infants-at"))
    """On the day before, as the others below."""
    district: int = field(default=0, metadata=_share("district", "r-distr"))
    district_opens: time = field(default=time(18), metadata=_opening("district", "r-distr-at"))
    observed: int = field(default=0, metadata=_share("observed", "r-observ"))
    observed_opens: time = field(default=time(18), metadata=_opening("observed", "r-observ-at"))
    disabled: int = field(default=0, metadata=_share("disabled", "r-disab"))
    disabled_opens: time = field(default=time(18), metadata=_opening("disabled", "r-disab-at"))

    def all_for(self, whom: ReservedFor) -> Share:
        """Of hours that are named for them: all times, opened as the clinic opens a share."""
        return Share(whom, 100, getattr(self, f"{whom}_opens"))

    @property
    def shares(self) -> list[Share]:
        """Those of which something is kept, in the order in which they are given out."""
        return [
            Share(whom, percent, getattr(self, f"{whom}_opens"))
            for whom in ReservedFor
            if (percent := getattr(self, whom))
        ]


STARTING = Reserving(urgent=10, infants=10, district=20)
"""What the file of a new clinic begins with."""
