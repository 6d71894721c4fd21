"""How people write what a clinic says of itself, and what each value may be."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.clinic.profiles import ClinicEntry
from services.clinic.settings import (
    FACTS,
    GROUPS,
    SIGNED,
    changed,
    mark_of,
    value_of,
    written,
)
from services.model.clinic import (
    NOTED,
    ClinicProfile,
    Hours,
    LegalBasis,
    Limits,
    Position,
    Reason,
    Reminding,
    Unanswered,
)
from services.model.consents import Purpose
from services.model.refusals.typed import (
    BadValue,
    NotADegree,
    NotANumber,
    NotAPhone,
    NotASpan,
    NotATime,
    NotAZone,
    NotOneLine,
    NotYesOrNo,
    NumberOutOfRange,
    QuietUnclear,
    SpanOutOfRange,
    UnseenCharacter,
)
from services.model.settings.setting import Group
from services.model.settings.texts import is_phone
from tests.conftest import CONSENTS, ROMASHKA

ENTRY = ClinicEntry(ROMASHKA, CONSENTS)
OTHER: dict[str, object] = {
    "map": Position(55.77, 37.61),
    "zone": ZoneInfo("Asia/Omsk"),
    "horizon": 90,
    "opens": time(23, 59),
    "notice": timedelta(minutes=90),
    "hold": timedelta(0),
    "offer": timedelta(hours=3),
    "one-visit": False,
    **dict.fromkeys(("r-urgent", "r-infants", "r-distr", "r-observ", "r-disab"), 40),
    **dict.fromkeys(
        ("r-urgent-at", "r-infants-at", "r-distr-at", "r-observ-at", "r-disab-at"), time(12, 30)
    ),
    "children": 20,
    "visits": 1,
    "confirm": True,
    "confirm-in": timedelta(hours=72),
    "confirm-by": timedelta(0),
    "unanswered": Unanswered.GIVEN_BACK,
    "answers": True,
    "waits": timedelta(hours=8),
    "evening": time(0),
    "before": timedelta(hours=24),
    "quiet": Hours(time(22), time(6, 30)),
    "basis": LegalBasis.SECRECY,
    "erase-wait": timedelta(hours=72),
    "cu-ages": (6, 12),
    "cu-depth": (),
    "cu-invites": False,
    "ns-after": 3,
    "ns-months": 12,
    "ns-chat": False,
    "wl-on": False,
    "wl-alone": timedelta(hours=1),
    "wl-near": timedelta(hours=12),
    "wl-families": 2,
    "wl-together": timedelta(minutes=15),
    "wl-notice": timedelta(hours=2),
    "wl-unanswered": 5,
    "wl-group": 0,
    "wl-resident": 0,
}


@pytest.mark.parametrize("fact", FACTS)
def test_what_is_written_is_read_the_same(fact: str) -> None:
    """Whatever the clinic says, and whatever it is changed to; a mark tells the two apart."""
    other = changed(fact, ENTRY, OTHER.get(fact, "8 800 555-35-35"))

    for entry in (ENTRY, other):
        assert FACTS[fact].kind.read(written(fact, entry)) == value_of(fact, entry)
    assert value_of(fact, other) != value_of(fact, ENTRY)
    assert mark_of(fact, other) != mark_of(fact, ENTRY)


@pytest.mark.parametrize("fact", FACTS)
def test_nothing_else_is_changed(fact: str) -> None:
    """But for the signature under other words."""
    other = changed(fact, ENTRY, OTHER.get(fact, "8 800 555-35-35"))
    also = {"signed-by"} if fact in SIGNED else set()

    assert {each for each in FACTS if value_of(each, other) != value_of(each, ENTRY)} == {
        fact
    } | also
    assert ENTRY.profile == ROMASHKA


def test_every_choice_can_be_read() -> None:
    """No button is refused."""
    for fact in FACTS:
        kind = FACTS[fact].kind
        assert [kind.write(kind.read(choice)) for choice in kind.choices] == list(kind.choices)


def test_all_that_a_clinic_says_can_be_changed() -> None:
    """But for its code, which names it for good, and kinds of visit, which have screens of their
    own; each value stands in one group."""
    grouped = [fact.key for group in GROUPS.values() for fact in group]
    assert sorted(grouped) == sorted(FACTS)
    assert {each.path[1] for each in GROUPS[Group.PREPARATION]} == set(Reason)

    profile = ENTRY
    for fact in FACTS:
        if fact not in SIGNED:
            profile = changed(fact, profile, OTHER.get(fact, "8 800 555-35-35"))
    same = {
        each.name
        for each in fields(ClinicProfile)
        if getattr(profile.profile, each.name) == getattr(ROMASHKA, each.name)
    }
    noted = {each.path[0] for each in NOTED}
    assert same == {"code", "kinds", *(FACTS[fact].path[0] for fact in SIGNED), *noted}
    assert profile.profile.limits == Limits(20, 1)
    assert profile.profile.reminding == Reminding(time(0), timedelta(hours=24))
    assert set(profile.consents) == set(Purpose)


def read_as() -> Iterator[tuple[str, str, object]]:
    for words in ("90", "90 мин", "90 минут", "1:30", "90m", " 90 MIN. "):
        yield "before", words, timedelta(minutes=90)
    for words in ("2 ч", "2часа", "2 h", "2 hours", "120"):
        yield "before", words, timedelta(hours=2)
    yield "notice", "1 день", timedelta(days=1)
    for words in ("8", "8:00", "08.00", " 8:00 "):
        yield "opens", words, time(8)
    for words in ("21-7", "21:00–7:00", "с 21 до 7", "С 21.00 по 07.00", "from 21 to 7"):
        yield "quiet", words, Hours(time(21), time(7))
    for words in ("-", "", "8-8"):
        yield "quiet", words, Hours(time(0), time(0))
    for words in ("55.77, 37.61", "55.77 37.61", "55,77, 37,61", "55.77,37.61", "55,77;37,61"):
        yield "map", words, Position(55.77, 37.61)
    yield "map", "-33.9, -70", Position(-33.9, -70)
    yield "map", "55,37", Position(55, 37)
    yield "map", "—", None
    for words in ("14", "14 дней", " 14 days "):
        yield "horizon", words, 14
    yield "confirm", "Да", True
    yield "way", "Вход\nсо двора ", "Вход\nсо двора"
    yield "way", " - ", ""


@pytest.mark.parametrize(("fact", "words", "value"), list(read_as()))
def test_what_people_write_is_understood(fact: str, words: str, value: object) -> None:
    """With units, points, commas and dashes as they come."""
    assert FACTS[fact].kind.read(words) == value


@pytest.mark.parametrize(
    ("fact", "words", "problem"),
    [
        ("before", "29", SpanOutOfRange),
        ("before", "25 ч", SpanOutOfRange),
        ("before", "за час", NotASpan),
        ("before", "-5", NotASpan),
        ("horizon", "0", NumberOutOfRange),
        ("horizon", "181", NumberOutOfRange),
        ("horizon", "2.5", NotANumber),
        ("horizon", "9" * 5000, NotANumber),
        ("opens", "24", NotATime),
        ("opens", "8:60", NotATime),
        ("quiet", "21", QuietUnclear),
        ("quiet", "21-7-8", QuietUnclear),
        ("quiet", "21-25", QuietUnclear),
        ("map", "91, 37", NotADegree),
        ("map", "55, 181", NotADegree),
        ("map", "Садовая, 7", NotADegree),
        ("zone", "Asia/Nowhere", NotAZone),
        ("zone", "../../etc/passwd", NotAZone),
        ("zone", "Asia/", NotAZone),
        ("zone", "Asia", NotAZone),
        ("confirm", "наверное", NotYesOrNo),
        ("basis", "закон", NotYesOrNo),
        ("phone", "звоните 123456", NotAPhone),
        ("cancelling", "раз\nдва", NotOneLine),
        ("name", "а\x00б", UnseenCharacter),
    ],
)
def test_what_will_not_do_is_told_why(fact: str, words: str, problem: type[BadValue]) -> None:
    """Nothing is guessed."""
    with pytest.raises(problem):
        FACTS[fact].kind.read(words)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("+7 495 000-00-01", True),
        ("12345", True),
        ("8 (800) 555-35-35 доб. 12", True),
        ("1234 кв. 5", False),
        ("+", False),
        ("", False),
    ],
)
def test_a_phone_has_five_digits_to_begin_with(text: str, is_one: bool) -> None:
    """What follows may be words."""
    assert is_phone(text) == is_one
