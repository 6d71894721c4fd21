"""Who came lately is known without asking; and what is known of them may not be so any more."""

import pytest
from sqlalchemy import delete

from services.model.ids import PersonId
from services.model.people import Language, Person
from services.runtime import acquaintance
from services.runtime.acquaintance import Lately
from storage.tables.families import PersonRow
from tests.chat.conftest import Chat
from tests.conftest import House
from tests.databases import BOTH
from tests.statements import statements


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_what_changed_elsewhere_is_so_at_the_next_tap(anna: Chat, house: House) -> None:
    """Anna chose another language at another replica, and could not be written to for a while."""
    mother = await _person(house, anna)
    await house.services.families.speak(mother, Language.ENGLISH)
    async with house.transactions.writes() as tx:
        await tx.families.lost(mother, house.clock())

    await anna.tap("Записаться")

    assert "Другое" not in str(anna.labels)
    assert "Consultation" in str(anna.labels)
    assert await house.count("persons", "unreachable_since IS NOT NULL") == 0
    with statements(house) as told:
        await anna.say("/visits")
    assert sum("FROM persons" in each for each in told) == 1  # she is known as she is now


async def test_who_became_another_person_is_one(vera: Chat, house: House) -> None:
    """What was known of Vera was erased; she comes back, and is nobody whom it was known of."""
    await vera.say("/start cromashka")
    before = await _person(house, vera)
    async with house.engines.writing.begin() as connection:
        await connection.execute(delete(PersonRow).where(PersonRow.id == before))

    await vera.tap("Даю согласие")

    assert await _person(house, vera) > before
    assert await house.count("consents") == 1
    assert "зовут" in vera.screen.text


def test_nobody_is_known_for_long() -> None:
    """An hour, and no more people than fit."""
    now = 0.0
    people = Lately(lambda: now)
    people.met(_somebody(1))
    assert people.known(1) == _somebody(1)

    now = acquaintance.KEPT
    people.met(_somebody(2))
    assert people.known(1) is None

    for each in range(3, acquaintance.MOST + 3):
        people.met(_somebody(each))
    assert people.known(2) is None
    assert people.known(3) == _somebody(3)


def _somebody(telegram_id: int) -> Person:
    return Person(PersonId(telegram_id), telegram_id, Language.RUSSIAN)


async def _person(house: House, chat: Chat) -> PersonId:
    async with house.transactions.reads() as tx:
        person = await tx.families.person(chat.user_id)
    assert person
    return person.id
