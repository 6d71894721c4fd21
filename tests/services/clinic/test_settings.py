"""How people write what a clinic says of itself, and what each value may be."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.clinic.profiles import ClinicEntry
from services.clinic.settings import (
    GROUPS,
    PREPARATION,
    Fact,
    changed,
    kind_of,
    mark_of,
    value_of,
    written,
)
from services.model.clinic import (
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
from services.rules.typed_texts import is_phone
from tests.conftest import CONSENTS, ROMASHKA

ENTRY = ClinicEntry(ROMASHKA, CONSENTS)
OTHER: dict[Fact, object] = {
    Fact.POSITION: Position(55.77, 37.61),
    Fact.ZONE: ZoneInfo("Asia/Omsk"),
    Fact.HORIZON: 90,
    Fact.OPENS_AT: time(23, 59),
    Fact.NOTICE: timedelta(minutes=90),
    Fact.HOLD: timedelta(0),
    Fact.OFFER: timedelta(hours=3),
    Fact.ONE_VISIT: False,
    Fact.CHILDREN: 20,
    Fact.VISITS: 1,
    Fact.CONFIRM: True,
    Fact.CONFIRM_WITHIN: timedelta(hours=72),
    Fact.CONFIRM_BEFORE: timedelta(0),
    Fact.UNANSWERED: Unanswered.GIVEN_BACK,
    Fact.DOCTORS_ANSWER: True,
    Fact.ANSWER_WITHIN: timedelta(hours=8),
    Fact.EVENING: time(0),
    Fact.BEFORE: timedelta(hours=24),
    Fact.QUIET: Hours(time(22), time(6, 30)),
    Fact.BASIS: LegalBasis.SECRECY,
}


@pytest.mark.parametrize("fact", Fact)
def test_what_is_written_is_read_the_same(fact: Fact) -> None:
    """Whatever the clinic says, and whatever it is changed to; a mark tells the two apart."""
    other = changed(fact, ENTRY, OTHER.get(fact, "8 800 555-35-35"))

    for entry in (ENTRY, other):
        assert kind_of(fact).read(written(fact, entry)) == value_of(fact, entry)
    assert value_of(fact, other) != value_of(fact, ENTRY)
    assert mark_of(fact, other) != mark_of(fact, ENTRY)


@pytest.mark.parametrize("fact", Fact)
def test_nothing_else_is_changed(fact: Fact) -> None:
    """But for the signature under other words."""
    other = changed(fact, ENTRY, OTHER.get(fact, "8 800 555-35-35"))
    also = {Fact.SIGNED_BY} if fact is Fact.ILL_WORDS else set()

    assert {each for each in Fact if value_of(each, other) != value_of(each, ENTRY)} == {
        fact
    } | also
    assert ENTRY.profile == ROMASHKA


def test_every_choice_can_be_read() -> None:
    """No button is refused."""
    for fact in Fact:
        kind = kind_of(fact)
        assert [kind.write(kind.read(choice)) for choice in kind.choices] == list(kind.choices)


def test_all_that_a_clinic_says_can_be_changed() -> None:
    """But for its code, which names it for good; each value stands in one group."""
    grouped = [fact for group in GROUPS.values() for fact in group]
    assert sorted(grouped) == sorted(Fact)
    assert set(PREPARATION.values()) == set(Reason)

    profile = ENTRY
    for fact in Fact:
        if fact is not Fact.ILL_WORDS:
            profile = changed(fact, profile, OTHER.get(fact, "8 800 555-35-35"))
    same = {
        each.name
        for each in fields(ClinicProfile)
        if getattr(profile.profile, each.name) == getattr(ROMASHKA, each.name)
    }
    assert same == {"code", "ill_words"}
    assert profile.profile.limits == Limits(20, 1)
    assert profile.profile.reminding == Reminding(time(0), timedelta(hours=24))
    assert set(profile.consents) == set(Purpose)


def read_as() -> Iterator[tuple[Fact, str, object]]:
    for words in ("90", "90 мин", "90 минут", "1:30", "90m", " 90 MIN. "):
        yield Fact.BEFORE, words, timedelta(minutes=90)
    for words in ("2 ч", "2часа", "2 h", "2 hours", "120"):
        yield Fact.BEFORE, words, timedelta(hours=2)
    yield Fact.NOTICE, "1 день", timedelta(days=1)
    for words in ("8", "8:00", "08.00", " 8:00 "):
        yield Fact.OPENS_AT, words, time(8)
    for words in ("21-7", "21:00–7:00", "с 21 до 7", "С 21.00 по 07.00", "from 21 to 7"):
        yield Fact.QUIET, words, Hours(time(21), time(7))
    for words in ("-", "", "8-8"):
        yield Fact.QUIET, words, Hours(time(0), time(0))
    for words in ("55.77, 37.61", "55.77 37.61", "55,77, 37,61", "55.77,37.61", "55,77;37,61"):
        yield Fact.POSITION, words, Position(55.77, 37.61)
    yield Fact.POSITION, "-33.9, -70", Position(-33.9, -70)
    yield Fact.POSITION, "55,37", Position(55, 37)
    yield Fact.POSITION, "—", None
    for words in ("14", "14 дней", " 14 days "):
        yield Fact.HORIZON, words, 14
    yield Fact.CONFIRM, "Да", True
    yield Fact.DIRECTIONS, "Вход\nсо двора ", "Вход\nсо двора"
    yield Fact.DIRECTIONS, " - ", ""


@pytest.mark.parametrize(("fact", "words", "value"), list(read_as()))
def test_what_people_write_is_understood(fact: Fact, words: str, value: object) -> None:
    """With units, points, commas and dashes as they come."""
    assert kind_of(fact).read(words) == value


@pytest.mark.parametrize(
    ("fact", "words", "problem"),
    [
        (Fact.BEFORE, "29", SpanOutOfRange),
        (Fact.BEFORE, "25 ч", SpanOutOfRange),
        (Fact.BEFORE, "за час", NotASpan),
        (Fact.BEFORE, "-5", NotASpan),
        (Fact.HORIZON, "0", NumberOutOfRange),
        (Fact.HORIZON, "181", NumberOutOfRange),
        (Fact.HORIZON, "2.5", NotANumber),
        (Fact.HORIZON, "9" * 5000, NotANumber),
        (Fact.OPENS_AT, "24", NotATime),
        (Fact.OPENS_AT, "8:60", NotATime),
        (Fact.QUIET, "21", QuietUnclear),
        (Fact.QUIET, "21-7-8", QuietUnclear),
        (Fact.QUIET, "21-25", QuietUnclear),
        (Fact.POSITION, "91, 37", NotADegree),
        (Fact.POSITION, "55, 181", NotADegree),
        (Fact.POSITION, "Садовая, 7", NotADegree),
        (Fact.ZONE, "Asia/Nowhere", NotAZone),
        (Fact.ZONE, "../../etc/passwd", NotAZone),
        (Fact.ZONE, "Asia/", NotAZone),
        (Fact.ZONE, "Asia", NotAZone),
        (Fact.CONFIRM, "наверное", NotYesOrNo),
        (Fact.BASIS, "закон", NotYesOrNo),
        (Fact.PHONE, "звоните 123456", NotAPhone),
        (Fact.CANCELLATION, "раз\nдва", NotOneLine),
        (Fact.NAME, "а\x00б", UnseenCharacter),
    ],
)
def test_what_will_not_do_is_told_why(fact: Fact, words: str, problem: type[BadValue]) -> None:
    """Nothing is guessed."""
    with pytest.raises(problem):
        kind_of(fact).read(words)


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
