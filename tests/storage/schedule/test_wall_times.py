"""The law gives a zone other clocks: what lies ahead stays at its time on the wall (R57)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.__main__ import StoredHouse
from bot.settings import Settings
from services.desk.absences.report import Absent
from services.model.access import Role
from services.model.clinic import Clinic, Doctor
from services.model.consents import ConsentText, Purpose
from services.model.ids import ChildId, PersonId
from services.model.settings.wall_clocks import WallClock, clock_around
from services.model.slots import Slot
from services.model.visits import Appointment
from tests.conftest import House, need
from tests.services.conftest import Employee, employ, open_clinic
from tests.services.interleaving import meetings

HOUR = timedelta(hours=1)
MOSCOW = "Europe/Moscow"


def later_by(by: timedelta) -> Callable[[WallClock], WallClock]:
    """As if the clocks had shown so much more than they do, for as long as is noted."""

    def otherwise(clock: WallClock) -> WallClock:
        return replace(clock, offsets=tuple((at, ahead + by) for at, ahead in clock.offsets))

    return otherwise


async def believed(house: House, zone: str, how: Callable[[WallClock], WallClock]) -> None:
    """The stored times were made by other clocks than those that are known by now."""
    now = house.clock()
    async with house.transactions.writes() as tx:
        await tx.zones.note(zone, how(clock_around(zone, now)), now)


@pytest.fixture
async def tamara(house: House, clinic: Clinic) -> Employee:
    return await employ(house, Role.REGISTRAR, 202)


@pytest.fixture
async def severyanka(house: House) -> Clinic:
    """A clinic two hours ahead."""
    return await open_clinic(house, code="severyanka", zone=ZoneInfo("Asia/Yekaterinburg"))


async def a_visit(house: House, clinic: Clinic, at: int = 4) -> tuple[PersonId, Appointment]:
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    doctor = (await house.doctors(clinic))[0]
    slot = (await house.free_times(parent, child.id, doctor))[at]
    return parent, await house.book(parent, child.id, slot)


async def starts(house: House) -> dict[int, datetime]:
    rows = await house.database.rows("SELECT id, starts_at FROM slots ORDER BY id")
    return {row.id: row.starts_at for row in rows}


async def look(house: House, parent: PersonId, visit: Appointment) -> Appointment:
    async with house.transactions.reads() as tx:
        return await tx.appointments.get(visit.id, cared_for_by=parent)


@pytest.mark.parametrize("by", [HOUR, -HOUR, 3 * HOUR, timedelta(minutes=-30)])
async def test_a_visit_stays_at_its_time_on_the_wall(
    house: House, clinic: Clinic, by: timedelta
) -> None:
    """A 10:00 that was stored an hour off is at 10:00 again, with all times around it; adjacent
    ones pass through each other, and everything of it agrees (R57, R02)."""
    parent, visit = await a_visit(house, clinic)
    await believed(house, MOSCOW, later_by(by))

    (moved,) = await house.services.wall_times.keep()

    assert (moved.zone, moved.visits, moved.stuck) == (MOSCOW, 1, 0)
    after = await look(house, parent, visit)
    assert after.slot.starts_at == visit.slot.starts_at + by
    assert after.slot.stretch.ends_at == visit.slot.stretch.ends_at + by
    rows = await house.database.rows(
        "SELECT count(*) FROM appointments JOIN slots ON slots.id = slot_id"
        " WHERE appointments.starts_at = slots.starts_at AND appointments.ends_at = slots.ends_at"
    )
    assert rows[0][0] == 1
    assert after.sequence == visit.sequence  # nobody's confirmation is stale
    assert after.revision == visit.revision + 1  # a calendar that takes the file anew believes it


async def test_the_second_time_nothing_is_moved(house: House, clinic: Clinic) -> None:
    """A start after the start that moved everything finds it done (R57)."""
    await a_visit(house, clinic)
    await believed(house, MOSCOW, later_by(HOUR))
    await house.services.wall_times.keep()
    before = await starts(house)

    assert await house.services.wall_times.keep() == []
    assert await starts(house) == before


async def test_two_that_start_at_once_move_it_once(house: House, clinic: Clinic) -> None:
    """R57: replicas come up together; whoever is second finds it done."""
    parent, visit = await a_visit(house, clinic)
    async for meet in meetings(house):
        before = (await look(house, parent, visit)).slot.starts_at
        await believed(house, MOSCOW, later_by(HOUR))
        keep = house.services.wall_times.keep
        one, other = await meet(keep(), keep())
        assert len([*one, *other]) == 1
        assert (await look(house, parent, visit)).slot.starts_at == before + HOUR


async def test_the_first_start_only_notes(house: House, clinic: Clinic) -> None:
    """A database of the version before has no note: its times were made by these clocks (R78)."""
    await house.database.run("DELETE FROM zones")
    before = await starts(house)

    assert await house.services.wall_times.keep() == []
    assert await starts(house) == before
    assert await house.count("zones") == 1


async def test_a_new_clinic_is_noted_before_its_times_are_made(
    house: House, clinic: Clinic
) -> None:
    """Otherwise the first start after an update of the clocks would only note the new ones."""
    assert await house.count("zones", f"name = '{MOSCOW}'") == 1


async def test_a_time_that_is_kept_for_a_family_stays_theirs(
    house: House, clinic: Clinic, tamara: Employee
) -> None:
    """R52, R57: the button in their chat names 9:00, and 9:00 they get."""
    parent, visit = await a_visit(house, clinic)
    day = visit.slot.local_start.date()
    absent = Absent(visit.slot.doctor.id, day, day)
    await house.services.absences.make(tamara.person, tamara.post, absent)
    offered = (await house.services.mine.visit(parent, visit.id)).offers[0].slot
    await believed(house, MOSCOW, later_by(HOUR))
    await house.services.wall_times.keep()

    taken = (await house.services.booking.take(parent, visit.id, offered.id)).visit.slot
    assert (taken.id, taken.starts_at) == (offered.id, offered.starts_at + HOUR)


async def test_what_has_begun_stays(house: House, clinic: Clinic) -> None:
    """The past was what it was; what is under way goes on (R57)."""
    parent, visit = await a_visit(house, clinic, at=0)
    house.clock.now = visit.slot.starts_at + timedelta(minutes=5)
    await believed(house, MOSCOW, later_by(HOUR))
    await house.services.wall_times.keep()

    assert (await look(house, parent, visit)).slot.starts_at == visit.slot.starts_at


async def reminded(house: House, clinic: Clinic) -> tuple[PersonId, Appointment]:
    """A visit of the day after tomorrow, of which the parent wants to be reminded."""
    parent = await house.parent(101, clinic)
    async with house.transactions.writes() as tx:
        await tx.consents.publish(ConsentText(clinic.id, Purpose.REMINDERS, 1, "Напоминать."))
    await house.services.consents.agree(parent, clinic.id, Purpose.REMINDERS, 1)
    child = await house.child(parent)
    doctor = (await house.doctors(clinic))[0]
    slot = await later(house, parent, child.id, doctor)
    return parent, await house.book(parent, child.id, slot)


async def later(house: House, parent: PersonId, child: ChildId, doctor: Doctor) -> Slot:
    times = house.services.times
    days = await times.days(parent, need(child), doctor.id)
    return list((await times.day(parent, need(child), doctor.id, days.free[2])).slots)[3]


async def test_reminders_come_at_their_hour_on_the_wall(house: House, clinic: Clinic) -> None:
    """The evening's at 18:00 as before, the other one two hours before the visit; none twice."""
    parent, visit = await reminded(house, clinic)
    await believed(house, MOSCOW, later_by(HOUR))
    await house.services.wall_times.keep()
    while await house.services.profiles.remind_anew():
        pass

    after = await look(house, parent, visit)
    rows = await house.database.rows(
        "SELECT kind, due_at, occasion FROM notifications WHERE kind <> 'booked'"
    )
    assert sorted(row.kind for row in rows) == ["evening", "soon"]
    assert {row.occasion for row in rows} == {f"{after.slot.starts_at:%Y-%m-%dT%H:%M}"}
    soon = next(row.due_at for row in rows if row.kind == "soon")
    evening = next(row.due_at for row in rows if row.kind == "evening")
    assert str(soon)[:16] == f"{after.slot.starts_at - 2 * HOUR:%Y-%m-%d %H:%M}"
    assert str(evening)[11:16] == "15:00"  # 18:00 in Moscow


async def test_who_was_reminded_is_not_reminded_again(house: House, clinic: Clinic) -> None:
    """What was sent before the clocks changed counts for the same visit afterwards (R20)."""
    _parent, _visit = await reminded(house, clinic)
    await house.database.run("UPDATE notifications SET state = 'sent' WHERE kind = 'evening'")
    await believed(house, MOSCOW, later_by(HOUR))
    await house.services.wall_times.keep()
    while await house.services.profiles.remind_anew():
        pass

    assert await house.count("notifications", "kind = 'evening'") == 1
    assert await house.count("notifications", "kind = 'evening' AND state = 'sent'") == 1


async def test_a_child_with_a_visit_in_another_zone_keeps_both(
    house: House, clinic: Clinic, severyanka: Clinic
) -> None:
    """Where the same wall time would put a child in two places, the visit stays as it is and is
    counted for the operator; the time next to it moves (R02, R57)."""
    parent = await house.parent(101, clinic, severyanka)
    child = await house.child(parent)
    here, there = (await house.doctors(clinic))[0], (await house.doctors(severyanka))[0]
    first = (await house.free_times(parent, child.id, here))[0]
    second = next(
        slot
        for slot in await house.free_times(parent, child.id, there)
        if slot.starts_at >= first.stretch.ends_at
    )
    visit = await house.book(parent, child.id, first)
    other = await house.book(parent, child.id, second)
    by = second.starts_at - first.starts_at
    await believed(house, MOSCOW, later_by(by))

    (moved,) = await house.services.wall_times.keep()

    assert moved.stuck_visits == 1
    assert (await look(house, parent, visit)).slot.starts_at == first.starts_at
    assert (await look(house, parent, other)).slot.starts_at == second.starts_at


async def test_a_skipped_hour_and_one_shown_twice(house: House, clinic: Clinic) -> None:
    """Clocks that begin to be put forward and back within the horizon: no two times clash, and
    what had no place is free to nobody (R02, R57)."""
    now = house.clock()

    def otherwise(clock: WallClock) -> WallClock:
        """They were believed to be an hour ahead from Wednesday 10:30 till Thursday 10:30."""
        first = clock.offsets[0]
        wednesday = now + timedelta(days=2, hours=3, minutes=30)
        changes = (
            first,
            (wednesday, first[1] + HOUR),
            (wednesday + timedelta(days=1), first[1]),
        )
        return replace(clock, offsets=changes)

    await believed(house, MOSCOW, otherwise)
    (moved,) = await house.services.wall_times.keep()

    assert moved.times > 0
    overlapping = await house.database.rows(
        "SELECT count(*) FROM slots a JOIN slots b ON a.doctor_id = b.doctor_id AND a.id < b.id"
        " WHERE a.open AND b.open AND NOT a.withdrawn AND NOT b.withdrawn"
        " AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
    )
    assert overlapping[0][0] == 0


async def test_the_clock_of_another_zone_moves_nothing_here(
    house: House, clinic: Clinic, severyanka: Clinic
) -> None:
    """Only the zone whose clocks changed is touched (R57)."""
    parent, visit = await a_visit(house, clinic)
    await believed(house, "Asia/Yekaterinburg", later_by(HOUR))
    (moved,) = await house.services.wall_times.keep()

    assert moved.zone == "Asia/Yekaterinburg"
    assert (await look(house, parent, visit)).slot.starts_at == visit.slot.starts_at


async def test_a_running_process_only_says_so(house: House, clinic: Clinic) -> None:
    """A replica with an older time zone database moves nothing back (R57)."""
    await believed(house, MOSCOW, later_by(HOUR))
    before = await starts(house)

    assert await house.services.wall_times.note_further() == [MOSCOW]
    assert await starts(house) == before


OVERLAPPING = (
    "SELECT count(*) FROM slots a JOIN slots b ON a.doctor_id = b.doctor_id AND a.id < b.id"
    " WHERE a.open AND b.open AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
)


async def test_a_start_in_the_middle_of_a_working_day_goes_well(
    house: House, clinic: Clinic
) -> None:
    """At 10:35 the clocks turn out to be ahead: what would come upon a time that is over stays,
    every other day moves; the bot starts (R02, R57)."""
    parent, visit = await a_visit(house, clinic, at=6)
    petrova = (await house.doctors(clinic))[1]
    free = await later(house, parent, visit.child.id, petrova)
    house.clock.now = visit.slot.starts_at - timedelta(minutes=35)
    await believed(house, MOSCOW, later_by(-HOUR))

    (moved,) = await house.services.wall_times.keep()

    assert moved.stuck_visits == 1
    assert (await look(house, parent, visit)).slot.starts_at == visit.slot.starts_at
    assert await start_of(house, parent, free) == free.starts_at - HOUR
    assert (await house.database.rows(OVERLAPPING))[0][0] == 0


async def start_of(house: House, parent: PersonId, slot: Slot) -> datetime:
    async with house.transactions.reads() as tx:
        return (await tx.slots.get(slot.id, person=parent, now=house.clock())).starts_at


async def test_a_child_s_visit_that_is_over_is_in_the_way_as_well(
    house: House, clinic: Clinic
) -> None:
    """It may still stand as booked: nobody ticked it off (R02, R57)."""
    parent, visit = await a_visit(house, clinic, at=6)
    kim, petrova = await house.doctors(clinic)
    then = next(
        slot
        for slot in await house.free_times(parent, visit.child.id, petrova)
        if slot.stretch.ends_at > visit.slot.starts_at - HOUR
    )
    await house.book(parent, visit.child.id, then)
    house.clock.now = visit.slot.starts_at - timedelta(minutes=35)
    await house.database.run("UPDATE slots SET open = false WHERE doctor_id = :kim", kim=kim.id)
    await believed(house, MOSCOW, later_by(-HOUR))

    (moved,) = await house.services.wall_times.keep()

    assert moved.stuck_visits == 1
    assert (await look(house, parent, visit)).slot.starts_at == visit.slot.starts_at


async def test_what_is_withdrawn_is_in_nobody_s_way(house: House, clinic: Clinic) -> None:
    """A free time without a place goes; the visit behind it has its place then (R57)."""
    parent, visit = await a_visit(house, clinic, at=6)
    house.clock.now = visit.slot.starts_at - timedelta(minutes=95)
    await believed(house, MOSCOW, later_by(-HOUR))

    (moved,) = await house.services.wall_times.keep()

    assert moved.stuck > moved.stuck_visits == 0
    assert (await look(house, parent, visit)).slot.starts_at == visit.slot.starts_at - HOUR


async def test_a_family_whose_time_could_not_be_kept_is_phoned(
    house: House, clinic: Clinic
) -> None:
    """Its time on the wall is another one, and no letter of the bot says that (R57, R64)."""
    _parent, visit = await a_visit(house, clinic, at=6)
    house.clock.now = visit.slot.starts_at - timedelta(minutes=35)
    await believed(house, MOSCOW, later_by(-HOUR))
    await house.services.wall_times.keep()

    async with house.transactions.reads() as tx:
        now = house.clock()
        calls = await tx.calls.to_make(clinic.id, now, now, now)
    assert [(call.visit.id, call.done_at) for call in calls] == [(visit.id, None)]


async def test_news_that_nobody_told_yet_are_told_all_the_same(
    house: House, clinic: Clinic
) -> None:
    """A room was changed just before the bot was stopped, and another time zone database put in:
    the family hears of the room (R56)."""
    _parent, visit = await a_visit(house, clinic)
    house.clock.forward(minutes=5)
    async with house.transactions.writes() as tx:
        await tx.clinics.tell_otherwise(clinic.id, visit.slot.doctor.id, house.clock())
    house.clock.forward(minutes=5)
    await believed(house, MOSCOW, later_by(HOUR))
    await house.services.wall_times.keep()

    assert await house.services.retelling.retell() == 1


async def test_a_note_of_a_zone_that_nobody_was_in_counts_no_more(
    house: House, clinic: Clinic
) -> None:
    """A clinic left the zone, the law changed it, another clinic came: its times were made by the
    new clocks, and stay (R57)."""
    await believed(house, "Asia/Yekaterinburg", later_by(HOUR))
    await open_clinic(house, code="severyanka", zone=ZoneInfo("Asia/Yekaterinburg"))
    before = await starts(house)

    assert await house.services.wall_times.keep() == []
    assert await starts(house) == before


async def test_a_process_with_other_clocks_makes_no_times(house: House, clinic: Clinic) -> None:
    """A replica with an older time zone database beside a new one takes no free time away and
    offers none at another hour (R57)."""
    await believed(house, MOSCOW, later_by(HOUR))
    house.clock.forward(days=3)
    before = await starts(house)

    assert await house.services.clinics.refresh_schedules() == 0
    assert await starts(house) == before


async def test_no_reminder_waits_for_the_old_hour_once_the_bot_serves(
    house: House, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start plans them anew before anything is sent (R21, R57)."""
    parent, visit = await reminded(house, clinic)
    await believed(house, MOSCOW, later_by(HOUR))
    await house.engines.dispose()
    monkeypatch.setenv("DATABASE_URL", house.database.address)
    settings = Settings(_env_file=None)

    async with StoredHouse().opened(settings, "run", house.clock, unlocked=False) as services:
        assert await services.profiles.remind_anew() == 0

    assert await house.count("replannings") == 0
    after = await look(house, parent, visit)
    soon = "SELECT due_at FROM notifications WHERE kind = 'soon'"
    [(due,)] = await house.database.rows(soon)
    assert str(due)[:16] == f"{after.slot.starts_at - 2 * HOUR:%Y-%m-%d %H:%M}"
