"""Who is reminded and told what, planned with the fact it follows from; and what was agreed to."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeAlias

import pytest

from bot.app import Services
from services.families.consents import OPTIONAL
from services.messages.sending import BATCH
from services.model.access import Role
from services.model.clinic import Clinic, Doctor
from services.model.consents import ConsentText, Purpose
from services.model.ids import PersonId
from services.model.letters import ClinicCancelled, ClinicMoved, Letter, Reminder, StillBooked
from services.model.messages import NotificationKind, NotificationState, Urgency
from services.model.people import Language, Person
from services.model.refusals.base import NotFound
from services.model.refusals.families import ConsentChanged, NoConsent
from services.model.refusals.visits import SlotTaken
from services.model.slots import Slot
from services.model.visits import Appointment
from services.ports.sending import Unreachable
from services.visits.booking import TOLD_AGAIN_AFTER
from storage.database.transaction import StoredTransactions
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.playing import played
from tests.services.conftest import Employee, Family, employ, families, open_clinic, run_sql
from tests.values import on_wall

TUESDAY, WEDNESDAY = "2026-11-24", "2026-11-25"


@dataclass
class Post:
    """A notifier that keeps the letters it was given."""

    letters: list[Letter] = field(default_factory=list)
    blocked: set[PersonId] = field(default_factory=set)
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens once while a letter is on its way."""

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """At once."""

    async def tell(self, letter: Letter) -> None:
        if letter.person.id in self.blocked:
            raise Unreachable
        self.letters.append(letter)
        if happens := self.meanwhile:
            self.meanwhile = None
            await happens()

    def to(self, *families: Family) -> list[type[Letter]]:
        """The kinds of letters that these families got."""
        parents = [family.parent for family in families]
        return [type(letter) for letter in self.letters if letter.person.id in parents]


@played
async def clinic(house: House, clinic: Clinic) -> Clinic:
    """Ромашка, with texts for all that can be agreed to."""
    return await house.services.clinics.open(ROMASHKA, CONSENTS, [])


@played
async def registry(house: House, clinic: Clinic) -> Employee:
    """Somebody at the clinic's desk."""
    return await employ(house, Role.REGISTRAR, 900)


@played
async def papa(house: House, clinic: Clinic, anna: Family) -> Family:
    """Миша's father, who looks after him too."""
    parent = await house.parent(103, clinic)
    await share(house, anna, parent)
    return Family(parent, anna.child)


@played
async def reminded(house: House, clinic: Clinic, anna: Family) -> Family:
    """Анна, who wants to be reminded."""
    await agree(house, anna, clinic)
    return anna


@played
async def visit(house: House, reminded: Family, petrova: Doctor) -> Appointment:
    """Анна and Миша, on Wednesday at 10:30."""
    return await book(house, reminded, petrova, f"{WEDNESDAY} 10:30")


async def share(house: House, family: Family, adult: PersonId) -> None:
    """Let another adult care for the family's child too."""
    await run_sql(
        house,
        "INSERT INTO care (person_id, child_id, since) VALUES (:adult, :child, '2026-11-20')",
        adult=adult,
        child=family.child.id,
    )


async def agree(
    house: House, family: Family, clinic: Clinic, purpose: Purpose = Purpose.REMINDERS
) -> None:
    await house.services.consents.agree(family.parent, clinic.id, purpose, version=1)


async def slot_at(house: House, doctor: Doctor, wall: str) -> Slot:
    """The doctor's time that begins when the clinic's clock shows this."""
    starts_at = on_wall(wall, doctor.clinic)
    async with house.transactions.reads() as tx:
        stored = await tx.slots.stored(doctor.id, starts_at, starts_at + timedelta(minutes=1))
        [found] = [each for each in stored if each.opening.stretch.starts_at == starts_at]
        return await tx.slots.get(found.id, person=PersonId(0), now=house.clock())


async def book(house: House, family: Family, doctor: Doctor, wall: str) -> Appointment:
    """Book a time; the family sees that it worked."""
    visit = await house.book(family.parent, family.child.id, await slot_at(house, doctor, wall))
    await house.answered(family.parent, visit)
    return visit


async def move(house: House, family: Family, visit: Appointment, wall: str) -> None:
    slot = await slot_at(house, visit.slot.doctor, wall)
    moved = await house.services.booking.move(family.parent, visit.id, slot.id)
    await house.answered(family.parent, moved.visit)


async def move_by(house: House, desk: Employee, visit: Appointment, wall: str) -> Slot:
    """The clinic gives a visit another time."""
    slot = await slot_at(house, visit.slot.doctor, wall)
    await house.services.desk.move(desk.person, desk.post, visit.id, slot.id)
    return slot


def at(house: House, wall: str) -> None:
    """Let the clinic's clock show this."""
    house.clock.now = on_wall(wall)


async def rows(house: House, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    return [tuple(row) for row in await house.database.rows(query)]


async def planned(house: House) -> list[tuple[PersonId, str, str]]:
    """To whom what is still to be told, and when (UTC), by time; but for what one of the family
    did, of which the others read at once."""
    found = await rows(
        house,
        "SELECT due_at, person_id, kind FROM notifications WHERE state = 'planned'"
        " AND kind NOT LIKE 'family-%' ORDER BY due_at, person_id, kind",
    )
    return [(PersonId(person), kind, str(due)[5:16]) for due, person, kind in found]


async def tell(house: House, post: Post | None = None) -> list[Letter]:
    """What is sent now."""
    post = post or Post()
    before = len(post.letters)
    await house.services.notices.tell_due(post)
    return post.letters[before:]


Became: TypeAlias = tuple[NotificationKind, NotificationState]


def hearing(house: House, became: list[Became]) -> House:
    """The house, as one hears what became of each notification."""

    def hear(kind: NotificationKind, state: NotificationState) -> None:
        became.append((kind, state))

    return replace(house, services=Services(house.transactions, house.clock, hear))


# Who is reminded


async def test_all_who_care_and_agreed_are_reminded(
    house: House, clinic: Clinic, reminded: Family, papa: Family, petrova: Doctor
) -> None:
    """R21: both adults of a child, whoever booked; nobody else."""
    await agree(house, papa, clinic)
    await book(house, reminded, petrova, f"{WEDNESDAY} 10:30")

    assert await planned(house) == [
        (reminded.parent, "evening", "11-24 15:00"),
        (papa.parent, "evening", "11-24 15:00"),
        (reminded.parent, "soon", "11-25 05:30"),
        (papa.parent, "soon", "11-25 05:30"),
    ]


async def test_who_did_not_agree_is_not_reminded(
    house: House, reminded: Family, papa: Family, boris: Family, petrova: Doctor
) -> None:
    """R21, R41: neither a child's other adult nor another family."""
    await book(house, papa, petrova, f"{WEDNESDAY} 10:30")
    await book(house, boris, petrova, f"{WEDNESDAY} 10:45")

    assert {person for person, _, _ in await planned(house)} == {reminded.parent}


async def test_an_agreement_is_with_one_clinic(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R41: what was agreed to at another clinic allows nothing here."""
    other = await open_clinic(house, consents=CONSENTS)
    await house.services.families.consent(anna.parent, other.id, version=1)
    await agree(house, anna, other)
    await book(house, anna, petrova, f"{WEDNESDAY} 10:30")
    assert await planned(house) == []

    [_kim, elsewhere] = await house.doctors(other)
    await book(house, anna, elsewhere, f"{WEDNESDAY} 09:00")
    assert [kind for _, kind, _ in await planned(house)] == ["evening", "soon"]


@pytest.mark.parametrize("purpose", [Purpose.NEWS, Purpose.CHECK_UPS])
async def test_an_agreement_is_to_one_purpose(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor, purpose: Purpose
) -> None:
    """R41: who wants news does not want reminders for that."""
    await agree(house, anna, clinic, purpose)
    await book(house, anna, petrova, f"{WEDNESDAY} 10:30")

    assert await planned(house) == []


async def test_nobody_is_reminded_after_they_took_their_agreement_back(
    house: House, clinic: Clinic, reminded: Family, papa: Family, visit: Appointment
) -> None:
    """R17, R40: what was planned goes at once; the other adult's stays."""
    await agree(house, papa, clinic)
    await house.services.consents.withdraw(reminded.parent, clinic.id, Purpose.REMINDERS)

    assert {person for person, _, _ in await planned(house)} == {papa.parent}
    await move(house, reminded, visit, f"{WEDNESDAY} 11:00")
    assert {person for person, _, _ in await planned(house)} == {papa.parent}


async def test_who_took_it_back_while_their_turn_was_waited_for_is_not_reminded(
    house: House, clinic: Clinic, reminded: Family, visit: Appointment
) -> None:
    """R17, R40: the last look is after the permit."""

    class Slow(Post):
        async def permit(self, person: Person, urgency: Urgency) -> None:
            await house.services.consents.withdraw(person.id, clinic.id, Purpose.REMINDERS)

    at(house, f"{TUESDAY} 18:00")
    assert await tell(house, Slow()) == []
    assert await planned(house) == []


async def test_who_books_late_is_not_reminded_of_what_they_just_did(
    house: House, reminded: Family, petrova: Doctor
) -> None:
    """R19: nor are reminders made up for that would have been due before."""
    at(house, f"{TUESDAY} 17:00")
    visit = await book(house, reminded, petrova, f"{WEDNESDAY} 10:30")
    assert await planned(house) == [(reminded.parent, "soon", "11-25 05:30")]

    at(house, f"{WEDNESDAY} 08:00")
    await move(house, reminded, visit, f"{WEDNESDAY} 11:30")
    assert await planned(house) == []


# Planned in the transaction of what it follows from

Deed = Callable[[House, Family, Appointment], Awaitable[object]]
"""What changes whom is to be told what."""
BOTH_REMINDERS = [("evening", "11-24 15:00"), ("soon", "11-25 05:30")]


async def moves(house: House, anna: Family, visit: Appointment) -> None:
    slot = await slot_at(house, visit.slot.doctor, "2026-11-26 09:15")
    await house.services.booking.move(anna.parent, visit.id, slot.id)


async def cancels(house: House, anna: Family, visit: Appointment) -> None:
    await house.services.mine.cancel(anna.parent, visit.id)


async def removes(house: House, anna: Family, visit: Appointment) -> None:
    clinic = visit.slot.doctor.clinic
    await house.services.children.remove(anna.parent, clinic.id, anna.child.id)


async def wants_it_later(house: House, anna: Family, visit: Appointment) -> None:
    clinic = visit.slot.doctor.clinic
    at = (visit.slot.local_start.replace(hour=20, minute=0)).time()
    await house.services.wishes.remind_in_the_evening(anna.parent, clinic.id, at)


async def wants_no_evening(house: House, anna: Family, visit: Appointment) -> None:
    clinic = visit.slot.doctor.clinic
    await house.services.wishes.remind_in_the_evening(anna.parent, clinic.id, None)


async def wants_it_sooner(house: House, anna: Family, visit: Appointment) -> None:
    clinic = visit.slot.doctor.clinic
    await house.services.wishes.remind_before(anna.parent, clinic.id, timedelta(hours=1))


async def wants_no_second_one(house: House, anna: Family, visit: Appointment) -> None:
    clinic = visit.slot.doctor.clinic
    await house.services.wishes.remind_before(anna.parent, clinic.id, None)


async def wants_names(house: House, anna: Family, visit: Appointment) -> None:
    clinic = visit.slot.doctor.clinic
    await house.services.wishes.be_discreet(anna.parent, clinic.id, False)


async def takes_it_back(house: House, anna: Family, visit: Appointment) -> None:
    clinic = visit.slot.doctor.clinic
    await house.services.consents.withdraw(anna.parent, clinic.id, Purpose.REMINDERS)


async def agrees_again(house: House, anna: Family, visit: Appointment) -> None:
    await agree(house, anna, visit.slot.doctor.clinic)


async def declines(house: House, anna: Family, visit: Appointment) -> None:
    clinic = visit.slot.doctor.clinic
    await house.services.consents.decline(anna.parent, clinic.id, Purpose.REMINDERS)


async def at_the_desk(house: House) -> Employee:
    """Who stands at the desk already."""
    person = await house.services.families.meet(900, Language.RUSSIAN)
    async with house.transactions.reads() as tx:
        [post] = await tx.staff.of_person(person.id)
    return Employee(person.id, post.id)


async def clinic_moves(house: House, anna: Family, visit: Appointment) -> None:
    slot = await slot_at(house, visit.slot.doctor, "2026-11-26 09:15")
    desk = await at_the_desk(house)
    await house.services.desk.move(desk.person, desk.post, visit.id, slot.id)


async def clinic_cancels(house: House, anna: Family, visit: Appointment) -> None:
    desk = await at_the_desk(house)
    await house.services.desk.cancel(desk.person, desk.post, visit.id)


MOVED_REMINDERS = [("evening", "11-25 15:00"), ("soon", "11-26 04:15")]


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        (moves, [("booked", "11-23 04:05"), *MOVED_REMINDERS]),
        (cancels, []),
        (removes, []),
        (wants_it_later, [("evening", "11-24 17:00"), ("soon", "11-25 05:30")]),
        (wants_no_evening, [("soon", "11-25 05:30")]),
        (wants_it_sooner, [("evening", "11-24 15:00"), ("soon", "11-25 06:30")]),
        (wants_no_second_one, [("evening", "11-24 15:00")]),
        (wants_names, BOTH_REMINDERS),
        (takes_it_back, []),
        (agrees_again, BOTH_REMINDERS),
        (declines, BOTH_REMINDERS),
        (clinic_moves, [("moved", "11-23 04:00"), *MOVED_REMINDERS]),
        (clinic_cancels, [("cancelled", "11-23 04:00")]),
    ],
)
async def test_what_is_planned_is_right_at_every_commit(
    house: House,
    reminded: Family,
    visit: Appointment,
    registry: Employee,
    deed: Deed,
    expected: list[tuple[str, str]],
) -> None:
    """R21: what a deed changes and what is planned for it are one transaction."""
    writes = 0

    def watch(kind: str, _seconds: float) -> None:
        nonlocal writes
        writes += kind == "write"

    transactions = StoredTransactions(house.engines, house.clock, watch)
    watched = replace(house, services=Services(transactions, house.clock))
    assert [(kind, due) for _, kind, due in await planned(house)] == BOTH_REMINDERS
    await deed(watched, reminded, visit)

    assert writes == 1
    assert [(kind, due) for _, kind, due in await planned(house)] == expected
    if deed is not removes:
        await deed(watched, reminded, visit)  # once more changes nothing
    assert [(kind, due) for _, kind, due in await planned(house)] == expected


async def test_who_agrees_after_booking_is_reminded_of_what_is_ahead(
    house: House, clinic: Clinic, anna: Family, petrova: Doctor
) -> None:
    """R21: of every visit of every child in their care; not of what would have been due."""
    sister = Family(anna.parent, await house.child(anna.parent, "Соня", "05.05.2021"))
    await book(house, anna, petrova, f"{TUESDAY} 10:30")
    await book(house, sister, petrova, f"{WEDNESDAY} 10:30")
    assert await planned(house) == []

    at(house, "2026-11-23 18:01")
    await agree(house, anna, clinic)
    assert await planned(house) == [
        (anna.parent, "soon", "11-24 05:30"),
        (anna.parent, "evening", "11-24 15:00"),
        (anna.parent, "soon", "11-25 05:30"),
    ]


async def test_a_visit_that_could_not_be_moved_is_reminded_of_as_before(
    house: House, reminded: Family, boris: Family, petrova: Doctor, visit: Appointment
) -> None:
    """R09, R21: nothing of a refused move stays, its reminders neither."""
    await book(house, boris, petrova, f"{WEDNESDAY} 11:00")
    with pytest.raises(SlotTaken):
        await move(house, reminded, visit, f"{WEDNESDAY} 11:00")

    assert [(kind, due) for _, kind, due in await planned(house)] == BOTH_REMINDERS


async def test_an_adult_who_looks_after_a_child_no_more_is_not_reminded(
    house: House, clinic: Clinic, reminded: Family, papa: Family, visit: Appointment
) -> None:
    """R21, R30: the visit stands, as the other adult does, who is reminded as before."""
    await agree(house, papa, clinic)
    await house.services.children.remove(reminded.parent, clinic.id, reminded.child.id)

    assert await planned(house) == [
        (papa.parent, "evening", "11-24 15:00"),
        (papa.parent, "soon", "11-25 05:30"),
    ]


async def test_wishes_are_each_persons_own(
    house: House, clinic: Clinic, reminded: Family, papa: Family, visit: Appointment
) -> None:
    """R21: what one adult wishes changes nothing for the other."""
    await agree(house, papa, clinic)
    await wants_no_evening(house, papa, visit)

    assert await planned(house) == [
        (reminded.parent, "evening", "11-24 15:00"),
        (reminded.parent, "soon", "11-25 05:30"),
        (papa.parent, "soon", "11-25 05:30"),
    ]


# While a reminder is overdue


@pytest.mark.parametrize(
    "deed", [wants_names, wants_it_sooner, wants_no_second_one, agrees_again, declines]
)
async def test_a_change_of_settings_does_not_lose_what_is_overdue(
    house: House, reminded: Family, visit: Appointment, deed: Deed
) -> None:
    """R19, R21: nobody was sending at 18:00; it is sent once when somebody does, and not again."""
    at(house, f"{TUESDAY} 18:05")
    await deed(house, reminded, visit)
    assert [type(letter) for letter in await tell(house)] == [Reminder]

    await deed(house, reminded, visit)
    house.clock.forward(hours=1)
    assert await tell(house) == []


@pytest.mark.parametrize("hour", [17, 20])
async def test_a_reminder_that_is_overdue_comes_once_at_the_hour_that_is_wished_then(
    house: House, clinic: Clinic, reminded: Family, visit: Appointment, hour: int
) -> None:
    """R21: at 18:05 one wishes it at 20:00, and gets it then; or at 17:00, and gets it now."""
    at(house, f"{TUESDAY} 18:05")
    wished = visit.slot.local_start.replace(hour=hour, minute=0).time()
    await house.services.wishes.remind_in_the_evening(reminded.parent, clinic.id, wished)
    post = Post()
    while house.clock() < on_wall(f"{TUESDAY} 22:00"):
        if await tell(house, post):
            assert house.clock() == max(
                on_wall(f"{TUESDAY} {hour}:00"), on_wall(f"{TUESDAY} 18:05")
            )
        house.clock.forward(minutes=5)

    assert post.to(reminded) == [Reminder]


async def test_a_reminder_that_was_sent_is_not_sent_at_another_hour(
    house: House, clinic: Clinic, reminded: Family, visit: Appointment
) -> None:
    """R21: reminded at 18:00, one wishes 20:00 from now on."""
    at(house, f"{TUESDAY} 18:00")
    post = Post()
    await tell(house, post)
    await wants_it_later(house, reminded, visit)
    at(house, f"{TUESDAY} 20:00")
    await tell(house, post)

    assert post.to(reminded) == [Reminder]


@pytest.mark.parametrize("deed", [wants_it_later, wants_names, wants_it_sooner])
async def test_a_change_of_settings_while_a_reminder_is_on_its_way_does_not_double_it(
    house: House, reminded: Family, visit: Appointment, deed: Deed
) -> None:
    """R18, R21: what is being sent was sent, whenever it is wished from now on."""
    at(house, f"{TUESDAY} 18:00")
    post = Post(meanwhile=lambda: deed(house, reminded, visit))
    await tell(house, post)
    at(house, f"{TUESDAY} 20:30")
    await tell(house, post)

    assert post.to(reminded) == [Reminder]


async def test_a_visit_that_was_moved_there_and_back_is_reminded_of_once(
    house: House, reminded: Family, visit: Appointment
) -> None:
    """R17, R21: of one time a person is reminded once in the evening, however it came about."""
    at(house, f"{TUESDAY} 18:00")
    post = Post()
    await tell(house, post)
    await move(house, reminded, visit, "2026-11-26 09:00")
    await move(house, reminded, visit, f"{WEDNESDAY} 10:30")
    at(house, f"{TUESDAY} 20:30")
    await tell(house, post)
    assert post.to(reminded) == [Reminder]

    at(house, f"{WEDNESDAY} 08:30")
    await tell(house, post)
    assert post.to(reminded) == [Reminder, Reminder]


# What is sent, and when


async def test_two_children_on_one_morning_are_one_message(
    house: House, clinic: Clinic, reminded: Family, petrova: Doctor, kim: Doctor
) -> None:
    """R23: the visits of a day in order of time; the second one too, with its later visits."""
    sister = Family(reminded.parent, await house.child(reminded.parent, "Соня", "05.05.2021"))
    late = await book(house, reminded, petrova, f"{WEDNESDAY} 11:45")
    early = await book(house, sister, kim, f"{WEDNESDAY} 09:10")
    next_day = await book(house, sister, petrova, "2026-11-26 09:00")

    at(house, f"{TUESDAY} 18:00")
    [letter] = await tell(house)
    assert isinstance(letter, Reminder)
    assert [visit.id for visit in letter.visits] == [early.id, late.id]
    assert letter.discreet

    at(house, f"{WEDNESDAY} 07:10")
    [letter] = await tell(house)
    assert isinstance(letter, Reminder)
    assert [visit.id for visit in letter.visits] == [early.id, late.id]

    at(house, f"{WEDNESDAY} 18:00")
    [letter] = await tell(house)
    assert isinstance(letter, Reminder)
    assert [visit.id for visit in letter.visits] == [next_day.id]


async def test_what_waited_for_the_morning_is_one_message_however_many_wait(
    house: House, clinic: Clinic, petrova: Doctor, kim: Doctor
) -> None:
    """R22, R23: also where more was put off than is claimed at one time."""
    some = await families(house, clinic, BATCH)
    sisters = []
    for number, family in enumerate(some):
        await agree(house, family, clinic)
        await book(house, family, petrova, f"{WEDNESDAY} {10 + number // 4}:{number % 4 * 15:02}")
        sisters.append(Family(family.parent, await house.child(family.parent, f"Сестра {number}")))
    for number, sister in enumerate(sisters):
        start = on_wall(f"{WEDNESDAY} 09:30") + timedelta(minutes=20 * number)
        if number < 7:
            await book(house, sister, kim, f"{start.astimezone(clinic.zone):%Y-%m-%d %H:%M}")

    at(house, f"{TUESDAY} 23:00")
    assert await tell(house) == []
    at(house, f"{WEDNESDAY} 07:00")
    letters = await tell(house)
    told = sorted(letter.person.id for letter in letters)
    assert told == sorted(family.parent for family in some)


@pytest.mark.parametrize("discreet", [True, False])
async def test_what_comes_by_itself_says_no_more_than_is_wished(
    house: House, clinic: Clinic, reminded: Family, visit: Appointment, discreet: bool
) -> None:
    """R41: nothing but when and where, unless the person asked for more; asked once, it holds."""
    await house.services.wishes.be_discreet(reminded.parent, clinic.id, discreet)
    at(house, f"{TUESDAY} 18:00")
    [letter] = await tell(house)

    assert isinstance(letter, Reminder)
    assert letter.discreet is discreet


@pytest.mark.parametrize(
    ("up_again", "evening", "later"),
    [
        (f"{TUESDAY} 20:00", 1, 1),  # late, but of use; the second one follows
        (f"{TUESDAY} 23:00", 0, 1),  # quiet hours: both come with the morning, as one
        (f"{WEDNESDAY} 08:29", 1, 0),
        (f"{WEDNESDAY} 08:30", 1, 0),  # the first is past, the second is due
        (f"{WEDNESDAY} 10:29", 1, 0),
        (f"{WEDNESDAY} 10:30", 0, 0),  # nothing of what is past is told
    ],
)
async def test_after_downtime_what_is_of_use_is_told_and_the_rest_is_counted(
    house: House, reminded: Family, visit: Appointment, up_again: str, evening: int, later: int
) -> None:
    """R19, R48: never both, and each is accounted for."""
    became: list[Became] = []
    house = hearing(house, became)
    post = Post()
    at(house, up_again)
    assert len(await tell(house, post)) == evening
    while house.clock() < on_wall(f"{WEDNESDAY} 11:00"):
        house.clock.forward(minutes=30)
        await tell(house, post)

    assert len(post.letters) == evening + later
    assert sorted(kind for kind, _ in became) == ["evening", "soon"]
    assert await planned(house) == []


async def test_what_a_message_did_not_say_is_not_counted_as_said(
    house: House, clinic: Clinic, reminded: Family, petrova: Doctor, kim: Doctor
) -> None:
    """R19: of two children the first's visit is over; it is counted as past, and only so."""
    became: list[Became] = []
    house = hearing(house, became)
    await wants_no_second_one(
        house, reminded, await book(house, reminded, petrova, f"{WEDNESDAY} 09:00")
    )
    sister = Family(reminded.parent, await house.child(reminded.parent, "Соня", "05.05.2021"))
    await book(house, sister, kim, f"{WEDNESDAY} 11:30")
    at(house, f"{WEDNESDAY} 09:30")
    [letter] = await tell(house)

    assert isinstance(letter, Reminder)
    assert [visit.child.name for visit in letter.visits] == ["Соня"]
    assert sorted(state for _, state in became) == ["past", "sent"]
    assert await house.count("notifications", "state = 'sent'") == 1


async def test_who_blocked_the_bot_is_not_reminded_until_they_write(
    house: House, clinic: Clinic, reminded: Family, papa: Family, visit: Appointment, kim: Doctor
) -> None:
    """R20: the other adult is; that the bot was let in again is known when they write."""
    await agree(house, papa, clinic)
    await book(house, papa, kim, "2026-11-26 10:30")
    post = Post(blocked={reminded.parent})

    async def told(wall: str) -> set[PersonId]:
        at(house, wall)
        return {letter.person.id for letter in await tell(house, post)}

    assert await told(f"{TUESDAY} 18:00") == {papa.parent}
    post.blocked.clear()
    assert await told(f"{WEDNESDAY} 08:30") == {papa.parent}
    await house.services.families.meet(101, Language.RUSSIAN)
    assert await told(f"{WEDNESDAY} 18:00") == {reminded.parent, papa.parent}


async def test_a_booking_that_was_not_seen_is_not_told_once_the_visit_began(
    house: House, anna: Family, petrova: Doctor
) -> None:
    """R17, R19: nobody was sending meanwhile; that it is booked is of no use any more."""
    slot = await slot_at(house, petrova, f"{WEDNESDAY} 10:30")
    await house.book(anna.parent, anna.child.id, slot)
    house.clock.now = slot.starts_at

    assert await tell(house) == []
    assert await house.count("notifications", "state = 'void'") == 1


# The clinic changes a visit


async def test_all_who_care_hear_of_a_move_by_the_clinic(
    house: House, anna: Family, papa: Family, petrova: Doctor, registry: Employee
) -> None:
    """R17, R52: whether they agreed to reminders or not; once, with both times."""
    visit = await book(house, anna, petrova, f"{WEDNESDAY} 10:30")
    slot = await move_by(house, registry, visit, f"{WEDNESDAY} 11:15")
    await move_by(house, registry, visit, f"{WEDNESDAY} 11:15")
    letters = await tell(house)

    assert sorted(letter.person.id for letter in letters) == sorted([anna.parent, papa.parent])
    for letter in letters:
        assert isinstance(letter, ClinicMoved)
        assert (letter.visit.id, letter.visit.slot.id) == (visit.id, slot.id)
        assert letter.before.id == visit.slot.id
    assert await tell(house) == []


async def test_all_who_care_hear_of_a_cancelling_by_the_clinic(
    house: House, reminded: Family, papa: Family, petrova: Doctor, registry: Employee
) -> None:
    """R17, R52: and of nothing else about this visit any more."""
    visit = await book(house, reminded, petrova, f"{WEDNESDAY} 10:30")
    await house.services.desk.cancel(registry.person, registry.post, visit.id)
    await house.services.desk.cancel(registry.person, registry.post, visit.id)
    post = Post()
    while house.clock() < on_wall(f"{WEDNESDAY} 11:00"):
        await tell(house, post)
        house.clock.forward(minutes=30)

    assert post.to(reminded) == post.to(papa) == [ClinicCancelled]


async def test_what_the_clinic_did_takes_the_place_of_what_was_not_seen(
    house: House, anna: Family, petrova: Doctor, registry: Employee
) -> None:
    """R17: that the visit was booked is old news when it was moved."""
    slot = await slot_at(house, petrova, f"{WEDNESDAY} 10:30")
    visit = await house.book(anna.parent, anna.child.id, slot)
    await move_by(house, registry, visit, f"{WEDNESDAY} 11:15")
    post = Post()
    await tell(house, post)
    house.clock.now += TOLD_AGAIN_AFTER
    await tell(house, post)

    assert post.to(anna) == [ClinicMoved]


async def test_of_several_moves_only_the_last_is_told(
    house: House, anna: Family, petrova: Doctor, registry: Employee
) -> None:
    """R17: what was not told yet is not worth telling any more; what was told is told anew."""
    visit = await book(house, anna, petrova, f"{WEDNESDAY} 10:30")
    await move_by(house, registry, visit, f"{WEDNESDAY} 11:15")
    last = await move_by(house, registry, visit, f"{WEDNESDAY} 11:30")
    [letter] = await tell(house)
    assert isinstance(letter, ClinicMoved)
    assert letter.visit.slot.id == last.id

    again = await move_by(house, registry, visit, f"{WEDNESDAY} 11:45")
    [letter] = await tell(house)
    assert isinstance(letter, ClinicMoved)
    assert (letter.before.id, letter.visit.slot.id) == (last.id, again.id)
    await house.services.desk.cancel(registry.person, registry.post, visit.id)
    assert [type(letter) for letter in await tell(house)] == [ClinicCancelled]


async def test_the_clinic_cannot_take_a_time_that_another_family_has(
    house: House, reminded: Family, boris: Family, visit: Appointment, registry: Employee
) -> None:
    """R04, R21: refused, nobody is told anything, and the reminders stand."""
    await book(house, boris, visit.slot.doctor, f"{WEDNESDAY} 11:15")
    with pytest.raises(SlotTaken):
        await move_by(house, registry, visit, f"{WEDNESDAY} 11:15")

    assert [(kind, due) for _, kind, due in await planned(house)] == BOTH_REMINDERS


@pytest.mark.parametrize(("deed", "told"), [(moves, [StillBooked]), (cancels, []), (removes, [])])
async def test_a_familys_own_change_makes_the_clinics_old_news(
    house: House,
    anna: Family,
    petrova: Doctor,
    registry: Employee,
    deed: Deed,
    told: Sequence[type[Letter]],
) -> None:
    """R17: they saw what the clinic did when they changed it."""
    visit = await book(house, anna, petrova, f"{WEDNESDAY} 10:30")
    await move_by(house, registry, visit, f"{WEDNESDAY} 11:15")
    await deed(house, anna, visit)
    assert await tell(house) == []
    house.clock.now += TOLD_AGAIN_AFTER
    assert [type(letter) for letter in await tell(house)] == told


async def test_a_cancelling_by_the_clinic_is_told_though_the_family_cancels_too(
    house: House, anna: Family, petrova: Doctor, registry: Employee
) -> None:
    """R52: an old button after it changes nothing of that."""
    visit = await book(house, anna, petrova, f"{WEDNESDAY} 10:30")
    await house.services.desk.cancel(registry.person, registry.post, visit.id)
    await house.services.mine.cancel(anna.parent, visit.id)

    assert [type(letter) for letter in await tell(house)] == [ClinicCancelled]


async def clinic_moves_by_minutes(house: House, registry: Employee, visit: Appointment) -> None:
    wall = visit.slot.local_start + timedelta(minutes=15)
    await move_by(house, registry, visit, f"{wall:%Y-%m-%d %H:%M}")


async def clinic_moves_far(house: House, registry: Employee, visit: Appointment) -> None:
    await move_by(house, registry, visit, "2026-12-01 11:00")


async def clinic_takes_it_off(house: House, registry: Employee, visit: Appointment) -> None:
    await house.services.desk.cancel(registry.person, registry.post, visit.id)


@pytest.mark.parametrize("deed", [clinic_moves_by_minutes, clinic_moves_far, clinic_takes_it_off])
@pytest.mark.parametrize(
    ("visit_at", "changed", "told"),
    [
        (f"{TUESDAY} 10:30", f"{TUESDAY} 08:00", f"{TUESDAY} 08:00"),
        (f"{TUESDAY} 09:00", f"{TUESDAY} 05:30", f"{TUESDAY} 05:30"),
        (f"{TUESDAY} 09:00", "2026-11-23 22:00", "2026-11-23 22:00"),
        (f"{TUESDAY} 11:00", "2026-11-23 22:00", f"{TUESDAY} 07:00"),
        (f"{WEDNESDAY} 09:00", "2026-11-23 22:00", f"{TUESDAY} 07:00"),
    ],
)
async def test_the_clinics_changes_keep_quiet_hours_unless_they_cannot_wait(
    house: House,
    anna: Family,
    petrova: Doctor,
    registry: Employee,
    deed: Callable[[House, Employee, Appointment], Awaitable[None]],
    visit_at: str,
    changed: str,
    told: str,
) -> None:
    """R22: of a visit of this morning one hears at once, wherever it went; of others by day."""
    visit = await book(house, anna, petrova, visit_at)
    at(house, changed)
    await deed(house, registry, visit)
    while not (letters := await tell(house)):
        house.clock.forward(minutes=30)
        assert house.clock() <= on_wall(told)

    assert house.clock() == on_wall(told)
    assert [type(letter) for letter in letters] in ([ClinicMoved], [ClinicCancelled])


async def test_a_visit_that_is_moved_up_is_told_in_time_for_its_new_time(
    house: House, anna: Family, petrova: Doctor, registry: Employee
) -> None:
    """R22: from next week to tomorrow at nine, at night."""
    visit = await book(house, anna, petrova, "2026-12-01 11:00")
    at(house, "2026-11-23 22:00")
    await move_by(house, registry, visit, f"{TUESDAY} 09:00")

    assert [type(letter) for letter in await tell(house)] == [ClinicMoved]


async def test_quiet_hours_that_began_before_it_was_sent_are_kept(
    house: House, anna: Family, petrova: Doctor, registry: Employee
) -> None:
    """R19, R22: what the clinic did at noon, and nobody sent until ten, comes in the morning."""
    visit = await book(house, anna, petrova, f"{WEDNESDAY} 10:30")
    at(house, "2026-11-23 12:00")
    await house.services.desk.cancel(registry.person, registry.post, visit.id)
    at(house, "2026-11-23 22:00")
    assert await tell(house) == []
    at(house, f"{TUESDAY} 07:00")
    assert [type(letter) for letter in await tell(house)] == [ClinicCancelled]


async def test_a_move_from_a_time_that_is_over_waits_for_the_morning(
    house: House, anna: Family, petrova: Doctor, registry: Employee
) -> None:
    """R19, R22: once nobody can stand before a closed door, there is no hurry."""
    visit = await book(house, anna, petrova, f"{TUESDAY} 09:00")
    at(house, f"{TUESDAY} 08:00")
    await clinic_moves_far(house, registry, visit)
    at(house, f"{TUESDAY} 22:00")
    assert await tell(house) == []
    at(house, f"{WEDNESDAY} 07:00")
    assert [type(letter) for letter in await tell(house)] == [ClinicMoved]


async def test_a_change_that_nobody_can_come_to_any_more_is_not_told(
    house: House, anna: Family, petrova: Doctor, registry: Employee
) -> None:
    """R19: after the visit's end it is past, and counted so."""
    visit = await book(house, anna, petrova, f"{TUESDAY} 09:00")
    await house.services.desk.cancel(registry.person, registry.post, visit.id)
    house.clock.now = visit.slot.stretch.ends_at

    assert await tell(house) == []
    assert await house.count("notifications", "state = 'past'") == 1


# What was agreed to


async def records(house: House) -> list[tuple[str, int, str, bool]]:
    """Purpose, version, hash of the text and whether it stands, of consents beside the first."""
    found = await rows(
        house,
        "SELECT purpose, version, text_sha256, withdrawn_at IS NULL FROM consents"
        " WHERE purpose <> 'processing' ORDER BY id",
    )
    return [(purpose, version, text, bool(stands)) for purpose, version, text, stands in found]


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


async def test_each_purpose_is_agreed_to_by_itself(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """R40, R41: a row of its own with the version and the very text; agreeing again adds none."""
    consents = house.services.consents
    for purpose in OPTIONAL:
        await agree(house, anna, clinic, purpose)
        found = await consents.settings(anna.parent, clinic.id)
        await agree(house, anna, clinic, purpose)
        assert purpose in found.given
    await consents.withdraw(anna.parent, clinic.id, Purpose.NEWS)

    assert await records(house) == [
        (purpose, 1, hash_of(CONSENTS[purpose]), purpose is not Purpose.NEWS)
        for purpose in OPTIONAL
    ]
    found = await consents.settings(anna.parent, clinic.id)
    assert found.offered == {*OPTIONAL}
    assert found.given == {Purpose.PROCESSING, *OPTIONAL} - {Purpose.NEWS}


async def test_it_is_kept_when_an_agreement_was_given_and_taken_back(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """R40: given anew it is another row, so that all of it can be shown."""
    consents = house.services.consents
    for _ in range(2):
        house.clock.forward(hours=1)
        await agree(house, anna, clinic)
        house.clock.forward(hours=1)
        await consents.withdraw(anna.parent, clinic.id, Purpose.REMINDERS)
        await consents.withdraw(anna.parent, clinic.id, Purpose.REMINDERS)

    found = await rows(
        house,
        "SELECT given_at, withdrawn_at FROM consents WHERE purpose = 'reminders' ORDER BY id",
    )
    assert [(str(given)[11:16], str(withdrawn)[11:16]) for given, withdrawn in found] == [
        ("05:00", "06:00"),
        ("07:00", "08:00"),
    ]


async def test_whom_an_agreement_was_asked_for_with_is_kept(
    house: House, clinic: Clinic, anna: Family, boris: Family
) -> None:
    """R30, R40: with a child in the person's care; with another's nothing is recorded."""
    consents = house.services.consents
    with pytest.raises(NotFound):
        await consents.agree(anna.parent, clinic.id, Purpose.REMINDERS, 1, boris.child.id)
    assert await records(house) == []
    await consents.agree(anna.parent, clinic.id, Purpose.REMINDERS, 1, anna.child.id)

    found = await rows(house, "SELECT child_id FROM consents WHERE purpose = 'reminders'")
    assert found == [(anna.child.id,)]


async def test_who_said_no_is_not_asked_again(
    house: House, anna: Family, clinic: Clinic, petrova: Doctor
) -> None:
    """R41: the question comes with the first visit; a no is recorded, and can become a yes."""
    slot = await slot_at(house, petrova, f"{WEDNESDAY} 10:30")
    booked = await house.services.booking.book(anna.parent, anna.need, slot.id)
    visit, question = booked.visit, booked.question
    assert question
    assert question.text == ConsentText(
        clinic.id, Purpose.REMINDERS, 1, CONSENTS[Purpose.REMINDERS]
    )
    assert question.child_id == anna.child.id
    await house.answered(anna.parent, visit)
    assert await planned(house) == []

    await declines(house, anna, visit)
    await declines(house, anna, visit)
    again = await house.services.booking.book(anna.parent, anna.need, slot.id)
    assert (again.visit.id, again.question) == (visit.id, None)
    [row] = await rows(house, "SELECT purpose, version, declined_at FROM declined_consents")
    assert (row[0], row[1], str(row[2])[:16]) == ("reminders", 1, "2026-11-23 04:00")

    await agree(house, anna, clinic)
    assert [(kind, due) for _, kind, due in await planned(house)] == BOTH_REMINDERS


async def test_an_old_no_takes_no_agreement_back(
    house: House, clinic: Clinic, reminded: Family, visit: Appointment
) -> None:
    """R12, R41: an agreement ends by being taken back, not by a button of before."""
    await declines(house, reminded, visit)

    found = await house.services.consents.settings(reminded.parent, clinic.id)
    assert Purpose.REMINDERS in found.given
    assert [(kind, due) for _, kind, due in await planned(house)] == BOTH_REMINDERS


async def test_an_older_text_cannot_be_agreed_to(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """R41: whoever read the text of before is shown the new one first."""
    text = ConsentText(clinic.id, Purpose.REMINDERS, 2, "Новое согласие на напоминания.")
    async with house.transactions.writes() as tx:
        await tx.consents.publish(text)
    with pytest.raises(ConsentChanged):
        await agree(house, anna, clinic)
    assert await records(house) == []

    consents = house.services.consents
    shown = await consents.text(anna.parent, clinic.id, Purpose.REMINDERS)
    assert shown.text == text
    await consents.agree(anna.parent, clinic.id, Purpose.REMINDERS, shown.text.version)
    assert await records(house) == [("reminders", 2, hash_of(text.text), True)]


async def test_the_processing_of_data_is_not_a_setting(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """R40, R41: by a forged tap it can be neither given, declined nor taken back here."""
    consents = house.services.consents
    before = await house.database.dump()
    for deed in (
        consents.text(anna.parent, clinic.id, Purpose.PROCESSING),
        consents.agree(anna.parent, clinic.id, Purpose.PROCESSING, 1),
        consents.decline(anna.parent, clinic.id, Purpose.PROCESSING),
        consents.withdraw(anna.parent, clinic.id, Purpose.PROCESSING),
    ):
        with pytest.raises(NotFound):
            await deed

    assert await house.database.dump() == before


async def test_a_stranger_to_the_clinic_can_agree_to_nothing(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """R41: before the first consent nothing is recorded, not even a wish."""
    stranger = await house.parent(555)
    consents = house.services.consents
    wishes = house.services.wishes
    before = await house.database.dump()
    for deed in (
        consents.settings(stranger, clinic.id),
        consents.text(stranger, clinic.id, Purpose.REMINDERS),
        consents.agree(stranger, clinic.id, Purpose.REMINDERS, 1),
        consents.decline(stranger, clinic.id, Purpose.REMINDERS),
        consents.withdraw(stranger, clinic.id, Purpose.REMINDERS),
        wishes.remind_in_the_evening(stranger, clinic.id, None),
        wishes.remind_before(stranger, clinic.id, None),
        wishes.be_discreet(stranger, clinic.id, True),
    ):
        with pytest.raises(NoConsent):
            await deed

    assert await house.database.dump() == before


async def test_a_clinic_without_a_text_asks_for_nothing(house: House) -> None:
    """R41: what it has no text for can neither be asked nor agreed to."""
    plain = await open_clinic(house)
    anna = Family(parent := await house.parent(101, plain), await house.child(parent))
    [_kim, petrova] = await house.doctors(plain)
    slot = await slot_at(house, petrova, f"{WEDNESDAY} 10:30")
    booked = await house.services.booking.book(anna.parent, anna.need, slot.id)

    assert booked.question is None
    with pytest.raises(NotFound):
        await agree(house, anna, plain)
    found = await house.services.consents.settings(anna.parent, plain.id)
    assert (found.offered, found.given) == (frozenset(), frozenset({Purpose.PROCESSING}))
