"""When a place in the list is over by itself, and what it takes nobody's time for."""

from datetime import time, timedelta

import pytest

from services.model.access import Role
from services.model.clinic import Clinic, Doctor
from services.model.refusals.visits import SlotHeld
from services.model.visits import AppointmentState, Offered
from services.model.waitlist.waits import WaitState
from services.visits.offers import offer_times
from services.waitlist import looking
from tests.conftest import House
from tests.services.conftest import Employee, Family, employ, slots_of
from tests.services.desk.test_joining import ALL_OF_KEPT, compare, join
from tests.services.visits.test_confirming import let_confirm
from tests.services.waitlist.conftest import A_DAY, List


async def state_of(waitlist: List, family: Family) -> WaitState:
    """How the one place stands that a family ever had."""
    query = "SELECT state FROM waits WHERE person_id = :person"
    [[state]] = await waitlist.house.database.rows(query, person=family.parent)
    return WaitState(state)


async def test_the_doctor_s_word_about_a_visit_ends_no_waiting_for_an_earlier_one(
    waitlist: List, house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """R28: the visit stands as it stood when the family began to wait; that it is confirmed now
    gives it no earlier time."""
    await let_confirm(house, clinic)
    family, doctor = await waitlist.family(), await employ(house, Role.DOCTOR, 203, doctor=petrova)
    visit = await waitlist.taken(family)
    assert visit.state is AppointmentState.PENDING
    await waitlist.waits(family, doctors=frozenset({petrova.id}), moves=visit.id)
    house.clock.forward(minutes=1)

    await house.services.word.confirm(doctor.person, doctor.post, visit.id, visit.sequence)
    await waitlist.minute()

    assert await state_of(waitlist, family) is WaitState.WAITING


async def test_who_waits_on_keeps_nobody_s_place_from_its_end(
    waitlist: List, house: House, monkeypatch: object
) -> None:
    """However many have a visit that is not the one for which they wait: they are many, and came
    first, and whose need was met is told so all the same."""
    monkeypatch.setattr(looking, "AT_ONCE", 2)  # type: ignore[attr-defined]
    day = waitlist.clinic.today(house.clock()) + A_DAY
    for _ in range(3):
        family = await waitlist.family()
        await waitlist.waits(family)
        house.clock.forward(minutes=1)
        [first, *_] = await slots_of(house, waitlist.doctor, family, day)
        await house.book(family.parent, family.child.id, first)
    met = await waitlist.family()
    await waitlist.waits(met)
    house.clock.forward(minutes=1)
    await waitlist.taken(met)

    for _ in range(3):
        await waitlist.minute()

    assert await state_of(waitlist, met) is WaitState.ENDED


async def kept_for(waitlist: List, owed: Family) -> list[Offered]:
    """A family whose visit the clinic took away, and the times that are kept for it; somebody waits
    for any time at all."""
    house, waits = waitlist.house, await waitlist.family()
    month = waitlist.clinic.today(house.clock()) + 30 * A_DAY
    await waitlist.waits(waits, since_hour=time.min, doctors=frozenset(), last=month)
    lost = await waitlist.taken(owed)
    async with house.transactions.writes() as tx:
        await tx.families.lock_children([owed.child.id])
        displaced = await tx.appointments.displace(lost, owed.parent, house.clock())
        await tx.slots.rest([lost.slot.id])
        await offer_times(tx, [displaced], house.clock())
    return list((await house.services.mine.visit(owed.parent, lost.id)).offers)


async def test_what_is_kept_for_who_is_owed_a_time_is_theirs_to_the_end(
    waitlist: List, house: House
) -> None:
    """R64: the list takes it up when the family's time to choose is over, and not minutes before;
    until then they can take it, and nobody else."""
    owed, stranger = await waitlist.family(), await waitlist.family()
    *_, kept = await kept_for(waitlist, owed)
    house.clock.now = kept.until - timedelta(minutes=2)
    await waitlist.minute()
    house.clock.now = kept.until - timedelta(seconds=30)
    assert await house.count("freed_times", "state = 'open' AND why = 'untaken'")

    with pytest.raises(SlotHeld):
        await house.book(stranger.parent, stranger.child.id, kept.slot)
    [lost] = (await house.services.mine.visits(owed.parent)).needing
    taken = await house.services.booking.take(owed.parent, lost.id, kept.slot.id)
    assert taken.visit.slot.id == kept.slot.id


async def test_what_was_kept_beside_goes_to_who_waits_once_the_family_has_chosen(
    waitlist: List, house: House
) -> None:
    """R11: of the times that are kept for who is owed one it takes one; the others are free from
    then on, and whoever waits for such a time comes before strangers."""
    owed, stranger = await waitlist.family(), await waitlist.family()
    chosen, *beside = await kept_for(waitlist, owed)
    [lost] = (await house.services.mine.visits(owed.parent)).needing
    await house.services.booking.take(owed.parent, lost.id, chosen.slot.id)

    assert beside
    for each in beside:
        with pytest.raises(SlotHeld):
            await house.book(stranger.parent, stranger.child.id, each.slot)


async def test_a_child_whose_two_cards_became_one_waits_once(
    waitlist: List, house: House, tamara: Employee
) -> None:
    """R26: the longer wait goes on, for what the family said last; what was offered to the other
    place is offered to this one, and to nobody who came later."""
    anna, owner, later = [await waitlist.family() for _ in range(3)]
    twin = await house.child(anna.parent, "Миша Иванов")
    week = waitlist.clinic.today(house.clock()) + 7 * A_DAY
    longer = await waitlist.waits(anna, since_hour=time(8), until_hour=time(8, 30))
    house.clock.forward(minutes=1)
    await waitlist.waits(anna, children=[twin.id], last=week)
    house.clock.forward(minutes=1)
    await waitlist.waits(later)
    visit = await waitlist.taken(owner)
    await house.services.mine.cancel(owner.parent, visit.id)
    assert [each.person.id for each in await waitlist.tick()] == [anna.parent]

    two = await compare(house, tamara, anna.child.id, twin.id, ALL_OF_KEPT)
    await join(house, tamara, two)

    [left] = await house.services.waitlist.mine(anna.parent)
    assert (left.wait.id, left.wait.since) == (longer.wait.id, longer.wait.since)
    assert (left.wait.wish.last, left.wait.wish.until_hour) == (week, None)
    assert await house.count("waits", "ended_as = 'joined'") == 1
    assert [each.person.id for each in await waitlist.tick()] == [anna.parent]
