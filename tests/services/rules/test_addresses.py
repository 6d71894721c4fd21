"""Whose district an address is: as people type it, and as clinics write it down."""

from collections.abc import Sequence
from contextlib import suppress
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.model.clinic import Addresses, District, Side
from services.model.ids import DistrictId
from services.model.refusals.base import Refusal
from services.model.refusals.families import HouseNeeded, StreetUnknown
from services.rules.addresses import find_district
from tests.chances import so_often
from tests.values import a_doctor

Served = Sequence[tuple[District, Addresses]]


def district(number: int) -> District:
    return District(DistrictId(number), a_doctor(number), f"участок {number}")


def served(*parts: tuple[int, Addresses | str]) -> Served:
    """Which addresses belong to which district; a street alone is all of it."""
    return [
        (district(number), Addresses(part) if isinstance(part, str) else part)
        for number, part in parts
    ]


def found(typed: str, addresses: Served) -> int | type[Refusal]:
    """The number of the district, or what is said instead."""
    try:
        return find_district(typed, addresses).id
    except Refusal as refusal:
        return type(refusal)


TOWN = served(
    (1, Addresses("ул. Садовая", Side.ODD)),
    (2, Addresses("ул. Садовая", Side.EVEN, last=40)),
    (3, Addresses("ул. Садовая", Side.EVEN, first=42, last=60)),
    (1, "Большая Садовая улица"),
    (2, Addresses("пр. Мира", last=40)),
    (3, "ул. Мира"),
    (4, "8 Марта"),
    (4, "Лесной пер."),
    (5, "ул. Зелёная"),
    (5, "проезд Победы"),
    (6, "бульвар Победы"),
    (6, "ул. 1-я Полевая"),
    (7, "ул. Набережная"),
    (8, "наб. Фонтанки"),
    (9, "мкр. 5"),
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ул. Садовая, д. 12", 2),
        ("садовая 12", 2),
        ("садовая 12а", 2),
        ("Садовая 12 кв 5", 2),
        ("Садовая, 12/5", 2),
        ("Садовая 12к2", 2),
        ("САДОВАЯ УЛИЦА ДОМ 11 КВАРТИРА 12", 1),
        ("г. Москва, ул. Садовая, д.11", 1),
        ("улица Садовая,40", 2),
        ("Садовая 42", 3),
        ("Садовая 60", 3),
        ("  Садовая\n60  ", 3),
        ("пр-т Мира 3", 2),
        ("проспект Мира, 40", 2),
        ("пр-кт Мира 40", 2),
        ("Мира пр. 3", 2),
        ("ул Мира 3", 3),
        ("8 Марта, 5", 4),
        ("ул. 8 марта 5", 4),
        ("8 Марта", 4),
        ("переулок Лесной 1", 4),
        ("Лесной", 4),
        ("1-я Полевая 7", 6),
    ],
)
def test_an_address_is_understood_as_it_is_typed(typed: str, expected: int) -> None:
    """R10: kinds of streets in any form and place, houses with letters, flats, a city before."""
    assert found(typed, TOWN) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Садовая 1", 1),
        ("Садовая 2", 2),
        ("Садовая 41", 1),
        ("Садовая 40", 2),
        ("Садовая 62", StreetUnknown),  # no district has even houses beyond 60
        ("Садовая 9999", 1),
        ("Садовая 0", StreetUnknown),
        ("пр. Мира 41", StreetUnknown),
        ("Неизвестная 1", StreetUnknown),
        ("", StreetUnknown),
        ("12", StreetUnknown),
        ("ул.", StreetUnknown),
        ("Садовая", HouseNeeded),
        ("Садовая, кв. 5", HouseNeeded),
        ("ул. Садовая, дом", HouseNeeded),
    ],
)
def test_the_house_decides_where_a_street_is_shared(
    typed: str, expected: int | type[Refusal]
) -> None:
    """R10: by side and range, both ends included; an unknown street or house is said to be so."""
    assert found(typed, TOWN) == expected


def test_a_house_is_needed_only_where_it_decides() -> None:
    """R10: a street of one district needs no house, in however many parts it is written."""
    parts = served((1, Addresses("Садовая", Side.ODD)), (1, Addresses("Садовая", Side.EVEN)))

    assert found("Садовая", parts) == 1
    assert found("Садовая 7", parts) == 1


@pytest.mark.parametrize("served_as", ["ул. Зелёная", "ул. Зеленая", normalize("NFD", "Зелёная")])
@pytest.mark.parametrize("typed", ["Зелёная 5", "зеленая 5", normalize("NFD", "Зелёная 5")])
def test_yo_is_ye(typed: str, served_as: str) -> None:
    """R10: "ё" and "е" are one letter, in whichever way it is encoded."""
    assert found(typed, served((1, served_as), (2, "Садовая"))) == 1


def test_letters_with_marks_are_letters() -> None:
    """R10: what is pasted from a Mac has its "й" in two pieces, and is the same street."""
    assert found(normalize("NFD", "Крайний переулок, 5"), served((1, "Крайний пер."))) == 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ул. Мира, 3", 3),
        ("проспект Мира 3", 2),
        ("Мира 3", HouseNeeded),  # either of the two
        ("Мира 50", 3),  # the avenue ends before
        ("пер. Мира 3", StreetUnknown),
        ("проезд Победы 3", 5),
        ("пр-д Победы 3", 5),
        ("бульвар Победы 3", 6),
        ("б-р Победы 3", 6),
        ("ул. Победы 3", StreetUnknown),
    ],
)
def test_a_street_and_an_avenue_of_one_name_are_two(
    typed: str, expected: int | type[Refusal]
) -> None:
    """R10: the kind decides where it is said, and what contradicts it is not taken."""
    assert found(typed, TOWN) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Большая Садовая 12", 1),
        ("Большая Садовая", 1),
        ("ул. Большая Садовая, д. 42", 1),
        ("Садовая 12", 2),
        ("Большая 12", StreetUnknown),
    ],
)
def test_the_longest_name_wins(typed: str, expected: int | type[Refusal]) -> None:
    """R10: "Большая Садовая" is not "Садовая", though the word is in it."""
    assert found(typed, TOWN) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Набережная 5", 7),
        ("ул. Набережная, д. 5, кв. 3", 7),
        ("Набережная ул., 5", 7),
        ("наб. Фонтанки 5", 8),
        ("набережная Фонтанки", 8),
        ("набережная Мойки 5", StreetUnknown),
    ],
)
def test_a_street_may_be_called_the_embankment(typed: str, expected: int | type[Refusal]) -> None:
    """R10: a name that is a kind of street elsewhere is still a name."""
    assert found(typed, TOWN) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("мкр 5, д. 12", 9),
        ("5 микрорайон, 12", 9),
        ("Неизвестная, 5", StreetUnknown),
        ("Садовая 5", 1),
    ],
)
def test_a_house_number_is_no_street(typed: str, expected: int | type[Refusal]) -> None:
    """R10: a quarter that has but a number is meant only when it is called a quarter."""
    assert found(typed, TOWN) == expected


@pytest.mark.parametrize("digits", [4, 6, 5000])
def test_a_house_number_of_any_length_is_one(digits: int) -> None:
    """R10: an absurd number is no house of anybody's, and no error either."""
    typed = "Садовая " + "2" * digits

    assert found(typed, TOWN) in (StreetUnknown, HouseNeeded)


def test_without_districts_no_street_is_known() -> None:
    """R10: a clinic may have none."""
    assert found("Садовая 5", []) is StreetUnknown
    assert found("Садовая 5", served((1, ""), (2, "ул."))) is StreetUnknown


STREETS = ["Садовая", "Большая", "Мира", "8", "Марта", "Набережная", "1-я", "Полевая", "ё"]
KINDS = ["ул.", "пр-т", "пр-д", "мкр", "д.", "кв", ",", "-"]
HOUSES = ["12", "12а", "40/2", "5", "к2", "²", "٣", "½", "0"]
WORDS = st.sampled_from([*STREETS, *KINDS, *HOUSES])
TYPED = st.text(max_size=60) | st.lists(WORDS, max_size=8).map(" ".join)


@settings(max_examples=so_often(500))
@given(TYPED)
def test_any_text_at_all_is_understood_or_refused(typed: str) -> None:
    """R10: whatever is typed, the answer is a district or one of two refusals."""
    with suppress(StreetUnknown, HouseNeeded):
        assert isinstance(find_district(typed, TOWN), District)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([Addresses("Садовая")], 1),
        ([Addresses("Садовая", Side.EVEN, first=2), Addresses("Садовая", Side.ODD)], 1),
        ([Addresses("Садовая", Side.EVEN)], HouseNeeded),
        ([Addresses("Садовая", last=40)], HouseNeeded),
        ([Addresses("Садовая", first=41)], HouseNeeded),
    ],
)
def test_a_street_alone_is_enough_where_all_of_it_belongs_to_one(
    parts: list[Addresses], expected: int | type[Refusal]
) -> None:
    """R10: a family beyond the part that is served is not told that the doctor is theirs."""
    assert found("ул. Садовая", served(*((1, part) for part in parts))) == expected


SIDES = st.builds(Addresses, st.just("Садовая"), st.sampled_from(Side), st.integers(1, 30))


@given(st.lists(st.tuples(st.integers(1, 3), SIDES), max_size=4), st.integers(1, 40))
def test_a_house_is_of_the_district_whose_part_has_it(
    parts: list[tuple[int, Addresses]], house: int
) -> None:
    """R10: one district that has it is the answer; none and several are the two refusals."""
    having = {
        number
        for number, part in parts
        if house >= part.first
        and (part.side is Side.ALL or (house % 2 == 0) == (part.side is Side.EVEN))
    }
    expected = StreetUnknown if not having else HouseNeeded if len(having) > 1 else having.pop()

    assert found(f"ул. Садовая, д. {house}", served(*parts)) == expected
