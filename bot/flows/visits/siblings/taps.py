"""Buttons. Brothers and sisters together: who, why, when; book, move and cancel them all."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, TypeAlias, TypedDict

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
OF_VISITS = "~"
"""Before ids of visits that are to be moved; without it they are children's."""

Ids: TypeAlias = Annotated[str, Field(pattern=f"^{_IDS}$", examples=["zik0zj.zik0zj.zik0zj"])]
"""Up to three ids, with 36 digits: so they fit into a button."""
IdsOrNone: TypeAlias = Annotated[
    str, Field(pattern=f"^({_IDS})?$", examples=["zik0zj.zik0zj.zik0zj"])
]
Who: TypeAlias = Annotated[
    str, Field(pattern=f"^{OF_VISITS}?{_IDS}$", examples=["~zik0zj.zik0zj.zik0zj"])
]
Day = Annotated[int, Field(ge=0, le=date.max.toordinal())]
"""A day's proleptic ordinal; 0: none is asked for."""


Page = Annotated[int, Field(ge=0, le=99)]
"""There is no room for a longer number."""


class Where(TypedDict, total=False):
    """Where times are looked for: at a clinic, or with a doctor."""

    clinic_id: ClinicId
    doctor_id: DoctorId


def day_of(ordinal: int) -> date | None:
    """The day of a button, if it has one."""
    return date.fromordinal(ordinal) if ordinal else None


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
        return OF_VISITS + write_ids(need.moves)
    return write_ids(need.children)


def who_of_visits(visits: Iterable[Appointment]) -> str:
    """Visits that are to be moved, as the buttons of a search have them."""
    return OF_VISITS + write_ids(visit.id for visit in visits)


class _Chosen(Tap, prefix="-chosen"):
    """What all taps carry that say who comes."""

    clinic_id: Annotated[ClinicId, Id]
    chosen: IdsOrNone = ""

    @property
    def children(self) -> list[ChildId]:
        return [ChildId(each) for each in read_ids(self.chosen)]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class Several(_Chosen, prefix="several"):
    """Say which of the children come together; with two, straight to the reasons."""

    page: Annotated[int, PageNumber] = 0


class SeveralReasons(_Chosen, prefix="why-all"):
    """Say why they come."""


class _Search(Tap, prefix="-siblings"):
    """What all taps carry that look for times together."""

    who: Who
    reason: Annotated[str, KindName]

    @property
    def need(self) -> SiblingsNeed:
        ids = read_ids(self.who.removeprefix(OF_VISITS))
        if self.who.startswith(OF_VISITS):
            return SiblingsNeed([], KindKey(self.reason), [AppointmentId(each) for each in ids])
        return SiblingsNeed([ChildId(each) for each in ids], KindKey(self.reason))

    def fallback(self) -> Tap:
        return Visits() if self.need.moves else Here()


class _AtClinic(_Search, prefix="-siblings-at"):
    """With any doctor of a clinic."""

    clinic_id: Annotated[ClinicId, Id]

    @property
    def where(self) -> Where:
        return {"clinic_id": self.clinic_id}


class _WithDoctor(_Search, prefix="-siblings-with"):
    """With one doctor."""

    doctor_id: Annotated[DoctorId, Id]

    @property
    def where(self) -> Where:
        return {"doctor_id": self.doctor_id}


class TimesOfAll(_AtClinic, prefix="at"):
    """Times together at a clinic: the nearest, or those of a day."""

    day: Day = 0
    page: Page = 0

    @property
    def on(self) -> date | None:
        return day_of(self.day)


class TimesWith(_WithDoctor, prefix="with"):
    """The same with one doctor."""

    day: Day = 0
    page: Page = 0

    @property
    def on(self) -> date | None:
        return day_of(self.day)


class DaysOfAll(_AtClinic, prefix="days-at"):
    """The days with times together at a clinic."""

    page: Annotated[int, PageNumber] = 0


class DaysWith(_WithDoctor, prefix="days-with"):
    """The same with one doctor."""

    page: Annotated[int, PageNumber] = 0


class DoctorsOfAll(_AtClinic, prefix="docs-at"):
    """The doctors with times together."""

    page: Annotated[int, PageNumber] = 0


class TimesLike(_Search, prefix="like"):
    """The times of the day of some that could not be had."""

    slots: Ids

    @property
    def slot_ids(self) -> list[SlotId]:
        return [SlotId(each) for each in read_ids(self.slots)]


class HoldAll(TimesLike, prefix="all"):
    """Look at times before booking them: they are held meanwhile."""

    def fallback(self) -> Tap:
        return TimesLike(**self.model_dump())


class BookAll(HoldAll, prefix="bk-all"):
    """ "Все здоровы — записать": book them."""


class _OfVisits(Tap, prefix="-of-visits"):
    """What all taps carry that are about several visits at once."""

    visits: Ids

    @property
    def visit_ids(self) -> list[AppointmentId]:
        return [AppointmentId(each) for each in read_ids(self.visits)]

    def fallback(self) -> Tap:
        return Visits()


class SeeAll(_OfVisits, prefix="all-see"):
    """Visits that a family comes to in one go."""


class AskCancelAll(_OfVisits, prefix="all-ask"):
    """Ask once whether to cancel them all."""


class CancelAll(_OfVisits, prefix="all-cancel"):
    """Cancel them all."""

    seen: Annotated[int, DraftMark]
    """`visit_states.together_as_shown`."""

    def fallback(self) -> Tap:
        return AskCancelAll(visits=self.visits)


class MoveAll(CancelAll, prefix="all-move"):
    """Give the visits these times instead of their own."""

    slots: Ids

    @property
    def slot_ids(self) -> list[SlotId]:
        return [SlotId(each) for each in read_ids(self.slots)]

    def fallback(self) -> Tap:
        return Visits()
