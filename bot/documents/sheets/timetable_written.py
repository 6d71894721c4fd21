"""A clinic's weekly timetable put into a sheet that can be read again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.documents.sheets import written
from bot.documents.sheets.grids import Written
from bot.documents.sheets.tables import Column
from bot.documents.sheets.timetable import SIDES, WEEK, WORKDAYS
from bot.documents.typed.hours import Span, fits, spans_of, write_spans
from services.model.clinic import Side
from services.model.reserved.times import ReservedFor
from services.model.schedule import Reception, ScheduleRule, Timetable

COLUMNS = (
    Column.DOCTOR,
    Column.ROOM,
    Column.MINUTES,
    *SIDES,
    *WEEK,
    Column.REASONS,
    Column.FROM,
    Column.UNTIL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(written.Words):
    """What is said of hours beside that."""

    even: str
    odd: str
    day_off: str
    kept: Mapping[ReservedFor, str] = field(default_factory=dict)
    """For whom hours are kept."""


def lines(timetables: Iterable[Timetable], words: Words) -> Iterator[written.Line]:
    """The rows of a sheet."""
    for timetable in timetables:
        yield from _lines(timetable, words)


_Cell = dict[Side, tuple[Span, ...]]


@dataclass(slots=True)
class _Line:
    """Rules of a doctor that go into one row, and what they say of each weekday."""

    like: ScheduleRule
    cells: dict[int, _Cell] = field(default_factory=dict)

    def takes(self, rule: ScheduleRule) -> bool:
        """Whether the rule fits in: the same kind of visits in the same months, other days."""
        return self._kind(rule) == self._kind(self.like) and not any(
            rule.days is Side.ALL or {rule.days, Side.ALL} & self.cells[day].keys()
            for day in rule.weekdays
            if self.cells.get(day)
        )

    @staticmethod
    def _kind(rule: ScheduleRule) -> object:
        reception = rule.reception
        what = reception.visit, reception.reasons, reception.kept_for
        return what, rule.valid_from, rule.valid_until

    def add(self, rule: ScheduleRule) -> None:
        for day in rule.weekdays:
            self.cells.setdefault(day, {})[rule.days] = spans_of(rule.reception)


def _lines(timetable: Timetable, words: Words) -> list[dict[Column, Written]]:
    """The doctor's rows; their rules keep their order, which says who goes first where two meet."""
    lines: list[_Line] = []
    for rule in timetable.rules:
        if rule.weekdays and fits(spans_of(rule.reception), rule.reception.visit):
            if not lines or not lines[-1].takes(rule):
                lines.append(_Line(rule))
            lines[-1].add(rule)
    who: dict[Column, Written] = {Column.DOCTOR: timetable.name, Column.ROOM: timetable.room}
    if not lines:
        return [who | dict.fromkeys(WEEK, words.day_off)]
    return [
        who | _kind_cells(line, timetable.since, words) | _hour_cells(line, words) for line in lines
    ]


def _kind_cells(line: _Line, since: date, words: Words) -> dict[Column, Written]:
    rule = line.like
    cells: dict[Column, Written] = {
        Column.MINUTES: rule.reception.visit // timedelta(minutes=1),
        Column.REASONS: ", ".join(_purposes(rule.reception, words)),
    }
    if rule.valid_from > since:
        cells[Column.FROM] = rule.valid_from
    if rule.valid_until:
        cells[Column.UNTIL] = rule.valid_until
    return cells


def _purposes(reception: Reception, words: Words) -> Iterator[str]:
    yield from (words.reasons[reason] for reason in sorted(reception.reasons))
    if reception.kept_for and reception.kept_for in words.kept:
        yield words.kept[reception.kept_for]


def _hour_cells(line: _Line, words: Words) -> dict[Column, Written]:
    """In the columns of even and odd days what is alike from Monday to Friday."""
    workdays = [line.cells.get(day, {}) for day in WORKDAYS]
    alike = all(cell and cell == workdays[0] for cell in workdays) and Side.ALL not in workdays[0]
    cells: dict[Column, Written] = {
        column: write_spans(workdays[0][side])
        for column, side in SIDES.items()
        if alike and side in workdays[0]
    }
    for day, cell in line.cells.items():
        if not (alike and day in WORKDAYS):
            cells[WEEK[day]] = _cell(cell, words)
    return cells


def _cell(cell: _Cell, words: Words) -> str:
    named = {Side.ALL: "", Side.EVEN: f"{words.even} ", Side.ODD: f"{words.odd} "}
    return "; ".join(f"{named[side]}{write_spans(cell[side])}" for side in Side if side in cell)
