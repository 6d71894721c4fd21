"""Reading dates in any form in which people type them: a birth date, or some days ahead."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from babel.dates import get_month_names

from services.model.people import Language
from services.model.refusals.families import DateUnclear, DayNeeded, NoSuchDay, YearNeeded
from services.model.refusals.schedule import DayOver, DaysApart

_SEPARATOR = r"[\s./\-_,]+"
_NUMBERS = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{2}})")
_BACKWARDS = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})")
_TOGETHER = re.compile(r"(\d{2})(\d{2})(\d{4})")
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_SEPARATOR}([^\W\d]+){_SEPARATOR}(\d{{4}}|\d{{2}})")
_MONTH_FIRST = re.compile(rf"([^\W\d]+){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}})")
_YEAR_WORD = re.compile(r"\s*(?:г\.?\s*р\.?|г(?:ода)?\.?\s*рожд(?:ения|\.)?|г\.?|года?)$")
""" "2022 г.", "2022 года рождения"."""
_BORN = re.compile(
    r"^(?:(?:родил[а-я]+|рожд[а-я]*|born(?:\s+on)?|date\s+of\s+birth|дата\s+рожд[а-я]*|д\.?\s*р\.?"
    r"|д/р)\s*[:=—–-]?\s*)(?=\d)"
)
""" "родился 12.03.2024", "дата рождения: 12 марта"."""
_DASH = re.compile(r"[‐‑‒–—―−]")
_ORDINAL = re.compile(r"(?<=\d)(?:\s*-\s*)?(?:го|е|ое|ого|st|nd|rd|th)\b\.?")
""" "12-го марта", "1st of March"."""
_STUCK = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
""" "12марта2024"."""
_WITHOUT_YEAR = re.compile(r"(\d{1,2})[\s./\-]+([^\W\d]+|\d{1,2})")
_WITHOUT_DAY = re.compile(r"([^\W\d]+)[\s./\-]+(\d{4})")


def read_date(typed: str) -> date:
    """The date in words such as 12.03.2024, 12.3.24, 12 марта 2024, 2024-03-12; day before month.

    Raises:
        DateUnclear: it cannot be read.
        YearNeeded, DayNeeded: that alone is missing; they are kinds of `DateUnclear`.
        NoSuchDay: it can, but the calendar has no such day.
    """
    text = _plain(typed)
    if found := _NUMBERS.fullmatch(text) or _TOGETHER.fullmatch(text):
        day, month, year = found.groups()
    elif found := _BACKWARDS.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        month, day, year = found.groups()
    else:
        _ask_for_the_rest(text)
        raise DateUnclear
    try:
        return date(_full_year(year), _month_number(month), int(day))
    except ValueError:
        raise NoSuchDay from None


def _ask_for_the_rest(text: str) -> None:
    """Raises `YearNeeded` of "12 марта", `DayNeeded` of "март 2024"; of "12.03" nothing, which may
    be half of something else."""
    if (found := _WITHOUT_YEAR.fullmatch(text)) and not found[2].isdecimal():
        month = _month_number(found[2])
        if any(_day_of(year, month, int(found[1])) for year in (2023, 2024)):
            raise YearNeeded(text)
    if found := _WITHOUT_DAY.fullmatch(text):
        _month_number(found[1])
        raise DayNeeded(text)


_LONGEST = 100
"""Characters: some days with every month spelt out have fewer."""


def _plain(typed: str) -> str:
    """Single blanks, plain digits and dashes, no capitals, no words around the date.

    Raises `DateUnclear`: no date is so long."""
    if len(typed) > _LONGEST:
        raise DateUnclear
    text = "".join(map(_digit, unicodedata.normalize("NFC", typed)))
    text = _DASH.sub("-", " ".join(text.lower().split())).rstrip(" .,;!")
    text = _YEAR_WORD.sub("", _BORN.sub("", text)).rstrip(" .,;")
    return _STUCK.sub(" ", _ORDINAL.sub("", text))


def _digit(character: str) -> str:
    """A digit of any script as one of ours: phones of some families type theirs."""
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


_DAY = r"\d{1,2}(?:[./]\d{1,2}(?:[./](?:\d{4}|\d{2}))?|\s+[^\W\d]{3,}\.?(?:\s+\d{4})?)?"
_TO = r"\s*(?:[‐‑‒–—―−-]|\b(?:по|до|to|till|until)\b)\s*"
_DAYS = re.compile(rf"(?:(?:с|со|from)\s+)?({_DAY})(?:{_TO}({_DAY}))?")
_LISTED = re.compile(r"\s*(?:,|;|\bи\b|\band\b)\s*")
_NEAR = {"сегодня": 0, "today": 0, "завтра": 1, "tomorrow": 1, "послезавтра": 2}
_MOST_DAYS = 200
"""Of a stretch whose year was not said: a longer one is a slip."""


def read_days(typed: str, today: date) -> tuple[date, date]:
    """The first and the last of some days ahead: 1.12–14.12, с 1 по 14 декабря, завтра, 9 мая.

    Without a year, it is the next last day of that name that is meant, and the first before it.

    Raises:
        DateUnclear: they cannot be read, or do not follow each other.
        NoSuchDay: they can, but the calendar has no such day.
        DayOver: the last of them is over.
        DaysApart: there are others between those that are named.
    """
    text = _plain(typed)
    if text in _NEAR:
        day = today + timedelta(days=_NEAR[text])
        return day, day
    if listed := _LISTED.split(text)[1:]:
        return _next_to_each_other([_LISTED.split(text)[0], *listed], today)
    found = _DAYS.fullmatch(text)
    if not found:
        raise DateUnclear
    begins, ends = found[1], found[2] or found[1]
    if begins.isdecimal():  # 1–14 декабря
        begins += ends.lstrip("0123456789")
    begun = _near_day(begins, today, ahead=True) if _year_in(begins) else today
    last = _near_day(ends, begun, ahead=True)
    first = _near_day(begins, last, ahead=False)
    if last < today:
        raise DayOver
    if last < first or (not _year_in(begins) and (last - first).days > _MOST_DAYS):
        raise DateUnclear
    return first, last


def _next_to_each_other(listed: Sequence[str], today: date) -> tuple[date, date]:
    """ "30.11 и 1.12", "1, 2 и 3 декабря". Raises `DaysApart`: days lie between them."""
    name = listed[-1].lstrip("0123456789")
    days = [each + name if each.isdecimal() else each for each in listed]
    stretches = [read_days(each, today) for each in days]
    for (_, ended), (begins, _) in pairwise(stretches):
        if begins != ended + timedelta(days=1):
            raise DaysApart
    return stretches[0][0], stretches[-1][1]


def _year_in(text: str) -> str | None:
    """The year, if the day in words has one."""
    said = _parts_of(text)[2:]
    return said[0] if said else None


def _parts_of(text: str) -> list[str]:
    parts = re.split(r"[./\s]+", text.rstrip("."))
    if len(parts) < 2:
        raise DateUnclear
    return parts


def _near_day(text: str, moment: date, *, ahead: bool) -> date:
    """The day in words; without a year, the nearest of that name from a day on, or up to it."""
    day, name, *_ = _parts_of(text)
    month = _month_number(name)
    if year := _year_in(text):
        years = [_full_year(year)]
    else:  # the 29th of February is at most eight years away
        step = 1 if ahead else -1
        years = [moment.year + step * n for n in range(9)]
    for found in (_day_of(year, month, int(day)) for year in years):
        if found and (_year_in(text) or (found >= moment if ahead else found <= moment)):
            return found
    raise NoSuchDay


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


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


def is_month(word: str) -> bool:
    """Whether a date may have this word for its month, or for the beginning of it."""
    try:
        return bool(_month_number(word))
    except DateUnclear:
        return False


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
