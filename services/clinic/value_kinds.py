"""What a value that a clinic says of itself may be, and how people write it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from services.model.clinic import Hours, LegalBasis, Position, Unanswered
from services.model.refusals.typed import (
    NotADegree,
    NotANumber,
    NotAPhone,
    NotASpan,
    NotATime,
    NotAZone,
    NotYesOrNo,
    NumberOutOfRange,
    QuietUnclear,
    SpanOutOfRange,
)
from services.rules.typed_texts import NOTHING, Words, is_phone

LONGEST_PHONE = 40

_MINUTE = timedelta(minutes=1)
NEVER = Hours(time.min, time.min)
"""Quiet hours that there are none of."""
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


class Kind(Protocol):
    """What values of one kind may be."""

    def read(self, typed: str) -> Any:
        """The value that somebody typed. Raises a `Refusal` that says what is wanted."""
        ...

    def write(self, value: Any) -> str:
        """The value's one written form."""
        ...

    @property
    def choices(self) -> Sequence[str]:
        """Values in their written form that are offered as buttons; an empty one is none."""
        ...


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to be called."""

    needed: bool = True

    def read(self, typed: str) -> str:
        text = Words(LONGEST_PHONE, self.needed).read(typed)
        if text and not is_phone(text):
            raise NotAPhone
        return text

    def write(self, value: str) -> str:
        return value

    @property
    def choices(self) -> Sequence[str]:
        return () if self.needed else ("",)


@dataclass(frozen=True, slots=True)
class Number:
    """How many."""

    least: int
    most: int

    def read(self, typed: str) -> int:
        found = re.fullmatch(r"(\d{1,6})(?:\s*[^\W\d]+\.?)?", typed.strip())
        if not found:
            raise NotANumber
        if not self.least <= int(found[1]) <= self.most:
            raise NumberOutOfRange(self.least, self.most)
        return int(found[1])

    def write(self, value: int) -> str:
        return str(value)

    @property
    def choices(self) -> Sequence[str]:
        return ()


@dataclass(frozen=True, slots=True)
class Span:
    """How long: "30", "30 минут", "2 ч", "1:30"."""

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
        if not self.least <= minutes <= self.most:
            raise SpanOutOfRange(self.least, self.most)
        return minutes * _MINUTE

    def write(self, value: timedelta) -> str:
        return str(value // _MINUTE)

    @property
    def choices(self) -> Sequence[str]:
        return ()


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time on the clinic's wall."""

    def read(self, typed: str) -> time:
        if found := _read_time(typed):
            return found
        raise NotATime

    def write(self, value: time) -> str:
        return f"{value:%H:%M}"

    @property
    def choices(self) -> Sequence[str]:
        return ()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when, over midnight too: "21-7", "с 21:00 до 7:30"."""

    def read(self, typed: str) -> Hours:
        text = typed.strip().casefold()
        if text in NOTHING or not text:
            return NEVER
        text = re.sub(r"^(?:с|from)\s+", "", text)
        times = [_read_time(part) for part in re.split(r"\s*(?:[-–—]|до|по|until|to)\s*", text)]
        match times:
            case [time() as starts, time() as ends]:
                return NEVER if starts == ends else Hours(starts, ends)
        raise QuietUnclear

    def write(self, value: Hours) -> str:
        if value.starts == value.ends:
            return ""
        return f"{value.starts:%H:%M}-{value.ends:%H:%M}"

    @property
    def choices(self) -> Sequence[str]:
        return ("",)


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, latitude first: "55.77, 37.61"."""

    def read(self, typed: str) -> Position | None:
        text = typed.strip()
        if text in NOTHING or not text:
            return None
        degrees = r"([+-]?\d{1,3}(?:[.,]\d{1,12})?)"
        found = re.fullmatch(rf"{degrees}\s*[,;\s]\s*{degrees}", text)
        if not found:
            raise NotADegree
        latitude, longitude = (round(float(each.replace(",", ".")), 6) for each in found.groups())
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise NotADegree
        return Position(latitude, longitude)

    def write(self, value: Position | None) -> str:
        return f"{value.latitude:.6f}, {value.longitude:.6f}" if value else ""

    @property
    def choices(self) -> Sequence[str]:
        return ("",)


@dataclass(frozen=True, slots=True)
class Zone:
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

    @property
    def choices(self) -> Sequence[str]:
        return ZONES


@dataclass(frozen=True, slots=True)
class YesOrNo:
    """A choice of two."""

    def read(self, typed: str) -> bool:
        known = {"yes": True, "да": True, "no": False, "нет": False}
        try:
            return known[typed.strip().casefold()]
        except KeyError:
            raise NotYesOrNo from None

    def write(self, value: bool) -> str:
        return "yes" if value else "no"

    @property
    def choices(self) -> Sequence[str]:
        return ("yes", "no")


@dataclass(frozen=True, slots=True)
class Basis:
    """Why data may be kept."""

    def read(self, typed: str) -> LegalBasis:
        try:
            return LegalBasis(typed.strip())
        except ValueError:
            raise NotYesOrNo from None

    def write(self, value: LegalBasis) -> str:
        return str(value)

    @property
    def choices(self) -> Sequence[str]:
        return tuple(LegalBasis)


@dataclass(frozen=True, slots=True)
class Silence:
    """What follows where nobody answers."""

    def read(self, typed: str) -> Unanswered:
        try:
            return Unanswered(typed.strip())
        except ValueError:
            raise NotYesOrNo from None

    def write(self, value: Unanswered) -> str:
        return str(value)

    @property
    def choices(self) -> Sequence[str]:
        return tuple(Unanswered)


def _read_time(typed: str) -> time | None:
    found = re.fullmatch(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?", typed.strip())
    return time(int(found[1]), int(found[2] or 0)) if found else None
