"""A row for each time put into a sheet that can be read again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.documents.sheets import grids
from bot.documents.sheets.slot_rows import Column
from services.model.clinic import Reason
from services.model.slot_sync import There
from services.schedule.listed_times import TimeThere

WRITTEN = (
    Column.DOCTOR,
    Column.DATE,
    Column.START,
    Column.END,
    Column.STATE,
    Column.ROOM,
    Column.REFERENCE,
    Column.REASONS,
)
"""The columns that are written, in order."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a sheet says in some language; `read_table` knows these words in all of them."""

    title: str
    columns: Mapping[Column, str]
    states: Mapping[There, str]
    reasons: Mapping[Reason, str]
    how_to_title: str
    how_to: Sequence[str]
    """How the sheet is filled in, a line each."""
    examples: Sequence[Mapping[Column, str]] = ()


_WIDTHS = {Column.DOCTOR: 34, Column.REASONS: 24, Column.REFERENCE: 20}
_SPARE = 200


def write_csv(times: Iterable[TimeThere], words: Words) -> bytes:
    """The times as text: with semicolons, as Excel opens it."""
    return grids.make_csv(_rows(times, words))


def write_workbook(times: Iterable[TimeThere], words: Words) -> bytes:
    """The times as a workbook, with a second sheet that explains the first."""
    return _workbook(_rows(times, words), words, spare=0)


def template_csv(words: Words) -> bytes:
    """An empty sheet: explained, with examples that are not read."""
    explained = [[line] for line in words.how_to]
    return grids.make_csv([*explained, [], *_examples(words)])


def template_workbook(words: Words) -> bytes:
    """The same as a workbook."""
    return _workbook(_examples(words), words, spare=_SPARE)


def _workbook(rows: Sequence[Sequence[str]], words: Words, *, spare: int) -> bytes:
    from bot.documents.sheets import workbooks  # their library takes its time to be loaded

    widths = [_WIDTHS.get(column, 14) for column in WRITTEN]
    explained = workbooks.Page([[line] for line in words.how_to], [100], heading=False)
    return workbooks.make(
        {words.title: workbooks.Page(rows, widths, spare=spare), words.how_to_title: explained}
    )


def _examples(words: Words) -> list[list[str]]:
    rows = [[example.get(column, "") for column in WRITTEN] for example in words.examples]
    return [[words.columns[column] for column in WRITTEN], *rows]


def _rows(times: Iterable[TimeThere], words: Words) -> list[list[str]]:
    return [[words.columns[column] for column in WRITTEN], *(_row(each, words) for each in times)]


def _row(each: TimeThere, words: Words) -> list[str]:
    return [
        each.doctor.name,
        f"{each.starts_at:%d.%m.%Y}",
        f"{each.starts_at.hour}:{each.starts_at:%M}",
        f"{each.ends_at.hour}:{each.ends_at:%M}",
        words.states[each.there],
        each.doctor.room,
        f"№ {each.visit}" if each.visit else each.reference,
        ", ".join(words.reasons[reason] for reason in sorted(each.reasons)),
    ]
