"""Settings that are spans, hours of the day, or hours of quiet."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from services.model.refusals.typed import (
    NotADay,
    NotASpan,
    NotATime,
    QuietUnclear,
    SpanOutOfRange,
)
from services.model.settings.kinds import Part, Whole, text_of
from services.model.settings.texts import NOTHING

_MINUTE = timedelta(minutes=1)


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
        times = [_read_time(part) for part in re.split(r"[-–—]|до|по|until|to", text)]
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
class CalendarDay(Whole):
    """A day, or none yet. It is noted by the house and typed by nobody."""

    def read(self, typed: str) -> date | None:
        try:
            return date.fromisoformat(typed) if typed else None
        except ValueError:
            raise NotADay from None

    def write(self, value: date | None) -> str:
        return value.isoformat() if value else ""

    def keep(self, value: date | None) -> str:
        return self.write(value)

    def kept(self, plain: object) -> date | None:
        return self.read(text_of(plain))

    def check(self, value: date | None) -> None:
        """Any will do."""


def _read_time(typed: str) -> time | None:
    found = re.fullmatch(r"([01]?\d|2[0-3])(?:[:.]([0-5]\d))?", typed.strip())
    return time(int(found[1]), int(found[2] or 0)) if found else None
