"""A visit whose answer could not be shown is told of later, from the present facts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from services.booking import TOLD_AGAIN_AFTER
from services.model import Appointment, Doctor, Language, Notification, PersonId, Slot
from services.notices import AT_ONCE, LEASE
from services.once import effect_of
from services.ports import Unreachable
from storage.transactions import inside_transaction
from tests.conftest import House
from tests.services.conftest import Family, families, run_sql


@dataclass
class Letters:
    """A notifier that remembers what it told, and fails for whom it is told to."""

    told: list[tuple[PersonId, Appointment]] = field(default_factory=list)
    failing: dict[PersonId, Exception] = field(default_factory=dict)
    languages: list[Language] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def tell(self, notification: Notification, visit: Appointment) -> None:
        assert not inside_transaction()
        person = notification.person
        if error := self.failing.get(person.id):
            raise error
        self.told.append((person.id, visit))
        self.languages.append(person.language)
        if self.meanwhile:
            await self.meanwhile()


@pytest.fixture
async def slots(house: House, anna: Family, petrova: Doctor) -> list[Slot]:
    return await house.free_times(anna.parent, anna.child.id, petrova)


@pytest.fixture
async def visit(house: House, anna: Family, slots: list[Slot]) -> Appointment:
    """Анна and Миша, on Monday at 10:30."""
    return await house.book(anna.parent, anna.child.id, slots[6])


async def tell(house: House, letters: Letters) -> int:
    return await house.services.notices.tell_due(letters)


async def test_what_was_not_seen_is_told_when_it_is_due(
    house: House, anna: Family, visit: Appointment
) -> None:
    """R18: not before, then once, in the person's language and outside of any transaction."""
    letters = Letters()
    house.clock.now += TOLD_AGAIN_AFTER - timedelta(seconds=1)
    assert await tell(house, letters) == 0
    await house.services.families.speak(anna.parent, Language.ENGLISH)
    house.clock.forward(seconds=1)
    assert await tell(house, letters) == 1
    assert await tell(house, letters) == 0

    [(person, told)] = letters.told
    assert (person, told.id, told.slot.id) == (anna.parent, visit.id, visit.slot.id)
    assert letters.languages == [Language.ENGLISH]


@pytest.mark.parametrize("update", [None, 7])
async def test_what_was_seen_is_not_told(
    house: House, anna: Family, slots: list[Slot], update: int | None
) -> None:
    """R18, R45: seen within the update that booked it, whose record must not refuse that."""
    if update is None:
        visit = await house.book(anna.parent, anna.child.id, slots[0])
        await house.services.booking.told(anna.parent, visit.id)
    else:
        with effect_of(update):
            visit = await house.book(anna.parent, anna.child.id, slots[0])
            await house.services.booking.told(anna.parent, visit.id)
            await house.services.booking.told(anna.parent, visit.id)
        assert await house.count("handled_updates") == 1

    assert await house.count("notifications") == 0


async def test_a_replayed_booking_is_told_anew_only_if_it_was_not_seen(
    house: House, anna: Family, slots: list[Slot]
) -> None:
    """R45: the replay shows the visit and settles what the first attempt had planned."""
    with effect_of(7):
        visit = await house.book(anna.parent, anna.child.id, slots[0])
    assert await house.count("notifications") == 1
    with effect_of(7):
        again = await house.book(anna.parent, anna.child.id, slots[0])
        await house.services.booking.told(anna.parent, again.id)

    assert again.id == visit.id
    assert await house.count("notifications") == 0


async def test_a_move_is_told_of_as_well(
    house: House, anna: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R17, R21: planned anew from the move on, and told from the present facts."""
    house.clock.forward(minutes=4)
    await house.services.booking.move(anna.parent, visit.id, slots[9].id)
    letters = Letters()
    house.clock.forward(minutes=4)
    assert await tell(house, letters) == 0
    house.clock.forward(minutes=1)
    assert await tell(house, letters) == 1
    assert letters.told[0][1].slot.id == slots[9].id


async def test_what_is_moved_while_it_is_told_is_told_again(
    house: House, anna: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R17, R18: what was planned during the sending is not settled with the old news."""
    letters = Letters()

    async def meanwhile() -> None:
        letters.meanwhile = None
        await house.services.booking.move(anna.parent, visit.id, slots[9].id)

    letters.meanwhile = meanwhile
    house.clock.now += TOLD_AGAIN_AFTER
    assert await tell(house, letters) == 1
    house.clock.now += TOLD_AGAIN_AFTER
    assert await tell(house, letters) == 1
    assert [told.slot.id for _, told in letters.told] == [slots[6].id, slots[9].id]


async def cancelled(house: House, anna: Family, visit: Appointment) -> None:
    await house.services.booking.cancel(anna.parent, visit.id)
    house.clock.now += TOLD_AGAIN_AFTER


async def begun(house: House, anna: Family, visit: Appointment) -> None:
    house.clock.now = visit.slot.starts_at


async def removed(house: House, anna: Family, visit: Appointment) -> None:
    clinic = visit.slot.doctor.clinic
    await house.services.children.remove(anna.parent, clinic.id, anna.child.id)
    house.clock.now += TOLD_AGAIN_AFTER


async def in_others_care(house: House, anna: Family, visit: Appointment) -> None:
    await run_sql(house, "DELETE FROM care WHERE child_id = :child", child=visit.child.id)
    house.clock.now += TOLD_AGAIN_AFTER


@pytest.mark.parametrize("what", [cancelled, begun, removed, in_others_care])
async def test_a_visit_that_is_off_or_over_is_not_spoken_of(
    house: House,
    anna: Family,
    visit: Appointment,
    what: Callable[[House, Family, Appointment], Awaitable[None]],
) -> None:
    """R17, R19, R30: it is dropped, and does not come back."""
    await what(house, anna, visit)
    letters = Letters()

    assert await tell(house, letters) == 0
    assert letters.told == []
    assert await house.count("notifications") == 0


async def test_who_cannot_be_reached_is_given_up(
    house: House, anna: Family, visit: Appointment
) -> None:
    """R20: a person who blocked the bot is not tried for ever."""
    letters = Letters(failing={anna.parent: Unreachable()})
    house.clock.now += TOLD_AGAIN_AFTER

    assert await tell(house, letters) == 0
    assert await house.count("notifications") == 0


async def test_a_failure_stops_nobody_else_and_is_tried_again(
    house: House, anna: Family, boris: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R20: the others are told first, then the failures are raised together."""
    await house.book(boris.parent, boris.child.id, slots[8])
    letters = Letters(failing={anna.parent: OSError("no route")})
    house.clock.now += TOLD_AGAIN_AFTER
    with pytest.raises(ExceptionGroup) as failed:
        await tell(house, letters)

    assert [type(error) for error in failed.value.exceptions] == [OSError]
    assert [person for person, _ in letters.told] == [boris.parent]
    letters.failing.clear()
    assert await tell(house, letters) == 0  # not at once: others are waiting, too
    house.clock.now += LEASE
    assert await tell(house, letters) == 1
    assert letters.told[-1][0] == anna.parent


async def test_many_are_told_in_several_goes(
    house: House, slots: list[Slot], petrova: Doctor, kim: Doctor
) -> None:
    """R18, R20: so many in one go, and nobody twice or never."""
    some = await families(house, petrova.clinic, AT_ONCE + 2)
    for family in some:
        offer = await house.services.booking.earliest(family.parent, family.need, petrova.clinic.id)
        await house.book(family.parent, family.child.id, offer.slot)
    letters = Letters()
    house.clock.now += TOLD_AGAIN_AFTER

    assert [await tell(house, letters) for _ in range(3)] == [AT_ONCE, 2, 0]
    assert sorted(person for person, _ in letters.told) == [family.parent for family in some]
