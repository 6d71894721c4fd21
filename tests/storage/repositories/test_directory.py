"""Clinics and doctors in memory are those that the transaction sees, whoever changed them."""

import asyncio
from contextvars import Context
from dataclasses import replace

import pytest

from services.model.clinic import Clinic, Doctor
from services.model.ids import PersonId, SlotId
from services.ports.transaction import Transactions
from storage.database.transaction import StoredTransaction
from tests.conftest import ROMASHKA, SEVERYANKA, House
from tests.databases import POSTGRESQL
from tests.statements import statements

only_postgresql = pytest.mark.parametrize("kind", [POSTGRESQL])


class Otherwise(Exception):
    """Somebody changes their mind."""


@pytest.fixture
async def petrova(house: House, clinic: Clinic) -> Doctor:
    return next(each for each in await house.doctors(clinic) if "Петрова" in each.name)


async def room(transactions: Transactions, doctor: Doctor) -> str:
    async with transactions.reads() as tx:
        return (await tx.clinics.doctor(doctor.id)).room


async def a_time_of(house: House, doctor: Doctor) -> SlotId:
    found = "SELECT min(id) FROM slots WHERE doctor_id = :doctor"
    [[slot_id]] = await house.database.rows(found, doctor=doctor.id)
    return SlotId(slot_id)


async def shown_room(tx: StoredTransaction, house: House, slot_id: SlotId) -> str:
    """The room with which a family is shown a time."""
    slot = await tx.slots.get(slot_id, person=PersonId(1), now=house.clock())
    return slot.doctor.room


async def test_whoever_changes_a_doctor_is_heard(house: House, petrova: Doctor) -> None:
    """The chat, a command, a replica, or an operator who types SQL; and what did not change
    is not read again."""
    slot_id = await a_time_of(house, petrova)
    async with house.transactions.writes() as tx:
        await tx.clinics.set_room(petrova.id, "21")
    assert await room(house.transactions, petrova) == "21"

    await house.database.run("UPDATE doctors SET room = '22' WHERE id = :id", id=petrova.id)
    assert await room(house.transactions, petrova) == "22"

    with statements(house) as told:
        async with house.transactions.reads() as tx:
            assert await shown_room(tx, house, slot_id) == "22"
            assert (await tx.clinics.get(petrova.clinic.id)).name == ROMASHKA.name
            assert petrova.id in {each.id for each in await tx.clinics.doctors_of(petrova.clinic)}
    assert not [each for each in told if "clinics" in each.split("WHERE")[0]]

    await house.database.run("UPDATE clinics SET name = 'Ромашка' WHERE id = 1")
    await house.database.run("DELETE FROM house")  # then there is nothing to go by
    await house.database.run("UPDATE doctors SET room = '23' WHERE id = :id", id=petrova.id)
    async with house.transactions.reads() as tx:
        slot = await tx.slots.get(slot_id, person=PersonId(1), now=house.clock())
        assert (slot.doctor.room, slot.doctor.clinic.name) == ("23", "Ромашка")


async def test_who_looks_sees_one_state(house: House, petrova: Doctor) -> None:
    """A doctor moves to another room while a screen is being made: it shows one of both all over,
    and the next one the new."""
    slot_id = await a_time_of(house, petrova)
    async with house.transactions.reads() as tx:
        before = await shown_room(tx, house, slot_id)
        await house.database.run("UPDATE doctors SET room = '22'")

        assert await shown_room(tx, house, slot_id) == before != "22"
        assert (await tx.clinics.doctor(petrova.id)).room == before
    assert await room(house.transactions, petrova) == "22"


async def change_all(house: House, clinic: Clinic, petrova: Doctor, slot_id: SlotId) -> None:
    async with house.transactions.writes() as tx:
        assert (await tx.clinics.doctor(petrova.id)).room == petrova.room
        await tx.clinics.set_room(petrova.id, "21")
        assert (await tx.clinics.doctor(petrova.id)).room == "21"
        assert await shown_room(tx, house, slot_id) == "21"
        await tx.clinics.change(clinic.id, replace(ROMASHKA, name="Лютик"))
        assert (await tx.clinics.doctor(petrova.id)).clinic.name == "Лютик"
        new = await tx.clinics.add(SEVERYANKA)
        kim = await tx.clinics.add_doctor(new, "Ким Пётр", "1")
        assert await tx.clinics.doctors_of(new) == [kim]
        await tx.clinics.rename_doctor(kim.id, "Ким Павел")
        assert (await tx.clinics.doctor(kim.id)).name == "Ким Павел"
        assert await tx.clinics.by_code("severyanka") == new
        raise Otherwise


async def test_who_changes_a_clinic_sees_it_before_all_others(
    house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """By a statement, by a row, and by a new row; until it is committed nobody else does, and what
    is taken back was never seen by anybody."""
    slot_id = await a_time_of(house, petrova)
    before = petrova.room
    with pytest.raises(Otherwise):
        await change_all(house, clinic, petrova, slot_id)
    assert await room(house.transactions, petrova) == before
    async with house.transactions.writes() as tx:
        assert await shown_room(tx, house, slot_id) == before
        assert await tx.clinics.all() == [clinic]


async def take_a_savepoint_back(tx: StoredTransaction, doctor: Doctor) -> None:
    async with tx.clinics._session.begin_nested():
        await tx.clinics.set_room(doctor.id, "21")
        assert (await tx.clinics.doctor(doctor.id)).room == "21"
        raise Otherwise


async def test_what_a_savepoint_takes_back_is_forgotten(house: House, petrova: Doctor) -> None:
    """In the transaction that had seen it, too."""
    async with house.transactions.writes() as tx:
        with pytest.raises(Otherwise):
            await take_a_savepoint_back(tx, petrova)
        assert (await tx.clinics.doctor(petrova.id)).room == petrova.room


@only_postgresql
async def test_a_statement_goes_by_the_clinics_that_it_saw_itself(
    house: House, petrova: Doctor
) -> None:
    """Who books may have waited for a lock of who changes the clinic: the time is taken with
    the clinic as it is by then, and not as it was when the booking began (READ COMMITTED)."""
    slot_id = await a_time_of(house, petrova)
    anna = await house.parent(101)
    async with house.transactions.writes(anna) as tx:
        assert await shown_room(tx, house, slot_id) == petrova.room
        await house.database.run("UPDATE doctors SET room = '22'")

        assert await shown_room(tx, house, slot_id) == "22"
        await house.database.run("UPDATE doctors SET room = '23'")
        assert (await tx.clinics.doctor(petrova.id)).room == "23"


@only_postgresql
async def test_nobody_waits_for_the_version_before_the_commit(
    house: House, petrova: Doctor
) -> None:
    """Two clinics change side by side, and each sees what it and the other made."""

    async def open_another() -> None:
        async with house.transactions.writes() as tx:
            await tx.clinics.add(SEVERYANKA)

    async with house.transactions.writes() as tx:
        await tx.clinics.set_room(petrova.id, "21")
        await asyncio.create_task(open_another(), context=Context())
        names = [clinic.name for clinic in await tx.clinics.all()]
        assert sorted(names) == sorted([ROMASHKA.name, SEVERYANKA.name])
        assert (await tx.clinics.doctor(petrova.id)).room == "21"
    assert await room(house.transactions, petrova) == "21"
