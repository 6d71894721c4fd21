"""Who took back the consent to a clinic hears nothing of what is booked in its own system (R40,
R76): the clinic may know the child there, and the house does not any more."""

import asyncio

import pytest

from services.model.clinic import Clinic
from services.model.ids import PersonId
from services.model.people import CareRole, Scope
from services.model.slots import Stretch
from services.model.systems.values import ForeignRef
from services.model.visits import AppointmentState
from storage.families.care import begin_care
from storage.tables.messages import NotificationRow
from tests.conftest import House
from tests.services.conftest import Family
from tests.services.systems.conftest import NINE, Practice, later, practice_of
from tests.services.systems.fake import FakeSystem
from tests.services.systems.test_orders import Slow

MISHA = ForeignRef("patients", "Миша")
TEN = Stretch(later(NINE, 60), later(NINE, 75))


@pytest.fixture
async def practice(house: House, clinic: Clinic, anna: Family) -> Practice:
    """Миша was there once, so that its system names him to us."""
    practice = await practice_of(house, clinic, FakeSystem(tells_news=True))
    visit = await practice.services.system_errands.answered(await practice.ask(anna))
    await practice.services.mine.cancel(anna.parent, visit.id)
    await practice.work()
    assert await house.count("system_patients") == 1
    return practice


async def leave(practice: Practice, person: PersonId) -> None:
    leaving = practice.services.leaving
    shown = await leaving.look(person, practice.clinic.id)
    await leaving.leave(person, practice.clinic.id, shown.as_shown)


async def books_there(practice: Practice) -> int:
    """The registry books a visit for Миша in its system; how many of that are here by then."""
    practice.fake.booked(TEN, MISHA)
    practice.house.clock.forward(minutes=1)
    await practice.services.system_mirror.read(practice.clinic.id)
    booked = f"state = '{AppointmentState.BOOKED}'"
    return await practice.house.count("appointments", booked)


async def told(practice: Practice) -> set[int]:
    """Who is to hear that a visit was booked."""
    async with practice.house.engines.reading.connect() as connection:
        rows = await connection.exec_driver_sql(
            f"SELECT person_id FROM {NotificationRow.__tablename__}"  # noqa: S608
            " WHERE kind = 'booked' AND state = 'planned'"
        )
        return {row[0] for row in rows}


async def test_what_the_registry_books_there_is_nobodys_here_any_more(
    practice: Practice, anna: Family
) -> None:
    """Their only parent left: how that system names the child is forgotten with the rest."""
    await leave(practice, anna.parent)
    assert await practice.house.count("system_patients") == 0
    assert await books_there(practice) == 0
    assert await told(practice) == set()


async def test_who_left_hears_of_nothing_that_the_other_parent_hears_of(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """The child stays there with the father."""
    async with practice.house.transactions.writes() as tx:
        now = practice.house.clock()
        await begin_care(tx.families._session, boris.parent, anna.child.id, now)
    await leave(practice, anna.parent)
    assert await books_there(practice) == 1
    assert await told(practice) == {boris.parent}


async def test_a_name_that_was_kept_all_the_same_tells_nobody(
    practice: Practice, anna: Family
) -> None:
    """From before names were forgotten with the consent."""
    await leave(practice, anna.parent)
    async with practice.house.transactions.writes() as tx:
        await tx.system_patients.keep(practice.clinic.id, anna.child.id, MISHA)
    assert await books_there(practice) == 0
    assert await told(practice) == set()


async def test_who_helps_hears_nothing_once_no_parent_agrees(
    practice: Practice, anna: Family, boris: Family
) -> None:
    """What a helper agreed to was for their own children."""
    async with practice.house.transactions.writes() as tx:
        now = practice.house.clock()
        await begin_care(tx.families._session, boris.parent, anna.child.id, now, CareRole.HELPER)
    await leave(practice, anna.parent)
    async with practice.house.transactions.writes() as tx:
        await tx.system_patients.keep(practice.clinic.id, anna.child.id, MISHA)
        assert await tx.families.carers(anna.child.id, Scope.TOLD)
    assert await books_there(practice) == 0
    assert await told(practice) == set()


async def test_a_late_answer_brings_no_name_back(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """They leave while the visit is being booked: it is taken back there, and forgotten here."""
    slow = Slow()
    practice = await practice_of(house, clinic, slow)
    await practice.ask(anna)
    asked = asyncio.create_task(practice.services.system_errands.tick())
    await slow.reached.wait()
    await leave(practice, anna.parent)
    slow.answers.set()
    await asked
    await practice.work()
    assert slow.standing() == []
    assert await house.count("system_patients") == 0
