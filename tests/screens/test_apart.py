"""Alike things are told apart by what differs, wherever their labels become buttons."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from aiogram.utils.i18n import I18n
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.common import apart
from bot.flows.common.parts import brief
from bot.flows.families.people.views import called_apart
from bot.words import shorten, speaking
from services.model.clinic import District
from services.model.ids import (
    AppointmentId,
    ChildId,
    ClinicId,
    DistrictId,
    DoctorId,
    PersonId,
    SlotId,
)
from services.model.people import CareLink, CareRole, Child, Language, PhoneNumber
from services.model.settings.texts import length
from tests.conftest import MONDAY_7_AM
from tests.screens.limits import LONGEST_BUTTON
from tests.values import MISHA, a_clinic, a_doctor, a_slot, a_visit

FEW = st.sampled_from(["Миша", "миша", "Миша · 1", "👶" * 30, "Александра Константиновна К", ""])
THINGS = st.lists(st.tuples(FEW, FEW, st.text(max_size=40)), max_size=12)


@given(things=THINGS, most=st.sampled_from([12, 25, 60]))
def test_no_two_labels_are_alike_and_each_fits(
    things: Sequence[tuple[str, str, str]], most: int
) -> None:
    """R59: however alike the things are; what nothing resembles keeps its simple name."""
    labels = apart.told_apart(
        things,
        lambda thing: thing[0],
        lambda thing: apart.tailed(thing[0], thing[1][:5], most),
        lambda thing: thing[2],
        most=most,
    )

    assert len({label.casefold() for label in labels}) == len(things)
    assert all(length(label) <= most for label in labels)
    simple = [shorten(thing[0], most).casefold() for thing in things]
    assert all(
        label.casefold() == name
        for label, name in zip(labels, simple, strict=True)
        if simple.count(name) == 1
    )


def _misha(number: int, born: date = MISHA.birth_date) -> Child:
    return replace(MISHA, id=ChildId(number), birth_date=born)


def test_children_of_one_name_differ_by_birth_date_else_by_the_next_visit(
    language: Language,
) -> None:
    """R59: of twins, or of one child that was added twice, the visit says who is who."""
    older, younger, again = _misha(1), _misha(2, date(2025, 1, 2)), _misha(3)
    visit = replace(a_visit(a_slot(MONDAY_7_AM + timedelta(hours=2))), child=again)
    born = apart.children_apart([older, younger], {}, MONDAY_7_AM)
    expected = apart.children_apart([older, again], {again.id: [visit]}, MONDAY_7_AM)
    nothing = apart.children_apart([older, again], {}, MONDAY_7_AM)

    assert list(born.values()) == ["Миша · 12.03.2024", "Миша · 02.01.2025"]
    assert (
        list(expected.values())
        == {
            Language.RUSSIAN: ["Миша · нет записи", "Миша · сегодня, 9:00"],
            Language.ENGLISH: ["Миша · no visit", "Миша · today, 9:00"],
        }[language]
    )
    assert list(nothing.values()) == ["Миша · 1", "Миша · 2"]
    assert apart.children_apart([older], {}, MONDAY_7_AM) == {older.id: "Миша"}


@pytest.mark.parametrize(
    ("names", "rooms", "called"),
    [
        (["Петрова Анна Сергеевна", "Ким Олег"], "12", ["Петрова", "Ким"]),
        (["Петрова Анна Сергеевна", "Петрова Ольга"], "12", ["Петрова А. С.", "Петрова О."]),
        (
            ["Петрова Анна Сергеевна", "Петрова Алла Семёновна"],
            "12",
            ["Петрова Анна Сергеевна", "Петрова Алла Семёновна"],
        ),
        (
            ["Петрова Анна Сергеевна", "Петрова Анна Сергеевна"],
            "45",
            ["Петрова А. С. · каб. 4", "Петрова А. С. · каб. 5"],
        ),
    ],
)
def test_doctors_alike_are_called_more_fully(
    names: list[str], rooms: str, called: list[str], language: Language
) -> None:
    """R59: initials, then the full patronymic, then the room; never "Петр…" twice."""
    doctors = [
        replace(a_doctor(number), name=name, room=room)
        for number, (name, room) in enumerate(zip(names, rooms, strict=True), 1)
    ]
    labels = [label.replace("\u00a0", " ") for label in apart.doctors_apart(doctors)]

    assert labels == [each if language is Language.RUSSIAN else _english(each) for each in called]


def _english(label: str) -> str:
    return label.replace("каб.", "room")


WORDS = st.sampled_from(
    ["Петрова", "Петров", "Анна", "Алла", "Сергеевна", "К" * 40, "К" * 40 + "а", "👶"]
)
PEOPLE = st.lists(
    st.tuples(
        st.lists(WORDS, min_size=1, max_size=3).map(" ".join),
        st.sampled_from(["12", "13", "1", "А. С.", "кабинет на втором этаже"]),
        st.sampled_from([None, 0, 15, 24 * 60, 30 * 24 * 60]),
    ),
    max_size=12,
)


@given(people=PEOPLE, most=st.sampled_from([20, 23, 25]))
def test_no_two_doctors_look_the_same(
    people: Sequence[tuple[str, str, int | None]], most: int, i18n: I18n
) -> None:
    """R59: whatever they are called, in every list, with and without their first times."""
    doctors = [
        replace(a_doctor(number), name=name, room=room)
        for number, (name, room, _minutes) in enumerate(people, 1)
    ]
    rows = [
        (
            doctor,
            None
            if minutes is None
            else a_slot(MONDAY_7_AM + timedelta(minutes=minutes), doctor=doctor),
        )
        for doctor, (_name, _room, minutes) in zip(doctors, people, strict=True)
    ]
    with speaking(i18n, Language.RUSSIAN):
        for labels in (
            apart.doctors_apart(doctors, most),
            apart.colleagues_apart(doctors, most),
            apart.doctors_with_times(rows, MONDAY_7_AM, most),
        ):
            assert len({label.casefold() for label in labels}) == len(doctors)
            assert all(0 < length(label) <= most for label in labels)


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["Петрова Анна", "Ким Олег"], ["Петрова · завтра, 9:00", "Ким · —"]),
        (
            ["Петрова Анна Сергеевна", "Петрова Ольга Львовна"],
            ["Пет… А. С. · завтра, 9:00", "Петрова О. Л. · —"],
        ),
        (
            ["Петрова Анна Сергеевна", "Петрова Алла Семёновна"],
            ["Петрова Анна Сергеевна", "Петрова Алла Семёновна"],
        ),
    ],
)
def test_a_time_hides_nobody_s_name(names: list[str], called: list[str], i18n: I18n) -> None:
    """R59: two times tell nobody whose they are, where a name is cut to what both have."""
    doctors = [replace(a_doctor(number), name=name) for number, name in enumerate(names, 1)]
    first = a_slot(MONDAY_7_AM + timedelta(days=1, hours=2), doctor=doctors[0])
    with speaking(i18n, Language.RUSSIAN):
        labels = apart.doctors_with_times([(doctors[0], first), (doctors[1], None)], MONDAY_7_AM)

    assert [label.replace("\u00a0", " ") for label in labels] == called


def test_districts_of_one_name_are_told_apart_by_their_doctors(language: Language) -> None:
    """R59: to whoever writes to a district."""
    anna = replace(a_doctor(1), name="Петрова Анна Сергеевна")
    oleg = replace(a_doctor(2), name="Ким Олег")
    districts = [District(DistrictId(n), whose, "Участок 1") for n, whose in ((1, anna), (2, oleg))]

    assert apart.named_districts_apart(districts) == ["Участок 1 · Петрова", "Участок 1 · Ким"]
    assert apart.named_districts_apart(districts[:1]) == ["Участок 1"]


def test_times_districts_clinics_and_visits_are_told_apart(language: Language) -> None:
    """R59: by the doctor's name, the district's, the address, the number."""
    anna = replace(a_doctor(1), name="Петрова Анна Сергеевна", room="4")
    alla = replace(anna, id=DoctorId(2), name="Петрова Алла Семёновна", room="5")
    at = MONDAY_7_AM + timedelta(hours=2)
    slots = [replace(a_slot(at, doctor=each), id=SlotId(each.id)) for each in (anna, alla)]
    districts = [District(DistrictId(n), anna, f"участок {n}") for n in (1, 2)]
    clinics = [
        replace(a_clinic(), id=ClinicId(n), address=f"Москва, Садовая ул., {n}") for n in (1, 2)
    ]
    visits = [replace(a_visit(slots[0]), id=AppointmentId(n)) for n in (1, 2)]

    def label_of(visit: object) -> str:
        return brief("Миша", slots[0], MONDAY_7_AM)

    each = [
        apart.times_apart(slots, MONDAY_7_AM),
        apart.times_apart(slots, MONDAY_7_AM, lambda _doctor: "Визит"),
        apart.districts_apart(districts),
        apart.clinics_apart(clinics),
        apart.visits_apart(visits, label_of, MONDAY_7_AM),
    ]

    assert all(len(set(labels)) == 2 for labels in each)
    assert all(length(label) <= LONGEST_BUTTON for labels in each for label in labels)
    assert [label.endswith(f"участок {n}") for n, label in enumerate(each[2], 1)] == [True] * 2
    assert [label.endswith(f", {n}") for n, label in enumerate(each[3], 1)] == [True] * 2
    assert [label.endswith(str(visit.number)) for visit, label in zip(visits, each[4], strict=True)]


@pytest.mark.parametrize(
    ("phones", "told"),
    [
        ({1: "+79161234537", 2: "+79161234545"}, ["Родитель · ··37", "Родитель · ··45"]),
        ({1: "+79161234537"}, ["Родитель · 23.11.2026", "Родитель · 25.11.2026"]),
        ({}, ["Родитель · 23.11.2026", "Родитель · 25.11.2026"]),
    ],
)
def test_two_parents_are_told_apart_before_one_s_access_is_ended(
    i18n: I18n, phones: dict[int, str], told: list[str]
) -> None:
    """R59: the registry ends the right one's: by the end of the phone, or since when they came."""
    links = [
        CareLink(PersonId(number), CareRole.PARENT, "", True, since, None)
        for number, since in ((1, MONDAY_7_AM), (2, MONDAY_7_AM + timedelta(days=2)))
    ]
    numbers = {PersonId(person): PhoneNumber(phone) for person, phone in phones.items()}
    with speaking(i18n, Language.RUSSIAN):
        assert called_apart(links, a_clinic(), numbers) == told
        assert called_apart(links[:1], a_clinic(), numbers) == ["Родитель"]
