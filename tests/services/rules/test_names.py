"""Names compared: whatever is only a spelling is the same, and whoever is another stays another."""

from typing import Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.model.ids import ChildId
from services.model.people import Child
from services.model.refusals.families import NameUnclear
from services.rules.names import (
    Likeness,
    is_same,
    likely_same,
    likeness,
    may_be_one_child,
    name_key,
    named,
    tidy_name,
    words_of,
)
from tests.services.rules.test_typed_lines import BORN

PEOPLE = [
    "Зайцев Андрей Ильич",
    "Зайцев Антон Игоревич",
    "Ёлкина-Йорк Анна Семёновна",
    "Ким О. В.",
    "Кимов Олег",
    "О'Коннор Шон",
    "Коннор Шон",
    "Абу Бакр ибн Саид",
    "Jean-Luc d'Arc",
    "王小明",
    "राम शर्मा",
    "रोम शर्मा",
    "Врач 1",
    "Врач 2",
    "Ли Адам",
    "Лиа Дам",
    "Смирнова Ева",
]
LOOK_ALIKE = dict(zip("АВЕКМНОРСТХаеорсух", "ABEKMHOPCTXaeopcyx", strict=True))
FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
UNSEEN = ["\u200b", "\u00ad", "\u2060", "\ufeff"]


@st.composite
def respelled(draw: st.DrawFn, name: str) -> str:
    """The name as somebody else would type it, or another program."""
    found = name
    if draw(st.booleans()):
        found = found.replace("ё", "е").replace("Ё", "Е")
    found = found.replace("'", draw(st.sampled_from("'’ʼ`‘′")))
    found = found.replace("-", draw(st.sampled_from(["-", "‐", "‑", "–", "—", " - ", "−"])))
    russian = any("а" <= letter <= "я" for letter in name)
    if russian:
        chosen = draw(st.sets(st.sampled_from(range(len(found))), max_size=3))
        strict = {at for at in chosen if not _alone(found, at)}
        found = "".join(
            LOOK_ALIKE.get(letter, letter) if at in strict else letter
            for at, letter in enumerate(found)
        )
    cases = [found, found.upper(), found.lower(), found.title()]
    found = draw(st.sampled_from(cases))
    if "." in found:
        found = draw(st.sampled_from([found, found.replace(". ", "."), found.replace(".", "")]))
    found = found.replace(" ", draw(st.sampled_from([" ", "  ", "\xa0", "\u2009", "\t"])))
    found = draw(st.sampled_from(UNSEEN)).join([found[:2], found[2:]])
    forms = [found, *(normalize(form, found) for form in FORMS)]
    return f" {draw(st.sampled_from(forms))} "


def _alone(name: str, at: int) -> bool:
    """Whether the letter is a word of its own, or all letters of its word look alike."""
    return len({*name.lower()} & set("абвгдёжзийлцчшщъыьэюя")) == 0 or at >= len(name)


@given(st.sampled_from(PEOPLE).flatmap(lambda name: st.tuples(st.just(name), respelled(name))))
def test_a_respelling_is_the_same(names: tuple[str, str]) -> None:
    """R53: in whatever of these ways a name is spelled; only it, and nobody else of these."""
    name, spelling = names
    assert is_same(name, spelling)
    assert is_same(spelling, name)
    assert name_key(name) == name_key(spelling)
    assert [each for each in PEOPLE if is_same(each, spelling)] == [name]


@given(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))
def test_two_names_are_two(one: str, other: str) -> None:
    """R53: nobody is taken for somebody else; and who compares whom makes no difference."""
    assert is_same(one, other) is (one == other)
    assert likeness(one, other) is likeness(other, one)


@given(st.text(max_size=80), st.text(max_size=80))
def test_anything_can_be_compared(one: str, other: str) -> None:
    """R55: any text is the same as itself, and has a key; either order gives one answer."""
    assert is_same(one, one)
    assert likeness(one, other) is likeness(other, one)
    assert name_key(one) or not one.strip()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("КимО.В.", "Ким О. В.", Likeness.SAME),
        ("О. В. Ким", "ким о.в.", Likeness.SAME),
        ("ПетроваАнна Сергеевна", "Петрова Анна Сергеевна", Likeness.SAME),
        ("Ива́нов Пётр", "Иванов Петр", Likeness.SAME),
        ("ПЕТРОBА A. C.", "Петрова Анна Сергеевна", Likeness.INITIALS),
        ("Ким О.В.", "Ким Олег Викторович", Likeness.INITIALS),
        ("Зайцев А.", "Зайцев Андрей Ильич", Likeness.INITIALS),
        ("Ким О.В.", "Кимов", Likeness.NEARLY),
        ("КИМО.В.", "Ким Олег Викторович", Likeness.NEARLY),
        ("Анна-Мария", "Анна Мария", Likeness.NEARLY),
        ("Петрова", "Петрова Анна", Likeness.NEARLY),
        ("Анна Петрова", "Петрова Анна", Likeness.NEARLY),
        ("Hata", "Ната", Likeness.NEARLY),
        ("Ли Адам", "Лиа Дам", Likeness.NEARLY),
        ("Врач", "Врач 2", Likeness.OTHER),
        ("Врач 1", "Врач 11", Likeness.OTHER),
        ("Петрова А. И.", "Петрова Анна Сергеевна", Likeness.OTHER),
        ("Андрей", "Андреи", Likeness.OTHER),
        ("---", "Петрова А.", Likeness.OTHER),
    ],
)
def test_how_names_stand_to_each_other(one: str, other: str, expected: Likeness) -> None:
    """R53: what is a spelling, what are initials, and what has to be asked."""
    assert (likeness(one, other), likeness(other, one)) == (expected, expected)


def test_long_blanks_take_no_time() -> None:
    """A message's worth of blanks is read like any other."""
    assert words_of(f"Ким{' ' * 100_000}-{' ' * 100_000}Олег") == ("ким-олег",)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (normalize("NFD", "Андрей  Йорк"), "Андрей Йорк"),
        ("Ми\u200bша\u202e", "Миша"),
        ("Миша 👨\u200d👩\u200d👧", "Миша 👨\u200d👩\u200d👧"),
        ("Анна\tМария\n", "Анна Мария"),
        ("О’Коннор", "О’Коннор"),
    ],
)
def test_a_name_is_kept_composed(typed: str, kept: str) -> None:
    """R53, R55: one Unicode form, nothing that only steers the text; else as it was typed."""
    assert tidy_name(typed) == kept
    with pytest.raises(NameUnclear):
        tidy_name("\u200b\u202e 👶")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Андрей", normalize("NFD", "Андрей Йорк")),
        (normalize("NFD", "йорк"), "Андрей Йорк"),
        ("О'Коннор", "Шон О’Коннор"),
        ("оконнор шон", "Шон О’Коннор"),
        ("О ’Коннор".replace(" ", ""), "О'Коннор"),
        ("Анна-Мария", "Анна\u2011Мария"),
        ("анна мария", "Анна\u2011Мария Орлова"),
        ("Мария", "Анна–Мария"),
        ("Cоня", "Соня"),  # a Latin C
        ("иванов м", "Миша Иванов"),
        ("王", "王小明"),
        ("Абу Бакр", "Абу Бакр ибн Саид"),
    ],
)
def test_the_desk_finds_a_child_however_it_is_spelled(typed: str, stored: str) -> None:
    """R53: also one who was stored before names were composed."""
    child = Child(ChildId(1), stored, BORN)
    assert named(typed, [child, Child(ChildId(2), "Тимофей", BORN)]) == [child]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Миша", "Миша Иванов"),
        ("Миша", "Иванов Миша"),
        ("Иванов Миша", "Миша Иванов"),
        ("Анна-Мария", "Анна Мария"),
        ("Семён", "семен петров"),
        ("Иванов М. П.", "Иванов Миша Петрович"),
    ],
)
def test_who_is_said_with_less_may_be_the_same_child(one: str, other: str) -> None:
    """R53: with one birth date these may be one child's; in either order."""
    assert may_be_one_child(one, other)
    assert may_be_one_child(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Миша", "Маша"), ("Миша Иванов", "Миша Петров"), ("Миша", "Мишаня"), ("Иванов", "Иванова")],
)
def test_who_is_called_otherwise_is_another_child(one: str, other: str) -> None:
    """Brothers and sisters of one day are not suggested as one."""
    assert not may_be_one_child(one, other)
    assert not may_be_one_child(other, one)


def test_a_child_is_not_likely_to_be_itself() -> None:
    """Only others of the same birth date are suggested."""
    misha = Child(ChildId(1), "Миша", BORN)
    again = Child(ChildId(2), "Миша Иванов", BORN)
    older = Child(ChildId(3), "Миша", BORN.replace(year=BORN.year - 1))

    assert likely_same(misha, [misha, again, older]) == [again]
