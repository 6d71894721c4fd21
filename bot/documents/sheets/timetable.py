"""A clinic's weekly timetable as a sheet: a row per doctor, a column per weekday or for even and
odd days. Read from what clinics have, and written so that it can be read again.

A doctor whose hours need it has several rows: visits of another length, hours for infants, a
timetable that ends and one that follows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from bot.documents.sheets import grids, tables
from bot.documents.sheets.grids import Grid
from bot.documents.sheets.rows import Problem, RowReader, Trouble, Wrong, refuse
from bot.documents.sheets.tables import Column, Table, vocabulary
from bot.documents.typed.hours import (
    BadHours,
    HoursTrouble,
    Part,
    Span,
    fits,
    read_hours,
    reception_of,
)
from services.model.clinic import Side
from services.model.schedule import ScheduleRule, Timetable
from services.rules.names import name_key

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
_HOURS = (*SIDES, *WEEK)

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

MOST_ROWS = 1000
"""More than any clinic's timetable has."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read."""

    timetables: Sequence[Timetable]
    """One for each doctor, in the order of the sheet."""
    joined: Mapping[str, Sequence[int]]
    """Doctors who have several rows, and which."""
    ignored: Sequence[str]
    """Headings of columns that mean nothing here."""


_COLUMN_OF = vocabulary(_HEADINGS)


def table_in(grid: Grid) -> Table | None:
    """The table under the first row that names doctors and hours."""
    return tables.table_in(
        grid,
        _COLUMN_OF,
        lambda columns: Column.DOCTOR in columns and not columns.isdisjoint(_HOURS),
    )


def read_table(table: Table, since: date) -> Reading:
    """The timetables in a table, counting from a day on.

    Raises:
        sheets.BadFile: it is too large.
        BadSheet: something in it is wrong; nothing of it is to be used.
    """
    grids.check_size(table.grid, MOST_ROWS)
    refuse(_problems_of(table))
    problems: list[Problem] = []
    doctors: dict[str, _Doctor] = {}
    for row in table.rows:
        _RowReader(table, row, problems).read(doctors, since)
    if not (doctors or problems):
        problems.append(Problem(Trouble.NO_ROWS))
    refuse(problems)
    return Reading(
        [
            Timetable(each.name, each.room, min(each.since), each.rules, tuple(each.rows))
            for each in doctors.values()
        ],
        {each.name: each.rows for each in doctors.values() if len(each.rows) > 1},
        table.ignored(),
    )


def _problems_of(table: Table) -> list[Problem]:
    missing = [each for each in (Column.ROOM, Column.MINUTES) if each not in table.columns]
    row = table.heading.number
    return [
        *(Problem(Trouble.NO_COLUMN, row, column=column) for column in missing),
        *(Problem(Trouble.COLUMN_TWICE, row, name) for name in table.twice),
    ]


@dataclass(slots=True)
class _Doctor:
    """A doctor of whom rows were read."""

    name: str
    room: str
    rows: list[int] = field(default_factory=list)
    since: list[date] = field(default_factory=list)
    rules: list[ScheduleRule] = field(default_factory=list)


class _RowReader(RowReader):
    def read(self, doctors: dict[str, _Doctor], since: date) -> None:
        """Let the row add to its doctor."""
        if self.says_nothing():
            return
        name = self.attempt(self.name)
        room = self.attempt(self.room)
        hours = self._hours()
        needed = any(part.spans for parts in hours.values() for part in parts)
        visit = self.attempt(self.length) if needed or self.value(Column.MINUTES) else None
        reasons, kept_for = self.reasons(may_be_kept=True), self.kept_for()
        first, last = self._days(since)
        if name is None:
            return
        doctor = doctors.setdefault(name_key(name), _Doctor(name, room or ""))
        self._check_room(doctor, room)
        doctor.rows.append(self._row.number)
        doctor.since.append(first)
        if visit:
            self._check_fits(hours, visit)
            doctor.rules += [
                ScheduleRule(
                    reception_of(spans, visit, reasons, kept_for), first, last, weekdays, side
                )
                for (side, spans), weekdays in self._grouped(hours).items()
            ]

    def _check_room(self, doctor: _Doctor, room: str | None) -> None:
        if not doctor.rows and room == "":
            self.complain(Wrong(Trouble.NO_ROOM, Column.ROOM))
        elif room and room != doctor.room:
            self.complain(Wrong(Trouble.OTHER_ROOM, Column.ROOM))

    def _hours(self) -> dict[Column, Sequence[Part]]:
        """What each column of hours says, but for those that say nothing."""
        complaints = len(self._problems)
        said = {column: self.attempt(partial(self._parts, column)) for column in _HOURS}
        hours = {column: parts for column, parts in said.items() if parts}
        if not hours and len(self._problems) == complaints:
            self.complain(Wrong(Trouble.NO_HOURS, Column.DOCTOR))
        return hours

    def _parts(self, column: Column) -> Sequence[Part]:
        if isinstance(self.value(column), date):
            raise Wrong(Trouble.HOURS_ARE_A_DATE, column)
        try:
            parts = read_hours(self.text(column))
        except BadHours as bad:
            raise Wrong(_OF_HOURS[bad.trouble], column) from None
        if column in SIDES and any(part.side is not Side.ALL for part in parts):
            raise Wrong(Trouble.BAD_HOURS, column)
        return parts

    def _check_fits(self, hours: Mapping[Column, Sequence[Part]], visit: timedelta) -> None:
        for column, parts in hours.items():
            if any(part.spans and not fits(part.spans, visit) for part in parts):
                self.complain(Wrong(Trouble.NO_VISIT_FITS, column))

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
                    self.complain(Wrong(Trouble.EVERY_DAY_OFF, column))
                key = (side, part.spans)
                grouped[key] = grouped.get(key, frozenset()) | left
        return {key: days for key, days in grouped.items() if key[1] and days}

    def _days(self, since: date) -> tuple[date, date | None]:
        first = max(self._limit(Column.FROM) or since, since)
        last = self._limit(Column.UNTIL)
        if last and last < first:
            over = last < since
            self.complain(
                Wrong(Trouble.OVER if over else Trouble.ENDS_BEFORE_IT_BEGINS, Column.UNTIL)
            )
        return first, last

    def _limit(self, column: Column) -> date | None:
        text = self.attempt(lambda: self.text(column)) or ""
        return self.attempt(lambda: self.day(column)) if text.strip(" -–—") else None


_OF_HOURS = {
    HoursTrouble.UNCLEAR: Trouble.BAD_HOURS,
    HoursTrouble.NO_SUCH_TIME: Trouble.NO_SUCH_TIME,
    HoursTrouble.BACKWARDS: Trouble.BACKWARDS,
}
