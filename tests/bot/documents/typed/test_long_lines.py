"""Whatever is typed, however long, is read or refused at once: the loop serves everybody else."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from itertools import product
from time import process_time

import pytest

from bot.documents.sheets.rows import _WEEKDAY
from bot.documents.streets import read_street
from bot.documents.typed.dates import read_date, read_days
from bot.documents.typed.hour_lines import TypedHours
from bot.documents.typed.hours import BadHours, read_hours
from bot.documents.typed.phones import read_phone
from services.clinic.settings import FACTS
from services.model.refusals.base import Refusal
from services.rules.names import tidy_name
from services.rules.typed.lines import read_query

TODAY, VISIT = date(2026, 11, 23), timedelta(minutes=15)
HOURS = TypedHours()


def each_setting(typed: str) -> None:
    for fact in FACTS.values():
        with suppress(Refusal):
            fact.kind.read(typed)


READERS: dict[str, Callable[[str], object]] = {
    "rules": lambda typed: HOURS.rules(typed, TODAY, VISIT),
    "day": lambda typed: HOURS.day(typed, VISIT, frozenset()),
    "hours": read_hours,
    "days": lambda typed: read_days(typed, TODAY),
    "date": read_date,
    "phone": read_phone,
    "query": lambda typed: read_query(typed, read_date, read_phone),
    "street": read_street,
    "name": tidy_name,
    "weekday": lambda typed: _WEEKDAY.sub("", typed),
    "settings": each_setting,
}
BEGINNINGS = ["", "9", "пн", "с 9", "1 декабря", "55.7"]
RUNS = (
    " ",
    "\n",
    ",",
    "9-",
    "9-12,",
    "пн ",
    "с ",
    "по 9 ",
    "обед 9-12 ",
    "1 ",
    "9:0 ",
    "чет ",
    "а",
    "9",
    "(",
    ". ",
)
ENDS = ["", "x", "9"]


def cost(read: Callable[[str], object], typed: str) -> float:
    """Seconds of the processor, the least of three."""
    found = []
    for _ in range(3):
        begun = process_time()
        with suppress(Refusal, BadHours):
            read(typed)
        found.append(process_time() - begun)
    return min(found)


@pytest.mark.parametrize("reader", READERS)
def test_no_line_takes_more_than_its_length(reader: str) -> None:
    """R37: eight times the length takes about eight times as long; what goes through a run from
    each of its places would take sixty-four. Less than some milliseconds harms nobody."""
    read = READERS[reader]
    cost(read, "12")  # what is loaded when first needed
    for begins, run, ends in product(BEGINNINGS, RUNS, ENDS):
        short, long = (begins + (run * size)[:size] + ends for size in (500, 4000))
        taken = cost(read, long)
        assert taken < 0.01 or taken < 24 * cost(read, short), (begins, run, ends)
