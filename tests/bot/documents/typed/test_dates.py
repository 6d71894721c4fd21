"""A birth date is read in any form in which people type one, day before month."""

from contextlib import suppress
from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents.typed.dates import read_date, read_days
from services.model.refusals.families import DateUnclear, DayNeeded, NoSuchDay, YearNeeded
from services.model.refusals.schedule import DayOver, DaysApart
from tests.chances import so_often

MARCH_12 = date(2024, 3, 12)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12.03.2024", MARCH_12),
        ("12.3.24", MARCH_12),
        ("12. 03. 2024", MARCH_12),
        ("12,03,2024", MARCH_12),
        ("12/03/2024", MARCH_12),
        ("12-03-2024", MARCH_12),
        ("12 03 2024", MARCH_12),
        ("12032024", MARCH_12),
        ("2024-03-12", MARCH_12),
        ("2024.3.12", MARCH_12),
        ("12 марта 2024", MARCH_12),
        ("12 марта 2024 г.", MARCH_12),
        ("12 марта 2024 года", MARCH_12),
        ("12 марта 2024г", MARCH_12),
        ("12.03.2024 г.", MARCH_12),
        ("12 мар 2024", MARCH_12),
        ("12-мар-2024", MARCH_12),
        ("12 мар. 24", MARCH_12),
        ("12 МАРТА 2024", MARCH_12),
        ("12 March 2024", MARCH_12),
        ("12 mar 2024", MARCH_12),
        ("March 12, 2024", MARCH_12),
        ("mar 12 2024", MARCH_12),
        ("  12.03.2024\n", MARCH_12),
        ("12.03.2024.", MARCH_12),
        ("12.03.2024 г.р.", MARCH_12),
        ("12.03.2024 г. р.", MARCH_12),
        ("12.03.2024 года рождения", MARCH_12),
        ("12–03–2024", MARCH_12),
        ("12—03—2024", MARCH_12),
        ("12марта2024", MARCH_12),
        ("12мар24", MARCH_12),
        ("12-го марта 2024", MARCH_12),
        ("12го марта 2024 года.", MARCH_12),
        ("12th March 2024", MARCH_12),
        ("родился 12.03.2024", MARCH_12),
        ("Родилась: 12 марта 2024", MARCH_12),
        ("д.р. 12.03.2024", MARCH_12),
        ("д/р 12.03.2024", MARCH_12),
        ("дата рождения — 12.03.2024", MARCH_12),
        ("born on 12 March 2024", MARCH_12),
        ("12\u00a0марта\u00a02024\u00a0г.", MARCH_12),
        ("１２.０３.２０２４", MARCH_12),
        ("١٢.٠٣.٢٠٢٤", MARCH_12),
        ("12.03.2024!", MARCH_12),
        ("5 мая 21", date(2021, 5, 5)),
        ("1 май 2020", date(2020, 5, 1)),
        ("1 may 2020", date(2020, 5, 1)),
        ("3 сент 2019", date(2019, 9, 3)),
        ("29.02.2024", date(2024, 2, 29)),
        ("1.1.98", date(1998, 1, 1)),
        ("01.01.2000", date(2000, 1, 1)),
    ],
)
def test_a_date_in_any_usual_form_is_read(typed: str, meant: date) -> None:
    """Figures with any separator or none, words in Russian and English, short and long years."""
    assert read_date(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "вчера",
        "12 Marvelous 2024",
        "12",
        "2024",
        "12.03",
        "март 2024",
        "12 марта",
        "12 ма 2024",
        "12 брюмера 2024",
        "12.03.124",
        "112.03.2024",
        "12.03.2024 в 9:00",
        "12 ② 2024",
        "🎂",
        "12🎂03🎂2024",
        "/start",
        "1" * 300,
        "12 " + "марта" * 60 + " 2024 года рождения",
        " " * 299 + "г",
    ],
)
def test_what_is_no_date_is_said_to_be_unclear(typed: str) -> None:
    """Words, half a date, or a very long text: it is asked again, and nothing breaks."""
    with pytest.raises(DateUnclear):
        read_date(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "31.02.2024",
        "29.02.2023",
        "30 февраля 2023",
        "31 апреля 2024",
        "12.13.2024",
        "00.01.2020",
        "01.00.2020",
        "32.01.2020",
        "2024-13-01",
        "31022024",
        "April 31, 2024",
        "12.03.0000",
    ],
)
def test_a_day_of_no_calendar_is_said_to_be_none(typed: str) -> None:
    """A date that never was gets a clear sentence of its own."""
    with pytest.raises(NoSuchDay):
        read_date(typed)


def test_figures_of_another_script_are_figures() -> None:
    """Arabic-Indic figures are read like any others."""
    assert read_date("١٢.٠٣.٢٠٢٤") == MARCH_12


PATTERNS = [
    *("dd.MM.yyyy", "d.M.yy", "dd/MM/yyyy", "dd MM yyyy", "ddMMyyyy", "yyyy-MM-dd", "yyyy.M.d"),
    *("d MMMM yyyy", "d MMMM yyyy 'г.'", "d MMMM yy", "d MMM yyyy", "d LLLL yyyy", "d LLL yyyy"),
]
LANGUAGES = ["ru", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=so_often(40))
@given(day=st.dates(date(2000, 1, 1), date(2026, 12, 31)))
def test_every_date_is_read_back_in_every_form(pattern: str, language: str, day: date) -> None:
    """Whatever the day of a child's birth, each usual form of it is understood."""
    assert read_date(format_date(day, pattern, language)) == day


@settings(max_examples=so_often(40))
@given(day=st.dates(date(2000, 1, 1), date(2026, 12, 31)))
def test_the_american_form_is_read_with_the_month_in_words(day: date) -> None:
    """ "March 12, 2024" is clear, in words; in figures the day always comes first."""
    assert read_date(format_date(day, "MMMM d, yyyy", "en")) == day


DATE_LIKE = st.lists(
    st.sampled_from([*"0123456789٣²①½ .,-/_", "2024", "марта", "may", "мая", "г.", "года", "\n"]),
    max_size=10,
).map("".join)


@settings(max_examples=so_often(500))
@given(st.text(max_size=300) | DATE_LIKE)
def test_any_text_at_all_is_read_or_refused(typed: str) -> None:
    """Whatever people type, the answer is a date or one of two refusals."""
    with suppress(DateUnclear, NoSuchDay):
        assert isinstance(read_date(typed), date)


AHEAD = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("1.12–14.12", "2026-12-01", "2026-12-14"),
        ("01.12.2026 - 14.12.2026", "2026-12-01", "2026-12-14"),
        ("с 1 по 14 декабря", "2026-12-01", "2026-12-14"),
        ("1-14 декабря", "2026-12-01", "2026-12-14"),
        ("1 декабря – 14 декабря 2026 г.", "2026-12-01", "2026-12-14"),
        ("from 1 to 14 December", "2026-12-01", "2026-12-14"),
        ("28.12–8.01", "2026-12-28", "2027-01-08"),
        ("1 декабря - 5 января 2027", "2026-12-01", "2027-01-05"),
        ("20.11–30.11", "2026-11-20", "2026-11-30"),
        ("1.12.2026 – 14.12", "2026-12-01", "2026-12-14"),
        ("1.12.2026 – 30.11.2028", "2026-12-01", "2028-11-30"),
        ("9 мая", "2027-05-09", "2027-05-09"),
        ("25.11", "2026-11-25", "2026-11-25"),
        ("29.2", "2028-02-29", "2028-02-29"),
        ("сегодня", "2026-11-25", "2026-11-25"),
        ("Завтра", "2026-11-26", "2026-11-26"),
    ],
)
def test_days_ahead(typed: str, first: str, last: str) -> None:
    """The first and the last day; a year that is not said is the one that is ahead."""
    found = read_days(typed, AHEAD)

    assert [day.isoformat() for day in found] == [first, last]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", DateUnclear),
        ("1", DateUnclear),
        ("скоро", DateUnclear),
        ("1.12–14.12–20.12", DateUnclear),
        ("14.12–1.12", DateUnclear),
        ("14.12.2026–1.12.2026", DateUnclear),
        ("31.02", NoSuchDay),
        ("1.13", NoSuchDay),
        ("1.12.2025–5.12.2025", DayOver),
    ],
)
def test_no_days_ahead(typed: str, problem: type[Exception]) -> None:
    """Nothing is guessed where a slip is likelier."""
    with pytest.raises(problem):
        read_days(typed, AHEAD)


@pytest.mark.parametrize("typed", ["12 марта", "12марта", "12-го марта", "12 mar", "29 февраля"])
def test_a_day_without_its_year_asks_for_that(typed: str) -> None:
    """R58: nobody guesses how old a child is."""
    with pytest.raises(YearNeeded):
        read_date(typed)


@pytest.mark.parametrize("typed", ["март 2024", "марта 2024 г.", "May 2020"])
def test_a_month_without_its_day_asks_for_that(typed: str) -> None:
    """R58: nor when its birthday is."""
    with pytest.raises(DayNeeded):
        read_date(typed)


@pytest.mark.parametrize("typed", ["31 февраля", "12 брюмера", "март 24", "12 мая мая"])
def test_half_of_nothing_asks_for_nothing(typed: str) -> None:
    """What is no half of a date is no date."""
    with pytest.raises(DateUnclear) as refused:
        read_date(typed)
    assert type(refused.value) is DateUnclear


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("30.11.", date(2026, 11, 30), date(2026, 11, 30)),
        ("30.11 и 1.12", date(2026, 11, 30), date(2026, 12, 1)),
        ("30 ноября и 1 декабря", date(2026, 11, 30), date(2026, 12, 1)),
        ("1, 2 и 3 декабря", date(2026, 12, 1), date(2026, 12, 3)),
        ("30.11–1.12, 2.12", date(2026, 11, 30), date(2026, 12, 2)),
        ("31.12 и 1.01", date(2026, 12, 31), date(2027, 1, 1)),
        ("30.11.2026 и 01.12.2026", date(2026, 11, 30), date(2026, 12, 1)),
    ],
)
def test_days_one_after_the_other_are_one_stretch(typed: str, first: date, last: date) -> None:
    """R58: as somebody says them."""
    assert read_days(typed, date(2026, 11, 23)) == (first, last)


@pytest.mark.parametrize("typed", ["30.11 и 3.12", "1, 3 декабря", "3.12 и 1.12"])
def test_days_apart_are_not_filled_up(typed: str) -> None:
    """R58: what lies between was not said; a list backwards is none."""
    with pytest.raises((DaysApart, DateUnclear)):
        read_days(typed, date(2026, 11, 23))
