"""Doctors kept by a clinic's administrators; on both databases."""

import asyncio

import pytest

from services.clinic.doctors import DoctorProposal, DoctorQuestion
from services.model.access import Role
from services.model.clinic import Clinic, Doctor
from services.model.conversations import DoctorPart
from services.model.ids import DoctorId
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.clinic import (
    ChangedMeanwhile,
    DoctorIsThere,
    DoctorNameUnclear,
    SameAsBefore,
    TypedAnew,
)
from services.model.refusals.families import NameHasNumber
from services.model.refusals.typed import NotOneLine, TextMissing, TextTooLong
from tests.conftest import CONSENTS, SEVERYANKA, House
from tests.playing import played
from tests.services.conftest import Employee, employ

NAME, ROOM = DoctorPart


@played
async def lena(house: House, clinic: Clinic) -> Employee:
    """Heads it too."""
    return await employ(house, Role.ADMINISTRATOR, 204)


async def proposed(
    house: House, who: Employee, doctor: DoctorId | None, part: DoctorPart, *words: str
) -> DoctorProposal:
    desk = house.services.clinic_doctors
    await desk.ask(who.person, who.post, doctor, part)
    for each in words:
        answer = await desk.typed(who.person, each)
    assert isinstance(answer, DoctorProposal), answer
    return answer


async def save(house: House, who: Employee, shown: DoctorProposal) -> None:
    doctor = shown.before.id if shown.before else None
    await house.services.clinic_doctors.save(
        who.person, who.post, doctor, shown.part, shown.seen, shown.typed
    )


async def doctors(house: House, clinic: Clinic) -> dict[str, str]:
    async with house.transactions.reads() as tx:
        return {each.name: each.room for each in await tx.clinics.doctors(clinic.id)}


@pytest.mark.parametrize(
    ("part", "words", "why"),
    [
        (NAME, "Петрова Анна Сергеевна", SameAsBefore),
        (NAME, "ким олег викторович", DoctorIsThere),
        (NAME, "Петрова\nАнна", NotOneLine),
        (NAME, "-", TextMissing),
        (NAME, "...", DoctorNameUnclear),
        (NAME, "🩺 12", DoctorNameUnclear),
        (NAME, "Петрова 79161234567", NameHasNumber),
        (NAME, "я" * 101, TextTooLong),
        (ROOM, "12", SameAsBefore),
        (ROOM, "", TextMissing),
        (ROOM, "1" * 21, TextTooLong),
    ],
)
async def test_what_will_not_do_is_asked_for_again(
    house: House, irina: Employee, petrova: Doctor, part: DoctorPart, words: str, why: type[Refusal]
) -> None:
    """R53: with the reason; nothing waits to be saved then."""
    desk = house.services.clinic_doctors
    await desk.ask(irina.person, irina.post, petrova.id, part)
    answer = await desk.typed(irina.person, words)

    assert isinstance(answer, DoctorQuestion)
    assert isinstance(answer.problem, why)
    with pytest.raises(TypedAnew):
        await desk.save(irina.person, irina.post, petrova.id, part, 1, 1)


async def test_only_what_was_shown_is_saved(
    house: House, clinic: Clinic, irina: Employee, lena: Employee, petrova: Doctor
) -> None:
    """R56: neither over a colleague's change, nor what was typed since, nor twice."""
    shown = await proposed(house, irina, petrova.id, ROOM, "31")
    await save(house, lena, await proposed(house, lena, petrova.id, ROOM, "32"))
    with pytest.raises(ChangedMeanwhile):
        await save(house, irina, shown)

    earlier = await proposed(house, irina, petrova.id, ROOM, "33")
    later = await proposed(house, irina, petrova.id, ROOM, "34")
    with pytest.raises(TypedAnew):
        await save(house, irina, earlier)
    await save(house, irina, later)
    with pytest.raises(TypedAnew):
        await save(house, irina, later)
    assert (await doctors(house, clinic))[petrova.name] == "34"


async def test_two_administrators_add_one_doctor(
    house: House, clinic: Clinic, irina: Employee, lena: Employee
) -> None:
    """R53: at once, and spelt otherwise: one of them is told that the doctor is there."""
    shown = [
        (irina, await proposed(house, irina, None, NAME, "Соколова Мария", "15")),
        (lena, await proposed(house, lena, None, NAME, "СОКОЛОВА МАРИЯ", "16")),
    ]
    results = await asyncio.gather(
        *(save(house, who, each) for who, each in shown), return_exceptions=True
    )

    assert [type(each) for each in results if each] == [DoctorIsThere]
    assert len(await doctors(house, clinic)) == 3


async def test_a_colleague_was_quicker_with_the_name(
    house: House, irina: Employee, lena: Employee
) -> None:
    """R53: where a name is taken by the time that its room is typed, the name is asked anew."""
    desk = house.services.clinic_doctors
    await desk.ask(irina.person, irina.post, None, NAME)
    await desk.typed(irina.person, "Соколова Мария")
    await save(house, lena, await proposed(house, lena, None, NAME, "Соколова Мария", "15"))
    answer = await desk.typed(irina.person, "16")

    assert isinstance(answer, DoctorQuestion)
    assert (answer.part, type(answer.problem)) == (NAME, DoctorIsThere)
    await desk.typed(irina.person, "Орлова Мария")
    assert isinstance(await desk.typed(irina.person, "16"), DoctorProposal)


async def test_doctors_are_for_their_clinic_s_administrators(
    house: House, clinic: Clinic, irina: Employee, petrova: Doctor
) -> None:
    """R30: no registrar, nobody of another clinic, and nobody who was asked as one of these."""
    desk = house.services.clinic_doctors
    registrar = await employ(house, Role.REGISTRAR, 202)
    await house.services.clinics.open(SEVERYANKA, CONSENTS, [])
    stranger = await employ(house, Role.ADMINISTRATOR, 205, SEVERYANKA.code)

    for who in (registrar, stranger):
        with pytest.raises(NotFound):
            await desk.card(who.person, who.post, petrova.id)
        with pytest.raises(NotFound):
            await desk.ask(who.person, who.post, petrova.id, ROOM)
        with pytest.raises(NotFound):
            await desk.all(who.person, irina.post)
