"""One line typed at the desk, read as what can be looked up."""

from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.typed.dates import read_date
from bot.documents.typed.phones import read_phone
from services.model.ids import AppointmentId, ChildId
from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.refusals.desk import SearchUnclear
from services.model.refusals.families import (
    MoreThanAPhone,
    NameHasDate,
    NameHasNumber,
    NameTooLong,
    NameUnclear,
    NoSuchDay,
    PhoneUnclear,
)
from services.rules.names import named, not_in
from services.rules.typed.lines import (
    ByBirth,
    ByNumber,
    ByPhone,
    read_child,
    read_only_name,
    read_only_phone,
    read_query,
)

BORN = date(2024, 3, 12)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Миша 12.03.2024", "Миша"),
        ("12.03.2024 Миша", "Миша"),
        ("  Иванов   Миша,  12.3.24 ", "Иванов Миша"),
        ("Миша 12 марта 2024", "Миша"),
        ("12 марта 2024 Иванов Миша", "Иванов Миша"),
        ("Миша 12 03 2024 Иванов", "Миша Иванов"),
        ("2024-03-12", ""),
        ("12032024", ""),
        ("Миша,12.03.2024", "Миша"),
        ("Миша 12 марта 2024 г.", "Миша"),
        ("Миша 12.03.2024 г.р.", "Миша"),
        ("Миша, д.р. 12.03.2024", "Миша"),
        ("Миша (12.03.2024)", "Миша"),
        ("Иванов Миша — родился 12 марта 2024 года рождения", "Иванов Миша"),
    ],
)
def test_a_name_and_a_birth_date_in_any_order(typed: str, name: str) -> None:
    """As a registrar types with the receiver at the ear."""
    assert read_query(typed, read_date, read_phone) == ByBirth(name, BORN)


@pytest.mark.parametrize("typed", ["1001", "№ 1001", "№1001", "N 1001", " #1001 "])
def test_a_visit_s_number(typed: str) -> None:
    """As it stands in the message that says "Вы записаны"."""
    assert read_query(typed, read_date, read_phone) == ByNumber(AppointmentId(1))


@pytest.mark.parametrize("typed", ["89161234567", "+7 916 123-45-67", "8 (916) 123 45 67"])
def test_a_phone(typed: str) -> None:
    """As it is written down while somebody speaks."""
    query = read_query(typed, read_date, read_phone)
    assert isinstance(query, ByPhone)
    assert query.number == "+79161234567"
    assert "916" not in repr(query)


@pytest.mark.parametrize(
    "typed",
    [
        "8 916 123-45-67 бабушка",
        "Иванова, тел. +7 (916) 123-45-67",
        "звонили с 89161234567 в 12 30",
        "8 916 123-45-67, мама, после 18",
        "мама: 8 916 123–45–67, после 18",
    ],
)
def test_a_phone_among_words(typed: str) -> None:
    """R60: whoever looks for a family loses nothing by the words beside its number."""
    query = read_query(typed, read_date, read_phone)
    assert isinstance(query, ByPhone)
    assert query.number == "+79161234567"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", SearchUnclear),
        ("Миша", SearchUnclear),
        ("999", SearchUnclear),
        ("0999", SearchUnclear),
        ("999999999999", SearchUnclear),
        ("Миша 31.02.2024", NoSuchDay),
        ("я" * 61 + " 12.03.2024", NameTooLong),
        ("Рита 12.03.2024 8 916 123-45-67", NameHasNumber),
        ("8 916 123-45-67 Рита 12 марта 2024 г.", NameHasNumber),
        ("Рита 12.03.2024 тел. 223-45-67", NameHasNumber),
        ("Рита 12.03.2024 и Соня 13.03.2024", NameHasDate),
    ],
)
def test_what_cannot_be_looked_up_says_why(typed: str, refusal: type[Refusal]) -> None:
    """A name alone is too little: a clinic has many."""
    with pytest.raises(refusal):
        read_query(typed, read_date, read_phone)


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("", True),
        ("миша", True),
        ("Мих", False),
        ("Ми", True),
        ("Миша Иванов", True),
        ("Иванов", False),
        ("Соня", False),
    ],
)
def test_a_child_is_found_by_the_name_that_the_parent_chose(typed: str, fits: bool) -> None:
    """The registry hears the family's name, too, which the parent need not have typed."""
    misha = Child(ChildId(1), "Миша", BORN)
    assert (named(typed, [misha]) == [misha]) is fits


@pytest.mark.parametrize(
    ("card", "typed", "left"),
    [
        ("Миша", "Зайцев Миша", "Зайцев"),
        ("Миша", "Зайцев  миша Олегович", "Зайцев Олегович"),
        ("Зайцев Миша", "миша зай", ""),
        ("Миша Зайцев", "Миша", ""),
        ("Анна-Мария", "Анна-Мария О’Коннор", "О’Коннор"),
        ("Анна-Мария О'Коннор", "оконнор анна", ""),
        ("Алёна", "Елкина алена", "Елкина"),
    ],
)
def test_what_a_card_does_not_say_is_known(card: str, typed: str, left: str) -> None:
    """R53: nobody compared it, and somebody may have to ask."""
    child = Child(ChildId(1), card, BORN)
    assert named(typed, [child]) == [child]
    assert not_in(typed, child) == left


def test_yo_is_ye() -> None:
    """Nobody at a desk types the dots."""
    alyona = Child(ChildId(1), "Алёна Ёлкина", BORN)
    assert named("алена елк", [alyona]) == [alyona]


NAMES = ["王小明", "Анна-Мария", "Абу Бакр ибн Саид", "Миша 👶", "Jean-Luc d'Arc", "Ия", "राम"]
NAMES += ["Иванов И. И.", "O’Коннор Шон", "Ёлка", "Май Ким", "Орлова Анна", "Августина Март"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_one_goes_through(name: str) -> None:
    """R60: nobody is asked about a name only because it is rare."""
    assert read_child(name, read_date) == (name, None)


PHONES = ["8 916 123-45-67", "+7(916)1234567", "223-45-67", "89161234567", "12-34-56"]
DATES = ["12.03.2024", "12 марта 2024 г.", "2024-03-12", "12.3.24"]


@given(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from([*PHONES, *DATES]), max_size=3),
    st.randoms(use_true_random=False),
    st.sampled_from([" ", ", ", "  ", "; ", "\n"]),
)
def test_no_digit_of_a_phone_or_date_lands_in_a_name(
    name: str, beside: list[str], chance: Random, between: str
) -> None:
    """R60: whatever stands beside a name in whatever order, it is understood or asked about."""
    parts = [name, *beside]
    chance.shuffle(parts)
    line = between.join(parts)
    readers: list[Callable[[], str]] = [
        lambda: read_child(line, read_date)[0],
        lambda: read_only_name(line, read_date),
        lambda: getattr(read_query(line, read_date, read_phone), "name", ""),
    ]
    for read in readers:
        try:
            found = read()
        except Refusal:
            continue
        assert not any(character.isdigit() for character in found)
        assert len(beside) <= 1 or not found


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("12.03.2024", NameUnclear),
        ("Миша 12.03.2024 13.03.2024", NameHasDate),
        ("Миша 31.02.2024", NoSuchDay),
        ("Миша 8 916 123-45-67", NameHasNumber),
        ("я" * 4000, NameTooLong),
        ("12 марта " * 400, NameTooLong),
    ],
)
def test_what_is_no_child_says_why(typed: str, refusal: type[Refusal]) -> None:
    """R60: and quickly, however long it is."""
    with pytest.raises(refusal):
        read_child(typed, read_date)
    with pytest.raises(NameHasDate):
        read_only_name("Миша 12.03.2024", read_date)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("8 916 123-45-67", "+79161234567"),
        ("тел.: 8(916)123-45-67", "+79161234567"),
        ("8 916 123-45-67 мама Аня", MoreThanAPhone),
        ("8 916 123-45-67, 8 916 765-43-21", MoreThanAPhone),
        ("8 916 123-45-67\n8 916 765-43-21", MoreThanAPhone),
        ("8 916 123-45-67 после 18:00", MoreThanAPhone),
        ("потом", PhoneUnclear),
        ("", PhoneUnclear),
    ],
)
def test_a_phone_stands_alone(typed: str, expected: str | type[Refusal]) -> None:
    """R60: what is typed beside a number would be lost in silence."""
    if isinstance(expected, str):
        assert read_only_phone(typed, read_phone) == expected
        return
    with pytest.raises(expected):
        read_only_phone(typed, read_phone)
