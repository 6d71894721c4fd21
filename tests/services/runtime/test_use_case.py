"""A use case runs to its end, and an update takes effect once."""

import asyncio
import gc

import pytest

from services.model.clinic import Clinic
from services.model.ids import PersonId
from services.model.people import Child
from services.model.refusals.base import AlreadyDone, NotFound
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState
from services.runtime.use_case import effect_of, finish_use_cases, use_case
from tests.conftest import House
from tests.playing import played


@played
async def first(house: House, clinic: Clinic) -> tuple[PersonId, Child, Slot]:
    """A parent, a child, and a time that could be booked."""
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    doctor = (await house.doctors(clinic))[0]
    return parent, child, (await house.free_times(parent, child.id, doctor))[0]


async def test_a_use_case_cancelled_at_any_await_gives_the_same_appointment(
    house: House, first: tuple[PersonId, Child, Slot]
) -> None:
    """Cancelled after every number of steps and tried again for the same update: one booking,
    whichever of the two made it (R46)."""
    rounds = steps = 0
    was_cancelled = True
    while was_cancelled:
        rounds += 1
        booking = asyncio.create_task(_book(house, rounds, *first))
        for _ in range(steps):
            await asyncio.sleep(0)
        was_cancelled = booking.cancel()
        again = await _book(house, rounds, *first)
        await finish_use_cases()

        assert await house.count("appointments", "state = 'booked'") == 1
        assert await house.count("notifications") == 1
        assert await house.count("appointments") == rounds
        assert again.state is AppointmentState.BOOKED
        await house.services.mine.cancel(first[0], again.id)
        steps += 1 + steps // 8
    assert rounds > 10


async def _book(
    house: House, update_id: int, parent: PersonId, child: Child, slot: Slot
) -> Appointment:
    with effect_of(update_id):
        return await house.book(parent, child.id, slot)


async def test_a_cancelled_caller_does_not_cancel_the_booking(
    house: House, first: tuple[PersonId, Child, Slot]
) -> None:
    """The transaction of a caller that went away is committed all the same (R46)."""
    parent, child, slot = first
    booking = asyncio.create_task(house.book(parent, child.id, slot))
    await asyncio.sleep(0)
    booking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await booking
    await finish_use_cases()

    assert await house.count("appointments") == 1


@pytest.mark.parametrize(("error", "told"), [(NotFound(), []), (ValueError(), [ValueError])])
async def test_a_refusal_to_a_caller_who_is_gone_is_no_trouble(
    error: Exception, told: list[type[Exception]]
) -> None:
    """Each stop would alarm the operator otherwise; a mistake of ours is told all the same."""
    troubles: list[type[Exception]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: troubles.append(type(context["exception"])))
    gone = asyncio.Event()

    @use_case
    async def fail() -> None:
        await gone.wait()
        raise error

    try:
        caller = asyncio.create_task(fail())
        await asyncio.sleep(0)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        gone.set()
        del caller
        await finish_use_cases()
        gc.collect()
        assert troubles == told
    finally:
        loop.set_exception_handler(None)


async def test_book_cancel_replay_does_not_book_again(
    house: House, first: tuple[PersonId, Child, Slot]
) -> None:
    """The first update again, after its visit was cancelled, is refused as done (R45)."""
    parent, child, slot = first
    with effect_of(1):
        visit = await house.book(parent, child.id, slot)
    with effect_of(2):
        await house.services.mine.cancel(parent, visit.id)
    with effect_of(1), pytest.raises(AlreadyDone):
        await house.book(parent, child.id, slot)

    assert await house.count("appointments") == 1


async def test_a_refused_update_may_be_tried_again(
    house: House, first: tuple[PersonId, Child, Slot]
) -> None:
    """A refusal leaves no trace: not even that the update was here."""
    parent, child, slot = first
    stranger = await house.parent(102)
    with effect_of(1), pytest.raises(NotFound):
        await house.book(stranger, child.id, slot)
    assert await house.count("handled_updates") == 0

    with effect_of(1):
        await house.book(parent, child.id, slot)
    assert await house.count("handled_updates") == 1


async def test_the_record_of_updates_is_kept_for_two_days(
    house: House, first: tuple[PersonId, Child, Slot]
) -> None:
    """Longer than Telegram keeps an update; then it is dropped."""
    parent, child, slot = first
    with effect_of(1):
        await house.book(parent, child.id, slot)
    house.clock.forward(hours=47)
    assert await house.services.upkeep.forget_updates() == 0
    house.clock.forward(hours=2)
    assert await house.services.upkeep.forget_updates() == 1
