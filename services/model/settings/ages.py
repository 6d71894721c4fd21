"""Settings that are ages at which something is due."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.model.refusals.typed import NotAges
from services.model.settings.kinds import Whole, text_of
from services.model.settings.texts import NOTHING

YEAR = 12
OLDEST = 18 * YEAR - 1
"""Months: pediatric care ends with the 18th birthday."""
MOST_AGES = 60
LONGEST_LINE = 500
"""Characters of a line with so many ages."""

_MONTHS, _YEARS = r"(?:м|m)[^\W\d]*\.?", r"(?:г|л|y)[^\W\d]*\.?"
_TO = r"\s*[-\u2013\u2014]\s*"
_SPAN = re.compile(rf"(\d{{1,3}})(?:{_TO}(\d{{1,3}}))?\s*(?:({_MONTHS})|({_YEARS}))?")
_BOTH = re.compile(rf"(\d{{1,2}})\s*{_YEARS}\s*(?:и\s*|and\s*)?(\d{{1,2}})\s*{_MONTHS}")


@dataclass(frozen=True, slots=True)
class Run:
    """Ages that follow each other by a month or by a year, the first and the last in months."""

    first: int
    last: int

    @property
    def in_years(self) -> bool:
        return self.first % YEAR == 0 and self.last % YEAR == 0


@dataclass(frozen=True, slots=True)
class Ages(Whole):
    """Ages of a child, in months: "1-12 мес., 1 г. 3 мес., 2-17 лет". Kept as such a line."""

    def read(self, typed: str) -> tuple[int, ...]:
        text = typed.strip().casefold()
        if not text or text in NOTHING:
            return ()
        if len(text) > LONGEST_LINE:
            raise NotAges
        ages: set[int] = set()
        unit = ""
        for part in reversed(re.split(r"\s*[,;]\s*", text.strip(" ,;"))):
            found, unit = _read(part, unit)
            ages.update(found)
        value = tuple(sorted(ages))
        self.check(value)
        return value

    def write(self, value: tuple[int, ...]) -> str:
        return ", ".join(map(_written, runs(value)))

    def keep(self, value: tuple[int, ...]) -> str:
        return self.write(value)

    def kept(self, plain: object) -> tuple[int, ...]:
        return self.read(text_of(plain))

    def check(self, value: tuple[int, ...]) -> None:
        if len(value) > MOST_AGES or any(not 1 <= age <= OLDEST for age in value):
            raise NotAges

    @property
    def choices(self) -> tuple[str, ...]:
        return ("",)


def _read(part: str, unit: str) -> tuple[range, str]:
    """The ages of a part, and its unit, which is that of what stands before it without one."""
    if both := _BOTH.fullmatch(part):
        age = int(both[1]) * YEAR + int(both[2])
        return range(age, age + 1), "y"
    found = _SPAN.fullmatch(part)
    if not found:
        raise NotAges
    unit = "m" if found[3] else "y" if found[4] else unit
    if not unit:
        raise NotAges
    step = YEAR if unit == "y" else 1
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise NotAges
    return range(first * step, last * step + 1, step), unit


def runs(ages: tuple[int, ...]) -> Iterator[Run]:
    """The ages as people say them: month by month in the first year, year by year later."""
    rest = list(ages)
    while rest:
        first = last = rest.pop(0)
        step = 1 if first < YEAR else YEAR
        while rest and rest[0] == last + step and (step == 1 or last % YEAR == 0):
            if step == 1 and rest[0] > YEAR:
                break
            last = rest.pop(0)
        yield Run(first, last)


def _written(run: Run) -> str:
    first, last = run.first, run.last
    if run.in_years:
        years = last // YEAR
        unit = "г." if years % 10 in {1, 2, 3, 4} and years // 10 != 1 else "лет"
        return f"{first // YEAR} {unit}" if first == last else f"{first // YEAR}-{years} {unit}"
    if first == last and first > YEAR:
        return f"{first // YEAR} г. {first % YEAR} мес."
    return f"{first} мес." if first == last else f"{first}-{last} мес."
