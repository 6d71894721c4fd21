"""Reading a birth date in any form in which people type one."""

import re
from datetime import date
from functools import cache

from babel.dates import get_month_names

from services.model import Language
from services.refusals import DateUnclear, NoSuchDay

_SEPARATOR = r"[\s./\-_,]+"
_NUMBERS = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{2}})")
_BACKWARDS = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})")
_TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{4})")
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_SEPARATOR}([^\W\d]+){_SEPARATOR}(\d{{4}}|\d{{2}})")
_MONTH_FIRST = re.compile(rf"([^\W\d]+){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}})")


def read_date(typed: str) -> date:
    """The date in words such as 12.03.2024, 12.3.24, 12 марта 2024, 2024-03-12; day before month.

    Raises:
        DateUnclear: it cannot be read.
        NoSuchDay: it can, but the calendar has no such day.
    """
    text = re.sub(r"\s*(г\.?|года?)$", "", typed.strip().lower())
    if found := _NUMBERS.fullmatch(text) or _TOGETHER.fullmatch(text):
        day, month, year = found.groups()
    elif found := _BACKWARDS.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = found.groups()
    else:
        raise DateUnclear
    try:
        return date(_full_year(year), _month_number(month), int(day))
    except ValueError:
        raise NoSuchDay from None


def _full_year(year: str) -> int:
    """24 is 2024 and 98 is 1998: the pivot of POSIX, which fits the age of children."""
    number = int(year)
    if len(year) == 4:
        return number
    return 2000 + number if number < 69 else 1900 + number


def _month_number(month: str) -> int:
    if month.isdecimal():
        return int(month)
    matching = {number for name, number in _months().items() if name.startswith(month)}
    if len(month) < 3 or len(matching) != 1:
        raise DateUnclear
    return matching.pop()


@cache
def _months() -> dict[str, int]:
    """Month names in every language of the bot, as in "12 марта" and as in "март"."""
    return {
        name.lower().rstrip("."): number
        for language in Language
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, context, language).items()
    }
