"""Weekdays in folded words: "пн-пт", "по понедельникам и средам", "будни", "daily"."""

import re

from services.model.refusals.schedule import HoursUnclear

WORKDAYS = range(5)
_DAY_WORDS = [
    r"пн|пон\w*|mon\w*",
    r"вт|втор\w*|tue\w*",
    r"ср|сред\w*|wed\w*",
    r"чт|четв\w*|thu\w*",
    r"пт|пятн\w*|fri\w*",
    r"сб|суб\w*|sat\w*",
    r"вс|воскр\w*|sun\w*",
]
_DAY_WORD = rf"\b(?:{'|'.join(_DAY_WORDS)})\b\.?"
DASH = r"\s*[‐‑‒–—―−-]\s*"
_SOME_DAYS = rf"{_DAY_WORD}(?:{DASH}{_DAY_WORD})?"
_WORKDAY_WORD = r"\b(?:будн\w*|рабочие\s+дни|weekdays|workdays)\b"
_EVERY_DAY_WORD = r"\b(?:ежедневно|каждый\s+день|daily|every\s+day)\b"
WEEKDAYS = re.compile(
    rf"(?:\b(?:по|в|on)\s+)?(?:{_WORKDAY_WORD}|{_EVERY_DAY_WORD}|"
    rf"{_SOME_DAYS}(?:\s*(?:,|;|/|\bи\b|\band\b|\s)\s*{_SOME_DAYS})*)\s*:?"
)
"""Where some days are named."""


def weekdays_in(text: str) -> frozenset[int]:
    """The days that are named; 0 is Monday. Raises `HoursUnclear`: from Friday to Monday."""
    if re.search(_WORKDAY_WORD, text):
        return frozenset(WORKDAYS)
    if re.search(_EVERY_DAY_WORD, text):
        return frozenset(range(7))
    days: set[int] = set()
    for found in re.finditer(_SOME_DAYS, text):
        first, *rest = (_weekday(word) for word in re.findall(_DAY_WORD, found[0]))
        last = rest[0] if rest else first
        if last < first:
            raise HoursUnclear
        days |= {*range(first, last + 1)}
    return frozenset(days)


def _weekday(word: str) -> int:
    return next(
        day for day, words in enumerate(_DAY_WORDS) if re.fullmatch(words, word.rstrip("."))
    )
