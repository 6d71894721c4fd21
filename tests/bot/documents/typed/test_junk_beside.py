"""What stands beside hours, days and dates on one line is understood, or asked about (R60)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot.documents.typed.dates import read_date
from bot.documents.typed.hour_lines import TypedHours
from services.model.refusals.base import Refusal

MONDAY = date(2026, 11, 23)
VISIT = timedelta(minutes=15)
READER = TypedHours()
JUNK = """
абв | и ещё | (Петрова) | кроме обеда | 7 | 99 | каб. 12 | ? | но не 24.12 | по 15 по 20 | в 10
15 мин 20 мин | +7 916 123-45-67 | до 14 | кроме 10:30 | нечет | не принимает | 🙂
перерыв 12-13 | перерыв 8-9 | обед 13-14 | обед 11-13 | с 31 февраля | выходной | -
"""
READERS: dict[str, Callable[[str], object]] = {
    "9-12": lambda typed: READER.day(typed, VISIT, frozenset()),
    "пн 9-12": lambda typed: READER.rules(typed, MONDAY, VISIT),
    "1-14 декабря": lambda typed: READER.days(typed, MONDAY),
    "завтра": lambda typed: READER.days(typed, MONDAY),
    "12.03.2024": read_date,
}


@pytest.mark.parametrize("line", READERS)
@pytest.mark.parametrize("junk", [each.strip() for each in JUNK.replace("\n", "|").split("|")])
def test_nothing_beside_it_is_dropped_in_silence(line: str, junk: str) -> None:
    """R60: whatever its place; what is left out of what somebody typed, they believe was heard."""
    READERS[line](line)
    for typed in (f"{line} {junk}", f"{line}, {junk}", f"{junk} {line}", f"{junk}, {line}"):
        if junk:
            with pytest.raises(Refusal):
                READERS[line](typed)


@pytest.mark.parametrize(
    "typed", ["9-17 обед 12-13", "9-12, обед 12-13, 13-17", "9-17, обед 16-17"]
)
def test_a_break_lies_in_the_hours(typed: str) -> None:
    """R58: also at their edge, or between two of them."""
    [reception] = READER.day(typed, VISIT, frozenset())
    assert reception.hours.starts.hour == 9
