"""When the doctor can be called home, by the clinic's own words."""

from datetime import time

import pytest

from bot.documents.typed.home_calls import HomeCalls, home_calls
from tests.values import a_clinic, on_wall


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("7:30–12:00", time(7, 30), time(12)),
        ("с 8 до 12", time(8), time(12)),
        ("8.00-14.00", time(8), time(14)),
        ("ежедневно 9 — 18", time(9), time(18)),
    ],
)
def test_one_stretch_of_a_day_is_understood(words: str, first: time, last: time) -> None:
    """R59: out of these hours a parent reads from when on the clinic takes calls."""
    assert home_calls(a_clinic(home_call_hours=words)) == HomeCalls(first, last)


@pytest.mark.parametrize(
    "words", ["", "круглосуточно", "пн–пт 8–14, сб 9–12", "12–8", "25:00–26:00", "до 12", "24/7"]
)
def test_whatever_else_is_said_is_left_as_it_is(words: str) -> None:
    """R58: nothing is guessed of words that say more, or nothing."""
    assert home_calls(a_clinic(home_call_hours=words)) is None


def test_before_within_and_after() -> None:
    """The last moment is over already."""
    hours = HomeCalls(time(7, 30), time(12))
    at = [on_wall(f"2026-11-23 {each}") for each in ("07:00", "07:30", "11:59", "12:00")]
    walls = [moment.astimezone(a_clinic().zone) for moment in at]
    assert [hours.are_taken(wall) for wall in walls] == [False, True, True, False]
    assert [hours.are_over(wall) for wall in walls] == [False, False, False, True]
