"""Messages that stay are corrected one by one, and none of them stops the others."""

import asyncio
from unittest.mock import patch

import pytest

from services.model.messages import Spoken, Untrue
from services.ports.transaction import StorageUnavailable
from tests.conftest import House
from tests.services.conftest import Family


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
    await house.services.booking.cancel(anna.parent, visit.id)

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
