"""A clinic's weekly timetable as a sheet: a row per doctor, a column per weekday or for even and
odd days. Read from what clinics have, and written so that it can be read again.

A doctor whose hours need it has several rows: visits of another length, hours for infants, a
timetable that ends and one that follows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum, auto

from bot.documents.sheets import grids, reading, tables
from bot.documents.sheets.grids import Grid, Odd, Row, Value
from bot.documents.sheets.tables import EXAMPLE, Table, letters, vocabulary
from bot.documents.typed.dates import read_date
from bot.documents.typed.hours import (
    BadHours,
    HoursTrouble,
    Part,
    Span,
    fits,
    read_hours,
    reception_of,
)
from services.model.clinic import Reason, Side
from services.model.refusals.families import DateUnclear, NoSuchDay
from services.model.schedule import ScheduleRule, Timetable
from services.rules.names import name_key


class Column(StrEnum):
    """What a column is about, in the order in which they are written."""

    DOCTOR = auto()
    ROOM = auto()
    MINUTES = auto()
    """Of a visit."""
    EVEN = auto()
    """Hours on even days of the month, from Monday to Friday."""
    ODD = auto()
    MONDAY = auto()
    TUESDAY = auto()
    WEDNESDAY = auto()
    THURSDAY = auto()
    FRIDAY = auto()
    SATURDAY = auto()
    SUNDAY = auto()
    REASONS = auto()
    """What the hours of the row are for; empty is anything."""
    FROM = auto()
    UNTIL = auto()
    """The last day, included."""


SIDES = {Column.EVEN: Side.EVEN, Column.ODD: Side.ODD}
WEEK = (
    Column.MONDAY,
    Column.TUESDAY,
    Column.WEDNESDAY,
    Column.THURSDAY,
    Column.FRIDAY,
    Column.SATURDAY,
    Column.SUNDAY,
)
WORKDAYS = range(5)
_HOURS = {*SIDES, *WEEK}

_HEADINGS = {
    Column.DOCTOR: "врач, ф.и.о., фио врача, врач фио, доктор, педиатр, врач-педиатр, "
    "участковый врач, участковый педиатр, фамилия имя отчество, doctor, name, pediatrician",
    Column.ROOM: "кабинет, каб, номер кабинета, № кабинета, room",
    Column.MINUTES: "минут, мин, минут на приём, мин на приём, минут на визит, минут на пациента, "
    "минут на ребёнка, длительность, длительность приёма, время на приём, приём мин, "
    "minutes, minutes per visit, visit minutes",
    Column.EVEN: "чётные, чёт, чётные дни, чётные числа, по чётным, по чётным дням, "
    "по чётным числам, even, even days",
    Column.ODD: "нечётные, нечёт, нечётные дни, нечётные числа, по нечётным, по нечётным дням, "
    "по нечётным числам, odd, odd days",
    Column.MONDAY: "пн, пон, понедельник, mon, monday",
    Column.TUESDAY: "вт, вторник, tue, tuesday",
    Column.WEDNESDAY: "ср, среда, wed, wednesday",
    Column.THURSDAY: "чт, четв, четверг, thu, thursday",
    Column.FRIDAY: "пт, пятница, fri, friday",
    Column.SATURDAY: "сб, суббота, sat, saturday",
    Column.SUNDAY: "вс, воскр, воскресенье, sun, sunday",
    Column.REASONS: "для чего, для кого, назначение, вид приёма, for, for what, reasons",
    Column.FROM: "с, с даты, с какого дня, действует с, from, from what day",
    Column.UNTIL: "по, до, по дату, по какой день, действует по, действует до, until, to, "
    "until what day",
}
"""What clinics call the columns; letters alone count, in any case."""

_REASONS = {
    Reason.ILLNESS: "болезнь, ребёнок болеет, больные дети, child is ill, illness",
    Reason.CONSULTATION: "консультация, consultation",
    Reason.REPEAT: "повторный приём, повторный, repeat visit",
    Reason.AFTER_ILLNESS: "после болезни, выписка, after an illness",
    Reason.CHECK_UP: "осмотр по возрасту, профосмотр, осмотр, медосмотр, check-up",
    Reason.VACCINATION: "осмотр перед прививкой, перед прививкой, before a vaccination",
    Reason.INFANT_DAY: "день здорового малыша, день грудничка, грудничковый день, грудной день, "
    "грудничковый приём, грудные дети, грудничковый, healthy infants' day, infants",
    Reason.CERTIFICATE: "справка или направление, справка, справки, certificate or referral",
}

MOST_ROWS = 1000
"""More than any clinic's timetable has."""
_MINUTES = re.compile(r"(\d{1,3})\s*(?:мин\w*\.?|min\w*\.?|м\.?)?")
_LONGEST_CELL = 200
_LONGEST_NAME = 100
_LONGEST_ROOM = 20


class Trouble(StrEnum):
    """What is wrong with a cell, a row or the sheet."""

    NO_HEADING = auto()
    SEVERAL_TABLES = auto()
    """More than one sheet of a workbook has one."""
    NO_COLUMN = auto()
    COLUMN_TWICE = auto()
    NO_DOCTORS = auto()
    NO_NAME = auto()
    BAD_NAME = auto()
    NO_ROOM = auto()
    OTHER_ROOM = auto()
    """Not where the doctor is in an earlier row."""
    TOO_LONG = auto()
    BAD_MINUTES = auto()
    BAD_HOURS = auto()
    NO_SUCH_TIME = auto()
    BACKWARDS = auto()
    HOURS_ARE_A_DATE = auto()
    """The spreadsheet made one of "8-12"."""
    NO_VISIT_FITS = auto()
    NO_HOURS = auto()
    EVERY_DAY_OFF = auto()
    """There are hours on even or odd days, but each weekday is a day off."""
    BAD_REASON = auto()
    BAD_DATE = auto()
    ENDS_BEFORE_IT_BEGINS = auto()
    OVER = auto()
    """It ends before the day from which the sheet is to count."""
    FORMULA = auto()
    ERROR = auto()


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
    """What stands there."""


class BadTimetable(Exception):
    """The sheet cannot be taken over; all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read."""

    timetables: Sequence[Timetable]
    """One for each doctor, in the order of the sheet."""
    joined: Mapping[str, Sequence[int]]
    """Doctors who have several rows, and which."""
    ignored: Sequence[str]
    """Headings of columns that mean nothing here."""


def read(data: bytes, since: date) -> Reading:
    """The timetables in a file, counting from a day on.

    Raises:
        sheets.BadFile: it is no sheet, or too large.
        BadTimetable: something in it is wrong; nothing of it is to be used.
    """
    found = [table for grid in reading.grids(data) if (table := table_in(grid))]
    if not found:
        raise BadTimetable([Problem(Trouble.NO_HEADING)])
    if reading.is_workbook(data) and len(found) > 1:
        raise BadTimetable([Problem(Trouble.SEVERAL_TABLES)])
    return read_table(max(found, key=lambda table: len(table.columns)), since)


def read_table(table: Table[Column], since: date) -> Reading:
    """The timetables in a table, counting from a day on.

    Raises:
        sheets.BadFile, BadTimetable: as `read`.
    """
    grids.check_size(table.grid, MOST_ROWS)
    if wrong := _problems_of(table):
        raise BadTimetable(wrong)
    return _read_rows(table, since)


# The heading


def _problems_of(table: Table[Column]) -> list[Problem]:
    wanted = {Column.ROOM, Column.MINUTES}
    missing = [column for column in Column if column in wanted - table.columns.keys()]
    row = table.heading.number
    return [
        *(Problem(Trouble.NO_COLUMN, row, column=column) for column in missing),
        *(Problem(Trouble.COLUMN_TWICE, row, name) for name in table.twice),
    ]


_COLUMN_OF = vocabulary(_HEADINGS)
REASON_OF = vocabulary(_REASONS)
"""Kinds of visits by the letters of their words."""


def table_in(grid: Grid) -> Table[Column] | None:
    """The table under the first row that names doctors and hours."""
    return tables.table_in(
        grid, _COLUMN_OF, lambda columns: Column.DOCTOR in columns and bool(_HOURS & columns)
    )


# The rows


@dataclass(slots=True)
class _Doctor:
    """A doctor of whom rows were read."""

    name: str
    room: str
    rows: list[int] = field(default_factory=list)
    since: list[date] = field(default_factory=list)
    rules: list[ScheduleRule] = field(default_factory=list)


def _read_rows(table: Table[Column], since: date) -> Reading:
    problems: list[Problem] = []
    doctors: dict[str, _Doctor] = {}
    for row in table.rows:
        _RowReader(table, row, problems).read(doctors, since)
    if not doctors and not problems:
        problems.append(Problem(Trouble.NO_DOCTORS))
    if problems:
        raise BadTimetable(problems)
    return Reading(
        [Timetable(each.name, each.room, min(each.since), each.rules) for each in doctors.values()],
        {each.name: each.rows for each in doctors.values() if len(each.rows) > 1},
        table.ignored(),
    )


class _RowReader:
    """Reads one row; what is wrong with it comes to the problems."""

    def __init__(self, table: Table[Column], row: Row, problems: list[Problem]) -> None:
        self._table = table
        self._row = row
        self._problems = problems

    def read(self, doctors: dict[str, _Doctor], since: date) -> None:
        """Let the row add to its doctor; an empty one, or an example, adds nothing."""
        cells = {column: self._value(column) for column in self._table.columns}
        if not any(cells.values()) or EXAMPLE.match(str(cells[Column.DOCTOR])):
            return
        name = self._name()
        room = self._text(Column.ROOM, _LONGEST_ROOM)
        hours = self._hours()
        visit = self._visit(needed=any(part.spans for parts in hours.values() for part in parts))
        reasons = self._reasons()
        first, last = self._days(since)
        doctor = doctors.setdefault(name_key(name), _Doctor(name, room))
        self._check_room(doctor, room)
        doctor.rows.append(self._row.number)
        doctor.since.append(first)
        if visit:
            self._check_fits(hours, visit)
            doctor.rules += [
                ScheduleRule(reception_of(spans, visit, reasons), first, last, weekdays, side)
                for (side, spans), weekdays in self._grouped(hours).items()
            ]

    # Cells

    def _value(self, column: Column) -> Value:
        place = self._table.columns.get(column)
        return "" if place is None else self._row.value(place)

    def _wrong(self, trouble: Trouble, column: Column, value: object = None) -> None:
        shown = str(self._text_of(column) if value is None else value)
        self._problems.append(
            Problem(trouble, self._row.number, self._table.name(column), column, shown[:60])
        )

    def _text_of(self, column: Column) -> str:
        value = self._value(column)
        if isinstance(value, Odd):
            return ""
        return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)

    def _text(self, column: Column, longest: int = _LONGEST_CELL) -> str:
        """What is written in the cell, on one line; nothing after a complaint."""
        value = self._value(column)
        if isinstance(value, Odd):
            self._wrong(Trouble.FORMULA if value is Odd.FORMULA else Trouble.ERROR, column)
            return ""
        text = " ".join(self._text_of(column).split())
        if len(text) > longest:
            self._wrong(Trouble.TOO_LONG, column)
            return ""
        return "".join(letter for letter in text if letter.isprintable())

    # The doctor

    def _name(self) -> str:
        complaints = len(self._problems)
        name = self._text(Column.DOCTOR, _LONGEST_NAME)
        if len(self._problems) == complaints and not letters(name):
            self._wrong(Trouble.BAD_NAME if name else Trouble.NO_NAME, Column.DOCTOR)
        return name

    def _check_room(self, doctor: _Doctor, room: str) -> None:
        if not doctor.rows and not self._value(Column.ROOM):
            self._wrong(Trouble.NO_ROOM, Column.ROOM)
        elif room and room != doctor.room:
            self._wrong(Trouble.OTHER_ROOM, Column.ROOM)

    # Hours

    def _hours(self) -> dict[Column, list[Part]]:
        """What each column of hours says, but for those that say nothing."""
        complaints = len(self._problems)
        said = {column: self._parts(column) for column in Column if column in _HOURS}
        hours = {column: parts for column, parts in said.items() if parts}
        if not hours and len(self._problems) == complaints:
            self._wrong(Trouble.NO_HOURS, Column.DOCTOR)
        return hours

    def _parts(self, column: Column) -> list[Part]:
        value = self._value(column)
        if isinstance(value, date):
            self._wrong(Trouble.HOURS_ARE_A_DATE, column)
            return []
        try:
            parts = read_hours(self._text(column))
            if column in SIDES and any(part.side is not Side.ALL for part in parts):
                raise BadHours(HoursTrouble.UNCLEAR)
        except BadHours as bad:
            self._wrong(_OF_HOURS[bad.trouble], column)
            return []
        return parts

    def _check_fits(self, hours: Mapping[Column, Sequence[Part]], visit: timedelta) -> None:
        for column, parts in hours.items():
            if any(part.spans and not fits(part.spans, visit) for part in parts):
                self._wrong(Trouble.NO_VISIT_FITS, column)

    def _grouped(
        self, hours: Mapping[Column, Sequence[Part]]
    ) -> dict[tuple[Side, tuple[Span, ...]], frozenset[int]]:
        """On which weekdays there are which hours; what a weekday says of itself goes first."""
        grouped: dict[tuple[Side, tuple[Span, ...]], frozenset[int]] = {}
        for weekday, column in enumerate(WEEK):
            for part in hours.get(column, ()):
                key = (part.side, part.spans)
                grouped[key] = grouped.get(key, frozenset()) | {weekday}
        left = frozenset(day for day in WORKDAYS if WEEK[day] not in hours)
        for column, side in SIDES.items():
            for part in hours.get(column, ()):
                if part.spans and not left:
                    self._wrong(Trouble.EVERY_DAY_OFF, column)
                key = (side, part.spans)
                grouped[key] = grouped.get(key, frozenset()) | left
        return {key: days for key, days in grouped.items() if key[1] and days}

    # The rest

    def _visit(self, *, needed: bool) -> timedelta | None:
        value = self._value(Column.MINUTES)
        if isinstance(value, time) and value != time.min:  # 0:15
            return timedelta(hours=value.hour, minutes=value.minute)
        complaints = len(self._problems)
        text = self._text(Column.MINUTES).casefold()
        if len(self._problems) > complaints or (not text and not needed):
            return None
        found = _MINUTES.fullmatch(text)
        if not found or not int(found[1]):
            self._wrong(Trouble.BAD_MINUTES, Column.MINUTES)
            return None
        return timedelta(minutes=int(found[1]))

    def _reasons(self) -> frozenset[Reason]:
        words = [word for word in re.split("[,;]", self._text(Column.REASONS)) if word.strip()]
        found = {word: REASON_OF.get(letters(word)) for word in words}
        for word, reason in found.items():
            if reason is None:
                self._wrong(Trouble.BAD_REASON, Column.REASONS, word.strip())
        return frozenset(reason for reason in found.values() if reason)

    def _days(self, since: date) -> tuple[date, date | None]:
        first = max(self._date(Column.FROM) or since, since)
        last = self._date(Column.UNTIL)
        if last and last < first:
            over = last < since
            self._wrong(Trouble.OVER if over else Trouble.ENDS_BEFORE_IT_BEGINS, Column.UNTIL)
        return first, last

    def _date(self, column: Column) -> date | None:
        text = self._text(column)
        if not text.strip(" -–—"):
            return None
        try:
            return read_date(text)
        except (DateUnclear, NoSuchDay):
            self._wrong(Trouble.BAD_DATE, column)
            return None


_OF_HOURS = {
    HoursTrouble.UNCLEAR: Trouble.BAD_HOURS,
    HoursTrouble.NO_SUCH_TIME: Trouble.NO_SUCH_TIME,
    HoursTrouble.BACKWARDS: Trouble.BACKWARDS,
}
