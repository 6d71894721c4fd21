"""Sheets of a clinic's schedule, of either kind: what it is, its headings tell."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from bot.documents.sheets import apart, reading, slot_rows, timetable
from bot.documents.sheets.grids import Grid
from bot.documents.sheets.rows import BadSheet, Problem, Trouble
from bot.documents.sheets.tables import Table
from services.model.settings.visit_kinds import USUAL_KINDS, VisitKind

Reading: TypeAlias = timetable.Reading | slot_rows.Reading
"""A timetable, or a row for each time."""


def read(
    data: bytes,
    since: date,
    seconds: int = apart.MOST_SECONDS,
    kinds: Sequence[VisitKind] = USUAL_KINDS,
) -> Reading:
    """What is in a file, from a day on.

    Args:
        kinds: what rows can be for.
        seconds: how long a workbook may take.

    Raises:
        sheets.BadFile: it is no sheet, or too large.
        BadSheet: it is no schedule, or something in it is wrong.
    """
    grids = reading.grids(data, seconds)
    return read_grids(grids, since, kinds, several=reading.is_workbook(data))


def read_grids(
    grids: Iterable[Grid],
    since: date,
    kinds: Sequence[VisitKind] = USUAL_KINDS,
    *,
    several: bool,
) -> Reading:
    """What is in the sheets of a workbook, or in one of several ways to read a text.

    Raises:
        sheets.BadFile, BadSheet: as `read`.
    """
    times: list[Table] = []
    weeks: list[Table] = []
    for grid in grids:
        if rows := slot_rows.table_in(grid):
            times.append(rows)
        elif week := timetable.table_in(grid):
            weeks.append(week)
    if not (times or weeks):
        raise BadSheet([Problem(Trouble.NO_HEADING)])
    if several and len(times) + len(weeks) > 1:
        raise BadSheet([Problem(Trouble.SEVERAL_TABLES)])
    widest = max(times or weeks, key=lambda table: len(table.columns))
    widest = replace(widest, kinds=kinds)
    return slot_rows.read_table(widest, since) if times else timetable.read_table(widest, since)
