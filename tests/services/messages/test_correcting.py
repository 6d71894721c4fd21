"""Messages that stay are corrected one by one, and none of them stops the others."""

import asyncio
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import text

from services.model.clinic import Clinic
from services.model.ids import PersonId
from services.model.messages import Spoken, Untrue
from services.ports.sending import NotNow
from services.ports.transaction import StorageUnavailable
from storage.runtime.leases import StoredLeases
from tests.conftest import House
from tests.databases import POSTGRESQL
from tests.services.conftest import Family, families


class Hand:
    """Corrects, but for the first message, at which it fails by a mistake of ours."""

    def __init__(self) -> None:
        self.corrected: list[int] = []

    async def correct(self, untrue: Untrue) -> None:
        if untrue.message == 1:
            raise KeyError
        self.corrected.append(untrue.message)


async def test_a_message_that_cannot_be_corrected_stops_no_other(
    house: House, anna: Family
) -> None:
    """R62: it is left as it is and told to operators; the next one says that the visit is off."""
    doctor, *_ = await house.doctors((await house.services.families.clinics())[0])
    slot, *_ = await house.free_times(anna.parent, anna.child.id, doctor)
    visit = await house.book(anna.parent, anna.child.id, slot)
    corrections, hand = house.services.corrections, Hand()
    corrections.note([Spoken(101, number, visit.id, slot.id) for number in (1, 2)])
    await house.services.mine.cancel(anna.parent, visit.id)

    with pytest.raises(ExceptionGroup, match="some could not be corrected"):
        await corrections.tick(hand)
    assert hand.corrected == [2]
    assert await corrections.tick(hand) == 0


async def test_a_stop_that_writes_down_beside_a_tick_notes_each_message_once(
    house: House, anna: Family
) -> None:
    """R62: two at once lose nothing and fail at nothing; what the database refuses is kept."""
    doctor, *_ = await house.doctors((await house.services.families.clinics())[0])
    slot, *_ = await house.free_times(anna.parent, anna.child.id, doctor)
    visit = await house.book(anna.parent, anna.child.id, slot)
    corrections = house.services.corrections
    corrections.note([Spoken(101, number, visit.id, slot.id) for number in range(1, 6)])

    written = await asyncio.gather(corrections.write_down(), corrections.write_down())

    assert sum(written) == 5
    assert await house.count("spoken") == 5


async def test_what_could_not_be_written_down_waits(house: House, anna: Family) -> None:
    """R62: a database that is away for a moment costs no correction, and no order."""
    doctor, *_ = await house.doctors((await house.services.families.clinics())[0])
    slot, *_ = await house.free_times(anna.parent, anna.child.id, doctor)
    visit = await house.book(anna.parent, anna.child.id, slot)
    corrections = house.services.corrections
    corrections.note([Spoken(101, number, visit.id, slot.id) for number in (1, 2)])
    with (
        patch.object(house.transactions, "writes", side_effect=StorageUnavailable),
        pytest.raises(StorageUnavailable),
    ):
        await corrections.write_down()

    assert await corrections.write_down() == 2


class Paused:
    """Corrects, but in chats that ask for a pause."""

    def __init__(self, *paused: PersonId) -> None:
        self.paused = set(paused)
        self.asked: list[PersonId] = []
        self.corrected: list[PersonId] = []

    async def correct(self, untrue: Untrue) -> None:
        self.asked.append(untrue.person.id)
        if untrue.person.id in self.paused:
            raise NotNow
        self.corrected.append(untrue.person.id)


async def off_for(house: House, clinic: Clinic, many: int) -> list[PersonId]:
    """Families whose two messages each say a visit that is off."""
    doctor, *_ = await house.doctors(clinic)
    some = await families(house, clinic, many)
    for number, family in enumerate(some):
        slot, *_ = await house.free_times(family.parent, family.child.id, doctor)
        visit = await house.book(family.parent, family.child.id, slot)
        said = [Spoken(1000 + number, message, visit.id, slot.id) for message in (1, 2)]
        house.services.corrections.note(said)
        await house.services.mine.cancel(family.parent, visit.id)
    return [family.parent for family in some]


async def test_a_paused_chat_holds_up_no_other(house: House, clinic: Clinic) -> None:
    """R62: it is asked once at a look, and follows at the next one."""
    first, second = await off_for(house, clinic, 2)
    hand = Paused(first)
    assert await house.services.corrections.tick(hand) == 2
    assert (hand.asked, hand.corrected) == ([first, second, second], [second, second])
    assert await house.services.corrections.tick(Paused()) == 2


async def test_a_bot_that_is_paused_asks_no_further(house: House, clinic: Clinic) -> None:
    """R45: when several chats in a row ask for a pause, it is Telegram that does."""
    parents = await off_for(house, clinic, 4)
    hand = Paused(*parents)
    assert await house.services.corrections.tick(hand) == 0
    assert hand.asked == parents[:3]


@pytest.mark.parametrize("kind", [POSTGRESQL])  # SQLite has one writer
async def test_who_waited_for_the_lease_asks_anew(house: House, clinic: Clinic) -> None:
    """R62: what another process corrected meanwhile is not corrected again."""
    await off_for(house, clinic, 1)
    corrections = house.services.corrections
    taken = StoredLeases.take

    async def take(leases: StoredLeases, *which: Any) -> bool:
        won = await taken(leases, *which)
        async with house.database.connect() as other:
            await other.execute(text("DELETE FROM spoken"))
        return won

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StoredLeases, "take", take)
        hand = Paused()
        await corrections.tick(hand)
    assert hand.asked == []
