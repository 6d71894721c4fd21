"""A confirmation acts on what it showed: whoever changed the visit meanwhile is not overruled."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest

from services.desk.absences.report import Absent
from services.model.clinic import Doctor
from services.model.ids import AppointmentId
from services.model.refusals.families import NoConsent
from services.model.refusals.visits import (
    NotOffered,
    SlotHeld,
    SlotTaken,
    VisitCancelled,
    VisitChanged,
)
from services.model.slots import Slot
from services.model.visits import SHOWN_UP_TO, Appointment, AppointmentState
from services.rules.visit_states import MOST_LOOKED_THROUGH, those_shown, together_as_shown
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Employee, Family, run_sql, slots_of

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)


@dataclass(frozen=True)
class Asked:
    """Миша's visit as a screen shows it, and other times."""

    house: House
    family: Family
    at_desk: Employee
    visit: Appointment
    others: list[Slot]
    wednesday: Slot

    @property
    def seen(self) -> int:
        return self.visit.as_shown

    async def now(self) -> Appointment:
        return (await self.house.services.mine.visit(self.family.parent, self.visit.id)).visit


@played
async def asked(house: House, petrova: Doctor, anna: Family, tamara: Employee) -> Asked:
    first, *others = await slots_of(house, petrova, anna, TUESDAY)
    wednesday, *_ = await slots_of(house, petrova, anna, WEDNESDAY)
    visit = await house.book(anna.parent, anna.child.id, first)
    return Asked(house, anna, tamara, visit, others, wednesday)


async def the_desk_moves(asked: Asked) -> None:
    who, slot = asked.at_desk, asked.others[0]
    await asked.house.services.desk.move(who.person, who.post, asked.visit.id, slot.id)


async def the_family_moves(asked: Asked) -> None:
    slot = asked.others[0]
    await asked.house.services.booking.move(asked.family.parent, asked.visit.id, slot.id)


async def the_family_moves_there_and_back(asked: Asked) -> None:
    await the_family_moves(asked)
    move = asked.house.services.booking.move
    await move(asked.family.parent, asked.visit.id, asked.visit.slot.id)


async def the_doctor_is_absent(asked: Asked) -> None:
    who, doctor = asked.at_desk, asked.visit.slot.doctor
    absent = Absent(doctor.id, TUESDAY, TUESDAY)
    await asked.house.services.absences.make(who.person, who.post, absent)


async def family_cancels(asked: Asked, seen: int | None) -> object:
    return await asked.house.services.mine.cancel(asked.family.parent, asked.visit.id, seen)


async def family_moves(asked: Asked, seen: int | None) -> object:
    move = asked.house.services.booking.move
    return await move(asked.family.parent, asked.visit.id, asked.wednesday.id, seen)


async def desk_cancels(asked: Asked, seen: int | None) -> object:
    who = asked.at_desk
    return await asked.house.services.desk.cancel(who.person, who.post, asked.visit.id, seen)


async def desk_moves(asked: Asked, seen: int | None) -> object:
    who, slot = asked.at_desk, asked.wednesday
    desk = asked.house.services.desk
    return await desk.move(who.person, who.post, asked.visit.id, slot.id, seen, bending=True)


Change = Callable[[Asked], Awaitable[None]]
Confirmation = Callable[[Asked, int | None], Awaitable[object]]
CONFIRMATIONS = [family_cancels, family_moves, desk_cancels, desk_moves]


@pytest.mark.parametrize(
    "changes",
    [the_desk_moves, the_family_moves, the_family_moves_there_and_back, the_doctor_is_absent],
)
@pytest.mark.parametrize("confirms", CONFIRMATIONS)
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_has_changed_since_is_asked_again(
    asked: Asked, changes: Change, confirms: Confirmation
) -> None:
    """R66: nothing is done to it; the same, asked about the visit as it stands, is done."""
    await changes(asked)
    before = await asked.now()
    with pytest.raises(VisitChanged):
        await confirms(asked, asked.seen)
    assert await asked.now() == before
    await confirms(asked, before.as_shown)
    assert (await asked.now()).sequence == before.sequence + 1


@pytest.mark.parametrize("confirms", CONFIRMATIONS)
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_confirmation_is_one_however_often_it_comes(
    asked: Asked, confirms: Confirmation
) -> None:
    """R08, R12: its own change is none that it was overtaken by; a button from before they kept
    what was shown does what it says."""
    for seen in (asked.seen, asked.seen, None):
        await confirms(asked, seen)
    assert (await asked.now()).sequence == asked.visit.sequence + 1


async def test_of_two_moves_at_once_one_is_asked_again(asked: Asked, irina: Employee) -> None:
    """R66: two registrars, two times, one visit: nobody says "moved" of what is elsewhere."""
    desk, one, two = asked.house.services.desk, asked.at_desk, irina
    results = await asyncio.gather(
        *(
            desk.move(who.person, who.post, asked.visit.id, slot.id, asked.seen)
            for who, slot in zip((one, two), asked.others, strict=False)
        ),
        return_exceptions=True,
    )
    assert [isinstance(each, VisitChanged) for each in results].count(True) == 1
    assert (await asked.now()).sequence == asked.visit.sequence + 1


async def test_came_and_did_not_come_at_once(asked: Asked, irina: Employee) -> None:
    """R66: the first note stands, the second is asked again; noted otherwise only knowingly."""
    house, visit = asked.house, asked.visit
    house.clock.now = visit.slot.starts_at
    mark, one, two = house.services.attendance.mark, asked.at_desk, irina
    results = await asyncio.gather(
        mark(one.person, one.post, visit.id, True, asked.seen),
        mark(two.person, two.post, visit.id, False, asked.seen),
        return_exceptions=True,
    )
    assert [isinstance(each, VisitChanged) for each in results].count(True) == 1
    noted = await asked.now()
    came = noted.state is AppointmentState.FULFILLED
    await mark(one.person, one.post, visit.id, came, asked.seen)  # that is how it is
    with pytest.raises(VisitChanged):
        await mark(two.person, two.post, visit.id, None, asked.seen)
    await mark(two.person, two.post, visit.id, None, noted.as_shown)
    assert (await asked.now()).state is AppointmentState.BOOKED


async def test_who_says_that_they_come_means_the_time_that_they_read(asked: Asked) -> None:
    """R66: a reminder of 9:00 is no answer about 9:15."""
    await the_desk_moves(asked)
    come, parent = asked.house.services.mine.come, asked.family.parent
    with pytest.raises(VisitChanged):
        await come(parent, asked.visit.id, asked.seen, all_day=False)
    assert (await asked.now()).coming_at is None
    await come(parent, asked.visit.id, (await asked.now()).as_shown, all_day=False)
    assert (await asked.now()).coming_at


async def test_what_was_booked_since_is_not_meant_by_a_whole_day_s_answer(
    asked: Asked, petrova: Doctor
) -> None:
    """R66: the reminder told of two; the third, which the other parent booked since, has to be
    answered by itself; and once one of the two is gone, nothing is said of the other either."""
    house, parent = asked.house, asked.family.parent
    mine, visits = house.services.mine, [asked.visit]
    for name, slot in zip(("Соня", "Лев"), asked.others, strict=False):
        child = await house.child(parent, name)
        visits.append(await house.book(parent, child.id, slot))
    seen_all = together_as_shown(visits[:2])

    async def come(seen_all: int | None) -> set[str]:
        shown = await mine.come(parent, asked.visit.id, asked.seen, all_day=True, seen_all=seen_all)
        return {visit.child.name for visit in shown.visits}

    for _ in range(2):
        assert await come(seen_all) == {"Миша", "Соня"}
    assert await house.count("appointments", "coming_at IS NOT NULL") == 2
    await mine.cancel(parent, visits[1].id)
    with pytest.raises(VisitChanged):
        await come(seen_all)
    assert await come(None) == {"Миша", "Лев"}  # a button from before they kept it


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize("count", [2, 4, MOST_LOOKED_THROUGH + 1])
def test_which_of_a_day_s_visits_a_button_stood_below(asked: Asked, count: int) -> None:
    """R66: whatever their order; of a day longer than any, all or none."""
    day = [replace(asked.visit, id=AppointmentId(n)) for n in range(1, count + 1)]
    assert list(those_shown(day[::-1], together_as_shown(day))) == day[::-1]
    part = together_as_shown(day[1:])
    if count <= MOST_LOOKED_THROUGH:
        assert list(those_shown(day, part)) == day[1:]
    changed = [replace(day[0], sequence=day[0].sequence + 1), *day[1:]]
    with pytest.raises(VisitChanged):
        those_shown(changed, together_as_shown(day))


def test_a_button_has_room_for_three_digits(asked: Asked) -> None:
    """R66: of a visit that was changed a thousand times they begin anew, and fit."""
    assert 0 <= asked.seen < SHOWN_UP_TO == 1000


# Times that were offered


async def test_only_what_was_offered_is_taken(asked: Asked, petrova: Doctor) -> None:
    """R10: a forged tap names any free time; that goes by the search, and the doctor's word."""
    house, family = asked.house, asked.family
    await the_doctor_is_absent(asked)
    booking = house.services.booking
    offered = {
        each.slot.id
        for each in (await house.services.mine.visit(family.parent, asked.visit.id)).offers
    }
    thursday = date(2026, 11, 26)
    free = await slots_of(house, petrova, family, thursday)
    assert free[-1].id not in offered
    with pytest.raises(NotOffered):
        await booking.take(family.parent, asked.visit.id, free[-1].id)
    assert (await asked.now()).needs_time


@pytest.mark.parametrize(("hours", "waits"), [(0, False), (3, True)])
async def test_what_was_kept_too_long_waits_for_the_doctor(
    asked: Asked, hours: int, waits: bool
) -> None:
    """R05: what the clinic offered it has said yes to, while it stood."""
    house, family = asked.house, asked.family
    await the_doctor_is_absent(asked)
    booking = house.services.booking
    *_, last = (await house.services.mine.visit(family.parent, asked.visit.id)).offers
    await run_sql(house, "UPDATE clinics SET doctors_confirm = true")
    house.clock.forward(hours=hours)
    taken = await booking.take(family.parent, asked.visit.id, last.slot.id)
    assert taken.visit.is_pending is waits


# Who may, and what


async def test_without_a_consent_nothing_is_moved_nor_taken(asked: Asked) -> None:
    """R41: it was withdrawn after the visit was booked."""
    house, parent = asked.house, asked.family.parent
    await run_sql(house, "UPDATE consents SET withdrawn_at = '2026-11-23 04:00:00'")
    with pytest.raises(NoConsent):
        await house.services.booking.move(parent, asked.visit.id, asked.others[0].id)
    await the_doctor_is_absent(asked)
    offer, *_ = (await house.services.mine.visit(parent, asked.visit.id)).offers
    with pytest.raises(NoConsent):
        await house.services.booking.take(parent, asked.visit.id, offer.slot.id)


async def test_the_desk_moves_nothing_that_is_over(asked: Asked) -> None:
    """R04: by whatever button; what was cancelled is booked anew."""
    await family_cancels(asked, None)
    with pytest.raises(VisitCancelled):
        await desk_moves(asked, None)


async def test_only_a_free_time_is_taken_without_a_name(asked: Asked, boris: Family) -> None:
    """R04, R05: not a child's, nor one in a family's hand."""
    house, who = asked.house, asked.at_desk
    await house.services.booking.offer(boris.parent, boris.need, asked.others[0].id)
    for slot, refusal in ((asked.visit.slot, SlotTaken), (asked.others[0], SlotHeld)):
        with pytest.raises(refusal):
            await house.services.desk.take(who.person, who.post, slot.id)
