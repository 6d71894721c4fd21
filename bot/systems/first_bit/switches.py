"""What the specification of 1С leaves open, and a clinic has decided: the dialect's switches."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.systems.talking.dialects import Dialect, Value


class NameOrder(StrEnum):
    """Which word of a family's name is which: 1С has a field for each."""

    GIVEN_FIRST = "given family"
    FAMILY_FIRST = "family given"
    WHOLE = "whole"
    """All of it is the name."""


USUAL: dict[str, Value] = {
    "clinic": "",
    "zone": "",
    "visit minutes": 0,
    "method": "BookAnAppointmentWithParams",
    "name order": NameOrder.GIVEN_FIRST.value,
    "hold": True,
    "hold minutes": 15,
    "send duration": True,
    "overlap words": "Не удалось записать",
    "key words": "ключ API",
    "moves": True,
    "overdue is no-show": False,
    "basic key": "",
}
"""Every switch, and what it is unless the clinic's settings say otherwise."""
_METHODS = ("BookAnAppointment", "BookAnAppointmentWithParams")
DEFAULT_LENGTH = timedelta(minutes=30)
"""Of a visit, where neither the setting nor the employee's card says how long it is."""


@dataclass(frozen=True, slots=True)
class Switches:
    """The switches of one 1С; docs/clinic-systems-adapters.md says what each is for."""

    dialect: Dialect
    clinic: str
    zone: ZoneInfo
    length: timedelta
    """Of a visit; zero: as the employee's card says."""
    method: str
    names: NameOrder
    hold: bool
    hold_minutes: int
    sends_duration: bool
    overlap_words: str
    """What an HTTP 500 says where the document could not be written, as the time is taken."""
    key_words: str
    """What an answer says where it does not know our key."""
    overdue_is_no_show: bool
    moves: bool
    """Whether a document that is sent anew under its УИД is changed."""
    basic_key: str


def read_switches(dialect: Dialect) -> Switches:
    """The switches. Raises `ValueError` where one cannot be as it is, in one line."""
    dialect.check(USUAL)
    clinic, zone = dialect.text("clinic", USUAL), dialect.text("zone", USUAL)
    method, names = dialect.text("method", USUAL), dialect.text("name order", USUAL)
    if not clinic:
        raise ValueError("dialect: 'clinic' is needed, the УИД of the clinic in 1С")
    if method not in _METHODS:
        raise ValueError(f"dialect: 'method' has to be one of {', '.join(_METHODS)}")
    if names not in list(NameOrder):
        raise ValueError(f"dialect: 'name order' has to be one of {', '.join(NameOrder)}")
    return Switches(
        dialect,
        clinic=clinic,
        zone=_zone(zone),
        length=timedelta(minutes=dialect.number("visit minutes", USUAL)),
        method=method,
        names=NameOrder(names),
        hold=dialect.flag("hold", USUAL),
        hold_minutes=dialect.number("hold minutes", USUAL),
        sends_duration=dialect.flag("send duration", USUAL),
        overlap_words=dialect.text("overlap words", USUAL),
        key_words=dialect.text("key words", USUAL),
        overdue_is_no_show=dialect.flag("overdue is no-show", USUAL),
        moves=dialect.flag("moves", USUAL),
        basic_key=dialect.text("basic key", USUAL),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        raise ValueError(
            "dialect: 'zone' is needed, as 1С writes times without one, such as Europe/Moscow"
        ) from None
