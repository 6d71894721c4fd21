"""Which check-up a child may have, and when its family may be invited."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.model.check_ups.calendar import USUAL, CheckUpCalendar
from services.model.check_ups.known import Known
from services.model.refusals.typed import NotAges
from services.model.settings.ages import Ages
from services.model.settings.visit_kinds import Reason
from services.rules.check_ups.due import completed, due, is_open, open_at
from services.rules.check_ups.inviting import birth_dates, may_invite_at, to_invite_to
from tests.values import a_clinic

ROMASHKA_HERE = a_clinic()
MSK = ROMASHKA_HERE.zone
CALENDAR = CheckUpCalendar()
BORN = date(2026, 5, 23)
"""Half a year before the tests' day."""


@pytest.mark.parametrize(
    ("born", "today", "months"),
    [
        (BORN, date(2026, 5, 24), None),
        (BORN, date(2026, 11, 22), 5),
        (BORN, date(2026, 11, 23), 6),
        (BORN, date(2027, 8, 22), 12),
        (BORN, date(2027, 8, 23), 15),
        (BORN, date(2028, 2, 23), None),  # three months after one and a half years
        (BORN, date(2029, 5, 23), 36),
        (date(2008, 12, 1), date(2026, 1, 1), 204),
        (date(2008, 11, 23), date(2026, 11, 23), None),  # grown up
    ],
)
def test_the_age_says_which_one_is_possible(born: date, today: date, months: int | None) -> None:
    """The latest of the order's ages, for three months and until the next."""
    found = due(CALENDAR, born, today)

    assert (found.months if found else None) == months


def test_a_month_without_its_day_is_completed_on_the_first_of_the_next() -> None:
    assert completed(date(2026, 1, 31), 1) == date(2026, 3, 1)
    assert completed(date(2024, 2, 29), 12) == date(2025, 3, 1)
    assert completed(date(2026, 3, 15), -14) == date(2025, 1, 15)


def test_a_visit_ahead_or_lately_a_word_and_a_wish_close_it() -> None:
    """Nobody is offered what was had, what is booked, or what they want to hear nothing of."""
    clinic, noon = ROMASHKA_HERE, datetime(2026, 11, 24, 12, tzinfo=MSK)
    half_a_year = due(CALENDAR, BORN, date(2026, 11, 24))
    assert half_a_year

    def opened(known: Known) -> bool:
        return is_open(half_a_year, known, clinic)

    assert opened(Known())
    assert opened(Known(visited_at=noon - timedelta(days=31), passed=5, invited=6))
    assert not opened(Known(visited_at=noon - timedelta(days=9)))
    assert not opened(Known(visited_at=noon + timedelta(days=9)))
    assert not opened(Known(passed=6))
    assert not opened(Known(unwanted=True))


def test_an_invitation_comes_once_soon_after_the_age_and_where_the_clinic_invites() -> None:
    three, clinic = date(2023, 11, 23), ROMASHKA_HERE

    def invited(day: int, known: Known = Known(), in_: int = 11) -> bool:  # noqa: B008 - frozen
        at = datetime(2026, in_, day, 12, tzinfo=MSK)
        return to_invite_to(clinic, three, known, at) is not None

    assert not invited(22)
    assert invited(23)
    assert not invited(23, Known(invited=36))
    assert invited(22, in_=12)
    assert not invited(23, in_=12)
    clinic = replace(clinic, check_ups=replace(CALENDAR, invites=False))
    assert not invited(23)
    clinic = replace(clinic, check_ups=CheckUpCalendar(ages=()))
    assert not invited(23)


def test_who_can_be_invited_was_born_in_one_of_the_spans() -> None:
    """What is searched for leaves nobody out, whatever the day of the month."""
    for today in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 12, 31)):
        spans = birth_dates(CALENDAR, today)
        at = datetime(today.year, today.month, today.day, 12, tzinfo=MSK)
        for days in range(18 * 366):
            born = today - timedelta(days=days)
            if to_invite_to(ROMASHKA_HERE, born, Known(), at):
                assert any(first <= born <= last for first, last in spans), (today, born)


def test_families_are_invited_on_weekdays_by_day() -> None:
    """Not in quiet hours either, which may be longer than the night."""

    def allowed(day: int, hour: int) -> datetime:
        return may_invite_at(clinic, datetime(2026, 11, day, hour, tzinfo=MSK)).astimezone(MSK)

    clinic = ROMASHKA_HERE
    assert allowed(23, 12) == datetime(2026, 11, 23, 12, tzinfo=MSK)
    assert allowed(23, 3) == datetime(2026, 11, 23, 10, tzinfo=MSK)
    assert allowed(27, 18) == datetime(2026, 11, 30, 10, tzinfo=MSK)  # from Friday to Monday
    clinic = replace(clinic, quiet=replace(clinic.quiet, starts=clinic.quiet.ends))
    assert allowed(28, 12) == datetime(2026, 11, 30, 10, tzinfo=MSK)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("1-12 мес, 1 г. 3 мес., 1 год 6 месяцев, 2–17 лет", None),
        ("1-12 months, 15 months, 18 m, 2-17 years", None),
        ("1, 3, 6 мес; 1, 2 года", "1 мес., 3 мес., 6 мес., 1-2 г."),
        ("13–17 лет, 3 года", "3 г., 13-17 лет"),
        ("—", ""),
    ],
)
def test_ages_are_typed_as_people_write_them(typed: str, written: str | None) -> None:
    """One written form, which is read again; the order's own ages are the default."""
    value = Ages().read(typed)

    assert Ages().write(value) == (Ages().write(USUAL) if written is None else written)
    assert Ages().kept(Ages().keep(value)) == value
    assert Ages().write(USUAL) == "1-12 мес., 1 г. 3 мес., 1 г. 6 мес., 2-17 лет"


@pytest.mark.parametrize("typed", ["скоро", "18 лет", "5-2 г.", "1 2 3", "0 мес", "6"])
def test_what_is_no_age_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(NotAges):
        Ages().read(typed)


@pytest.mark.parametrize(("hidden", "at_desk"), [(True, False), (False, True)])
def test_nobody_hears_of_a_check_up_that_the_chat_does_not_book(
    hidden: bool, at_desk: bool
) -> None:
    """Neither home nor an invitation leads to a refusal."""
    now = ROMASHKA_HERE.at(date(2026, 11, 23))
    kinds = tuple(
        replace(kind, hidden=hidden, at_desk=at_desk) if kind.key == Reason.CHECK_UP else kind
        for kind in ROMASHKA_HERE.kinds
    )

    assert open_at(ROMASHKA_HERE, BORN, Known(), now)
    assert open_at(replace(ROMASHKA_HERE, kinds=kinds), BORN, Known(), now) is None
