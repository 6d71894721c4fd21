"""One line typed at the desk, read as what can be looked up."""

from datetime import date

import pytest

from bot.documents.typed.dates import read_date
from bot.documents.typed.phones import read_phone
from services.model.ids import AppointmentId, ChildId
from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.refusals.desk import SearchUnclear
from services.model.refusals.families import NameTooLong, NoSuchDay
from services.rules.names import named
from services.rules.typed_lines import ByBirth, ByNumber, ByPhone, read_query

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
    ("typed", "refusal"),
    [
        ("", SearchUnclear),
        ("Миша", SearchUnclear),
        ("999", SearchUnclear),
        ("0999", SearchUnclear),
        ("999999999999", SearchUnclear),
        ("Миша 31.02.2024", NoSuchDay),
        ("я" * 61 + " 12.03.2024", NameTooLong),
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


def test_yo_is_ye() -> None:
    """Nobody at a desk types the dots."""
    alyona = Child(ChildId(1), "Алёна Ёлкина", BORN)
    assert named("алена елк", [alyona]) == [alyona]
