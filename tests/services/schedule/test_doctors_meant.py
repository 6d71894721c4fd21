"""Whom the names in a sheet mean, whatever sheet it is; no second doctor because of a spelling."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from unicodedata import normalize

import pytest

from services.clinic.opening import NewDoctor
from services.model.refusals.schedule import (
    DoctorUnclear,
    RoomNeeded,
    RoomsDiffer,
    SeveralDoctors,
)
from services.model.schedule import Timetable
from services.model.slot_sync import There
from services.schedule.doctors_meant import Written, doctors_meant
from services.schedule.listed_times import ListedDoctor, ListedTime
from tests.conftest import House, weekly
from tests.services.conftest import open_clinic
from tests.services.schedule.test_timetables import MONDAY, TUESDAY, afternoons

ZAITSEV = "Зайцев Андрей Ильич"
SPELLINGS = [
    "Зайцев А. И.",
    "Зайцев A. И.",  # a Latin A
    "ЗАЙЦЕВ А.И.",
    "ЗайцевА.И.",
    "А. И. Зайцев",
    normalize("NFD", ZAITSEV),
    normalize("NFD", "Зайцев А. И."),
    "Зайцeв  Андрeй Ильич",  # a Latin e, twice
    "ЗайцевАндрей Ильич",
    "Зайцев\xa0Андрей\u2009Ильич",
]


def meant(names: Sequence[str], present: Sequence[str] = ()) -> list[tuple[str, list[int]]]:
    """Whom names mean, and which of the names."""
    written = [Written(name, [row]) for row, name in enumerate(names, 2)]
    found = doctors_meant(written, [Written(each) for each in present])
    return [(each.name, sorted(each.places)) for each in found]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_spelling_makes_nobody_new(spelling: str) -> None:
    """R53: the known doctor is meant, and so is one who is new with the same sheet."""
    assert meant([spelling], [ZAITSEV, "Ким Олег Викторович"]) == [(ZAITSEV, [0])]
    assert meant([spelling, ZAITSEV, "Зайцев И. А."])[0][1] == [0, 1]
    assert len(meant([ZAITSEV, spelling])) == 1


@pytest.mark.parametrize(
    ("name", "present", "perhaps"),
    [
        ("Ким О.В.", ["Ким Олег Викторович", "Ким Ольга Вадимовна"], 2),
        ("Зайцев", [ZAITSEV], 1),
        ("Зайцев Андрей", [ZAITSEV], 1),
        ("Андрей Ильич Зайцев", [ZAITSEV], 1),
        ("КИМО.В.", ["Ким О. В."], 1),
        ("Ким ОВ", ["Ким Олег Викторович"], 1),
        ("Кузнецова Мария", ["Кузнецова-Мария"], 1),
        ("Boba", ["Вова"], 1),
    ],
)
def test_what_may_be_somebody_known_is_asked_with_the_row(
    name: str, present: list[str], perhaps: int
) -> None:
    """R53: several whom the initials fit, or one who is nearly called so, are a question."""
    with pytest.raises(DoctorUnclear) as asked:
        meant(["Соколова Вера Павловна", name], present)
    assert (asked.value.name, [*asked.value.rows]) == (name, [3])
    assert [*asked.value.perhaps] == present[:perhaps]


def test_initials_are_asked_about_where_the_sheet_itself_has_two() -> None:
    """R53: И. may be Илья or Игорь, and one of them comes with this very sheet."""
    with pytest.raises(DoctorUnclear):
        meant(["Зайцев А. И.", "Зайцев Антон Игоревич"], [ZAITSEV])
    with pytest.raises(DoctorUnclear):
        meant(["Зайцев Антон Игоревич", ZAITSEV], ["Зайцев А. И."])
    with pytest.raises(SeveralDoctors):
        meant(["Зайцев А. И."], ["Зайцев А. И.", "ЗАЙЦЕВ А.И."])


def test_others_are_others() -> None:
    """R53: people whose names differ stay two, and a sheet of a thousand keeps its order."""
    present = [ZAITSEV, "Зайцева Анна Ильинична", "Врач 1"]
    names = ["Врач 2", "Зайцев А. П.", "Зайцева А. И.", "Кимов", "Ким О. А.", "Врач", "Врач 1"]
    found = meant(names, present)
    assert found == [
        ("Врач 2", [0]),
        ("Зайцев А. П.", [1]),
        ("Зайцева Анна Ильинична", [2]),
        ("Кимов", [3]),
        ("Ким О. А.", [4]),
        ("Врач", [5]),
        ("Врач 1", [6]),
    ]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_timetable_and_times_make_no_second_doctor(house: House, spelling: str) -> None:
    """R53: the issue as it was found: two families in one room at one time by a spelling."""
    clinic = await open_clinic(house, NewDoctor(ZAITSEV, "31", weekly()))
    done = await house.services.timetables.replace(
        clinic.id,
        [
            Timetable(spelling, "31", MONDAY, afternoons(), [2]),
            Timetable(ZAITSEV, "31", MONDAY, afternoons(weekdays=frozenset({5})), [3]),
        ],
    )
    [change] = done.listed
    assert (change.new, change.doctor.name) == (False, ZAITSEV)
    nine = ListedTime(datetime.combine(TUESDAY, time(9)), timedelta(minutes=15), There.FREE)
    [doctor] = (
        await house.services.imports.apply(clinic.id, [ListedDoctor(spelling, [], [nine])])
    ).doctors

    assert (doctor.new, doctor.name) == (False, ZAITSEV)
    assert [each.name for each in await house.doctors(clinic)] == [ZAITSEV]


async def test_a_sheet_that_names_a_new_doctor_twice_makes_one(house: House) -> None:
    """R53, R58: under the fullest name, with the hours of both rows; two rooms are asked about."""
    clinic = await open_clinic(house, NewDoctor("Ким Олег", "1", weekly()))
    rows = [
        Timetable("Зайцев А. И.", "31", MONDAY, afternoons(), [2]),
        Timetable(ZAITSEV, "31", MONDAY, afternoons(weekdays=frozenset({5})), [3]),
    ]
    elsewhere = Timetable("зайцев андрей ильич", "32", MONDAY, afternoons(), [9])
    with pytest.raises(RoomsDiffer):
        await house.services.timetables.replace(clinic.id, [*rows, elsewhere])
    [change] = (await house.services.timetables.replace(clinic.id, rows)).listed

    assert (change.new, change.doctor.name, change.written) == (True, ZAITSEV, ["Зайцев А. И."])
    assert len(await house.doctors(clinic)) == 2
    with pytest.raises(RoomNeeded):
        await house.services.imports.preview(clinic.id, [ListedDoctor("Орлова Инна", [], [])])
