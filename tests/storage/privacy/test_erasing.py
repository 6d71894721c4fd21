"""That an erasure leaves nothing behind, in any table and in the file, and outlives a restore."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.watch.erasing import BadList, erase_again, read_list, write_down
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.ids import ChildId, PersonId
from services.model.people import PhoneNumber
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import ReservedFor
from services.model.visits import Appointment, AppointmentState
from services.privacy.erasing import WAIT
from storage.care.backup import back_up, restore
from storage.families.care import begin_care
from storage.families.nobody import NOBODY
from tests.conftest import House, StillClock, house_over
from tests.databases import SQLITE, Database, Shelves
from tests.services.conftest import employ

CANARY = "Канарейкина"
QUESTION = "вопрос-канарейка"
ANSWER = "ответ-канарейка"
TELEGRAM = 7700112233


async def a_family(house: House, clinic: Clinic) -> tuple[PersonId, ChildId, Appointment]:
    """A mother and a child in every table that can speak of them, with a visit that is over."""
    mother = await house.parent(TELEGRAM, clinic)
    child = await house.child(mother, CANARY)
    doctor = (await house.doctors(clinic))[0]
    visit = await house.book(
        mother, child.id, (await house.free_times(mother, child.id, doctor))[0]
    )
    now = house.clock()
    async with house.transactions.writes() as tx:
        await tx.phones.keep_for_person(mother, PhoneNumber("+79160000001"), now)
        await tx.phones.keep_for_child(child.id, clinic.id, PhoneNumber("+79160000002"), now)
        await tx.notes.keep(visit.id, "заметка", now)
        await tx.registry.give_code(child.id, clinic.id, "0" * 64, now + WAIT)
        await tx.registry.add_try(mother, now)
    tamara = await employ(house, Role.REGISTRAR, 202)
    async with house.transactions.writes() as tx:
        group = ChildGroup(clinic.id, ReservedFor.OBSERVED, date(2027, 1, 1))
        await tx.groups.put_down(child.id, group, tamara.post, now)
        question = await tx.questions.add(visit.id, mother, QUESTION, now, to_doctor=False)
        post = await tx.staff.get(tamara.post)
        await tx.questions.answer(question, post, ANSWER, now)
    await house.services.registry.search(tamara.person, CANARY)
    house.clock.forward(hours=8)
    async with house.transactions.writes() as tx:
        over = await tx.appointments.get(visit.id, cared_for_by=None)
        await tx.appointments.change(over, AppointmentState.FULFILLED, mother, house.clock())
    return mother, child.id, visit


async def erased(house: House, person: PersonId) -> None:
    """Asked for, waited for, done."""
    shown = await house.services.erasing.look(person)
    await house.services.erasing.ask(person, shown.as_shown)
    house.clock.forward(hours=24)
    assert await house.services.erasing.due() == [person]
    assert await house.services.erasing.carry_out(person)


async def test_no_canary_is_left_in_any_table(house: House, clinic: Clinic) -> None:
    """Name, number, question, answer and phone are nowhere; the visit's time is (R40, R74)."""
    mother, child, visit = await a_family(house, clinic)
    before = "\n".join(await house.database.dump())
    assert all(each in before for each in (CANARY, QUESTION, ANSWER, str(TELEGRAM)))

    await erased(house, mother)

    after = "\n".join(await house.database.dump())
    assert [each for each in (CANARY, QUESTION, ANSWER, str(TELEGRAM)) if each in after] == []
    assert await house.count("phones") == 0
    assert await house.count("staff_notes") == 0
    assert await house.count("care") == 0
    assert await house.count("appointments", f"id = {visit.id} AND state = 'fulfilled'") == 1
    assert await house.count("children", f"id = {child} AND name = '{NOBODY}'") == 1


async def test_no_canary_is_left_in_the_file(
    house: House, clinic: Clinic, kind: str, tmp_path: Path
) -> None:
    """SQLite's file and its log hold no byte of it once the list is written; a server's are its
    operator's, and `docs/operations.md` says so (R74)."""
    mother, _child, _visit = await a_family(house, clinic)
    await erased(house, mother)
    await write_down(house.services.erasing, tmp_path / "erased.txt")
    if kind != SQLITE:
        assert not any(CANARY in line for line in await house.database.dump())
        return

    files = [house.database.file, Path(f"{house.database.file}-wal")]
    content = b"".join(file.read_bytes() for file in files if file.exists())
    assert [each for each in (CANARY, QUESTION, ANSWER) if each.encode() in content] == []


async def test_a_restored_backup_erases_again(
    house: House, clinic: Clinic, shelves: Shelves, kind: str, tmp_path: Path, clock: StillClock
) -> None:
    """Whom an older backup brings back the list erases again, and nobody else (R74, R77)."""
    mother, _child, _visit = await a_family(house, clinic)
    stranger = await house.parent(102, clinic)
    await house.child(stranger, "Другая")
    await back_up(house.database.url, tmp_path / "backup.db", clock())
    await erased(house, mother)
    await write_down(house.services.erasing, tmp_path / "erased.txt")
    assert [act.person for act in read_list(tmp_path / "erased.txt")] == [mother]

    database: Database = await shelves.of(kind).fresh()
    await restore(database.url, tmp_path / "backup.db", clock())
    async with house_over(database, clock) as again:
        assert any(CANARY in line for line in await database.dump())
        assert await erase_again(again.services.erasing, tmp_path / "erased.txt") == 1
        assert await erase_again(again.services.erasing, tmp_path / "erased.txt") == 0
        rows = await database.dump()
    assert not any(CANARY in line or str(TELEGRAM) in line for line in rows)
    assert any("Другая" in line for line in rows)
    await shelves.of(kind).drop(database)


@pytest.mark.parametrize("of", ["before both", "between"])
async def test_a_restored_backup_erases_again_who_was_erased_twice(
    house: House,
    clinic: Clinic,
    shelves: Shelves,
    kind: str,
    tmp_path: Path,
    clock: StillClock,
    of: str,
) -> None:
    """Who works at a clinic comes back as the same: the list's second line is not done by what its
    first one did, and is one act with it where neither is (R74, R77)."""
    tamara = await employ(house, Role.REGISTRAR, 202)
    listed, backup = tmp_path / "erased.txt", tmp_path / "backup.db"
    for number, made in enumerate(["before both", "between"]):
        clock.forward(hours=1)
        await house.services.families.consent(tamara.person, clinic.id, version=1)
        await house.child(tamara.person, f"{CANARY} {number}")
        if of == made:
            await back_up(house.database.url, backup, clock())
        await erased(house, tamara.person)
        await write_down(house.services.erasing, listed)
    acts = read_list(listed)
    assert [act.person for act in acts] == [tamara.person] * 2

    database: Database = await shelves.of(kind).fresh()
    await restore(database.url, backup, clock())
    clock.forward(hours=1)
    async with house_over(database, clock) as again:
        assert any(CANARY in line for line in await database.dump())
        assert await erase_again(again.services.erasing, listed) == 1
        assert not any(CANARY in line for line in await database.dump())
        await again.services.families.consent(tamara.person, clinic.id, version=1)
        await again.child(tamara.person, "Новая")
        assert await erase_again(again.services.erasing, listed) == 0
        assert any("Новая" in line for line in await database.dump())
    assert read_list(listed)[-1].at == acts[-1].at
    await shelves.of(kind).drop(database)


async def test_a_shared_child_stays_with_the_other_adult(house: House, clinic: Clinic) -> None:
    """The mother's part goes; the child, its visit and the father's view of it stay (R40)."""
    mother, father = await house.parent(1, clinic), await house.parent(2, clinic)
    child = await house.child(mother)
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, father, child.id, house.clock())
    doctor = (await house.doctors(clinic))[0]
    visit = await house.book(
        mother, child.id, (await house.free_times(mother, child.id, doctor))[0]
    )

    await erased(house, mother)

    async with house.transactions.reads() as tx:
        assert [each.name for each in await tx.families.children(father)] == ["Миша"]
        assert (await tx.appointments.get(visit.id, cared_for_by=father)).is_active
        assert await tx.families.children(mother) == []


async def test_it_can_be_taken_back_for_a_day(house: House, clinic: Clinic) -> None:
    """Visits ahead go at once; the rest is there when somebody changes their mind (R40)."""
    mother = await house.parent(1, clinic)
    child = await house.child(mother)
    doctor = (await house.doctors(clinic))[0]
    await house.book(mother, child.id, (await house.free_times(mother, child.id, doctor))[0])
    erasing = house.services.erasing
    shown = await erasing.look(mother)
    asked = await erasing.ask(mother, shown.as_shown)
    assert [each.id for each in asked.visits] == [each.id for each in shown.visits]
    assert await house.count("appointments", "state = 'cancelled'") == 1

    house.clock.now += WAIT - timedelta(minutes=1)
    assert await erasing.due() == []
    assert await erasing.keep(mother)
    house.clock.forward(hours=1)
    assert await erasing.due() == []
    assert await erasing.carry_out(mother) is None
    assert await house.count("children", "name = 'Миша'") == 1


async def test_who_consents_anew_is_not_erased(house: House, clinic: Clinic) -> None:
    """Coming back within the day takes it back: a new visit is never erased (R40)."""
    mother = await house.parent(1, clinic)
    await house.child(mother)
    erasing = house.services.erasing
    await erasing.ask(mother, (await erasing.look(mother)).as_shown)
    await house.services.families.consent(mother, clinic.id, version=1)
    house.clock.forward(hours=25)

    assert await erasing.due() == []
    assert await erasing.carry_out(mother) is None


async def test_who_works_at_a_clinic_goes_on_working(house: House, clinic: Clinic) -> None:
    """The parent's part of a registrar goes, the post stays: it is the clinic's (R40)."""
    tamara = await employ(house, Role.REGISTRAR, 202)
    await house.child(tamara.person, CANARY)

    await erased(house, tamara.person)

    assert not any(CANARY in line for line in await house.database.dump())
    assert (await house.services.workday.desk(tamara.person)).post.id == tamara.post


async def test_who_writes_again_is_somebody_new(house: House, clinic: Clinic) -> None:
    """An erased id is never given again: the same Telegram id begins with nothing (R77)."""
    mother, _child, _visit = await a_family(house, clinic)
    await erased(house, mother)

    again = await house.parent(TELEGRAM, clinic)

    assert again != mother
    assert (await house.services.own_data.all(again)).children == []


@pytest.mark.parametrize("line", ["x", "2026-11-23T04:00:00+00:00 one", "2026-11-23 1 2"])
def test_a_list_that_is_none_is_told(tmp_path: Path, line: str) -> None:
    """Whoever restores reads which file cannot be read (R74)."""
    (tmp_path / "erased.txt").write_text(line)
    if line.startswith("2026-11-23 "):
        assert read_list(tmp_path / "erased.txt")[0].person == 1
        return
    with pytest.raises(BadList, match="no list of the erased"):
        read_list(tmp_path / "erased.txt")
