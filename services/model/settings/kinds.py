"""What a value that a clinic says of itself may be, how people write it, and how it is kept.

A value has one written form, which `read` takes back; what people type is read more kindly. A file
and the database keep it as plain parts, most often one: a text, a number, true or false.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo, available_timezones

from services.model.refusals.typed import (
    NotACode,
    NotADegree,
    NotANumber,
    NotAPhone,
    NotASpan,
    NotAText,
    NotATime,
    NotAZone,
    NotOneLine,
    NotOneOf,
    NotYesOrNo,
    NumberOutOfRange,
    QuietUnclear,
    SpanOutOfRange,
    TextMissing,
    TextTooLong,
    UnseenCharacter,
)
from services.model.settings.texts import NOTHING, has_unseen, is_phone, length

LONGEST_PHONE = 40

Plain = str | int | float | bool | None
"""What a file and the database know."""

_MINUTE = timedelta(minutes=1)
ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Novosibirsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)
"""Russia's, from west to east; any other can be typed."""


class Part(Protocol):
    """How one part of a value is kept."""

    def keep(self, value: Any) -> Plain:
        """The plain form."""
        ...

    def kept(self, plain: object) -> Any:
        """What a plain form means. Raises a `BadValue`: it is of another type."""
        ...

    def check(self, value: Any) -> None:
        """Raises a `BadValue` where a clinic may not say this. What is kept already is not checked:
        it was good under the bounds of its day."""
        ...


class Kind(Protocol):
    """What values of one kind may be."""

    def read(self, typed: str) -> Any:
        """The value that somebody typed. Raises a `BadValue` that says what is wanted."""
        ...

    def write(self, value: Any) -> str:
        """The value's one written form."""
        ...

    @property
    def choices(self) -> Sequence[str]:
        """Values in their written form that are offered as buttons; an empty one is none."""
        ...

    @property
    def parts(self) -> Sequence[Part]:
        """What it is kept as, in this order."""
        ...

    def split(self, value: Any) -> Sequence[Any]:
        """The value's parts; each is None where the value is."""
        ...

    def join(self, *parts: Any) -> Any:
        """The value of these parts."""
        ...


class Whole:
    """A value that is kept in one piece, and is offered by no button."""

    __slots__ = ()

    @property
    def choices(self) -> Sequence[str]:
        return ()

    @property
    def parts(self) -> Sequence[Any]:
        return (self,)

    def split(self, value: Any) -> Sequence[Any]:
        return (value,)

    def join(self, *parts: Any) -> Any:
        [value] = parts
        return value


@dataclass(frozen=True, slots=True)
class Words(Whole):
    """The clinic's own words."""

    most: int
    needed: bool = False
    lines: bool = False
    """Whether there may be several."""
    stays: bool = False
    """Whether words that are there cannot be taken away, only replaced."""

    def read(self, typed: str) -> str:
        text = typed.strip()
        if text in NOTHING:
            text = ""
        if not text and self.stays:
            raise TextMissing
        self.check(text)
        return text

    def write(self, value: str) -> str:
        return value

    def keep(self, value: str) -> str:
        return value

    def kept(self, plain: object) -> str:
        return _text(plain)

    def check(self, value: str) -> None:
        if not value and self.needed:
            raise TextMissing
        if length(value) > self.most:
            raise TextTooLong(length(value) - self.most, self.most)
        if "\n" in value and not self.lines:
            raise NotOneLine
        if has_unseen(value):
            raise UnseenCharacter

    @property
    def choices(self) -> Sequence[str]:
        return () if self.needed or self.stays else ("",)


@dataclass(frozen=True, slots=True)
class Phone(Whole):
    """A number to be called."""

    needed: bool = True

    def read(self, typed: str) -> str:
        text = Words(LONGEST_PHONE, self.needed).read(typed)
        self.check(text)
        return text

    def write(self, value: str) -> str:
        return value

    def keep(self, value: str) -> str:
        return value

    def kept(self, plain: object) -> str:
        return _text(plain)

    def check(self, value: str) -> None:
        Words(LONGEST_PHONE, self.needed).check(value)
        if value and not is_phone(value):
            raise NotAPhone

    @property
    def choices(self) -> Sequence[str]:
        return () if self.needed else ("",)


@dataclass(frozen=True, slots=True)
class Code(Whole):
    """What names a clinic in a link."""

    def read(self, typed: str) -> str:
        self.check(typed.strip())
        return typed.strip()

    def write(self, value: str) -> str:
        return value

    def keep(self, value: str) -> str:
        return value

    def kept(self, plain: object) -> str:
        return _text(plain)

    def check(self, value: str) -> None:
        if not value:
            raise TextMissing
        if not re.fullmatch(r"[a-z0-9-]{2,40}", value):
            raise NotACode


@dataclass(frozen=True, slots=True)
class Number(Whole):
    """How many."""

    least: int
    most: int

    def read(self, typed: str) -> int:
        found = re.fullmatch(r"(\d{1,6})(?:\s*[^\W\d]+\.?)?", typed.strip())
        if not found:
            raise NotANumber
        self.check(int(found[1]))
        return int(found[1])

    def write(self, value: int) -> str:
        return str(value)

    def keep(self, value: int) -> int:
        return value

    def kept(self, plain: object) -> int:
        if isinstance(plain, int) and not isinstance(plain, bool):
            return plain
        raise NumberOutOfRange(self.least, self.most)

    def check(self, value: int) -> None:
        if not self.least <= value <= self.most:
            raise NumberOutOfRange(self.least, self.most)


@dataclass(frozen=True, slots=True)
class Days(Number):
    """How many days."""


@dataclass(frozen=True, slots=True)
class Span(Whole):
    """How long: "30", "30 минут", "2 ч", "1:30". Kept in minutes."""

    least: int
    most: int
    """In minutes, both."""

    def read(self, typed: str) -> timedelta:
        text = typed.strip().casefold()
        if found := re.fullmatch(r"(\d{1,3}):([0-5]\d)", text):
            minutes = int(found[1]) * 60 + int(found[2])
        elif found := re.fullmatch(r"(\d{1,6})\s*(?:(мин|min|м|m|час|h|ч|д|d)[^\W\d]*\.?)?", text):
            minutes = int(found[1]) * {"ч": 60, "h": 60, "д": 1440, "d": 1440}.get(
                (found[2] or "м")[0], 1
            )
        else:
            raise NotASpan
        self.check(minutes * _MINUTE)
        return minutes * _MINUTE

    def write(self, value: timedelta) -> str:
        return str(value // _MINUTE)

    def keep(self, value: timedelta) -> int:
        return value // _MINUTE

    def kept(self, plain: object) -> timedelta:
        if isinstance(plain, int) and not isinstance(plain, bool) and abs(plain) < 10**9:
            return plain * _MINUTE
        raise SpanOutOfRange(self.least, self.most)

    def check(self, value: timedelta) -> None:
        if not self.least * _MINUTE <= value <= self.most * _MINUTE:
            raise SpanOutOfRange(self.least, self.most)


@dataclass(frozen=True, slots=True)
class TimeOfDay(Whole):
    """A time on the clinic's wall, to the minute."""

    def read(self, typed: str) -> time:
        if found := _read_time(typed):
            return found
        raise NotATime

    def write(self, value: time) -> str:
        return f"{value:%H:%M}"

    def keep(self, value: time) -> str:
        return f"{value:%H:%M}"

    def kept(self, plain: object) -> time:
        """A TOML file may have it without quotes, too."""
        if isinstance(plain, time) and plain == plain.replace(second=0, microsecond=0):
            return plain
        if isinstance(plain, str):
            return self.read(plain)
        raise NotATime

    def check(self, value: time) -> None:
        """Any will do."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when, over midnight too: "21-7", "с 21:00 до 7:30"."""

    made: Callable[[time, time], Any]
    """Hours of a beginning and an end."""

    def read(self, typed: str) -> Any:
        text = typed.strip().casefold()
        if text in NOTHING or not text:
            return self._never
        text = re.sub(r"^(?:с|from)\s+", "", text)
        times = [_read_time(part) for part in re.split(r"\s*(?:[-–—]|до|по|until|to)\s*", text)]
        match times:
            case [time() as starts, time() as ends]:
                return self._never if starts == ends else self.made(starts, ends)
        raise QuietUnclear

    @property
    def _never(self) -> Any:
        return self.made(time.min, time.min)

    def write(self, value: Any) -> str:
        if value.starts == value.ends:
            return ""
        return f"{value.starts:%H:%M}-{value.ends:%H:%M}"

    @property
    def choices(self) -> Sequence[str]:
        return ("",)

    @property
    def parts(self) -> Sequence[Part]:
        return (TimeOfDay(), TimeOfDay())

    def split(self, value: Any) -> Sequence[time]:
        return (value.starts, value.ends)

    def join(self, *parts: Any) -> Any:
        return self.made(*parts)


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, latitude first: "55.77, 37.61"."""

    made: Callable[[float, float], Any]
    """A position of a latitude and a longitude."""

    def read(self, typed: str) -> Any:
        text = typed.strip()
        if text in NOTHING or not text:
            return None
        degrees = r"([+-]?\d{1,3}(?:[.,]\d{1,12})?)"
        found = re.fullmatch(rf"{degrees}\s*[,;\s]\s*{degrees}", text)
        if not found:
            raise NotADegree
        told = [round(float(each.replace(",", ".")), 6) for each in found.groups()]
        for part, value in zip(self.parts, told, strict=True):
            part.check(value)
        return self.made(*told)

    def write(self, value: Any) -> str:
        return f"{value.latitude:.6f}, {value.longitude:.6f}" if value else ""

    @property
    def choices(self) -> Sequence[str]:
        return ("",)

    @property
    def parts(self) -> Sequence[Part]:
        return (_Degrees(90), _Degrees(180))

    def split(self, value: Any) -> Sequence[float | None]:
        return (value.latitude, value.longitude) if value else (None, None)

    def join(self, *parts: Any) -> Any:
        return None if None in parts else self.made(*parts)


@dataclass(frozen=True, slots=True)
class _Degrees:
    most: int

    def keep(self, value: float | None) -> float | None:
        return value

    def kept(self, plain: object) -> float | None:
        if plain is None:
            return None
        if isinstance(plain, int | float) and not isinstance(plain, bool):
            return float(plain)
        raise NotADegree(self.most)

    def check(self, value: float | None) -> None:
        if value is not None and not -self.most <= value <= self.most:  # "not a number" is neither
            raise NotADegree(self.most)


@dataclass(frozen=True, slots=True)
class Zone(Whole):
    """An IANA time zone."""

    def read(self, typed: str) -> ZoneInfo:
        key = typed.strip()
        if not re.fullmatch(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){1,2}", key) or len(key) > 40:
            raise NotAZone
        try:
            return ZoneInfo(key)
        except (KeyError, ValueError, OSError):
            raise NotAZone from None

    def write(self, value: ZoneInfo) -> str:
        return value.key

    def keep(self, value: ZoneInfo) -> str:
        return value.key

    def kept(self, plain: object) -> ZoneInfo:
        if _text(plain) in available_timezones():
            return ZoneInfo(_text(plain))
        raise NotAZone

    def check(self, value: ZoneInfo) -> None:
        """Any will do."""

    @property
    def choices(self) -> Sequence[str]:
        return ZONES


@dataclass(frozen=True, slots=True)
class YesOrNo(Whole):
    """A choice of two."""

    def read(self, typed: str) -> bool:
        known = {"yes": True, "да": True, "no": False, "нет": False}
        try:
            return known[typed.strip().casefold()]
        except KeyError:
            raise NotYesOrNo from None

    def write(self, value: bool) -> str:
        return "yes" if value else "no"

    def keep(self, value: bool) -> bool:
        return value

    def kept(self, plain: object) -> bool:
        if isinstance(plain, bool):
            return plain
        raise NotYesOrNo

    def check(self, value: bool) -> None:
        """Either will do."""

    @property
    def choices(self) -> Sequence[str]:
        return ("yes", "no")


@dataclass(frozen=True, slots=True)
class OneOf(Whole):
    """A choice of several that have names."""

    known: type[StrEnum]

    def read(self, typed: str) -> StrEnum:
        try:
            return self.known(typed.strip())
        except ValueError:
            raise NotOneOf(self.choices) from None

    def write(self, value: StrEnum) -> str:
        return str(value)

    def keep(self, value: StrEnum) -> str:
        return str(value)

    def kept(self, plain: object) -> StrEnum:
        return self.read(_text(plain))

    def check(self, value: StrEnum) -> None:
        """Any will do."""

    @property
    def choices(self) -> Sequence[str]:
        return tuple(self.known)


def _text(plain: object) -> str:
    if isinstance(plain, str):
        return plain
    raise NotAText


def _read_time(typed: str) -> time | None:
    found = re.fullmatch(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?", typed.strip())
    return time(int(found[1]), int(found[2] or 0)) if found else None
