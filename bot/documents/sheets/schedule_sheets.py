"""Sheets of a clinic's schedule, of either kind: what it is, its headings tell."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from bot.documents.sheets import reading, slot_rows, tables, timetable
from bot.documents.sheets.slot_rows import BadSlotRows
from bot.documents.sheets.tables import Table
from bot.documents.sheets.timetable import BadTimetable

Reading: TypeAlias = timetable.Reading | slot_rows.Reading
"""A timetable, or a row for each time."""


def read(data: bytes, since: date) -> Reading:
    """What is in a file, from a day on.

    Raises:
        sheets.BadFile: it is no sheet, or too large.
        BadTimetable: it is no schedule, or something in a timetable is wrong.
        BadSlotRows: something in a sheet with a row for each time is wrong.
    """
    times: list[Table[slot_rows.Column]] = []
    weeks: list[Table[timetable.Column]] = []
    for grid in reading.grids(data):
        if rows := slot_rows.table_in(grid):
            times.append(rows)
        elif week := timetable.table_in(grid):
            weeks.append(week)
    if not (times or weeks):
        raise BadTimetable([timetable.Problem(timetable.Trouble.NO_HEADING)])
    several = reading.is_workbook(data) and len(times) + len(weeks) > 1
    if times:
        if several:
            raise BadSlotRows([slot_rows.Problem(slot_rows.Trouble.SEVERAL_TABLES)])
        return slot_rows.read_table(_widest(times), since)
    if several:
        raise BadTimetable([timetable.Problem(timetable.Trouble.SEVERAL_TABLES)])
    return timetable.read_table(_widest(weeks), since)


def _widest(found: Sequence[Table[tables.Column]]) -> Table[tables.Column]:
    """Of the ways to read a text the one in which most columns have a meaning."""
    return max(found, key=lambda table: len(table.columns))
