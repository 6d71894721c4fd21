"""A row for each time, as clinics' own systems give it out: read, and written to be read again.

Who has a time is nobody's business here: columns with patients' names, phones or birth dates are
passed over, and what stands where a state or a number is expected is not repeated in a complaint.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.documents.sheets import grids, tables
from bot.documents.sheets.grids import Grid
from bot.documents.sheets.rows import (
    DAY,
    LONGEST_CELL,
    WITH_TIME,
    Problem,
    RowReader,
    Trouble,
    Wrong,
    folded,
    minute_in,
    refuse,
)
from bot.documents.sheets.tables import Column, Table, letters, vocabulary
from services.model.slot_sync import There
from services.rules.names import name_key
from services.schedule.listed_times import ListedDoctor, ListedTime

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
    "минут на приём, minutes, minutes per visit, length, duration, duration min",
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

_FULL_CLOCK = r"\d{1,2}[:.][0-5]\d(?:[:.][0-5]\d)?"
"""With minutes: whoever writes "9-15" may mean a quarter past nine."""
_SPAN = re.compile(rf"(?:с\s*)?({_FULL_CLOCK})\s*(?:[‐‑‒–—―−-]|до|по|to)\s*({_FULL_CLOCK})")
_REFERENCE = re.compile(r"(?:(?:№|n|#|no\.?|талон)\s*)?(?=\S*\d)[\w\-/.:#]{1,40}", re.IGNORECASE)
"""One word with a digit in it: nobody's name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read."""

    doctors: Sequence[ListedDoctor]
    """In the order of the sheet."""
    past: int
    """How many rows are of days before the first that counts."""
    ignored: Sequence[str]
    """Headings of columns that were not read."""


def table_in(grid: Grid) -> Table | None:
    """The table under the first row that names a doctor, a date and something of a time."""
    return tables.table_in(
        grid,
        _COLUMN_OF,
        lambda columns: {Column.DOCTOR, Column.DATE} <= columns and bool(_TIMES & columns),
    )


_COLUMN_OF = vocabulary(_HEADINGS)


def read_table(table: Table, since: date) -> Reading:
    """The times in a table, from a day on.

    Raises:
        sheets.BadFile: it is too large.
        BadSheet: something in it is wrong; nothing of it is to be used.
    """
    grids.check_size(table.grid, grids.MOST_ROWS)
    refuse(_problems_of(table))
    problems: list[Problem] = []
    doctors: dict[str, _Doctor] = {}
    past = 0
    for row in table.rows:
        past += _RowReader(table, row, problems).read(doctors, since)
    if not (doctors or problems or past):
        problems.append(Problem(Trouble.NO_ROWS))
    refuse(problems)
    return Reading(
        [
            ListedDoctor(each.name, list(each.rooms), each.times, (each.row,))
            for each in doctors.values()
        ],
        past,
        table.ignored(),
    )


def _problems_of(table: Table) -> list[Problem]:
    row = table.heading.number
    states = [column for column in _STATES if column in table.columns]
    return [
        *([] if states else [Problem(Trouble.NO_STATE, row)]),
        *(Problem(Trouble.COLUMN_TWICE, row, table.name(column)) for column in states[1:]),
        *(Problem(Trouble.COLUMN_TWICE, row, name) for name in table.twice),
        *_missing_times(table),
    ]


def _missing_times(table: Table) -> list[Problem]:
    """Columns without which no row has a start, or an end."""
    row = table.heading.number
    if Column.START not in table.columns:
        dates = (each.value(table.columns[Column.DATE]) for each in table.rows)
        if not any(WITH_TIME.fullmatch(str(value)[:LONGEST_CELL]) for value in dates):
            return [Problem(Trouble.NO_COLUMN, row, column=Column.START)]
    if not {Column.END, Column.MINUTES} & table.columns.keys():
        place = table.columns.get(Column.START)
        starts = () if place is None else (each.value(place) for each in table.rows)
        if not any(_SPAN.fullmatch(folded(str(value)[:LONGEST_CELL])) for value in starts):
            return [Problem(Trouble.NO_END, row)]
    return []


@dataclass(slots=True)
class _Doctor:
    """A doctor of whom rows were read."""

    name: str
    row: int
    """The first that names them so."""
    rooms: dict[str, None] = field(default_factory=dict)
    times: list[ListedTime] = field(default_factory=list)


class _RowReader(RowReader):
    LENGTH = (Column.MINUTES, Column.END, Column.START)

    def read(self, doctors: dict[str, _Doctor], since: date) -> bool:
        """Let the row add to its doctor.

        Returns whether it is of a day before the first, and so of no interest, right or wrong.
        """
        if self.says_nothing():
            return False
        complaints = len(self._problems)
        day = self.attempt(lambda: self.day(Column.DATE))
        if day and day < since:
            return True
        if day and day > since + MOST_AHEAD:
            self.complain(Wrong(Trouble.TOO_FAR, Column.DATE))
        name = self.attempt(self.name)
        begins, ends = self.attempt(self._minutes) or (0, 0)
        there = self.attempt(self._there)
        reference = self.attempt(self._reference) or ""
        room = self.attempt(self.room)
        said = Column.REASONS in self._table.columns
        reasons = self.reasons(may_be_kept=True) if said else None
        kept_for = self.kept_for() if said else None
        if len(self._problems) == complaints and day and name and there:
            doctor = doctors.setdefault(name_key(name), _Doctor(name, self._row.number))
            if room:
                doctor.rooms[room] = None
            starts = datetime.combine(day, time()) + timedelta(minutes=begins)
            length = timedelta(minutes=ends - begins)
            doctor.times.append(ListedTime(starts, length, there, reference, reasons, kept_for))
        return False

    def _minutes(self) -> tuple[int, int]:
        """From which minute of the day to which."""
        column, begins, ends = self._start()
        if end := self.text(Column.END):
            before, column, ends = ends, Column.END, minute_in(end)
            if ends is None or before not in (None, ends):
                raise Wrong(Trouble.BAD_TIME, column)
        if ends is None:
            column, ends = Column.MINUTES, begins + self.length() // timedelta(minutes=1)
        ends = ends or DAY  # until midnight
        if not timedelta(0) < timedelta(minutes=ends - begins) <= LONGEST_VISIT:
            raise Wrong(Trouble.BAD_STRETCH, column)
        return begins, ends

    def _start(self) -> tuple[Column, int, int | None]:
        column = Column.START if Column.START in self._table.columns else Column.DATE
        text = self.text(column)
        if column is Column.DATE:
            found = WITH_TIME.fullmatch(text)
            text = found["time"] if found else ""
        if span := _SPAN.fullmatch(folded(text)):
            begins, ends = minute_in(span[1]), minute_in(span[2])
            if begins is not None and ends is not None:
                return column, begins, ends
        minute = minute_in(text)
        if minute is None or minute >= DAY:
            raise Wrong(Trouble.BAD_TIME, column)
        return column, minute, None

    def _there(self) -> There:
        column = next(each for each in _STATES if each in self._table.columns)
        text = self.text(column).casefold()
        if not text:
            if column is Column.FREE:
                raise Wrong(Trouble.NOTHING_SAID, column)
            return There.FREE
        if text in _YES or text in _NO:
            if column is Column.STATE:
                raise Wrong(Trouble.YES_OR_NO, column)
            is_free = (text in _YES) == (column is Column.FREE)
            return There.FREE if is_free else There.TAKEN
        there = _MEANT.get(letters(text))
        if there is None:
            raise Wrong(Trouble.BAD_STATE, column)
        return there

    def _reference(self) -> str:
        text = self.text(Column.REFERENCE)
        if text.strip(" -–—") and not _REFERENCE.fullmatch(text):
            raise Wrong(Trouble.BAD_REFERENCE, Column.REFERENCE)
        return text.strip(" –—") if text.strip(" -–—") else ""
