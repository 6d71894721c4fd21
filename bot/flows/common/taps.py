"""What a button's data is: typed, like the URL map of a site."""

from datetime import date
from typing import Annotated, Any, Self

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from services.model.refusals.base import Refusal
from services.model.settings.visit_kinds import Reason
from services.model.visits import SHOWN_UP_TO

STAYS = "+"
"""Stands before the data of a button whose message is not to be edited away."""

_LARGEST = 2**31 - 1
Id = Field(ge=1, le=_LARGEST)
NEVER = 24
"""Stands for no hour."""
IdOrNone = Field(ge=0, le=_LARGEST)
"""0 stands for none: buttons have no room to leave a field out."""
_KINDS = "|".join([*Reason, r"k[1-9][0-9]?"])
KindName = Field(pattern=rf"^(?:{_KINDS})$")
"""What names a kind of visit: whether the clinic has it, the services know."""
KindNameOrNone = Field(pattern=rf"^(?:{_KINDS})?$")
Seen = Annotated[int | None, Field(ge=0, le=SHOWN_UP_TO - 1)]
"""`Appointment.as_shown`, of a button that acts on what it stands below."""
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1).toordinal(), date(2999, 12, 31).toordinal()
"""Of a schedule, as proleptic ordinals."""
ScheduleDay = Field(ge=_FIRST_DAY, le=_LAST_DAY)
_FIRST_MONTH, _LAST_MONTH = 2000 * 12, 2999 * 12 + 11
"""The same of months: what lies beyond has no beginning or no end in UTC."""
MonthNumber = Annotated[int, Field(ge=0, le=_LAST_MONTH)]
"""A month: those since the beginning of our era; 0 is the one that is of most use."""
PageNumber = Field(ge=0, le=9999)
"""Of a list, from 1 on; 0 is where it is of most use. A button's page is its last field: it is left
out where it is 0, as it was before lists had pages."""
PAGE = "page"
_NO_PAGE = ":0"


def number_of(month: date) -> int:
    """The number of a day's month, as buttons have it."""
    return month.year * 12 + month.month - 1


def first_of(number: int) -> date | None:
    """The first day of the month with this number; of none that a schedule has it is None."""
    return date(number // 12, number % 12 + 1, 1) if number >= _FIRST_MONTH else None


_SHARED = "-"
"""Begins the prefix of a class that is no button by itself."""
BY_PREFIX: dict[str, type["Tap"]] = {}
"""Every button there is, once its flow is loaded."""


class UnknownTap(Refusal):
    """A button that the bot does not know, or knew once."""


class Tap(CallbackData, prefix=_SHARED):
    """A button's meaning."""

    def fallback(self) -> "Tap | None":
        """Where to lead the person when this tap is refused; None: there is no further back."""
        return Here()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__prefix__.startswith(_SHARED):
            return  # what several buttons have in common, and none by itself
        if cls.__prefix__ in BY_PREFIX:
            raise TypeError(f"two buttons are called {cls.__prefix__!r}")
        BY_PREFIX[cls.__prefix__] = cls

    def pack(self) -> str:
        packed = super().pack()
        return packed.removesuffix(_NO_PAGE) if getattr(self, PAGE, None) == 0 else packed

    @classmethod
    def unpack(cls, value: str) -> Self:
        data = value.removeprefix(STAYS)
        for name, field in list(cls.model_fields.items())[data.count(cls.__separator__) :]:
            if name == PAGE:
                data += _NO_PAGE
            elif field.is_required() or field.default is not None:
                break
            else:
                data += cls.__separator__  # a button from before there was such a field
        return super().unpack(data)


def prefix_of(data: str) -> str:
    """What names the button's kind in its data."""
    return data.removeprefix(STAYS).partition(Tap.__separator__)[0]


def read(data: str) -> Tap:
    """The tap behind a button's data.

    Raises:
        UnknownTap: it is none of ours, or not any more.
    """
    try:
        return BY_PREFIX[prefix_of(data)].unpack(data)
    except (KeyError, ValueError, TypeError):
        raise UnknownTap from None


class Here(Tap, prefix="here"):
    """Where the person stands; an open question stays open."""

    def fallback(self) -> None:
        return None


class Start(Tap, prefix="start"):
    """Where the person stands; what was being typed is forgotten."""


DraftMark = Field(ge=0, le=2**32 - 1)
