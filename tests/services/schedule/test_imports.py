"""The clinic's own system and ours are brought to agree: what is told, done, and left alone."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.clinic.opening import NewDoctor
from services.model.access import Role
from services.model.clinic import Clinic, Doctor, Reason
from services.model.conversations import SheetWaiting
from services.model.ids import ClinicId
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.schedule import (
    DoctorUnclear,
    DraftReplaced,
    RoomNeeded,
    SeveralDoctors,
    SheetGone,
)
from services.model.refusals.visits import SlotTaken
from services.model.schedule import Leave
from services.model.slot_sync import Conflict, ConflictKind, Known, Source, There
from services.model.slots import Taker, Taking
from services.rules.names import may_be
from services.rules.typed.texts import draft_mark
from services.schedule.listed_times import (
    Imported,
    ListedDoctor,
    ListedTime,
    SheetPreview,
    SheetTaken,
    TimeThere,
)
from tests.conftest import CONSENT, PETROVA, SEVERYANKA, House, weekly
from tests.playing import played
from tests.services.conftest import Employee, Family, employ, open_clinic, run_sql, slots_of

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (23, 24, 25))
FREE, TAKEN, CLOSED = There
NAME = " яшина  вера ИЛЬИНИЧНА"
"""As people spell her."""
ANYTHING = frozenset[Reason]()


@played
async def yashina(house: House, clinic: Clinic) -> Doctor:
    """A doctor without any rule: her times come from the other system."""
    async with house.transactions.writes() as tx:
        return await tx.clinics.add_doctor(clinic, "Яшина Вера Ильинична", "21")


def row(
    when: str,
    there: There = FREE,
    reference: str = "",
    minutes: int = 15,
    day: date = TUESDAY,
    reasons: frozenset[Reason] | None = None,
) -> ListedTime:
    starts = datetime.combine(day, time.fromisoformat(when))
    return ListedTime(starts, timedelta(minutes=minutes), there, reference, reasons)


def sheet(*times: ListedTime, name: str = NAME, rooms: Sequence[str] = ()) -> list[ListedDoctor]:
    return [ListedDoctor(name, rooms, times)]


def counts(imported: Imported) -> list[tuple[int, int, int, int]]:
    plans = [each.plan for each in imported.doctors]
    return [(plan.created, plan.taken, plan.released, plan.closed) for plan in plans]


async def everything(house: House) -> list[object]:
    """All that an import could change."""
    tables = {"doctors": "id", "slots": "id", "taken_slots": "slot_id", "appointments": "id"}
    rows = [
        await house.database.rows(f"SELECT * FROM {table} ORDER BY {key}")  # noqa: S608
        for table, key in tables.items()
    ]
    return [tuple(row) for each in rows for row in each]


async def stored(house: House, doctor: Doctor, day: date = TUESDAY) -> dict[str, Known]:
    """The doctor's slots of a day by their times on the wall; of two at one time the last."""
    zone = doctor.clinic.zone
    first = datetime.combine(day, time(), zone)
    async with house.transactions.reads() as tx:
        found = await tx.imports.stored(
            [doctor.id], house.clock(), first, first + timedelta(days=1)
        )
    slots = sorted(found.get(doctor.id, []), key=lambda slot: slot.id)
    return {f"{slot.stretch.starts_at.astimezone(zone):%H:%M}": slot for slot in slots}


async def shown(house: House, doctor: Doctor, family: Family, day: date = TUESDAY) -> list[str]:
    """What a family is shown of a day; nothing is a day on which the doctor does not receive."""
    try:
        slots = await slots_of(house, doctor, family, day)
    except Refusal:
        return []
    return [f"{slot.starts_at.astimezone(doctor.clinic.zone):%H:%M}" for slot in slots]


async def test_what_is_free_there_can_be_booked_here(
    house: House, clinic: Clinic, yashina: Doctor, anna: Family
) -> None:
    """A preview writes nothing and tells what will be done; then families see the free times."""
    imports = house.services.imports
    told = sheet(row("09:00"), row("09:15", TAKEN, "A-1"), row("09:30", CLOSED), row("09:45"))
    before = await everything(house)
    planned = await imports.preview(clinic.id, told)
    assert await everything(house) == before
    done = await imports.apply(clinic.id, told)

    assert planned == done
    assert counts(done) == [(2, 1, 0, 1)]
    assert (done.first, done.last, done.begun) == (TUESDAY, TUESDAY, 0)
    assert [doctor.name.split()[0] for doctor in done.untouched] == ["Ким", "Петрова"]
    assert await shown(house, yashina, anna) == ["09:00", "09:45"]
    slots = await stored(house, yashina)
    assert slots["09:15"].taking == Taking(Taker.ELSEWHERE, "A-1")
    assert {slot.source for slot in slots.values()} == {Source.IMPORT}


async def test_the_same_again_changes_nothing(
    house: House, clinic: Clinic, yashina: Doctor
) -> None:
    """An import may be repeated as often as anybody likes."""
    told = sheet(row("09:00"), row("09:15", TAKEN, "A-1"), row("09:30", CLOSED), row("09:20"))
    first = await house.services.imports.apply(clinic.id, told)
    before = await everything(house)
    second = await house.services.imports.apply(clinic.id, told)

    assert await everything(house) == before
    assert counts(second) == [(0, 0, 0, 0)]
    assert second.doctors[0].plan.size == 0
    assert second.conflicts == first.conflicts != []


async def test_the_next_export(house: House, clinic: Clinic, yashina: Doctor, anna: Family) -> None:
    """Taken meanwhile there: closed here. Given back: open. Gone: withdrawn, and the same slot when
    it is there again, so that a button from before works."""
    imports = house.services.imports
    await imports.apply(clinic.id, sheet(row("09:00"), row("09:15", TAKEN, "A-1"), row("09:30")))
    ids = {when: slot.id for when, slot in (await stored(house, yashina)).items()}
    second = await imports.apply(clinic.id, sheet(row("09:00", TAKEN), row("09:15")))
    assert counts(second) == [(0, 1, 1, 1)]
    assert await shown(house, yashina, anna) == ["09:15"]
    third = await imports.apply(clinic.id, sheet(row("09:15"), row("09:30")))

    assert counts(third) == [(1, 0, 0, 1)]
    assert await shown(house, yashina, anna) == ["09:15", "09:30"]
    assert {when: slot.id for when, slot in (await stored(house, yashina)).items()} == ids
    slot = (await slots_of(house, yashina, anna, TUESDAY))[1]
    assert (await house.book(anna.parent, anna.child.id, slot)).slot.id == ids["09:30"]


async def test_a_family_s_visit_stays(
    house: House, clinic: Clinic, yashina: Doctor, anna: Family, boris: Family
) -> None:
    """R52: taken there while ours have it: ours stays, and the clinic reads doctor, time and visit
    number; a time that a family looks at just now, too. Nobody's visit is changed."""
    imports = house.services.imports
    await imports.apply(clinic.id, sheet(row("09:00"), row("09:15"), row("09:30")))
    nine, quarter, _half = await slots_of(house, yashina, anna, TUESDAY)
    visit = await house.book(anna.parent, anna.child.id, nine)
    await house.services.booking.offer(boris.parent, boris.need, quarter.id)
    before = await everything(house)
    told = sheet(row("09:00", TAKEN, "A-1"), row("09:15", TAKEN, "A-2"), row("09:30"))
    done = await imports.apply(clinic.id, told)

    assert await everything(house) == before
    assert done.conflicts == [
        (yashina.name, Conflict(ConflictKind.TAKEN_THERE, nine.stretch, visit.number)),
        (yashina.name, Conflict(ConflictKind.TAKEN_THERE, quarter.stretch)),
    ]
    gone = await imports.apply(clinic.id, sheet(row("09:30")))
    assert [conflict.kind for _, conflict in gone.conflicts] == [ConflictKind.NOT_THERE]
    house.clock.forward(minutes=10)
    later = await imports.apply(clinic.id, told)
    assert counts(later) == [(0, 1, 0, 0)]
    assert await shown(house, yashina, boris) == ["09:30"]


async def test_our_own_number_is_no_disagreement(
    house: House, clinic: Clinic, yashina: Doctor, anna: Family
) -> None:
    """The other system was told of our visit by its number: the two agree."""
    imports = house.services.imports
    await imports.apply(clinic.id, sheet(row("09:00")))
    [nine] = await slots_of(house, yashina, anna, TUESDAY)
    visit = await house.book(anna.parent, anna.child.id, nine)
    agreed = await imports.apply(clinic.id, sheet(row("09:00", TAKEN, f"№ {visit.number}")))
    other = await imports.apply(clinic.id, sheet(row("09:00", TAKEN, "№ 999999")))

    assert agreed.conflicts == []
    assert len(other.conflicts) == 1


async def test_imported_times_and_the_rules(
    house: House, clinic: Clinic, petrova: Doctor, anna: Family
) -> None:
    """R02, R15: Петрова has rules. What is taken there is closed here through every regeneration,
    what is free beside her rules stays, her leave closes her own hours, and nothing overlaps."""
    told = sheet(
        *(row("09:00", TAKEN, "A-1"), row("09:20", TAKEN, "A-2"), row("12:00"), row("11:50")),
        name=petrova.name,
    )
    done = await house.services.imports.apply(clinic.id, told)
    assert counts(done) == [(1, 4, 0, 0)]
    assert [conflict.kind for _, conflict in done.conflicts] == [ConflictKind.OVERLAPS]
    quarters = [f"{9 + n // 4:02}:{n % 4 * 15:02}" for n in range(3, 12)]
    assert await shown(house, petrova, anna) == [*quarters, "12:00"]
    before = await everything(house)
    await house.services.clinics.refresh_schedules()
    assert await everything(house) == before

    async with house.transactions.writes() as tx:
        await tx.schedules.add_leave(petrova.id, Leave(TUESDAY, TUESDAY))
    await house.services.clinics.refresh_schedules()
    assert await shown(house, petrova, anna) == ["12:00"]
    back = await house.services.imports.apply(clinic.id, sheet(row("12:00"), name=petrova.name))
    assert counts(back) == [(0, 0, 0, 4)]


async def test_times_given_up_there_come_back_into_the_rules(
    house: House, clinic: Clinic, petrova: Doctor, anna: Family
) -> None:
    """A sheet of taken times only: what is in it no more is free again, and the rules' own."""
    imports = house.services.imports
    await imports.apply(clinic.id, sheet(row("09:00", TAKEN), name=petrova.name))
    assert (await shown(house, petrova, anna))[0] == "09:15"
    done = await imports.apply(clinic.id, sheet(row("10:00", TAKEN), name=petrova.name))

    assert counts(done) == [(0, 1, 1, 0)]
    assert (await shown(house, petrova, anna))[0] == "09:00"
    assert (await stored(house, petrova))["09:00"].source is Source.SCHEDULE


async def test_what_was_withdrawn_is_in_no_rule_s_way(
    house: House, clinic: Clinic, yashina: Doctor, anna: Family
) -> None:
    """A clinic that imports no more and writes rules instead gets all of its hours."""
    imports = house.services.imports
    await imports.apply(clinic.id, sheet(row("09:00"), row("09:05", day=WEDNESDAY)))
    await imports.apply(clinic.id, sheet(row("13:00"), row("13:00", day=WEDNESDAY)))
    async with house.transactions.writes() as tx:
        for rule in weekly():
            await tx.schedules.add_rule(yashina.id, rule)
    await house.services.clinics.refresh_schedules()

    for day in (TUESDAY, WEDNESDAY):
        assert (await shown(house, yashina, anna, day))[:2] == ["09:00", "09:15"]
    slots = (await stored(house, yashina)).values()
    assert [slot.source for slot in slots if slot.open].count(Source.IMPORT) == 1


async def test_only_the_sheet_s_doctors_and_days(
    house: House, clinic: Clinic, yashina: Doctor, kim: Doctor, petrova: Doctor, anna: Family
) -> None:
    """A day that another doctor has rows of counts for all doctors of the sheet, and other days
    and doctors are left alone."""
    imports = house.services.imports
    both = [row("09:00"), row("09:00", day=WEDNESDAY)]
    await imports.apply(clinic.id, sheet(*both))
    alone = await imports.apply(clinic.id, sheet(row("10:00")))
    assert counts(alone) == [(1, 0, 0, 1)]
    assert await shown(house, yashina, anna, WEDNESDAY) == ["09:00"]
    kims = await shown(house, kim, anna, WEDNESDAY)
    together = [
        *sheet(row("10:00")),
        *sheet(row("13:00", day=WEDNESDAY), name=petrova.name),
    ]
    done = await imports.apply(clinic.id, together)

    assert counts(done) == [(0, 0, 0, 1), (1, 0, 0, 0)]
    assert await shown(house, yashina, anna, WEDNESDAY) == []
    assert await shown(house, kim, anna, WEDNESDAY) == kims


async def test_what_has_begun_is_passed_by(
    house: House, clinic: Clinic, yashina: Doctor, anna: Family
) -> None:
    """It is counted, and stays as it was; a sheet of nothing else changes nothing."""
    imports = house.services.imports
    await imports.apply(clinic.id, sheet(row("09:00", day=MONDAY), row("12:00", day=MONDAY)))
    house.clock.forward(hours=3)  # it is ten
    done = await imports.apply(
        clinic.id, sheet(row("08:00", day=MONDAY), row("09:00", TAKEN, day=MONDAY))
    )
    assert (counts(done), done.begun, done.first) == ([(0, 0, 0, 0)], 2, None)
    rest = await imports.apply(
        clinic.id, sheet(row("09:00", TAKEN, day=MONDAY), row("12:00", TAKEN, day=MONDAY))
    )

    assert (counts(rest), rest.begun) == ([(0, 1, 0, 0)], 1)
    house.clock.forward(hours=-3)
    assert (await stored(house, yashina, MONDAY))["09:00"].open


async def test_a_new_doctor_and_a_new_room(
    house: House, clinic: Clinic, yashina: Doctor, anna: Family
) -> None:
    """A name that the clinic does not have is a new doctor, whose room must be said; of several
    rooms of a known one none is believed."""
    imports = house.services.imports
    with pytest.raises(RoomNeeded):
        await imports.preview(clinic.id, sheet(row("09:00"), name="Орлова Инна"))
    told = [
        *sheet(row("09:00"), name="Орлова Инна", rooms=["31"]),
        *sheet(row("09:00"), rooms=["22"]),
    ]
    planned = await imports.preview(clinic.id, told)
    done = await imports.apply(clinic.id, told)
    assert planned == done
    assert [(each.new, each.room, each.room_before) for each in done.doctors] == [
        (True, "31", None),
        (False, "22", "21"),
    ]
    doctors = {doctor.name: doctor for doctor in await house.doctors(clinic)}
    assert await shown(house, doctors["Орлова Инна"], anna) == ["09:00"]
    assert doctors[yashina.name].room == "22"
    several = await imports.apply(clinic.id, sheet(row("09:00"), rooms=["7", "8"]))

    assert (several.doctors[0].room, several.doctors[0].rooms) == ("22", ["7", "8"])


async def test_a_doctor_by_initials(
    house: House, clinic: Clinic, yashina: Doctor, anna: Family
) -> None:
    """As most systems write them: it is the clinic's own doctor, though called in two ways, and no
    new one; who else it could be is asked, and so is a family name alone (R53)."""
    imports = house.services.imports
    told = [
        *sheet(row("09:00"), name="Яшина В. И."),
        *sheet(row("09:15"), name=yashina.name),
        *sheet(row("09:30"), name="ЯШИНА В."),
    ]
    done = await imports.apply(clinic.id, told)
    [change] = done.doctors
    assert (change.name, change.new, change.written) == (
        yashina.name,
        False,
        ["Яшина В. И.", "ЯШИНА В."],
    )
    assert await shown(house, yashina, anna) == ["09:00", "09:15", "09:30"]
    with pytest.raises(DoctorUnclear):
        await imports.preview(clinic.id, sheet(row("09:00"), name="Яшина", rooms=["9"]))
    async with house.transactions.writes() as tx:
        await tx.clinics.add_doctor(clinic, "Яшина Валерия Игоревна", "5")
    with pytest.raises(DoctorUnclear):
        await imports.preview(clinic.id, told[:1])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Петрова А. С.", "Петрова Анна Сергеевна", True),
        ("петрова а.с", "Петрова Анна Сергеевна", True),
        ("Королёв А.", "КОРОЛЕВ Алексей Ильич", True),
        ("Петрова Анна Сергеевна", "Петрова А.С.", True),
        ("Петрова А. И.", "Петрова Анна Сергеевна", False),
        ("Петров А. С.", "Петрова Анна Сергеевна", False),
        ("Петрова Ан.", "Петрова Анна Сергеевна", False),
        ("Петрова", "Петрова Анна Сергеевна", False),
        ("Петрова Анна", "Петрова Анна Сергеевна", False),
        ("---", "Петрова А.", False),
    ],
)
def test_initials(one: str, other: str, alike: bool) -> None:
    assert may_be(one, other) is alike


async def test_what_cannot_be_told_apart(house: House, clinic: Clinic) -> None:
    """Two doctors of one name, and a clinic that is not there: refused, and nothing written."""
    twins = NewDoctor("Ким Олег", "1", weekly())
    other = await open_clinic(house, twins, twins)
    before = await everything(house)
    with pytest.raises(SeveralDoctors):
        await house.services.imports.apply(other.id, sheet(row("09:00"), name="КИМ ОЛЕГ"))
    with pytest.raises(NotFound):
        await house.services.imports.preview(ClinicId(999), sheet(row("09:00"), rooms=["1"]))

    assert await everything(house) == before


async def test_what_the_clinic_did_by_hand(house: House, clinic: Clinic, yashina: Doctor) -> None:
    """Closed by hand, or taken for a caller: the sheet does not undo it; the first is told."""
    imports = house.services.imports
    told = sheet(row("09:00"), row("09:15"))
    await imports.apply(clinic.id, told)
    slots = await stored(house, yashina)
    closing = "UPDATE slots SET open = false WHERE id = :id"
    await run_sql(house, closing, id=slots["09:00"].id)
    await run_sql(house, closing, id=slots["09:15"].id)
    await run_sql(
        house,
        "INSERT INTO taken_slots (slot_id, taker, reference, taken_at)"
        " VALUES (:id, 'caller', '', '2026-11-23 04:00:00')",
        id=slots["09:15"].id,
    )
    before = await everything(house)
    done = await imports.apply(clinic.id, told)

    assert await everything(house) == before
    assert [conflict.kind for _, conflict in done.conflicts] == [ConflictKind.CLOSED_HERE]


async def test_an_hour_that_the_clock_skips(house: House) -> None:
    """R13: such a row is told, and nothing is opened at another hour."""
    spring = date(2027, 3, 28)
    clinic = await open_clinic(house, zone=ZoneInfo("Europe/Berlin"))
    told = sheet(
        row("02:30", day=spring), row("03:30", day=spring), name="Орлова Инна", rooms=["1"]
    )
    done = await house.services.imports.apply(clinic.id, told)

    assert [conflict.kind for _, conflict in done.conflicts] == [ConflictKind.NO_SUCH_TIME]
    assert counts(done) == [(1, 0, 0, 0)]


async def test_a_failure_takes_everything_back(
    house: House, clinic: Clinic, yashina: Doctor
) -> None:
    """R37: all or nothing: whatever goes wrong in the middle, the times are as before."""
    before = await everything(house)
    heard: list[tuple[int, int]] = []

    def stumble(done: int, of: int) -> None:
        heard.append((done, of))
        if done > 600:
            raise RuntimeError("in the middle")

    days = [TUESDAY + timedelta(days=n) for n in range(30)]
    many = [row(f"{8 + n // 4:02}:{n % 4 * 15:02}", day=day) for day in days for n in range(40)]
    with pytest.raises(RuntimeError, match="in the middle"):
        await house.services.imports.apply(clinic.id, sheet(*many), stumble)

    assert heard == [(500, 1200), (1000, 1200)]
    assert await everything(house) == before


async def test_an_import_while_families_book(
    house: House, clinic: Clinic, yashina: Doctor, anna: Family, boris: Family
) -> None:
    """R01, R05: each time is either booked or taken there, never both: whoever comes second hears
    of it, the family in words and the clinic in its list."""
    imports = house.services.imports
    hours = [f"{9 + n // 4:02}:{n % 4 * 15:02}" for n in range(8)]
    await imports.apply(clinic.id, sheet(*(row(hour) for hour in hours)))
    slots = await slots_of(house, yashina, anna, TUESDAY)
    told = sheet(*(row(hour, TAKEN, "A-1") for hour in hours))
    chosen = [slots[1], slots[6]]

    async def book(family: Family, number: int) -> bool:
        try:
            await house.book(family.parent, family.child.id, chosen[number])
        except SlotTaken:
            return False
        return True

    done, *booked = await asyncio.gather(
        imports.apply(clinic.id, told), book(anna, 0), book(boris, 1)
    )

    assert len(done.conflicts) == sum(booked)
    assert done.doctors[0].plan.taken == len(slots) - sum(booked)
    assert await house.count("appointments") == sum(booked)
    assert await house.count("taken_slots") == len(slots) - sum(booked)


# Giving out


def as_listed(found: Sequence[TimeThere]) -> list[ListedDoctor]:
    """What was given out, as a sheet would bring it back."""
    doctors: dict[str, list[ListedTime]] = {}
    for each in found:
        reference = f"№ {each.visit}" if each.visit else each.reference
        length = each.ends_at - each.starts_at
        starts = each.starts_at.replace(tzinfo=None)
        doctors.setdefault(each.doctor.name, []).append(
            ListedTime(starts, length, each.there, reference, each.reasons)
        )
    return [ListedDoctor(name, [], times) for name, times in doctors.items()]


async def test_what_is_given_out_and_taken_back_changes_nothing(
    house: House, clinic: Clinic, yashina: Doctor, petrova: Doctor, anna: Family, boris: Family
) -> None:
    """Rules and imports, visits and holds, times taken elsewhere, for a caller, and closed by hand:
    the sheet says it all without anybody's name, and agrees with what is stored."""
    imports = house.services.imports
    infants = frozenset({Reason.INFANT_DAY})
    await imports.apply(
        clinic.id,
        [
            *sheet(row("09:00"), row("09:15", TAKEN, "A-1"), row("09:30", reasons=infants)),
            *sheet(row("10:00", TAKEN, "A-2"), row("13:00"), name=petrova.name),
        ],
    )
    [nine, *_] = await slots_of(house, petrova, anna, TUESDAY)
    visit = await house.book(anna.parent, anna.child.id, nine)
    [free] = await slots_of(house, yashina, boris, TUESDAY)
    await house.services.booking.offer(boris.parent, boris.need, free.id)
    by_hand = (await stored(house, petrova))["09:15"].id
    await run_sql(house, "UPDATE slots SET open = false WHERE id = :id", id=by_hand)
    before = await everything(house)
    found = await imports.times(clinic.id)
    done = await imports.apply(clinic.id, as_listed(found))

    assert await everything(house) == before
    assert [each.plan.size for each in done.doctors] == [0] * 3
    assert done.conflicts == []
    said = {
        (each.doctor.id, f"{each.starts_at:%d %H:%M}"): (each.there, each.visit, each.reference)
        for each in found
    }
    assert said[petrova.id, "24 09:00"] == (TAKEN, visit.number, "")
    assert said[petrova.id, "24 09:15"] == (CLOSED, None, "")
    assert said[petrova.id, "24 10:00"] == (TAKEN, None, "A-2")
    assert said[yashina.id, "24 09:00"] == (FREE, None, "")
    assert not [name for name in ("Миша", "Соня") if name in repr(found)]


async def test_progress_is_told(house: House, clinic: Clinic, yashina: Doctor) -> None:
    """The last word is that all is done, and nobody is told more than there is."""
    rows = 1000
    heard: list[tuple[int, int]] = []
    days = [TUESDAY + timedelta(days=n) for n in range(rows // 40)]
    many = [row(f"{8 + n // 4:02}:{n % 4 * 15:02}", day=day) for day in days for n in range(40)]
    told = sheet(*many)
    await house.services.imports.preview(clinic.id, told, lambda *far: heard.append(far))
    assert heard == [(rows, rows)]
    heard.clear()
    await house.services.imports.apply(clinic.id, told, lambda *far: heard.append(far))

    assert heard == [(500, rows), (1000, rows)]


# In the chat

FILE = SheetWaiting("BQAC-1", "a1")
"""What was sent: where it is, and its digest."""
TOLD = sheet(row("09:00"), row("09:15", TAKEN, "A-1"))


async def propose(
    house: House,
    who: Employee,
    told: Sequence[ListedDoctor] = TOLD,
    file: SheetWaiting = FILE,
) -> SheetPreview:
    return await house.services.imports.propose(who.person, who.post, file, told)


async def take_over(
    house: House, who: Employee, mark: int = draft_mark(FILE), digest: str = FILE.digest
) -> SheetTaken:
    return await house.services.imports.take_over(who.person, who.post, mark, digest, TOLD)


async def waiting(house: House) -> int:
    return await house.count("conversations", "asked = 'times'")


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.ADMINISTRATOR])
async def test_the_registry_looks_at_a_sheet_and_takes_it_over(
    house: House, clinic: Clinic, yashina: Doctor, anna: Family, role: Role
) -> None:
    """R37: nothing before the "yes"; then what was shown, once, and another "yes" is told so."""
    who = await employ(house, role, 201)
    before = await everything(house)
    proposed = await propose(house, who)
    assert await everything(house) == before
    assert await house.services.imports.sent(who.person, who.post, proposed.mark) == FILE

    taken = await take_over(house, who, proposed.mark)
    assert taken.imported == proposed.imported
    assert await shown(house, yashina, anna) == ["09:00"]
    with pytest.raises(DraftReplaced):
        await take_over(house, who, proposed.mark)
    again = await propose(house, who)
    assert not again.imported.changes_anything


async def test_who_may_not_take_over_times(
    house: House, clinic: Clinic, yashina: Doctor, kim: Doctor, anna: Family, tamara: Employee
) -> None:
    """R30: a parent, a doctor, the head of another clinic and a dismissed registrar are told alike,
    whatever waits; nothing is kept for them."""
    irina = await employ(house, Role.ADMINISTRATOR, 201)
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    stranger = await employ(house, Role.ADMINISTRATOR, 299, "severyanka")
    doctor = await employ(house, Role.DOCTOR, 203, doctor=kim)
    await propose(house, tamara)
    await house.services.members.dismiss(irina.person, irina.post, tamara.post)
    before = await everything(house)
    for who in (
        tamara,
        doctor,
        Employee(anna.parent, irina.post),
        Employee(stranger.person, irina.post),
    ):
        for refused in (
            propose(house, who),
            propose(house, who, sheet(row("09:00"), name="Новикова Ада")),  # not even what is wrong
            house.services.imports.sent(who.person, who.post, draft_mark(FILE)),
            take_over(house, who),
        ):
            with pytest.raises(NotFound):
                await refused
    assert await everything(house) == before
    assert await waiting(house) == 0  # what she was asked before is forgotten with her post


async def test_a_sheet_is_of_its_own_clinic(
    house: House, clinic: Clinic, yashina: Doctor, tamara: Employee
) -> None:
    """R30: the same names at another clinic's desk are other doctors; a colleague's sheet is not
    one's own, and one's own is of the desk where it was sent."""
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    stranger = await employ(house, Role.REGISTRAR, 299, "severyanka")
    invitation = await house.services.members.appoint("severyanka", Role.REGISTRAR)
    second = await house.services.workday.accept(tamara.person, invitation.token, "Тамара")
    before = await stored(house, yashina)
    await propose(house, tamara)
    for other in (stranger, Employee(tamara.person, second.post.id)):
        with pytest.raises(DraftReplaced):
            await take_over(house, other)
    with pytest.raises(RoomNeeded):  # Яшина is nobody there
        await propose(house, stranger)
    assert await waiting(house) == 1
    told = sheet(row("09:00"), rooms=["7"])
    proposed = await propose(house, stranger, told)
    assert [each.new for each in proposed.imported.doctors] == [True]
    assert await stored(house, yashina) == before


async def test_another_file_is_not_taken_for_the_one_that_was_looked_at(
    house: House, clinic: Clinic, yashina: Doctor, tamara: Employee
) -> None:
    """R37: neither other content under the same name, nor a sheet that was sent meanwhile."""
    before = await everything(house)
    await propose(house, tamara)
    with pytest.raises(SheetGone):
        await take_over(house, tamara, digest="b2")
    assert await waiting(house) == 1
    await propose(house, tamara, file=SheetWaiting("BQAC-2", "b2"))
    with pytest.raises(DraftReplaced):
        await take_over(house, tamara)
    await house.services.hours.discard(tamara.person, tamara.post)
    with pytest.raises(DraftReplaced):
        await take_over(house, tamara, draft_mark(SheetWaiting("BQAC-2", "b2")), "b2")
    assert await everything(house) == before
    assert await waiting(house) == 0
