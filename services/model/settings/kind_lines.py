"""A kind of visit as an administrator types it: "Справка в бассейн, с 3 лет, 10 мин, 500 ₽"."""

import re
from dataclasses import replace

from services.model.refusals.typed import AgesUnclear, KindNameUnclear, KindUnclear, TextTooLong
from services.model.settings.kinds import Words
from services.model.settings.moments import Span
from services.model.settings.texts import NOTHING
from services.model.settings.visit_kinds import VisitKind, Whom

LONGEST_TYPED = 200
GROWN_UP = 18 * 12
"""Months: a clinic has nothing for who is as old."""
NAME = Words(40, needed=True)
PRICE = Words(40)
LENGTH = Span(5, 240)

_UNIT = r"(?:(?P<{0}m>мес[^\W\d]*\.?|months?|mo)|(?P<{0}y>лет|года?|years?|yo?))"
_FROM = r"(?:с|со|от|from|since)\s+(?P<a>\d{1,3})(?:\s*" + _UNIT.format("a") + r")?"
_UP_TO = r"(?:до|up to|under|to)\s+(?P<b>\d{1,3})(?:\s*" + _UNIT.format("b") + r")?"
_AGES = re.compile(rf"(?:{_FROM})?\s*(?:{_UP_TO})?")
_BEHIND = re.compile(r"(?P<name>.*?\S)\s+(?P<ages>(?:с|со|от|from|до|up to|under)\s+\d.*)")
_EVERYBODY = NOTHING | {"всем", "любой", "все", "any", "everybody"}
_WITH_UNIT = re.compile(r"\d{1,3}\s*(?:мин|min|ч|час|h)[^\W\d]*\.?")
_CURRENCY = r"\s*(?:₽|р\.?|руб[^\W\d]*\.?|€|\$)"
_PRICE = re.compile(rf"\d[\d\s]*(?:[.,]\d\d)?{_CURRENCY}|.*\b(?:дмс|омс)\b.*")
_BETWEEN = re.compile(rf";|,(?!(?<=\d,)\d\d{_CURRENCY}(?!\w))")
"""Parts a line, and no price: "1 500,50 ₽"."""
_FOR_FREE = frozenset({"бесплатно", "free"})
_WHOM = {
    "только здоровым": Whom.HEALTHY,
    "здоровым": Whom.HEALTHY,
    "healthy children only": Whom.HEALTHY,
    "healthy": Whom.HEALTHY,
    "только болеющим": Whom.ILL,
    "болеющим": Whom.ILL,
    "ill": Whom.ILL,
}


def read_ages(typed: str) -> tuple[int, int | None]:
    """From which age on and before which, in months; None: for as long as it is a child.

    Raises:
        AgesUnclear: no ages, or the one is not before the other.
    """
    _check_length(typed)
    text = " ".join(typed.casefold().split())
    if text in _EVERYBODY:
        return 0, None
    found = _AGES.fullmatch(text)
    if not found or not text:
        raise AgesUnclear
    in_months = [bool(found[f"{each}m"]) for each in "ab"]
    if found["a"] and not (found["am"] or found["ay"]):
        in_months[0] = in_months[1]  # "с 3 до 9 месяцев"
    since, until = (
        None if number is None else int(number) * (1 if months else 12)
        for number, months in zip((found["a"], found["b"]), in_months, strict=True)
    )
    if not (since or 0) < (GROWN_UP if until is None else until) <= GROWN_UP:
        raise AgesUnclear
    return since or 0, None if until == GROWN_UP else until


def write_ages(since: int, until: int | None) -> str:
    """What `read_ages` reads as the same."""
    if not since and until is None:
        return "всем"
    return " ".join(
        f"{word} {_age(months)}" for word, months in (("с", since), ("до", until)) if months
    )


def _age(months: int) -> str:
    """In the genitive."""
    if months % 12:
        return f"{months} мес."
    return f"{months // 12} {'года' if months == 12 else 'лет'}"


def read_kind(typed: str, kind: VisitKind) -> VisitKind:
    """The kind, as a line says: its name first, and behind commas whatever else is known of it.

    Raises:
        KindUnclear: a part of the line means nothing.
        BadValue: a part of it will not do.
    """
    _check_length(typed)
    name, *parts = (part.strip() for part in _BETWEEN.split(typed.strip()))
    if (found := _BEHIND.fullmatch(name)) and _are_ages(found["ages"]):
        name, parts = found["name"], [found["ages"], *parts]
    said = replace(kind, name=read_name(name))
    for part in parts:
        said = _with_part(said, part)
    return said


def read_name(typed: str, *, needed: bool = True) -> str:
    """What a kind is called. Sheets know it again by its letters and digits, and name several kinds
    in one cell with a comma between them.

    Raises:
        KindNameUnclear: there are none, or there is a comma.
        BadValue: it will not do.
    """
    name = Words(NAME.most, needed).read(typed)
    if name and (set(name) & set(",;") or not any(map(str.isalnum, name))):
        raise KindNameUnclear
    return name


def _check_length(typed: str) -> None:
    """No pattern is tried on more."""
    if len(typed) > LONGEST_TYPED:
        raise TextTooLong(len(typed) - LONGEST_TYPED, LONGEST_TYPED)


def _with_part(kind: VisitKind, part: str) -> VisitKind:
    text = " ".join(part.casefold().split())
    if text in _WHOM:
        return replace(kind, whom=_WHOM[text])
    if _WITH_UNIT.fullmatch(text):
        return replace(kind, length=LENGTH.read(text))
    if _PRICE.fullmatch(text) or text in _FOR_FREE:
        return replace(kind, price=PRICE.read(part))
    if _are_ages(text):
        since, until = read_ages(text)
        return replace(kind, since=since, until=until)
    raise KindUnclear(part)


def _are_ages(text: str) -> bool:
    return bool(text) and _AGES.fullmatch(text.casefold()) is not None
