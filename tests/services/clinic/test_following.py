"""A longer horizon of a clinic, or other clocks: its times follow in steps, nobody waits long."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from services.clinic.opening import NewDoctor
from services.desk.errands import Aim, Errand
from services.model.clinic import Clinic, Doctor
from services.model.ids import ClinicId
from services.model.refusals.clinic import ZoneInUse
from services.model.refusals.visits import SlotClosed
from services.model.visits import Appointment
from storage.visits.appointments import StoredAppointments
from tests.conftest import House, weekly
from tests.services.conftest import Employee, Family, open_clinic
from tests.services.waiting import begin, done_or_waiting

OMSK = ZoneInfo("Asia/Omsk")
FEW = 20
"""Times that a step of these stories changes."""


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("services.schedule.generation", "services.clinic.opening"):
        monkeypatch.setattr(f"{module}.STEP", FEW)


async def change(house: House, code: str = "romashka", **other: Any) -> None:
    entry = await house.services.profiles.entered(code)
    await house.services.profiles.enter(replace(entry, profile=replace(entry.profile, **other)))


@contextmanager
def rows_told(house: House) -> Iterator[list[int]]:
    """How many rows each transaction that writes was made of: one statement may be told many."""
    told = [0]

    def note(_c: object, _u: object, _s: str, given: Any, _x: object, many: bool) -> None:
        told[-1] += len(given) if many else 1

    def end(_connection: object) -> None:
        told.append(0)

    engine = house.engines.writing.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", end)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "commit", end)


async def killed_after(house: House, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let times follow, until somebody pulls the plug."""
    clinics = house.services.clinics
    step, killed, done = clinics._follow_some, RuntimeError("killed"), 0

    async def some(clinic_id: ClinicId, differing: Collection[str]) -> bool:
        nonlocal done
        if done == steps:
            raise killed
        done += 1
        return await step(clinic_id, differing)

    with monkeypatch.context() as patch:
        patch.setattr(clinics, "_follow_some", some)
        with pytest.raises(RuntimeError, match="killed"):
            await clinics.follow()


async def open_times(house: House, clinic: Clinic) -> list[tuple[Any, ...]]:
    """Of each doctor by number: where the open times are, and on which day."""
    query = (
        "SELECT doctors.room, slots.day, slots.starts_at, slots.ends_at FROM slots"
        " JOIN doctors ON doctors.id = slots.doctor_id"
        " WHERE slots.clinic_id = :clinic AND open AND NOT withdrawn ORDER BY 1, 3"
    )
    return [tuple(row) for row in await house.database.rows(query, clinic=clinic.id)]


@pytest.mark.parametrize("other", [{"horizon_days": 30}, {"zone": OMSK}])
@pytest.mark.parametrize("doctors", [1, 3])
async def test_no_transaction_grows_with_the_clinic(
    house: House, doctors: int, other: dict[str, Any]
) -> None:
    """Neither with its doctors nor with their times; parents come in between."""
    rules = weekly(time(8), time(18), 30)
    names = [NewDoctor(f"Доктор {n}", str(n), rules) for n in range(doctors)]
    await open_clinic(house, *names)
    with rows_told(house) as told:
        await change(house, "other", **other)
        await house.services.clinics.follow()

    assert max(told) <= FEW + 25
    assert sum(told) > doctors * 150


@pytest.mark.parametrize("other", [{"horizon_days": 40}, {"zone": OMSK}])
async def test_they_come_to_what_a_clinic_is_that_was_so_from_the_beginning(
    house: House, clinic: Clinic, monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]
) -> None:
    """Also if it is killed after each few steps; done once more, it does nothing."""
    await change(house, **other)
    for steps in (1, 3, 2):
        await killed_after(house, steps, monkeypatch)
    assert await house.services.clinics.follow() > 0
    assert await house.services.clinics.follow() == 0

    always = await open_clinic(house, **other)
    assert await open_times(house, clinic) == await open_times(house, always) != []
    assert await house.services.clinics.refresh_schedules() == 0


async def test_whoever_starts_does_not_wait_for_a_longer_horizon(
    house: House, clinic: Clinic, petrova: Doctor
) -> None:
    """R18: it is gone on with while parents are served."""
    before = await house.count("slots")
    await change(house, horizon_days=40)
    assert await house.services.clinics.refresh_schedules() == 0
    assert await house.count("slots") == before
    assert await house.services.clinics.follow() > 0
    assert await house.count("slots") > before


async def test_who_looked_before_the_zone_changed_makes_nothing_by_the_old_one(
    house: House, clinic: Clinic, petrova: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R57: the hourly look has read the doctors when an administrator changes the zone, and all
    times are made by the new one before it comes to them."""
    clinics = house.services.clinics
    refresh = clinics._refresh_in_steps

    async def meanwhile(doctor: Doctor, differing: Collection[str]) -> int:
        if (await house.services.profiles.clinic(clinic.code)).zone != OMSK:
            await change(house, zone=OMSK)
            await clinics.follow()
        return await refresh(doctor, differing)

    monkeypatch.setattr(clinics, "_refresh_in_steps", meanwhile)
    await clinics.refresh_schedules()
    always = await open_clinic(house, zone=OMSK)
    assert await open_times(house, clinic) == await open_times(house, always) != []


async def test_one_clinic_s_trouble_keeps_no_other_one_closed(
    house: House, clinic: Clinic, petrova: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R18: and it is heard of once the others are served."""
    other = await open_clinic(house)
    for code in (clinic.code, other.code):
        await change(house, code, zone=OMSK)
    clinics = house.services.clinics
    step = clinics._follow_some

    async def some(clinic_id: ClinicId, differing: Collection[str]) -> bool:
        if clinic_id == clinic.id:
            raise RuntimeError("its hours cannot be made")
        return await step(clinic_id, differing)

    monkeypatch.setattr(clinics, "_follow_some", some)
    with pytest.raises(RuntimeError, match="cannot be made"):
        await clinics.follow()
    assert (await house.services.profiles.clinic(clinic.code)).times_apart
    assert not (await house.services.profiles.clinic(other.code)).times_apart


async def test_a_process_with_other_clocks_leaves_it_to_one_with_those_of_what_is_stored(
    house: House, clinic: Clinic, petrova: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R57: it is about to be replaced."""

    async def differing(_tx: object, _now: object) -> set[str]:
        return {OMSK.key}

    await change(house, zone=OMSK)
    before = await open_times(house, clinic)
    with monkeypatch.context() as older:
        older.setattr("services.clinic.opening.differing_zones", differing)
        assert await house.services.clinics.follow() == 0
        assert await house.services.clinics.refresh_schedules() == 0
    assert await open_times(house, clinic) == before
    assert await house.services.clinics.follow() > 0


async def test_families_book_while_a_longer_horizon_comes(
    house: House,
    clinic: Clinic,
    petrova: Doctor,
    anna: Family,
    boris: Family,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R01: what is there already is had by one of them, as ever, and what comes by the other."""
    slot, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    await change(house, horizon_days=60)
    await killed_after(house, 2, monkeypatch)
    visit = await house.book(anna.parent, anna.child.id, slot)
    await house.services.clinics.follow()
    times = house.services.times
    far = (await times.days(boris.parent, boris.need, petrova.id)).free[-1]
    assert (far - house.clock().date()).days > 50
    [first, *_] = (await times.day(boris.parent, boris.need, petrova.id, far)).slots
    await house.book(boris.parent, boris.child.id, first)

    assert (await house.services.mine.visit(anna.parent, visit.id)).visit.slot.id == slot.id
    assert await house.count("slots", f"id = {slot.id} AND open AND NOT withdrawn") == 1


async def test_nobody_gets_a_time_of_the_clocks_before(
    house: House,
    clinic: Clinic,
    petrova: Doctor,
    anna: Family,
    tamara: Employee,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R57: until the times are made by the new ones none is shown, nor had by an old button: it
    would be another hour. The registry gets none either."""
    slot, *rest = await house.free_times(anna.parent, anna.child.id, petrova)
    last = rest[-1]
    await change(house, zone=OMSK)
    await killed_after(house, 1, monkeypatch)

    found = await house.services.times.doctors(anna.parent, anna.need, clinic.id)
    assert not found.any_free
    for each in (slot, last):
        with pytest.raises(SlotClosed):
            await house.book(anna.parent, anna.child.id, each)
    errand = Errand(Aim.BOOK, anna.child.id)
    desk = house.services.desk
    for extra in (False, True):
        with pytest.raises(SlotClosed):
            await desk.book(tamara.person, tamara.post, errand, last.id, bending=True, extra=extra)
    assert all(free is None for _, free in (await desk.doctors(*_of(tamara), errand)).doctors)

    await house.services.clinics.follow()
    now = await house.free_times(anna.parent, anna.child.id, petrova)
    assert all(time(9) <= each.local_start.time() < time(12) for each in now)
    await house.book(anna.parent, anna.child.id, now[0])


def _of(who: Employee) -> tuple[Any, Any]:
    return who.person, who.post


async def test_what_was_in_a_family_s_hand_is_let_go_with_the_clocks(
    house: House, petrova: Doctor, anna: Family
) -> None:
    """R57: they read another hour; asked again, they see what it is now."""
    slot, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    await house.services.booking.offer(anna.parent, anna.need, slot.id)
    await change(house, zone=OMSK)

    assert await house.count("holds") == 0


async def test_the_clocks_stay_for_who_books_just_then(
    house: House, petrova: Doctor, anna: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R57: the visit is not committed yet when somebody asks whether there are any."""
    slot, *_ = await house.free_times(anna.parent, anna.child.id, petrova)
    changing: list[asyncio.Task[None]] = []
    add = StoredAppointments.add

    async def meanwhile(*args: Any, **kwargs: Any) -> Appointment:
        changing.append(begin(change(house, zone=OMSK)))
        await done_or_waiting(house, changing[0])
        return await add(*args, **kwargs)

    monkeypatch.setattr(StoredAppointments, "add", meanwhile)
    visit = await house.book(anna.parent, anna.child.id, slot)
    with pytest.raises(ZoneInUse):
        await changing[0]
    shown = (await house.services.mine.visit(anna.parent, visit.id)).visit.slot
    assert shown.local_start == slot.local_start


async def test_a_horizon_that_is_changed_on_the_way_counts(
    house: House, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was done already is begun with again; and the clocks are waited for as before."""
    await change(house, zone=OMSK)
    await killed_after(house, 3, monkeypatch)
    await change(house, horizon_days=30)
    assert (await house.services.profiles.clinic("romashka")).times_apart
    await house.services.clinics.follow()

    always = await open_clinic(house, zone=OMSK, horizon_days=30)
    assert await open_times(house, clinic) == await open_times(house, always)
    assert not (await house.services.profiles.clinic("romashka")).times_apart
