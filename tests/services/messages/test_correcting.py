"""Messages that stay are corrected one by one, and none of them stops the others."""

import pytest

from services.model.messages import Spoken, Untrue
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
