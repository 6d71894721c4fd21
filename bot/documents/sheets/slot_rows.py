"""A row for each time, as clinics' own systems give it out: read, and written to be read again.

Who has a time is nobody's business here: columns with patients' names, phones or birth dates are
passed over, and what stands where a state or a number is expected is not repeated in a complaint.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum, auto
from functools import lru_cache
from typing import TypeVar

from bot.documents.sheets import grids, tables
from bot.documents.sheets.grids import Grid, Odd, Row, Value
from bot.documents.sheets.tables import EXAMPLE, Table, letters, vocabulary
from bot.documents.sheets.timetable import REASON_OF
from bot.documents.typed.dates import read_date
from services.model.clinic import Reason
from services.model.refusals.families import DateUnclear, NoSuchDay
from services.model.slot_sync import There
from services.rules.names import name_key
from services.schedule.listed_times import ListedDoctor, ListedTime

T = TypeVar("T")


class Column(StrEnum):
    """What a column is about."""

    DOCTOR = auto()
    DATE = auto()
    """Perhaps with the start of the time."""
    START = auto()
    """Perhaps with its end: "9:00–9:15"."""
    END = auto()
    MINUTES = auto()
    """How long it is, where no end is given."""
    STATE = auto()
    TAKEN = auto()
    """Yes or no."""
    FREE = auto()
    """No or yes."""
    ROOM = auto()
    REFERENCE = auto()
    """How the other system names who has the time; of our own visits the number."""
    REASONS = auto()


_STATES = (Column.STATE, Column.TAKEN, Column.FREE)
_TIMES = {Column.START, Column.END, Column.MINUTES, *_STATES}

_HEADINGS = {
    Column.DOCTOR: "врач, ф.и.о. врача, врач фио, доктор, педиатр, врач-педиатр, участковый врач, "
    "участковый педиатр, специалист, фио специалиста, doctor, physician, pediatrician",
    Column.DATE: "дата, дата приёма, дата визита, день приёма, число, дата и время, "
    "дата и время приёма, дата время, date, visit date, date and time",
    Column.START: "начало, начало приёма, время начала, время начала приёма, время, "
    "время приёма, время с, с, start, starts, start time, time, from",
    Column.END: "конец, конец приёма, окончание, окончание приёма, время окончания, "
    "время окончания приёма, время по, время до, по, до, end, ends, end time, until, to",
    Column.MINUTES: "минут, мин, длительность, длительность мин, длительность минут, "
    "длительность приёма, продолжительность, продолжительность мин, продолжительность приёма, "
    "минут на приём, minutes, length, duration, duration min",
    Column.STATE: "состояние, статус, статус времени, статус записи, статус талона, статус приёма, "
    "занятость, state, status",
    Column.TAKEN: "занято, занят, занята, taken, busy, booked",
    Column.FREE: "свободно, свободен, свободное, доступно, доступность, free, available",
    Column.ROOM: "кабинет, каб, номер кабинета, № кабинета, room",
    Column.REFERENCE: "номер записи, № записи, код записи, id записи, номер талона, № талона, "
    "код талона, идентификатор, идентификатор записи, внешний номер, reference, booking number, id",
    Column.REASONS: "для чего, для кого, назначение, вид приёма, тип приёма, for, for what, "
    "reasons, kind",
}
"""What other systems call the columns; what is a patient's is not among it."""

_WORDS = {
    There.FREE: "свободно, свободен, свободна, свободное, своб, доступно, доступен, доступна, "
    "открыто, открыт, не занято, не занят, нет записи, free, available, open, vacant",
    There.TAKEN: "занято, занят, занята, занятое, записан, записана, запись, есть запись, "
    "забронировано, забронирован, бронь, подтверждено, подтверждён, подтверждена, ожидает, "
    "выдан, талон выдан, taken, busy, booked, reserved",
    There.CLOSED: "закрыто, закрыт, закрыта, недоступно, недоступен, заблокировано, заблокирован, "
    "блокировка, перерыв, нет приёма, не принимает, closed, blocked, unavailable",
}
_MEANT = vocabulary(_WORDS)
_YES = {"1", "+", "да", "yes", "true", "x", "х", "v"}
_NO = {"0", "-", "–", "—", "нет", "no", "false"}

MOST_AHEAD = timedelta(days=400)
"""Further ahead a date is a slip of the pen."""
LONGEST_VISIT = timedelta(hours=8)
_LONGEST_NAME = 100
_LONGEST_ROOM = 20
_SHOWN = 60
_DAY = 24 * 60

_WEEKDAY = re.compile(r"[\s,(]*\b(?:пн|вт|ср|чт|пт|сб|вс|mon|tue|wed|thu|fri|sat|sun)\b[.,)\s]*")
_CLOCK = r"\d{1,2}(?:[:.][0-5]\d(?:[:.][0-5]\d)?)?"
_TIME = re.compile(_CLOCK)
_WITH_TIME = re.compile(r"(?P<date>\S.*?)(?:\s+|T)(?P<time>\d{1,2}[:.][0-5]\d(?::[0-5]\d)?)")
_FULL_CLOCK = r"\d{1,2}[:.][0-5]\d(?:[:.][0-5]\d)?"
"""With minutes: whoever writes "9-15" may mean a quarter past nine."""
_SPAN = re.compile(rf"(?:с\s*)?({_FULL_CLOCK})\s*(?:[‐‑‒–—―−-]|до|по|to)\s*({_FULL_CLOCK})")
_MINUTES = re.compile(r"(\d{1,3})\s*(?:мин\w*\.?|min\w*\.?|м\.?)?")
_REFERENCE = re.compile(r"(?:(?:№|n|#|no\.?|талон)\s*)?(?=\S*\d)[\w\-/.:#]{1,40}", re.IGNORECASE)
"""One word with a digit in it: nobody's name."""


class Trouble(StrEnum):
    """What is wrong with a cell, a row or the sheet."""

    SEVERAL_TABLES = auto()
    NO_COLUMN = auto()
    NO_STATE = auto()
    """No column says what is free."""
    NO_END = auto()
    """Neither a column of ends nor one of lengths."""
    COLUMN_TWICE = auto()
    NO_ROWS = auto()
    NO_NAME = auto()
    BAD_NAME = auto()
    TOO_LONG = auto()
    BAD_DATE = auto()
    TOO_FAR = auto()
    BAD_TIME = auto()
    BAD_LENGTH = auto()
    BACKWARDS = auto()
    BAD_STATE = auto()
    YES_OR_NO = auto()
    """A bare yes or no under a heading that does not ask a question."""
    NOTHING_SAID = auto()
    """Whether it is free is left open."""
    BAD_REFERENCE = auto()
    BAD_REASON = auto()
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


class BadSlotRows(Exception):
    """The sheet cannot be taken over; all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read."""

    doctors: Sequence[ListedDoctor]
    """In the order of the sheet."""
    past: int
    """How many rows are of days before the first that counts."""
    ignored: Sequence[str]
    """Headings of columns that were not read."""


def table_in(grid: Grid) -> Table[Column] | None:
    """The table under the first row that names a doctor, a date and something of a time."""
    return tables.table_in(
        grid,
        _COLUMN_OF,
        lambda columns: {Column.DOCTOR, Column.DATE} <= columns and bool(_TIMES & columns),
    )


_COLUMN_OF = vocabulary(_HEADINGS)


def read_table(table: Table[Column], since: date) -> Reading:
    """The times in a table, from a day on.

    Raises:
        sheets.BadFile: it is too large.
        BadSlotRows: something in it is wrong; nothing of it is to be used.
    """
    grids.check_size(table.grid, grids.MOST_ROWS)
    if wrong := _problems_of(table):
        raise BadSlotRows(wrong)
    problems: list[Problem] = []
    doctors: dict[str, _Doctor] = {}
    past = 0
    for row in table.rows:
        past += _RowReader(table, row, problems).read(doctors, since)
    if not (doctors or problems or past):
        problems.append(Problem(Trouble.NO_ROWS))
    if problems:
        raise BadSlotRows(problems)
    return Reading(
        [ListedDoctor(each.name, list(each.rooms), each.times) for each in doctors.values()],
        past,
        table.ignored(),
    )


def _problems_of(table: Table[Column]) -> list[Problem]:
    row = table.heading.number
    states = [column for column in _STATES if column in table.columns]
    return [
        *([] if states else [Problem(Trouble.NO_STATE, row)]),
        *(Problem(Trouble.COLUMN_TWICE, row, table.name(column)) for column in states[1:]),
        *(Problem(Trouble.COLUMN_TWICE, row, name) for name in table.twice),
        *_missing_times(table),
    ]


def _missing_times(table: Table[Column]) -> list[Problem]:
    """Columns without which no row has a start, or an end."""
    row = table.heading.number
    if Column.START not in table.columns:
        dates = (each.value(table.columns[Column.DATE]) for each in table.rows)
        if not any(_WITH_TIME.fullmatch(str(value)) for value in dates):
            return [Problem(Trouble.NO_COLUMN, row, column=Column.START)]
    if not {Column.END, Column.MINUTES} & table.columns.keys():
        place = table.columns.get(Column.START)
        starts = () if place is None else (each.value(place) for each in table.rows)
        if not any(_SPAN.fullmatch(_folded(str(value))) for value in starts):
            return [Problem(Trouble.NO_END, row)]
    return []


@dataclass(slots=True)
class _Doctor:
    """A doctor of whom rows were read."""

    name: str
    rooms: dict[str, None] = field(default_factory=dict)
    times: list[ListedTime] = field(default_factory=list)


class _Wrong(Exception):
    """What a cell holds is not what is wanted there."""

    def __init__(self, trouble: Trouble, column: Column) -> None:
        super().__init__()
        self.trouble = trouble
        self.column = column


class _RowReader:
    """Reads one row; what is wrong with it comes to the problems."""

    def __init__(self, table: Table[Column], row: Row, problems: list[Problem]) -> None:
        self._table = table
        self._row = row
        self._problems = problems

    def read(self, doctors: dict[str, _Doctor], since: date) -> bool:
        """Let the row add to its doctor; an empty one, or an example, adds nothing.

        Returns whether it is of a day before the first, and so of no interest, right or wrong.
        """
        if not any(map(self._value, self._table.columns)):
            return False
        if EXAMPLE.match(str(self._value(Column.DOCTOR))):
            return False
        complaints = len(self._problems)
        day = self._try(self._day)
        if day and day < since:
            return True
        if day and day > since + MOST_AHEAD:
            self._complain(Trouble.TOO_FAR, Column.DATE)
        name = self._try(self._name)
        begins, ends = self._try(self._minutes) or (0, 0)
        there = self._try(self._there)
        reference = self._try(self._reference) or ""
        room = self._try(self._room)
        reasons = self._reasons()
        if len(self._problems) == complaints and day and name and there:
            doctor = doctors.setdefault(name_key(name), _Doctor(name))
            if room:
                doctor.rooms[room] = None
            starts = datetime.combine(day, time()) + timedelta(minutes=begins)
            length = timedelta(minutes=ends - begins)
            doctor.times.append(ListedTime(starts, length, there, reference, reasons))
        return False

    # Cells

    def _value(self, column: Column) -> Value:
        place = self._table.columns.get(column)
        return "" if place is None else self._row.value(place)

    def _text(self, column: Column, longest: int = 200) -> str:
        """What is written in the cell, on one line."""
        value = self._value(column)
        if isinstance(value, Odd):
            raise _Wrong(Trouble.FORMULA if value is Odd.FORMULA else Trouble.ERROR, column)
        text = " ".join(_written(value).split())
        if len(text) > longest:
            raise _Wrong(Trouble.TOO_LONG, column)
        return text if text.isprintable() else "".join(filter(str.isprintable, text))

    def _try(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except _Wrong as wrong:
            self._complain(wrong.trouble, wrong.column)
            return None

    def _complain(self, trouble: Trouble, column: Column, value: str | None = None) -> None:
        said = _written(self._value(column)) if value is None else value
        shown = "" if trouble in _UNSPOKEN else said[:_SHOWN]
        heading = self._table.name(column)
        self._problems.append(Problem(trouble, self._row.number, heading, column, shown))

    # Who, and where

    def _name(self) -> str:
        name = self._text(Column.DOCTOR, _LONGEST_NAME)
        if not letters(name):
            raise _Wrong(Trouble.BAD_NAME if name else Trouble.NO_NAME, Column.DOCTOR)
        return name

    def _room(self) -> str:
        return self._text(Column.ROOM, _LONGEST_ROOM)

    # When

    def _day(self) -> date:
        value = self._value(Column.DATE)
        if type(value) is date:
            return value
        day = _day_in(self._text(Column.DATE))
        if day is None:
            raise _Wrong(Trouble.BAD_DATE, Column.DATE)
        return day

    def _minutes(self) -> tuple[int, int]:
        """From which minute of the day to which."""
        column, begins, ends = self._start()
        if end := self._text(Column.END):
            before, column, ends = ends, Column.END, _minute_in(end)
            if ends is None or before not in (None, ends):
                raise _Wrong(Trouble.BAD_TIME, column)
        if ends is None:
            column, ends = Column.MINUTES, begins + self._length()
        ends = ends or _DAY  # until midnight
        if not timedelta(0) < timedelta(minutes=ends - begins) <= LONGEST_VISIT:
            raise _Wrong(Trouble.BACKWARDS, column)
        return begins, ends

    def _start(self) -> tuple[Column, int, int | None]:
        column = Column.START if Column.START in self._table.columns else Column.DATE
        text = self._text(column)
        if column is Column.DATE:
            found = _WITH_TIME.fullmatch(text)
            text = found["time"] if found else ""
        if span := _SPAN.fullmatch(_folded(text)):
            begins, ends = _minute_in(span[1]), _minute_in(span[2])
            if begins is not None and ends is not None:
                return column, begins, ends
        minute = _minute_in(text)
        if minute is None or minute >= _DAY:
            raise _Wrong(Trouble.BAD_TIME, column)
        return column, minute, None

    def _length(self) -> int:
        text = self._text(Column.MINUTES)
        if found := _MINUTES.fullmatch(text.casefold()):
            return int(found[1])
        minutes = _minute_in(text) if ":" in text else None  # 0:15
        if minutes is None:
            column = Column.MINUTES if Column.MINUTES in self._table.columns else Column.END
            if column not in self._table.columns:
                column = Column.START
            raise _Wrong(Trouble.BAD_LENGTH, column)
        return minutes

    # What of it

    def _there(self) -> There:
        column = next(each for each in _STATES if each in self._table.columns)
        text = self._text(column).casefold()
        if not text:
            if column is Column.FREE:
                raise _Wrong(Trouble.NOTHING_SAID, column)
            return There.FREE
        if text in _YES or text in _NO:
            if column is Column.STATE:
                raise _Wrong(Trouble.YES_OR_NO, column)
            is_free = (text in _YES) == (column is Column.FREE)
            return There.FREE if is_free else There.TAKEN
        there = _MEANT.get(letters(text))
        if there is None:
            raise _Wrong(Trouble.BAD_STATE, column)
        return there

    def _reference(self) -> str:
        text = self._text(Column.REFERENCE)
        if text.strip(" -–—") and not _REFERENCE.fullmatch(text):
            raise _Wrong(Trouble.BAD_REFERENCE, Column.REFERENCE)
        return text.strip(" –—") if text.strip(" -–—") else ""

    def _reasons(self) -> frozenset[Reason] | None:
        if Column.REASONS not in self._table.columns:
            return None
        text = self._try(lambda: self._text(Column.REASONS)) or ""
        words = [word.strip() for word in re.split("[,;]", text) if word.strip()]
        found = {word: REASON_OF.get(letters(word)) for word in words}
        for word, reason in found.items():
            if reason is None:
                self._complain(Trouble.BAD_REASON, Column.REASONS, word)
        return frozenset(reason for reason in found.values() if reason)


def _written(value: Value) -> str:
    if isinstance(value, Odd):
        return ""
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


@lru_cache(maxsize=1000)
def _day_in(text: str) -> date | None:
    """The day, whatever time or weekday stands beside it."""
    found = _WITH_TIME.fullmatch(text)
    try:
        return read_date(_WEEKDAY.sub("", (found["date"] if found else text).casefold()))
    except (DateUnclear, NoSuchDay):
        return None


@lru_cache(maxsize=2000)
def _minute_in(text: str) -> int | None:
    """The minute of the day at which a clock shows this, whatever date stands before it."""
    found = _WITH_TIME.fullmatch(text)
    folded = _folded(found["time"] if found else text)
    if not _TIME.fullmatch(folded):
        return None
    hour, minute, second = (*map(int, re.split("[:.]", folded)), 0, 0)[:3]
    minutes = hour * 60 + minute
    return minutes if second == 0 and minutes <= _DAY else None
