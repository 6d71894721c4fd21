"""Buttons. Who waits: for what, join, look, leave; take what is offered, or not."""

from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import Here, Id, IdOrNone, KindName, PageNumber, Tap
from bot.flows.visits.mine.taps import Visits
from bot.flows.visits.siblings.taps import OF_VISITS, Who, read_ids
from services.model.ids import (
    AppointmentId,
    ChildId,
    ClinicId,
    DoctorId,
    TimeOfferId,
    WaitId,
)
from services.model.settings.visit_kinds import KindKey
from services.model.waitlist.waits import EVERY_WEEKDAY


class Span(StrEnum):
    """Up to when a family waits. Short: it stands in buttons."""

    DAYS = "d"
    """Three days."""
    WEEK = "w"
    MONTH = "m"


class Part(StrEnum):
    """At what hours."""

    ANY = "a"
    MORNING = "m"
    """Before noon."""
    EVENING = "e"
    """From five on."""

    @property
    def hours(self) -> tuple[time, time | None]:
        return {
            Part.ANY: (time.min, None),
            Part.MORNING: (time.min, time(12)),
            Part.EVENING: (time(17), None),
        }[self]


class _Wish(Tap, prefix="-wl"):
    """What all taps carry that say what for."""

    clinic_id: Annotated[ClinicId, Id]
    who: Who
    """The children; or the visit that is held meanwhile, and its child."""
    reason: Annotated[str, KindName]
    doctor: Annotated[int, IdOrNone] = 0
    """0: anybody would do."""
    terms: Annotated[str, Field(pattern="^[dwm][ame]$", examples=["ma"])] = "ma"
    """A `Span` and a `Part`: there is no room for two fields."""

    @property
    def children(self) -> list[ChildId]:
        return [] if self.visit_id else [ChildId(each) for each in read_ids(self.who)]

    @property
    def visit_id(self) -> AppointmentId | None:
        if not self.who.startswith(OF_VISITS):
            return None
        return AppointmentId(read_ids(self.who.removeprefix(OF_VISITS))[0])

    @property
    def kind(self) -> KindKey:
        return KindKey(self.reason)

    @property
    def doctor_id(self) -> DoctorId | None:
        return DoctorId(self.doctor) if self.doctor else None

    @property
    def span(self) -> Span:
        return Span(self.terms[0])

    @property
    def part(self) -> Part:
        return Part(self.terms[1])

    def fallback(self) -> Tap:
        return Here()


class AskWait(_Wish, prefix="wl"):
    """Say what to wait for; each button changes one thing of it."""


class Join(_Wish, prefix="wj"):
    """Wait for just that."""

    def fallback(self) -> Tap:
        return AskWait(**self.model_dump())


class Waits(Tap, prefix="waits"):
    """All that the family waits for."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Visits()


class OneWait(Tap, prefix="wait"):
    """One place in a list."""

    wait_id: Annotated[WaitId, Id]

    def fallback(self) -> Tap:
        return Waits()


class Leave(OneWait, prefix="wl-leave"):
    """Wait no more."""


class WaitOn(OneWait, prefix="wl-on"):
    """Wait on after a rest."""


class Early(OneWait, prefix="wl-early"):
    """Be written to from six o'clock on, or not."""

    on: bool

    def fallback(self) -> Tap:
        return OneWait(wait_id=self.wait_id)


class Details(OneWait, prefix="wl-more"):
    """Say more exactly what would do."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return OneWait(wait_id=self.wait_id)


class _Said(OneWait, prefix="-wl-said"):
    def fallback(self) -> Tap:
        return Details(wait_id=self.wait_id)


class ForDays(_Said, prefix="wl-days"):
    """On these weekdays, and no others."""

    weekdays: Annotated[int, Field(ge=1, le=EVERY_WEEKDAY)]


class ForNotice(_Said, prefix="wl-hours"):
    """Told so many hours before a time at least."""

    hours: Annotated[int, Field(ge=1, le=48)]


class ForDoctor(_Said, prefix="wl-doctor"):
    """With this doctor, too, or no more."""

    doctor_id: Annotated[DoctorId, Id]
    on: bool
    page: Annotated[int, PageNumber] = 0


class _Offer(Tap, prefix="-wl-offer"):
    offer_id: Annotated[TimeOfferId, Id]

    def fallback(self) -> Tap:
        return Waits()


class Take(_Offer, prefix="wl-take"):
    """ "Взять", on an offer."""


class Refuse(_Offer, prefix="wl-no"):
    """ "Не подходит", on an offer: the place in the list stays."""
