"""What a family was told of its visit changes with word to it, and its calendar with it."""

from dataclasses import dataclass, field, replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.desk.call_list import CallList
from services.messages import retelling
from services.model.clinic import Clinic, Doctor
from services.model.letters import ClinicMoved, Letter, PlaceChanged
from services.model.messages import Urgency
from services.model.people import Person
from services.model.schedule import Timetable
from services.model.slot_sync import There
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState, Matter
from services.ports.sending import Unreachable
from services.rules.typed.texts import is_spelling
from services.schedule.listed_times import ListedDoctor, ListedTime
from services.visits.booking import TOLD_AGAIN_AFTER
from tests.conftest import PETROVA, House, weekly
from tests.playing import played
from tests.services.conftest import Employee, Family, families


@dataclass
class Mailbox:
    """Every letter that came; it may be that nobody can be reached."""

    letters: list[Letter] = field(default_factory=list)
    closed: bool = False

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """At once."""

    async def tell(self, letter: Letter) -> None:
        if self.closed:
            raise Unreachable
        self.letters.append(letter)


@played
async def slots(house: House, anna: Family, petrova: Doctor) -> list[Slot]:
    return await house.free_times(anna.parent, anna.child.id, petrova)


@pytest.fixture
async def visit(house: House, anna: Family, slots: list[Slot]) -> Appointment:
    """Анна has seen that she has Monday, 10:30, room 12."""
    visit = await house.book(anna.parent, anna.child.id, slots[6])
    await house.answered(anna.parent, visit)
    house.clock.forward(minutes=30)
    return visit


async def into_room(house: House, clinic: Clinic, room: str) -> int:
    """Петрова's timetable again, with a room; how many visits its preview says are told."""
    timetable = Timetable(PETROVA.name, room, house.clock().date(), PETROVA.rules)
    seen = await house.services.timetables.preview(clinic.id, [timetable])
    done = await house.services.timetables.replace(clinic.id, [timetable])
    assert [each.told for each in seen.listed] == [each.told for each in done.listed]
    return done.listed[0].told


async def retold(house: House) -> None:
    """As the job does it."""
    while await house.services.retelling.retell():
        pass


async def sent(house: House) -> list[Letter]:
    """What families get of it."""
    mailbox = Mailbox()
    await retold(house)
    await house.services.notices.tell_due(mailbox)
    return mailbox.letters


async def as_it_is(house: House, anna: Family, visit: Appointment) -> Appointment:
    return (await house.services.mine.visit(anna.parent, visit.id)).visit


async def test_another_room_by_a_sheet_is_told(
    house: House, clinic: Clinic, anna: Family, visit: Appointment
) -> None:
    """R24, R56: the family reads the new one, once; the calendar's revision and its moment rise,
    and what the doctor's word, the calls and an absence's undo go by stays."""
    assert await into_room(house, clinic, "15") == 1
    [letter] = await sent(house)
    assert isinstance(letter, PlaceChanged)
    assert letter.visit.slot.doctor.room == "15"
    after = await as_it_is(house, anna, visit)
    assert (after.sequence, after.revision) == (visit.sequence, visit.revision + 1)
    assert after.revised_at == house.clock() > visit.revised_at
    assert after.changed_at == visit.changed_at

    house.clock.forward(hours=1)
    assert await sent(house) == []
    assert await into_room(house, clinic, "15") == 0
    assert await sent(house) == []


async def test_nobody_is_sent_to_another_room_at_a_time_without_a_doctor(
    house: House, clinic: Clinic, tamara: Employee, anna: Family, visit: Appointment
) -> None:
    """R56, R64: one sheet gives another room and other hours; the visit outside of them is the
    registry's to settle. Once it may stay, the family hears where to come to."""
    later = weekly(time(14), time(18))
    timetable = Timetable(PETROVA.name, "15", house.clock().date(), later)
    done = await house.services.timetables.replace(clinic.id, [timetable])
    assert done.listed[0].told == 0
    assert await sent(house) == []

    seeing = house.services.to_see
    ids = (tamara.person, tamara.post, visit.id)
    await seeing.settle(*ids, visit.sequence, Matter.OUTSIDE, done=True)
    [letter] = await sent(house)
    assert isinstance(letter, PlaceChanged)
    assert letter.visit.slot.doctor.room == "15"


async def test_another_room_by_a_list_of_times_is_told(
    house: House, clinic: Clinic, anna: Family, visit: Appointment
) -> None:
    """R56: the other way in of sheets, its preview included."""
    free = ListedTime(
        (visit.slot.local_start + timedelta(days=1)).replace(tzinfo=None),
        timedelta(minutes=15),
        There.FREE,
    )
    listed = [ListedDoctor(PETROVA.name, ["21"], [free])]
    seen = await house.services.imports.preview(clinic.id, listed)
    await house.services.imports.apply(clinic.id, listed)

    assert [each.told for each in seen.doctors] == [1]
    [letter] = await sent(house)
    assert isinstance(letter, PlaceChanged)
    assert letter.visit.slot.doctor.room == "21"


async def test_another_address_by_a_file_is_told_to_all(
    house: House, clinic: Clinic, anna: Family, boris: Family, visit: Appointment, kim: Doctor
) -> None:
    """R56: whichever doctor they go to; unless whoever enters it says that it was misspelt."""
    his = await house.book(boris.parent, boris.child.id, (await _free(house, boris, kim))[0])
    await house.answered(boris.parent, his)
    house.clock.forward(minutes=1)
    entry = await house.services.profiles.entered(clinic.code)
    corrected = replace(entry, profile=replace(entry.profile, address="Садовая улица, дом 7"))
    assert (await house.services.profiles.enter(corrected, spelling=True)).told == 0
    assert await sent(house) == []

    moved = replace(entry, profile=replace(entry.profile, address="ул. Новая, 1"))
    assert (await house.services.profiles.preview(moved)).told == 2
    await house.services.profiles.enter(moved)
    letters = await sent(house)
    assert sorted(letter.person.id for letter in letters) == [anna.parent, boris.parent]


async def _free(house: House, family: Family, doctor: Doctor) -> list[Slot]:
    return await house.free_times(family.parent, family.child.id, doctor)


async def test_a_phone_is_simply_another_one(
    house: House, clinic: Clinic, visit: Appointment
) -> None:
    """R56: nobody goes elsewhere for it."""
    entry = await house.services.profiles.entered(clinic.code)
    other = replace(entry, profile=replace(entry.profile, phone="+7 495 000-00-77"))
    assert (await house.services.profiles.enter(other)).told == 0
    assert await sent(house) == []


async def test_a_corrected_spelling_tells_nobody(
    house: House, clinic: Clinic, anna: Family, visit: Appointment
) -> None:
    """R56: neither the family nor its calendar, and the preview says so."""
    assert await into_room(house, clinic, "12 ") == 0
    assert await sent(house) == []
    assert (await as_it_is(house, anna, visit)).revision == visit.revision


@given(st.text(alphabet="АБёе №.,-/12", max_size=6), st.text(alphabet="АБёе №.,-/12", max_size=6))
def test_what_a_spelling_is(one: str, other: str) -> None:
    """R56: letters and digits count, and nothing else; whichever way round."""
    same = [c for c in one.lower().replace("ё", "е") if c.isalnum()] == [
        c for c in other.lower().replace("ё", "е") if c.isalnum()
    ]
    assert is_spelling(one, other) == is_spelling(other, one) == same


async def test_several_changes_are_one_letter(
    house: House,
    clinic: Clinic,
    anna: Family,
    visit: Appointment,
    slots: list[Slot],
    tamara: Employee,
) -> None:
    """R56: room and address; and where the visit was moved, too, that letter says all of it."""
    await into_room(house, clinic, "15")
    entry = await house.services.profiles.entered(clinic.code)
    await house.services.profiles.enter(
        replace(entry, profile=replace(entry.profile, address="ул. Новая, 1"))
    )
    [letter] = await sent(house)
    assert isinstance(letter, PlaceChanged)
    assert letter.visit.slot.doctor.clinic.address == "ул. Новая, 1"

    house.clock.forward(minutes=1)
    await house.services.desk.move(tamara.person, tamara.post, visit.id, slots[9].id)
    await into_room(house, clinic, "16")
    [letter] = await sent(house)
    assert isinstance(letter, ClinicMoved)
    assert letter.visit.slot.doctor.room == "16"


async def test_what_changes_before_it_was_told_is_told_last(
    house: House, clinic: Clinic, anna: Family, visit: Appointment
) -> None:
    """R17, R56: twice another room within quiet hours is one letter, with the last one; none at all
    of a visit that is cancelled meanwhile."""
    await into_room(house, clinic, "15")
    await retold(house)
    house.clock.forward(seconds=1)
    await into_room(house, clinic, "16")
    [letter] = await sent(house)
    assert isinstance(letter, PlaceChanged)
    assert letter.visit.slot.doctor.room == "16"

    house.clock.forward(minutes=1)
    await into_room(house, clinic, "17")
    await retold(house)
    await house.services.mine.cancel(anna.parent, visit.id)
    assert await sent(house) == []


async def calls(house: House, tamara: Employee) -> CallList:
    return await house.services.calls.list(tamara.person, tamara.post)


async def test_whom_the_bot_cannot_tell_is_listed(
    house: House, clinic: Clinic, visit: Appointment, tamara: Employee
) -> None:
    """R52, R56: with what changed, until somebody has phoned; and again after the next change."""
    await into_room(house, clinic, "15")
    await retold(house)
    assert (await calls(house, tamara)).families == []  # it is on its way
    for room in ("15", "16"):
        await into_room(house, clinic, room)
        await retold(house)
        await house.services.notices.tell_due(Mailbox(closed=True))
        [family] = (await calls(house, tamara)).families
        assert family.call.elsewhere
        assert family.call.done_at is None
        await house.services.calls.settle(
            tamara.person, tamara.post, visit.id, visit.sequence, done=True
        )
        [family] = (await calls(house, tamara)).families
        assert family.call.done_at
        house.clock.forward(minutes=1)


async def test_many_are_told_in_steps(
    house: House, clinic: Clinic, petrova: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R56: each family once, however many steps that takes; a process that dies in between leaves
    the rest to the next one."""
    some = await families(house, clinic, 5)
    for each in some:
        offer = await house.services.booking.earliest(each.parent, each.need, clinic.id)
        visit = await house.book(each.parent, each.child.id, offer.slot)
        await house.answered(each.parent, visit)
    house.clock.forward(minutes=1)
    entry = await house.services.profiles.entered(clinic.code)
    await house.services.profiles.enter(
        replace(entry, profile=replace(entry.profile, address="ул. Новая, 1"))
    )
    monkeypatch.setattr(retelling, "STEP", 2)
    assert await house.services.retelling.retell() == 2
    assert len(await sent(house)) == 5
    assert await house.count("appointments", "told = 1") == 5


async def test_who_booked_in_that_moment_hears_of_it(
    house: House, clinic: Clinic, anna: Family, boris: Family, visit: Appointment, slots: list[Slot]
) -> None:
    """R56: the booking had begun before the change and was committed after it, and after its first
    step: it is found for some minutes, and then nobody looks any more."""
    house.clock.forward(seconds=10)
    await into_room(house, clinic, "15")
    assert len(await sent(house)) == 1
    house.clock.now -= timedelta(seconds=5)
    late = await house.book(boris.parent, boris.child.id, slots[8])
    await house.answered(boris.parent, late)
    house.clock.now += timedelta(seconds=6)
    [letter] = await sent(house)
    assert letter.person.id == boris.parent

    house.clock.now += retelling.WATCHED
    assert await sent(house) == []
    assert await house.count("doctors", "facts_at IS NOT NULL") == 0


async def test_only_visits_ahead_are_told(
    house: House, clinic: Clinic, anna: Family, visit: Appointment
) -> None:
    """R56: not one that has begun, and not one that is off."""
    house.clock.now = visit.slot.starts_at
    assert await into_room(house, clinic, "15") == 0
    assert await sent(house) == []
    assert (await as_it_is(house, anna, visit)).state is AppointmentState.BOOKED


async def test_the_answer_to_a_booking_is_still_told(
    house: House, clinic: Clinic, anna: Family, slots: list[Slot]
) -> None:
    """R18, R56: who has not seen it yet gets both, with the room that is true."""
    await house.book(anna.parent, anna.child.id, slots[6])
    house.clock.forward(seconds=1)
    await into_room(house, clinic, "15")
    first = await sent(house)
    house.clock.now += TOLD_AGAIN_AFTER
    assert [len(first), len(await sent(house))] == [1, 1]
