"""What the rows of any sheet of a schedule have in common: how cells are read, and what is said
to be wrong with them. Each kind of sheet states its columns, and reads what is its own.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum, auto
from functools import lru_cache
from typing import ClassVar, TypeVar

from bot.documents.sheets.grids import Odd, Row, Value
from bot.documents.sheets.tables import EXAMPLE, Column, Table, letters
from bot.documents.typed.dates import read_date
from bot.documents.typed.kind_words import named_kind
from bot.documents.typed.reserved_words import read_kept
from services.model.refusals.families import DateUnclear, NoSuchDay
from services.model.reserved.times import ReservedFor
from services.model.settings.visit_kinds import KindKey

T = TypeVar("T")

DAY = 24 * 60
"""Minutes."""
LONGEST_CELL = 200
"""Characters: no pattern is tried on more."""
_LONGEST_NAME = 100
_LONGEST_ROOM = 20
_SHOWN = 60

_EPOCH = date(1899, 12, 30)
_WEEKDAY = re.compile(
    r"(?<![\s,(])[\s,(]*\b(?:пн|вт|ср|чт|пт|сб|вс|mon|tue|wed|thu|fri|sat|sun)\b[.,)\s]*"
)
_TIME = re.compile(r"\d{1,2}(?:[:.][0-5]\d(?:[:.][0-5]\d)?)?")
WITH_TIME = re.compile(r"(?P<date>\S.*?)(?:\s+|T)(?P<time>\d{1,2}[:.][0-5]\d(?::[0-5]\d)?)")
"""A day, and a time of it."""
_DASHED = re.compile(r"(0\d)[‐‑‒–—―−-]([0-5]\d)")
""" "09-15"; "9-15" may mean hours from nine to three, and is asked about."""
_IN_WORDS = re.compile(r"(\d{1,2})\s*(?:ч\.?|час\w*\.?|h)\s*(?:([0-5]?\d)\s*(?:м\w*\.?)?)?")
""" "9 ч", "9 ч 15 мин"."""
_FRACTION = re.compile(r"0?[.,]\d+|0[.,]\d+e-?\d+")
"""Of a day, as spreadsheets keep times; nobody receives at a quarter past midnight."""
_SERIAL = re.compile(r"[45]\d{4}(?:[.,]\d+)?")
"""Days since the end of 1899, as spreadsheets keep dates: of 2009 and later."""
_MINUTES = re.compile(r"(\d{1,3})\s*(?:мин\w*\.?|min\w*\.?|м\.?)?")


class Trouble(StrEnum):
    """What is wrong with a cell, a row or the sheet."""

    NO_HEADING = auto()
    SEVERAL_TABLES = auto()
    """More than one sheet of a workbook has one."""
    NO_COLUMN = auto()
    NO_STATE = auto()
    """No column says what is free."""
    NO_END = auto()
    """Neither a column of ends nor one of lengths."""
    COLUMN_TWICE = auto()
    NO_ROWS = auto()
    NO_NAME = auto()
    BAD_NAME = auto()
    NO_ROOM = auto()
    OTHER_ROOM = auto()
    """Not where the doctor is in an earlier row."""
    TOO_LONG = auto()
    BAD_LENGTH = auto()
    """Of a visit."""
    BAD_HOURS = auto()
    NO_SUCH_TIME = auto()
    BACKWARDS = auto()
    """The hours of a day."""
    HOURS_ARE_A_DATE = auto()
    """The spreadsheet made one of "8-12"."""
    NO_VISIT_FITS = auto()
    NO_HOURS = auto()
    EVERY_DAY_OFF = auto()
    """There are hours on even or odd days, but each weekday is a day off."""
    BAD_REASON = auto()
    BAD_DATE = auto()
    TOO_FAR = auto()
    ENDS_BEFORE_IT_BEGINS = auto()
    OVER = auto()
    """It ends before the day from which the sheet is to count."""
    BAD_TIME = auto()
    BAD_STRETCH = auto()
    """A time ends before it begins, or takes hours."""
    BAD_STATE = auto()
    YES_OR_NO = auto()
    """A bare yes or no under a heading that does not ask a question."""
    NOTHING_SAID = auto()
    """Whether it is free is left open."""
    BAD_REFERENCE = auto()
    FORMULA = auto()
    ERROR = auto()


_UNSPOKEN = {Trouble.BAD_STATE, Trouble.BAD_REFERENCE}
"""Where somebody's name could stand: what is there is not repeated."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that has to be mended in the sheet, and where."""

    trouble: Trouble
    row: int | None = None
    """As the spreadsheet shows it."""
    heading: str = ""
    """Of the column, as it stands in the sheet."""
    column: Column | None = None
    value: str = ""
    """What stands there, if it may be repeated."""


class BadSheet(Exception):
    """The sheet cannot be taken over; all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


def refuse(problems: Sequence[Problem]) -> None:
    """Raise `BadSheet` if there are any."""
    if problems:
        raise BadSheet(problems)


class Wrong(Exception):
    """What a cell holds is not what is wanted there."""

    def __init__(self, trouble: Trouble, column: Column, value: str | None = None) -> None:
        super().__init__()
        self.trouble = trouble
        self.column = column
        self.value = value


class RowReader:
    """Reads one row; what is wrong with it comes to the problems."""

    LENGTH: ClassVar[Sequence[Column]] = (Column.MINUTES,)
    """Where the length of a visit stands, and whose fault it is where it is missing."""

    def __init__(self, table: Table, row: Row, problems: list[Problem]) -> None:
        self._table = table
        self._row = row
        self._problems = problems

    def says_nothing(self) -> bool:
        """Whether it is empty, or only shows how to fill one in."""
        if not any(map(self.value, self._table.columns)):
            return True
        return bool(EXAMPLE.match(str(self.value(Column.DOCTOR))))

    # Cells

    def value(self, column: Column) -> Value:
        """What stands there; an empty text where nothing does."""
        place = self._table.columns.get(column)
        return "" if place is None else self._row.value(place)

    def text(self, column: Column, longest: int = LONGEST_CELL) -> str:
        """What is written in the cell, on one line."""
        value = self.value(column)
        if isinstance(value, Odd):
            raise Wrong(Trouble.FORMULA if value is Odd.FORMULA else Trouble.ERROR, column)
        text = " ".join(_written(value).split())
        if len(text) > longest:
            raise Wrong(Trouble.TOO_LONG, column)
        return text if text.isprintable() else "".join(filter(str.isprintable, text))

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What is read, or nothing and a complaint."""
        try:
            return read()
        except Wrong as wrong:
            self.complain(wrong)
            return None

    def complain(self, wrong: Wrong) -> None:
        """Let it be said, with what stands there."""
        said = _written(self.value(wrong.column)) if wrong.value is None else wrong.value
        shown = "" if wrong.trouble in _UNSPOKEN else said[:_SHOWN]
        heading = self._table.name(wrong.column)
        self._problems.append(
            Problem(wrong.trouble, self._row.number, heading, wrong.column, shown)
        )

    # What every kind of sheet has

    def name(self) -> str:
        """The doctor's."""
        name = self.text(Column.DOCTOR, _LONGEST_NAME)
        if not letters(name):
            raise Wrong(Trouble.BAD_NAME if name else Trouble.NO_NAME, Column.DOCTOR)
        return name

    def room(self) -> str:
        """The doctor's, or nothing."""
        return self.text(Column.ROOM, _LONGEST_ROOM)

    def day(self, column: Column) -> date:
        """The day, whatever time or weekday stands beside it."""
        value = self.value(column)
        if type(value) is date:
            return value
        day = _day_in(self.text(column))
        if day is None:
            raise Wrong(Trouble.BAD_DATE, column)
        return day

    def length(self) -> timedelta:
        """Of a visit: "15", "15 мин." or "0:15"."""
        text = self.text(Column.MINUTES)
        found = _MINUTES.fullmatch(text.casefold())
        minutes = int(found[1]) if found else _clocked(text)
        if not minutes:
            there = [each for each in self.LENGTH if each in self._table.columns]
            raise Wrong(Trouble.BAD_LENGTH, there[0])
        return timedelta(minutes=minutes)

    def reasons(self, *, may_be_kept: bool = False) -> frozenset[KindKey]:
        """What the row is for; none is anything.

        Args:
            may_be_kept: it may say beside for whom the hours are kept.
        """
        words = [
            word for word in self._purposes() if not (may_be_kept and read_kept(word) is not None)
        ]
        found = {word: named_kind(self._table.kinds, word) for word in words}
        for word, reason in found.items():
            if reason is None:
                self.complain(Wrong(Trouble.BAD_REASON, Column.REASONS, word))
        return frozenset(reason for reason in found.values() if reason)

    def kept_for(self) -> ReservedFor | None:
        """For whom the row's hours are kept, where its purpose says so."""
        return next((whom for word in self._purposes() if (whom := read_kept(word))), None)

    def _purposes(self) -> list[str]:
        text = self.attempt(lambda: self.text(Column.REASONS)) or ""
        return [word.strip() for word in re.split("[,;]", text) if word.strip()]


def _clocked(text: str) -> int | None:
    """Minutes that are written as a time of the day: "0:15", or a fraction of it."""
    return minute_in(text) if ":" in text or _FRACTION.fullmatch(text) else None


def _written(value: Value) -> str:
    if isinstance(value, Odd):
        return ""
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)


def folded(text: str) -> str:
    """The text as what stands for the same is written."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


@lru_cache(maxsize=1000)
def _day_in(text: str) -> date | None:
    if _SERIAL.fullmatch(text):
        return _EPOCH + timedelta(days=int(text[:5]))
    found = WITH_TIME.fullmatch(text)
    try:
        return read_date(_WEEKDAY.sub("", (found["date"] if found else text).casefold()))
    except (DateUnclear, NoSuchDay):
        return None


@lru_cache(maxsize=2000)
def minute_in(text: str) -> int | None:
    """The minute of the day at which a clock shows this, whatever date stands before it."""
    found = WITH_TIME.fullmatch(text)
    clock = folded(found["time"] if found else text)
    if _FRACTION.fullmatch(clock):
        return round(float(clock.replace(",", ".")) * DAY)
    if said := _IN_WORDS.fullmatch(clock) or _DASHED.fullmatch(clock):
        clock = f"{said[1]}:{said[2] or 0:0>2}"
    if not _TIME.fullmatch(clock):
        return None
    hour, minute, second = (*map(int, re.split("[:.]", clock)), 0, 0)[:3]
    minutes = hour * 60 + minute
    return minutes if second == 0 and minutes <= DAY else None
