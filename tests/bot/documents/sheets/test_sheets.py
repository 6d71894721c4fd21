"""Sheets that mean harm or are broken, and typed text that goes out in one."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot import words
from bot.documents.sheets import grids, reading, timetable_written, workbooks
from bot.documents.sheets.grids import BadFile, FileTrouble
from bot.documents.sheets.rows import BadSheet
from bot.documents.sheets.written import write
from bot.documents.typed.hours import BadHours, read_hours
from bot.flows.schedule.sheets import timetable_words as views
from bot.flows.schedule.sheets.sheet_words import problems
from services.model.clinic import Hours
from services.model.people import Language
from services.model.schedule import Reception, ScheduleRule, Timetable
from services.model.settings.visit_kinds import USUAL_KINDS
from services.rules.names import name_key
from tests.bot.documents.sheets.test_timetable import read_week as read

I18N = words.load()
TUESDAY = date(2026, 12, 1)
MORNINGS = ScheduleRule(Reception(Hours(time(8), time(12)), timedelta(minutes=15)), TUESDAY)
TABLE = [["Врач", "Кабинет", "Минут", "Пн"], ["Петрова", "12", "15", "8-12"]]
SHEET = "xl/worksheets/sheet1.xml"


def workbook(table: Iterable[Sequence[str]]) -> bytes:
    book = Workbook()
    for row in table:
        book.worksheets[0].append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(parts: dict[str, bytes], packed_as: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed_as) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return file.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


GOOD = workbook(TABLE)
PARTS = parts_of(GOOD)


def who_and_where(data: bytes) -> list[tuple[str, str]]:
    return [(each.name, each.room) for each in read(data, TUESDAY).timetables]


def refused(data: bytes) -> FileTrouble:
    with pytest.raises(BadFile) as bad:
        read(data, TUESDAY)
    return bad.value.trouble


def written(
    timetables: Sequence[Timetable], language: Language = Language.RUSSIAN, *, csv: bool
) -> bytes:
    with words.speaking(I18N, language):
        said = views.sheet_words(USUAL_KINDS)
    return write(timetable_written.lines(timetables, said), said, csv=csv)


# What comes in


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_entities_are_refused_in_any_encoding(encoding: str) -> None:
    """R37: what would multiply when it is read is not read, in any encoding that XML may have."""
    declared = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    body = re.sub(r"^<\?xml.*?\?>", "", PARTS[SHEET].decode())
    hostile = archive(PARTS | {SHEET: (declared + body).encode(encoding)})

    assert refused(hostile) is FileTrouble.NOT_A_SHEET


@pytest.mark.parametrize("packed_as", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_only_what_spreadsheets_pack_is_unpacked(packed_as: int) -> None:
    """R37: other ways of packing let a file name the memory that it wants."""
    assert refused(archive(PARTS, packed_as)) is FileTrouble.NOT_A_SHEET
    assert who_and_where(archive(PARTS, zipfile.ZIP_STORED)) == [("Петрова", "12")]


def test_text_is_not_read_further_than_its_bound() -> None:
    """R37: of a million lines no more are kept than it takes to refuse them."""
    lines = "Врач;Кабинет;Минут;Пн\n".encode() + b"a\n" * (grids.MOST_BYTES // 2 - 100)

    assert refused(lines) is FileTrouble.TOO_MANY_ROWS
    assert {len(grid) for grid in reading.grids(lines)} == {grids.MOST_ROWS + 1}


def test_a_row_keeps_its_number_after_a_gap() -> None:
    """R37: what stands in the last row of all is found, and named by its row."""
    book = load_workbook(io.BytesIO(GOOD))
    book.worksheets[0].cell(workbooks.LAST_ROW, 1).value = "Орлова"
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(BadSheet) as bad:
        read(file.getvalue(), TUESDAY)

    assert {each.row for each in bad.value.problems} == {workbooks.LAST_ROW}


@settings(deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_no_broken_archive_is_an_error(place: int, byte: int) -> None:
    """R37: a workbook with any byte changed is read or refused."""
    with suppress(BadFile, BadSheet):
        read(GOOD[:place] + bytes([byte]) + GOOD[place + 1 :], TUESDAY)


@settings(deadline=None)
@given(st.integers(0, len(PARTS[SHEET]) - 1), st.binary(max_size=3))
def test_no_broken_sheet_is_an_error(place: int, some: bytes) -> None:
    """R37: so is one that is packed as it should be, with something else inside."""
    broken = PARTS[SHEET][:place] + some + PARTS[SHEET][place + 1 :]
    with suppress(BadFile, BadSheet):
        read(archive(PARTS | {SHEET: broken}), TUESDAY)


@pytest.mark.parametrize("text", ["четверг 8-14", "evening 14-20", "вечером 14-20", "8-14 по чт"])
def test_weekdays_and_times_of_day_are_not_even_days(text: str) -> None:
    """R13: "четверг" is no "чётные" and "evening" is no "even": hours are not guessed."""
    with pytest.raises(BadHours):
        read_hours(text)


def test_only_an_example_is_left_out() -> None:
    """The template's examples are not read; a doctor whose name begins like one is."""
    rows = [["Пример: по дням", "1", "15", "8-12"], ["Примерова Ия", "2", "15", "8-12"]]

    assert who_and_where(workbook([TABLE[0], *rows])) == [("Примерова Ия", "2")]


@pytest.mark.parametrize(
    ("language", "said"),
    [(Language.RUSSIAN, "Строка 3, столбец «Пн»: "), (Language.ENGLISH, "Row 3, column “Пн”: ")],
)
def test_a_problem_is_told_with_its_row_and_column(language: Language, said: str) -> None:
    """R37: as the spreadsheet counts them, in the clinic's language, with what stands there."""
    with pytest.raises(BadSheet) as bad:
        read(workbook([*TABLE, ["Орлова", "2", "15", "8+"]]), TUESDAY)
    with words.speaking(I18N, language):
        [told] = problems(bad.value.problems)

    assert told.startswith(said)
    assert "8+" in told


# What goes out

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize(
    "name",
    ["=Петрова", "'=Петрова", "Ким,=1+1", 'Ким",-2', "Ким,'@х", "Ким, +7", "Ким;=1", "Ким\t=1"],
)
def test_no_cell_is_a_formula_whatever_separates(name: str) -> None:
    """R36: neither in a workbook nor in a text, though its reader takes commas or tabs for what
    separates; the apostrophe is gone when the sheet is read again."""
    given_out = [Timetable(name, "=1", TUESDAY, [MORNINGS])]
    book, text = (written(given_out, csv=csv) for csv in (False, True))

    for row in load_workbook(io.BytesIO(book)).worksheets[0].iter_rows():
        assert not [cell.value for cell in row if cell.data_type == "f"]
        assert not [cell.value for cell in row if str(cell.value or "").startswith(DANGEROUS)]
    for delimiter in ";,\t":
        lines = csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), delimiter=delimiter)
        assert not [value for line in lines for value in line if value.startswith(DANGEROUS)]
    for data in (book, text):
        assert who_and_where(data) == [(" ".join(name.split()), "=1")]


@given(st.text(st.sampled_from("=+-@'\t\r\n,; а"), max_size=8))
def test_a_text_made_harmless_begins_no_formula(text: str) -> None:
    """R36: not at its beginning, and not after what may separate cells for somebody."""
    made = grids.harmless(text)

    assert not made.startswith(DANGEROUS)
    assert not re.search(r"[,\t\r\n][=+\-@]", made)


def one_line(text: str) -> str:
    return " ".join("".join(letter for letter in text if letter.isprintable()).split())


TYPED = st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("=+-@'\",; "))
NAMES = (
    st.builds("{}{}{}".format, TYPED, st.sampled_from(["Ким", "Орлова ", "ё"]), TYPED)
    .map(one_line)
    .filter(lambda name: len(name) <= 100 and not re.match("пример|example", name, re.IGNORECASE))
)
ROOMS = TYPED.map(one_line).map(lambda room: room[:20].strip()).filter(bool)
SEVERAL = st.lists(
    st.builds(Timetable, NAMES, ROOMS, st.just(TUESDAY), st.sampled_from([[], [MORNINGS]])),
    min_size=1,
    max_size=4,
    unique_by=lambda one: name_key(one.name),
)


@settings(deadline=None)
@given(SEVERAL, st.sampled_from(Language), st.booleans())
def test_whatever_was_typed_comes_back(
    given_out: list[Timetable], language: Language, csv: bool
) -> None:
    """R36: any names and rooms, and who receives, as text and as a workbook, in both languages."""
    back = read(written(given_out, language, csv=csv), TUESDAY)

    assert list(back.timetables) == given_out
