"""Buttons. Brothers and sisters together: who, why, when; book, move and cancel them all."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, TypeAlias

from pydantic import Field

from bot.flows.common.taps import DraftMark, Here, Id, KindName, PageNumber, Tap
from bot.flows.families.onboarding.taps import Enter
from bot.flows.visits.mine.taps import Visits
from services.model.ids import AppointmentId, ChildId, ClinicId, DoctorId, SlotId
from services.model.settings.visit_kinds import KindKey
from services.model.visits import Appointment, SiblingsNeed

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID = "[1-9a-z][0-9a-z]{0,5}"
_IDS = rf"{_ID}(\.{_ID}){{0,2}}"
_BETWEEN = "."
_VISITS = "~"
"""Before ids of visits that are to be moved; without it they are children's."""

Ids: TypeAlias = Annotated[str, Field(pattern=f"^{_IDS}$", examples=["zik0zj.zik0zj.zik0zj"])]
"""Up to three ids, with 36 digits: so they fit into a button."""
IdsOrNone: TypeAlias = Annotated[
    str, Field(pattern=f"^({_IDS})?$", examples=["zik0zj.zik0zj.zik0zj"])
]
Who: TypeAlias = Annotated[
    str, Field(pattern=f"^{_VISITS}?{_IDS}$", examples=["~zik0zj.zik0zj.zik0zj"])
]
Day = Annotated[int, Field(ge=0, le=date.max.toordinal())]
"""A day's proleptic ordinal; 0: none is asked for."""


Page = Annotated[int, Field(ge=0, le=99)]
"""There is no room for a longer number."""


def write_ids(ids: Iterable[int]) -> str:
    """Ids as a button has them."""
    return _BETWEEN.join(map(_write, ids))


def read_ids(written: str) -> list[int]:
    """Ids of a button."""
    return [int(each, base=len(_DIGITS)) for each in written.split(_BETWEEN) if each]


def _write(number: int) -> str:
    digits = ""
    while number:
        number, last = divmod(number, len(_DIGITS))
        digits = _DIGITS[last] + digits
    return digits


def who(need: SiblingsNeed) -> str:
    """Whom a search is for, as its buttons have it."""
    if need.moves:
        return _VISITS + write_ids(need.moves)
    return write_ids(need.children)


def who_of_visits(visits: Iterable[Appointment]) -> str:
    """Visits that are to be moved, as the buttons of a search have them."""
    return _VISITS + write_ids(visit.id for visit in visits)


class Several(Tap, prefix="several"):
    """Say which of the children come together; with two, straight to the reasons."""

    clinic_id: Annotated[ClinicId, Id]
    chosen: IdsOrNone = ""
    page: Annotated[int, PageNumber] = 0

    @property
    def children(self) -> list[ChildId]:
        return [ChildId(each) for each in read_ids(self.chosen)]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class SeveralReasons(Tap, prefix="why-all"):
    """Say why they come."""

    clinic_id: Annotated[ClinicId, Id]
    chosen: Ids

    @property
    def children(self) -> list[ChildId]:
        return [ChildId(each) for each in read_ids(self.chosen)]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class _Search(Tap, prefix="-siblings"):
    """What all taps carry that look for times together."""

    who: Who
    reason: Annotated[str, KindName]

    @property
    def need(self) -> SiblingsNeed:
        ids = read_ids(self.who.removeprefix(_VISITS))
        if self.who.startswith(_VISITS):
            return SiblingsNeed([], KindKey(self.reason), [AppointmentId(each) for each in ids])
        return SiblingsNeed([ChildId(each) for each in ids], KindKey(self.reason))

    def fallback(self) -> Tap:
        return Visits() if self.need.moves else Here()


class TimesOfAll(_Search, prefix="at"):
    """Times together at a clinic: the nearest, or those of a day."""

    clinic_id: Annotated[ClinicId, Id]
    day: Day = 0
    page: Page = 0

    @property
    def on(self) -> date | None:
        return date.fromordinal(self.day) if self.day else None


class DaysOfAll(_Search, prefix="days-at"):
    """The days with times together at a clinic."""

    clinic_id: Annotated[ClinicId, Id]
    page: Annotated[int, PageNumber] = 0


class DoctorsOfAll(_Search, prefix="docs-at"):
    """The doctors with times together."""

    clinic_id: Annotated[ClinicId, Id]
    page: Annotated[int, PageNumber] = 0


class TimesWith(_Search, prefix="with"):
    """Times together with one doctor: the nearest, or those of a day."""

    doctor_id: Annotated[DoctorId, Id]
    day: Day = 0
    page: Page = 0

    @property
    def on(self) -> date | None:
        return date.fromordinal(self.day) if self.day else None


class DaysWith(_Search, prefix="days-with"):
    """The days with times together with one doctor."""

    doctor_id: Annotated[DoctorId, Id]
    page: Annotated[int, PageNumber] = 0


class HoldAll(_Search, prefix="all"):
    """Look at times before booking them: they are held meanwhile."""

    slots: Ids

    @property
    def slot_ids(self) -> list[SlotId]:
        return [SlotId(each) for each in read_ids(self.slots)]


class BookAll(HoldAll, prefix="bk-all"):
    """ "Все здоровы — записать": book them."""


class OfVisits(Tap, prefix="-of-visits"):
    """What all taps carry that change several visits at once."""

    visits: Ids
    seen: Annotated[int, DraftMark]
    """`visit_states.together_as_shown`."""

    @property
    def visit_ids(self) -> Sequence[AppointmentId]:
        return [AppointmentId(each) for each in read_ids(self.visits)]

    def fallback(self) -> Tap:
        return Visits()


class MoveAll(OfVisits, prefix="all-move"):
    """Give the visits these times instead of their own."""

    slots: Ids

    @property
    def slot_ids(self) -> list[SlotId]:
        return [SlotId(each) for each in read_ids(self.slots)]


class SeeAll(Tap, prefix="all-see"):
    """Visits that a family comes to in one go."""

    visits: Ids

    @property
    def visit_ids(self) -> Sequence[AppointmentId]:
        return [AppointmentId(each) for each in read_ids(self.visits)]

    def fallback(self) -> Tap:
        return Visits()


class AskCancelAll(Tap, prefix="all-ask"):
    """Ask once whether to cancel them all."""

    visits: Ids

    @property
    def visit_ids(self) -> Sequence[AppointmentId]:
        return [AppointmentId(each) for each in read_ids(self.visits)]

    def fallback(self) -> Tap:
        return Visits()


class CancelAll(OfVisits, prefix="all-cancel"):
    """Cancel them all."""

    def fallback(self) -> Tap:
        return AskCancelAll(visits=self.visits)
