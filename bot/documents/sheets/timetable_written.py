"""A clinic's weekly timetable put into a sheet that can be read again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.documents.sheets import grids
from bot.documents.sheets.timetable import SIDES, WEEK, WORKDAYS, Column
from bot.documents.typed.hours import Span, fits, spans_of, write_spans
from services.model.clinic import Reason, Side
from services.model.schedule import ScheduleRule, Timetable


@dataclass(frozen=True, slots=True)
class Words:
    """What a sheet says in some language; `read` knows these words in all of them."""

    title: str
    columns: Mapping[Column, str]
    reasons: Mapping[Reason, str]
    even: str
    odd: str
    day_off: str
    how_to_title: str
    how_to: Sequence[str]
    """How the sheet is filled in, a line each."""
    examples: Sequence[Mapping[Column, str]] = ()


_WIDTHS = {Column.DOCTOR: 34, Column.ROOM: 10, Column.MINUTES: 10, Column.REASONS: 24}
_SPARE = 100


def write_csv(timetables: Sequence[Timetable], words: Words) -> bytes:
    """The timetables as text: with semicolons, as Excel opens it."""
    return grids.make_csv(_rows(timetables, words))


def write_workbook(timetables: Sequence[Timetable], words: Words) -> bytes:
    """The timetables as a workbook, with a second sheet that explains the first."""
    return _workbook(_rows(timetables, words), words)


def template_csv(words: Words) -> bytes:
    """An empty timetable: explained, with examples that are not read."""
    explained = [[line] for line in words.how_to]
    return grids.make_csv([*explained, [], *_examples(words)])


def template_workbook(words: Words) -> bytes:
    """The same as a workbook."""
    return _workbook(_examples(words), words)


def _workbook(rows: Sequence[Sequence[str]], words: Words) -> bytes:
    from bot.documents.sheets import workbooks  # their library takes its time to be loaded

    widths = [_WIDTHS.get(column, 16) for column in Column]
    how_to = [[line] for line in words.how_to]
    return workbooks.make(
        {
            words.title: workbooks.Page(rows, widths, spare=_SPARE),
            words.how_to_title: workbooks.Page(how_to, [100], heading=False),
        }
    )


def _heading(words: Words) -> list[str]:
    return [words.columns[column] for column in Column]


def _examples(words: Words) -> list[list[str]]:
    return [
        _heading(words),
        *([example.get(column, "") for column in Column] for example in words.examples),
    ]


def _rows(timetables: Iterable[Timetable], words: Words) -> list[list[str]]:
    lines = (line for timetable in timetables for line in _lines(timetable, words))
    return [_heading(words), *([line.get(column, "") for column in Column] for line in lines)]


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
        return reception.visit, reception.reasons, rule.valid_from, rule.valid_until

    def add(self, rule: ScheduleRule) -> None:
        for day in rule.weekdays:
            self.cells.setdefault(day, {})[rule.days] = spans_of(rule.reception)


def _lines(timetable: Timetable, words: Words) -> list[dict[Column, str]]:
    """The doctor's rows; their rules keep their order, which says who goes first where two meet."""
    lines: list[_Line] = []
    for rule in timetable.rules:
        if rule.weekdays and fits(spans_of(rule.reception), rule.reception.visit):
            if not lines or not lines[-1].takes(rule):
                lines.append(_Line(rule))
            lines[-1].add(rule)
    who = {Column.DOCTOR: timetable.name, Column.ROOM: timetable.room}
    if not lines:
        return [who | dict.fromkeys(WEEK, words.day_off)]
    return [
        who | _kind_cells(line, timetable.since, words) | _hour_cells(line, words) for line in lines
    ]


def _kind_cells(line: _Line, since: date, words: Words) -> dict[Column, str]:
    rule = line.like
    cells = {
        Column.MINUTES: str(rule.reception.visit // timedelta(minutes=1)),
        Column.REASONS: ", ".join(
            words.reasons[reason] for reason in sorted(rule.reception.reasons)
        ),
    }
    if rule.valid_from > since:
        cells[Column.FROM] = f"{rule.valid_from:%d.%m.%Y}"
    if rule.valid_until:
        cells[Column.UNTIL] = f"{rule.valid_until:%d.%m.%Y}"
    return cells


def _hour_cells(line: _Line, words: Words) -> dict[Column, str]:
    """In the columns of even and odd days what is alike from Monday to Friday."""
    workdays = [line.cells.get(day, {}) for day in WORKDAYS]
    alike = all(cell and cell == workdays[0] for cell in workdays) and Side.ALL not in workdays[0]
    cells = {
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
