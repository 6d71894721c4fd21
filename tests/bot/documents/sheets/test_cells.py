"""Times and lengths as spreadsheets keep them: whatever the way, they are read alike."""

import io
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.documents.sheets import workbooks
from bot.documents.sheets.rows import _clocked, _day_in, minute_in
from tests.chances import so_often

MINUTES = st.integers(1, 24 * 60 - 1)


def kept(value: object, shown_as: str) -> str:
    """The text that a workbook's cell comes to."""
    book = Workbook()
    book.worksheets[0].append([value])
    book.worksheets[0]["A1"].number_format = shown_as
    file = io.BytesIO()
    book.save(file)
    [[row]] = workbooks.read(file.getvalue())
    return str(row.value(0))


@settings(max_examples=so_often(40), deadline=None)
@given(MINUTES)
def test_a_time_is_read_alike_in_any_cell(minute: int) -> None:
    """R53: a fraction of a day, shown as such or as a time, and a text are one time."""
    hour, rest = divmod(minute, 60)
    ways = [
        f"{minute / 1440:.7f}",
        f"{minute / 1440:.7f}".replace(".", ","),
        f"{hour:02}:{rest:02}",
        *([f"{hour:02}-{rest:02}"] if hour < 10 else []),
        f"{hour} ч {rest} мин",
        f"2026-12-01 {hour:02}:{rest:02}:00",
        kept(minute / 1440, "General"),
        kept(minute / 1440, "h:mm"),
        kept(minute / 1440, "[h]:mm"),
        kept(time(hour, rest), "h:mm"),
    ]
    assert [minute_in(way) for way in ways] == [minute] * len(ways)


@pytest.mark.parametrize("minutes", [5, 10, 15, 20, 90])
def test_a_length_is_read_alike_in_any_cell(minutes: int) -> None:
    """R53: a duration, a time of the day and a fraction are as many minutes."""
    length = timedelta(minutes=minutes)
    ways = [kept(length, "[h]:mm"), kept(length, "h:mm"), kept(minutes / 1440, "General")]
    assert [_clocked(way) for way in ways] == [minutes] * 3


def test_midnight_at_the_end_of_a_day() -> None:
    """R53: a whole day, however it is shown, is 24:00."""
    assert [minute_in(kept(1.0, shown)) for shown in ("h:mm", "[h]:mm")] == [1440, 1440]


def test_a_day_as_a_number() -> None:
    """R53: a date that lost its format is the number of its day."""
    day = date(2026, 12, 1)
    number = (day - date(1899, 12, 30)).days
    assert _day_in(kept(number, "General")) == day
    assert kept(datetime.combine(day, time()), "dd.mm.yyyy") == "2026-12-01"
