"""What somebody typed at the desk, read as what can be looked up."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from services.model.ids import AppointmentId
from services.model.people import PhoneNumber
from services.model.refusals.desk import SearchUnclear
from services.model.refusals.families import DateUnclear, PhoneUnclear
from services.model.visits import FIRST_VISIT_NUMBER
from services.ports.readers import DateReader, PhoneReader
from services.rules.names import tidy_name

_NUMBER = re.compile(r"(?:№|#|n)?\s*(\d{4,7})", re.IGNORECASE)
DIGITS_OF_PHONE = 10
LONGEST_LINE = 200
"""Characters: a name, a date and some words around them have fewer."""
MOST_WORDS_IN_DATE = 3
""" "12 марта 2024"."""


@dataclass(frozen=True, slots=True)
class ByNumber:
    """A visit's number was typed."""

    appointment_id: AppointmentId


@dataclass(frozen=True, slots=True)
class ByBirth:
    """A birth date was typed, perhaps with a name."""

    name: str
    """Empty: none was typed."""
    birth_date: date


@dataclass(frozen=True, slots=True)
class ByPhone:
    """A phone number was typed."""

    number: PhoneNumber = field(repr=False)  # nobody's to see in a log (R34)


Query: TypeAlias = ByNumber | ByBirth | ByPhone


def read_query(typed: str, read_date: DateReader, read_phone: PhoneReader) -> Query:
    """Read a line such as "Миша 12.03.2024", "№ 4821", "8 916 123-45-67".

    Raises:
        SearchUnclear: there is neither a number nor a birth date in it.
        NoSuchDay: there is a date that no calendar has.
        NameTooLong, NameUnclear: what is beside the date is no name.
    """
    line = " ".join(typed.split())
    if len(line) > LONGEST_LINE:
        raise SearchUnclear
    if found := _NUMBER.fullmatch(line):
        number = int(found[1]) - FIRST_VISIT_NUMBER + 1
        if 0 < number < 2**31:
            return ByNumber(AppointmentId(number))
    if sum(character.isdigit() for character in line) >= DIGITS_OF_PHONE:
        with suppress(PhoneUnclear):
            return ByPhone(read_phone(line))
    for words, rest in _parts(line.replace(",", " ").split()):
        try:
            born = read_date(words)
        except DateUnclear:
            continue
        return ByBirth(tidy_name(rest) if rest else "", born)
    raise SearchUnclear


def _parts(words: list[str]) -> Iterator[tuple[str, str]]:
    """What may be a date, and all else; the longest first: "12 марта 2024" before "12"."""
    for length in range(MOST_WORDS_IN_DATE, 0, -1):
        for start in range(len(words) - length + 1):
            rest = words[:start] + words[start + length :]
            yield " ".join(words[start : start + length]), " ".join(rest)
