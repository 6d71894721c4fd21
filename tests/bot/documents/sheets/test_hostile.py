"""Workbooks that ask for all the memory and time there is, and the process that reads them."""

import subprocess
from datetime import date, time

import pytest

from bot.documents.sheets import apart, workbooks
from bot.documents.sheets.grids import BadFile, FileTrouble, Odd
from tests.bot.documents.sheets.test_sheets import GOOD, PARTS, SHEET, archive
from tests.bot.documents.sheets.test_timetable import xlsx

MANY = 1_100_000
KINDS = {
    "styles": ("xl/styles.xml", b"</cellXfs>", b"<xf/>"),
    "names": ("xl/workbook.xml", b"<calcPr", b"<definedName/>"),
    "content types": ("[Content_Types].xml", b"</Types>", b"<Override/>"),
    "relations": ("xl/_rels/workbook.xml.rels", b"</Relationships>", b"<Relationship/>"),
    "a wide row": (SHEET, b"</row></sheetData>", b"<c/>"),
    "merged cells": (SHEET, b"<pageMargins", b'<mergeCell ref="A1:B2"/>'),
}


def swollen(part: str, before: bytes, what: bytes) -> bytes:
    head, mark, tail = PARTS[part].partition(before)
    assert mark
    return archive(PARTS | {part: head + what * MANY + mark + tail})


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_that_swells_is_not_read(kind: str) -> None:
    """R37: a million of anything in a few kilobytes is refused before any of it is kept."""
    hostile = swollen(*KINDS[kind])
    assert len(hostile) < 200_000
    with pytest.raises(BadFile) as bad:
        workbooks.read(hostile)

    assert bad.value.trouble is FileTrouble.TOO_MUCH


def test_a_text_that_many_cells_share_counts_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """R37: what a cell holds is cut where no schedule goes on, and all of it has a bound."""
    [grid] = workbooks.read(xlsx([["а" * 30_000]]))
    assert grid[0].values[0] == "а" * workbooks.LONGEST_TEXT
    monkeypatch.setattr(workbooks, "MOST_LETTERS", 3 * workbooks.LONGEST_TEXT)
    with pytest.raises(BadFile) as bad:
        workbooks.read(xlsx([["а" * 30_000] * 4]))

    assert bad.value.trouble is FileTrouble.TOO_MUCH


def test_another_process_reads_the_same() -> None:
    """R37: what cells hold comes back as it was, and so does why a file is not read."""
    rows: list[list[object]] = [
        ["Врач", 12, 1.5, "=1", "#N/A", date(2026, 12, 1), time(8, 30)],
        [None, "' -1"],
    ]
    file = xlsx(rows)

    assert apart.read(file) == workbooks.read(file)
    assert apart.read(file)[0][0].values[:7] == [
        *("Врач", "12", "1.5", Odd.FORMULA, Odd.ERROR, date(2026, 12, 1), time(8, 30))
    ]
    with pytest.raises(BadFile) as bad:
        apart.read(GOOD[:-300])
    assert bad.value.trouble is FileTrouble.NOT_A_SHEET


def test_who_takes_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """R37: of memory, or of time by the clock; nobody waits longer."""
    with monkeypatch.context() as patched:
        patched.setattr(apart, "MOST_MEMORY", 1024**2)
        with pytest.raises(BadFile) as bad:
            apart.read(GOOD)
        assert bad.value.trouble is FileTrouble.TOO_MUCH

    with pytest.raises(BadFile) as bad:
        apart.read(GOOD, seconds=0)
    assert bad.value.trouble is FileTrouble.TOO_MUCH
    assert isinstance(bad.value.__context__, subprocess.TimeoutExpired)
