"""Asking to be erased, coming back, and what others do meanwhile."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.desk.errands import Aim, Errand
from services.model.clinic import Clinic, Doctor
from services.model.ids import ChildId, PersonId
from services.model.privacy.erasure import Act
from services.model.privacy.overview import Overview
from services.model.refusals.families import FarewellChanged
from services.model.visits import Appointment, AppointmentState
from services.privacy.erasing import LONGEST, WAIT
from storage.families.care import begin_care
from storage.privacy.erasing import StoredErasures
from tests.conftest import CONSENT, House
from tests.databases import SQLITE
from tests.services.conftest import Employee, Family, open_clinic, slots_of
from tests.services.waiting import begin, done_or_waiting
from tests.statements import statements

WEDNESDAY = date(2026, 11, 25)
FAR = date(2026, 12, 4)


async def ask(house: House, person: PersonId) -> None:
    shown = await house.services.erasing.look(person)
    await house.services.erasing.ask(person, shown.as_shown)


async def erased(house: House, person: PersonId) -> Act:
    """Asked for, waited for, done."""
    await ask(house, person)
    house.clock.forward(hours=24)
    assert await house.services.erasing.due() == [person]
    done = await house.services.erasing.carry_out(person)
    assert done
    return done.act


async def back_with_a_child(house: House, who: Employee, clinic: Clinic) -> ChildId:
    """Some days later."""
    house.clock.forward(hours=48)
    await house.services.families.consent(who.person, clinic.id, version=1)
    return (await house.child(who.person)).id


async def lives(house: House, child: ChildId) -> bool:
    return await house.count("children", f"id = {child} AND name = 'Миша'") == 1


async def visit_of(house: House, visit: Appointment) -> Appointment:
    async with house.transactions.reads() as tx:
        return await tx.appointments.get(visit.id, cared_for_by=None)


async def overview_of(house: House, person: PersonId) -> Overview:
    async with house.transactions.reads() as tx:
        return await tx.privacy.overview(person)


async def at_the_desk(
    house: House, who: Employee, child: ChildId, doctor: Doctor, family: Family, day: date
) -> Appointment:
    """A grandmother calls the registry, and gets the first time of the day."""
    slot, *_ = await slots_of(house, doctor, family, day)
    errand = Errand(Aim.BOOK, child)
    return (await house.services.desk.book(who.person, who.post, errand, slot.id)).visit


@pytest.mark.parametrize("back", ["keep", "consent"])
async def test_nobody_who_comes_back_at_the_last_moment_is_erased(
    house: House,
    kind: str,
    clinic: Clinic,
    anna: Family,
    monkeypatch: pytest.MonkeyPatch,
    back: str,
) -> None:
    """R40: whoever was told that nothing is erased keeps what there is, though the day is over in
    the same moment. SQLite has one writer at a time."""
    if kind == SQLITE:
        return
    await ask(house, anna.parent)
    house.clock.forward(hours=24)
    take_back = StoredErasures.take_back
    erasing: list[asyncio.Task[Any]] = []

    async def meanwhile(erasures: StoredErasures, person: PersonId) -> None:
        erasing.append(begin(house.services.erasing.carry_out(person)))
        await done_or_waiting(house, erasing[0])
        await take_back(erasures, person)

    monkeypatch.setattr(StoredErasures, "take_back", meanwhile)
    if back == "keep":
        assert await house.services.erasing.keep(anna.parent)
    else:
        await house.services.families.consent(anna.parent, clinic.id, version=1)
    assert await erasing[0] is None
    assert await lives(house, anna.child.id)


async def test_who_is_erased_already_is_told_so(
    house: House, kind: str, anna: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R40: and the other way round: nobody is told that they stay who do not."""
    if kind == SQLITE:
        return
    await ask(house, anna.parent)
    house.clock.forward(hours=24)
    erase = StoredErasures.erase
    keeping: list[asyncio.Task[bool]] = []

    async def meanwhile(*args: Any) -> Any:
        keeping.append(begin(house.services.erasing.keep(anna.parent)))
        await done_or_waiting(house, keeping[0])
        return await erase(*args)

    monkeypatch.setattr(StoredErasures, "erase", meanwhile)
    assert await house.services.erasing.carry_out(anna.parent)
    assert not await keeping[0]
    assert not await lives(house, anna.child.id)


async def test_a_visit_that_the_registry_booked_meanwhile_takes_place(
    house: House, petrova: Doctor, tamara: Employee, anna: Family, boris: Family
) -> None:
    """R40, R61: nobody cancels it in silence: what is kept of the family is kept until it is over,
    and their page says so."""
    first, *_ = await slots_of(house, petrova, anna, WEDNESDAY)
    await house.book(anna.parent, anna.child.id, first)
    await ask(house, anna.parent)
    visit = await at_the_desk(house, tamara, anna.child.id, petrova, boris, WEDNESDAY)
    house.clock.forward(hours=24)

    assert await house.services.erasing.carry_out(anna.parent) is None
    assert await house.services.erasing.due() == []
    assert (await visit_of(house, visit)).is_active
    assert await lives(house, anna.child.id)
    shown = await house.services.erasing.look(anna.parent)
    assert shown.until == visit.slot.doctor.clinic.wall(visit.slot.stretch.ends_at)

    house.clock.now = visit.slot.stretch.ends_at
    assert await house.services.erasing.due() == [anna.parent]
    assert await house.count("journal_subjects", f"child_id = {anna.child.id}") == 1
    assert await house.services.erasing.carry_out(anna.parent)
    assert not await lives(house, anna.child.id)
    assert await house.count("journal_subjects", f"child_id = {anna.child.id}") == 0


async def test_nobody_is_kept_for_ever(
    house: House, petrova: Doctor, tamara: Employee, anna: Family, boris: Family
) -> None:
    """R40: thirty days after it was asked for everything goes, whatever a registry booked since
    (152-FZ art. 21 part 5)."""
    first, *_ = await slots_of(house, petrova, anna, WEDNESDAY)
    await house.book(anna.parent, anna.child.id, first)
    await ask(house, anna.parent)
    house.clock.now += LONGEST - timedelta(hours=2)
    await house.services.clinics.refresh_schedules()
    day = (house.clock() + timedelta(days=2)).date()
    visit = await at_the_desk(house, tamara, anna.child.id, petrova, boris, day)
    assert await house.services.erasing.carry_out(anna.parent) is None
    house.clock.now += timedelta(hours=2)

    assert await house.services.erasing.carry_out(anna.parent)
    assert (await visit_of(house, visit)).state is AppointmentState.CANCELLED
    assert not await lives(house, anna.child.id)


async def test_when_both_parents_ask_nobody_keeps_the_visit(
    house: House, petrova: Doctor, clinic: Clinic, anna: Family
) -> None:
    """R40: the mother's visit stays for the father, and goes when he asks for the same; the child
    goes with whoever is erased last, so that either can still change their mind."""
    father = await house.parent(103, clinic)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, father, anna.child.id, house.clock())
    slot, *_ = await slots_of(house, petrova, anna, FAR)
    visit = await house.book(anna.parent, anna.child.id, slot)
    await ask(house, anna.parent)
    assert (await visit_of(house, visit)).is_active
    house.clock.forward(hours=1)

    await ask(house, father)
    assert (await visit_of(house, visit)).state is AppointmentState.CANCELLED
    house.clock.now += WAIT - timedelta(hours=1)
    assert await house.services.erasing.carry_out(anna.parent)
    assert await lives(house, anna.child.id)
    assert await house.services.erasing.keep(father)
    assert [each.id for each in (await house.services.own_data.all(father)).children] == [
        anna.child.id
    ]


async def test_a_child_stays_with_the_other_parent_who_was_erased_once_and_came_back(
    house: House, petrova: Doctor, clinic: Clinic, tamara: Employee, boris: Family
) -> None:
    """R40: Tamara works here, so she is who she was: what she asked for and had is over, and the
    visit of the child whom she looks after now stays hers when Boris asks for the same."""
    await house.services.families.consent(tamara.person, clinic.id, version=1)
    await erased(house, tamara.person)
    await house.services.families.consent(tamara.person, clinic.id, version=1)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, tamara.person, boris.child.id, house.clock())
    slot, *_ = await slots_of(house, petrova, boris, FAR)
    visit = await house.book(boris.parent, boris.child.id, slot)

    shown = await house.services.erasing.look(boris.parent)
    assert [child.id for child in shown.shared] == [boris.child.id]
    await house.services.erasing.ask(boris.parent, shown.as_shown)
    assert (await visit_of(house, visit)).is_active


async def test_who_works_here_is_erased_once_more_after_coming_back(
    house: House, petrova: Doctor, clinic: Clinic, tamara: Employee
) -> None:
    """R40, R74: Tamara stays who she is, as the post is the clinic's. What she brings the second
    time goes as it went the first: asked for, said on her page, waited for, done and listed."""
    erasing = house.services.erasing
    first = await back_with_a_child(house, tamara, clinic)
    await erased(house, tamara.person)
    await erasing.listed(await erasing.unlisted())
    second = await back_with_a_child(house, tamara, clinic)
    await house.services.clinics.refresh_schedules()
    slot, *_ = (await house.free_times(tamara.person, second, petrova))[::-1]
    visit = await house.book(tamara.person, second, slot)

    await ask(house, tamara.person)
    assert (await visit_of(house, visit)).state is AppointmentState.CANCELLED
    waits = await erasing.look(tamara.person)
    assert waits.until == house.clock() + WAIT
    assert (await overview_of(house, tamara.person)).erased_from == waits.until
    assert await erasing.due() == []
    assert await erasing.unlisted() == []

    house.clock.forward(hours=24)
    assert await erasing.due() == [tamara.person]
    done = await erasing.carry_out(tamara.person)
    assert done
    assert not await lives(house, second)
    assert await erasing.due() == []
    assert await erasing.carry_out(tamara.person) is None
    assert (await overview_of(house, tamara.person)).erased_from is None
    [act] = await erasing.unlisted()
    assert (act.at, act.children) == (house.clock(), [first, second])
    assert (await house.services.workday.desk(tamara.person)).post.id == tamara.post


@pytest.mark.parametrize("back", ["keep", "consent"])
async def test_a_start_erases_nobody_once_more_who_can_still_take_it_back(
    house: House, clinic: Clinic, tamara: Employee, back: str
) -> None:
    """R40, R74: each start reads the list. What it names of Tamara is done, whether she has asked
    anew since or taken that back; and of that the act of then stays."""
    erasing = house.services.erasing
    await back_with_a_child(house, tamara, clinic)
    act = await erased(house, tamara.person)
    await erasing.listed([act])
    child = await back_with_a_child(house, tamara, clinic)
    await ask(house, tamara.person)
    assert await erasing.again([act]) == 0

    if back == "keep":
        assert await erasing.keep(tamara.person)
        assert not await erasing.keep(tamara.person)
    else:
        await house.services.families.consent(tamara.person, clinic.id, version=1)
    house.clock.forward(hours=25)
    assert await erasing.again([act]) == 0
    assert await erasing.due() == []
    assert await erasing.carry_out(tamara.person) is None
    assert await lives(house, child)
    assert await erasing.unlisted() == [act]


async def test_when_both_parents_ask_one_of_them_for_the_second_time_nobody_keeps_the_visit(
    house: House, petrova: Doctor, clinic: Clinic, tamara: Employee, boris: Family
) -> None:
    """R40: who asks anew stays no more than who asks for the first time."""
    await back_with_a_child(house, tamara, clinic)
    await erased(house, tamara.person)
    await house.services.families.consent(tamara.person, clinic.id, version=1)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, tamara.person, boris.child.id, house.clock())
    house.clock.forward(hours=1)
    await ask(house, tamara.person)
    shown = await house.services.erasing.look(boris.parent)
    assert [child.id for child in shown.alone] == [boris.child.id]


async def test_asking_says_as_much_in_a_city_as_in_a_village(
    house: House, clinic: Clinic, anna: Family, boris: Family
) -> None:
    """R40, R65: the consents of thirty clinics are withdrawn by one statement each kind."""
    with statements(house) as said:
        await ask(house, anna.parent)
    village = len(said)
    for number in range(30):
        await open_clinic(house, consents=CONSENT, code=f"clinic{number}")
    await house.services.erasing.look(boris.parent)  # what clinics there are is read once
    with statements(house) as said:
        await ask(house, boris.parent)
    assert len(said) == village


async def test_a_database_without_the_brought_back_is_only_read(
    house: House, anna: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R74: a start after a thousand erasures writes nothing, as there is nothing to erase again."""
    await ask(house, anna.parent)
    house.clock.forward(hours=24)
    erased = await house.services.erasing.carry_out(anna.parent)
    assert erased
    with statements(house) as said:
        assert await house.services.erasing.again([erased.act] * 1000) == 0
    assert len([each for each in said if not each.startswith(("BEGIN", "COMMIT"))]) <= 2


async def test_the_longest_wait_of_a_family_s_clinics_holds(
    house: House, clinic: Clinic, anna: Family, irina: Employee
) -> None:
    """R40: each clinic promised its own time, and nobody has less than one of them."""
    other = await open_clinic(house, erase_wait=timedelta(hours=72))
    shown = await house.services.erasing.look(anna.parent)
    assert shown.wait == clinic.erase_wait == WAIT
    await house.services.families.consent(anna.parent, other.id, version=1)
    with pytest.raises(FarewellChanged):
        await house.services.erasing.ask(anna.parent, shown.as_shown)

    shown = await house.services.erasing.look(anna.parent)
    asked = await house.services.erasing.ask(anna.parent, shown.as_shown)
    assert asked.wait == timedelta(hours=72)
    house.clock.forward(hours=71)
    assert await house.services.erasing.due() == []
    house.clock.forward(hours=1)
    assert await house.services.erasing.due() == [anna.parent]


async def test_a_stale_button_erases_nobody_of_whom_it_said_that_they_stay(
    house: House, anna: Family, boris: Family
) -> None:
    """R66, R40: the other parent left since it was shown: the child would go now, not stay."""
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, boris.parent, anna.child.id, house.clock.now)
    shown = await house.services.erasing.look(anna.parent)
    assert [child.id for child in shown.shared] == [anna.child.id]
    async with house.transactions.writes() as tx:
        await tx.families.end_care(anna.child.id, boris.parent)
    with pytest.raises(FarewellChanged):
        await house.services.erasing.ask(anna.parent, shown.as_shown)
    assert await house.count("erasures") == 0


async def test_a_clinic_may_let_nothing_be_taken_back(house: House) -> None:
    """R40: then it is due at once."""
    at_once = await open_clinic(house, erase_wait=timedelta())
    parent = await house.parent(105, at_once)
    shown = await house.services.erasing.look(parent)
    await house.services.erasing.ask(parent, shown.as_shown)
    assert await house.services.erasing.due() == [parent]
    assert await house.services.erasing.carry_out(parent)
