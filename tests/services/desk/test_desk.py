"""The desk: a caller is found, booked, moved, cancelled; the same constraints, bent rules named."""

import asyncio
from datetime import date, timedelta

import pytest

from services.desk.codes import WrongCode
from services.desk.errands import Aim, Errand
from services.desk.search import AskPhone, AtDesk, Found, Nobody
from services.families.home import Home
from services.families.places import AskConsent
from services.model.access import Access, Role
from services.model.clinic import Clinic, Doctor, Reason
from services.model.conversations import Conversation, Searching
from services.model.ids import ChildId
from services.model.people import Child, Language
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.desk import RulesBent, TakenAnew, TooManyTries
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    ChildIsBusy,
    SlotHeld,
    SlotTaken,
    TimeReserved,
    TooFar,
    TooLate,
)
from services.model.reserved.times import Reservation, ReservedFor
from services.model.slots import Slot, Taker
from services.model.visits import Appointment
from services.rules.typed.texts import mark
from services.runtime.use_case import effect_of
from services.visits.staff_view import StaffVisit
from tests.conftest import House
from tests.services.conftest import Employee, Family, employ, run_sql, slots_of
from tests.values import on_wall

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
MISHA_LINE = "Миша 12.03.2024"


def to_book(child: Child, reason: Reason = Reason.CONSULTATION) -> Errand:
    return Errand(Aim.BOOK, child.id, reason)


async def day_of(
    house: House, who: Employee, errand: Errand, doctor: Doctor, on: date = MONDAY
) -> list[Slot]:
    """The times that the desk sees."""
    found = await house.services.desk.day(who.person, who.post, errand, doctor.id, on)
    return [time.slot for time in found.times]


async def book(house: House, who: Employee, child: Child, slot: Slot, **how: bool) -> Appointment:
    done = await house.services.desk.book(who.person, who.post, to_book(child), slot.id, **how)
    return done.visit


async def journal_of(house: House, child: Child) -> list[Access | str]:
    async with house.transactions.reads() as tx:
        records = await tx.journal.of_child(child.id, 100)
    return [record.entry.access for record in reversed(records)]


# Whom


async def test_one_line_opens_the_child(
    house: House, clinic: Clinic, tamara: Employee, anna: Family, boris: Family
) -> None:
    """A name and a birth date, or a visit's number; what was shown is taken down (R39)."""
    registry = house.services.registry
    found = await registry.search(tamara.person, MISHA_LINE)
    assert isinstance(found, AtDesk)
    assert (found.child, found.in_bot) == (anna.child, True)
    assert await journal_of(house, anna.child) == [Access.CARD]
    assert await journal_of(house, boris.child) == []

    slot = (await day_of(house, tamara, to_book(anna.child), await petrova_of(house, clinic)))[0]
    visit = await book(house, tamara, anna.child, slot, bending=True)
    shown = await registry.search(tamara.person, f"№ {visit.number}")
    assert isinstance(shown, StaffVisit)
    assert shown.visit.id == visit.id


async def petrova_of(house: House, clinic: Clinic) -> Doctor:
    return (await house.doctors(clinic))[1]


async def test_a_shared_birth_date_is_a_list(house: House, tamara: Employee, anna: Family) -> None:
    """Each child who is shown has a record of it."""
    twin = await house.child(anna.parent, "Маша")
    found = await house.services.registry.search(tamara.person, "12.03.2024")
    assert isinstance(found, Found)
    assert {child.name for child in found.children} == {"Миша", "Маша"}
    assert await journal_of(house, twin) == [Access.FOUND]

    other = await house.services.registry.search(tamara.person, "Костя 12.03.2024")
    assert isinstance(other, Found)
    assert not other.by_name
    assert len(other.children) == 2


@pytest.mark.parametrize("typed", ["Миша", "31.02.2024", "№ 99999", "здравствуйте"])
async def test_what_finds_nobody_says_so(house: House, tamara: Employee, typed: str) -> None:
    """And the desk goes on listening."""
    registry = house.services.registry
    assert isinstance(await registry.search(tamara.person, typed), Nobody)
    assert isinstance(await registry.search(tamara.person, "Костя 01.02.2024"), Found)


async def test_another_clinic_finds_nobody(house: House, stranger: Employee, anna: Family) -> None:
    """R30: who agreed at one clinic is not there for another's registry."""
    registry = house.services.registry
    codes = house.services.codes
    found = await registry.search(stranger.person, MISHA_LINE)
    assert isinstance(found, Found)
    assert found.children == []
    with pytest.raises(NotFound):
        await registry.card(stranger.person, stranger.post, anna.child.id)
    with pytest.raises(NotFound):
        await codes.code(stranger.person, stranger.post, anna.child.id)
    assert await journal_of(house, anna.child) == []


async def test_who_has_no_desk_searches_nothing(
    house: House, clinic: Clinic, kim: Doctor, anna: Family
) -> None:
    """A doctor's typing is no search, a parent's neither; dismissal holds at once."""
    doctor = await employ(house, Role.DOCTOR, 203, doctor=kim)
    head = await employ(house, Role.ADMINISTRATOR, 201)
    gone = await employ(house, Role.REGISTRAR, 204)
    await house.services.members.dismiss(head.person, head.post, gone.post)
    for person in (doctor.person, gone.person, anna.parent):
        with pytest.raises(NotFound):
            await house.services.registry.search(person, MISHA_LINE)


async def test_a_caller_is_known_by_the_phone(
    house: House, tamara: Employee, stranger: Employee, anna: Family
) -> None:
    """The number that a parent gave, at the own clinic only; it is kept nowhere as it was typed."""
    registry = house.services.registry
    await house.services.phones.give(anna.parent, "+79161234567", own=True)
    found = await registry.search(tamara.person, "8 916 123-45-67")
    assert isinstance(found, AtDesk)
    assert (found.child, list(found.phones)) == (anna.child, ["+79161234567"])
    elsewhere = await registry.search(stranger.person, "89161234567")
    assert isinstance(elsewhere, Found)
    assert elsewhere.children == []
    nobody = await registry.search(tamara.person, "8 916 765-43-21")
    assert isinstance(nobody, Found)
    assert nobody.children == []
    assert await house.count("conversations", "topic LIKE '%916%'") == 0


async def test_the_number_of_a_family_without_the_bot_is_noted(
    house: House, tamara: Employee, stranger: Employee
) -> None:
    """R35: encrypted, taken down, and found by it from then on."""
    registry = house.services.registry
    kostya = (await entered(house, tamara)).child
    await registry.ask_phone(tamara.person, tamara.post, kostya.id)
    asked = await journal_of(house, kostya)
    unclear = await registry.note_phone(tamara.person, "позже")
    assert isinstance(unclear, AskPhone)
    assert unclear.problem
    assert await journal_of(house, kostya) == [*asked, Access.CARD], "it was seen once more"
    noted = await registry.note_phone(tamara.person, "8 (916) 123-45-67")
    assert isinstance(noted, AtDesk)
    assert list(noted.phones) == ["+79161234567"]
    assert Access.PHONE in await journal_of(house, kostya)
    found = await registry.search(tamara.person, "+79161234567")
    assert isinstance(found, AtDesk)
    assert await house.count("phones", "ciphertext LIKE '%9161234567%'") == 0
    with pytest.raises(NotFound):
        await registry.ask_phone(stranger.person, stranger.post, kostya.id)


async def test_a_question_of_the_registry_is_no_doctor_s(
    house: House, kim: Doctor, anna: Family
) -> None:
    """R30: even with such a question on record, a doctor finds and enters nobody."""
    doctor = await employ(house, Role.DOCTOR, 203, doctor=kim)
    line = "Костя 01.02.2024"
    asked = Conversation(Searching(line), kim.clinic.id, house.clock(), doctor.post)
    async with house.transactions.writes() as tx:
        await tx.conversations.ask(doctor.person, asked)
    registry = house.services.registry
    for call in (
        registry.search(doctor.person, MISHA_LINE),
        registry.add(doctor.person, doctor.post, mark(line)),
    ):
        with pytest.raises(NotFound):
            await call
    assert await house.count("children") == 1


async def test_a_time_that_has_begun_is_not_offered(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R12: it would be refused as past; whatever is on the list can be given."""
    house.clock.now = on_wall("2026-11-24T09:26")
    found = await house.services.desk.day(
        tamara.person, tamara.post, to_book(anna.child), petrova.id
    )
    first = found.offered[0].slot
    assert f"{first.local_start:%H:%M}" == "09:30"
    given = await house.services.desk.book(
        tamara.person, tamara.post, to_book(anna.child), first.id, bending=True
    )
    assert given.visit.slot.id == first.id


# A family without the bot


async def entered(house: House, who: Employee, line: str = "Костя 01.02.2024") -> AtDesk:
    await house.services.registry.search(who.person, line)
    return await house.services.registry.add(who.person, who.post, mark(line))


async def test_a_child_is_entered_with_a_consent_on_paper(
    house: House, clinic: Clinic, tamara: Employee
) -> None:
    """R41: the paper is recorded with the text's version; entering twice opens the same card."""
    first = await entered(house, tamara)
    second = await entered(house, tamara)
    assert first.child == second.child
    assert not first.in_bot
    assert await house.count("paper_consents", "version = 1") == 1
    assert await journal_of(house, first.child) == [Access.ADDED, Access.CARD, Access.CARD]


async def test_only_the_line_that_was_typed_last_is_entered(house: House, tamara: Employee) -> None:
    """A button of an older search enters nobody."""
    registry = house.services.registry
    await registry.search(tamara.person, "Костя 01.02.2024")
    await registry.search(tamara.person, "Света 02.02.2024")
    with pytest.raises(NotFound):
        await registry.add(tamara.person, tamara.post, mark("Костя 01.02.2024"))
    assert await house.count("children") == 0


async def test_a_code_brings_the_visits_into_the_bot(
    house: House, clinic: Clinic, petrova: Doctor, tamara: Employee
) -> None:
    """Once, after a consent; the family has reminders from then on if it wants them."""
    kostya = (await entered(house, tamara)).child
    slot = (await day_of(house, tamara, to_book(kostya), petrova, TUESDAY))[0]
    visit = await book(house, tamara, kostya, slot)
    codes = house.services.codes
    code = await codes.code(tamara.person, tamara.post, kostya.id)
    mother = await house.services.families.meet(301, Language.RUSSIAN)

    assert isinstance(await codes.claim(mother.id, code.digits), AskConsent)
    await house.services.families.consent(mother.id, clinic.id, 1)
    home = await codes.claim(mother.id, code.digits)
    assert isinstance(home, Home)
    assert [seen.id for seen in home.children[0].visits] == [visit.id]

    thief = await house.parent(302, clinic)
    assert isinstance(await codes.claim(thief, code.digits), WrongCode)
    assert await house.count("visit_codes", f"code_sha256 = '{code.digits}'") == 0


async def test_a_code_that_comes_again_leads_to_the_visits(
    house: House, clinic: Clinic, tamara: Employee
) -> None:
    """R45: its update is delivered twice, or the mother types it once more: it did what it does."""
    kostya = (await entered(house, tamara)).child
    codes = house.services.codes
    code = await codes.code(tamara.person, tamara.post, kostya.id)
    mother = await house.parent(301, clinic)
    for update in (1, 1, 2):
        with effect_of(update):
            home = await codes.claim(mother, code.digits)
        assert isinstance(home, Home)
        assert [row.child.id for row in home.children] == [kostya.id]
    assert await house.count("code_tries") == 0

    for _ in range(2):
        with effect_of(3):
            assert await codes.claim(mother, "000000000") == WrongCode(4)
    assert await house.count("code_tries") == 1


async def test_one_of_two_has_the_code(house: House, clinic: Clinic, tamara: Employee) -> None:
    """Said at the same moment by two phones, it is the first one's; the other said a wrong one."""
    kostya = (await entered(house, tamara)).child
    codes = house.services.codes
    code = await codes.code(tamara.person, tamara.post, kostya.id)
    phones = [await house.parent(telegram_id, clinic) for telegram_id in range(301, 307)]
    results = await asyncio.gather(*(codes.claim(phone, code.digits) for phone in phones))
    assert sum(isinstance(result, Home) for result in results) == 1
    assert results.count(WrongCode(4)) == 5
    assert await house.count("care", f"child_id = {kostya.id}") == 1


async def test_two_registrars_enter_one_child_once(
    house: House, clinic: Clinic, tamara: Employee
) -> None:
    """Both parents are on the line: whoever is second opens the card that the first one made."""
    colleagues = [tamara, *[await employ(house, Role.REGISTRAR, 210 + n) for n in range(4)]]
    cards = await asyncio.gather(*(entered(house, colleague) for colleague in colleagues))
    assert len({card.child.id for card in cards}) == 1
    assert await house.count("children") == 1


async def test_a_new_code_ends_the_old_one_and_codes_grow_old(
    house: House, clinic: Clinic, tamara: Employee
) -> None:
    """What was said to the wrong ear is taken back by one tap."""
    kostya = (await entered(house, tamara)).child
    codes = house.services.codes
    old = await codes.code(tamara.person, tamara.post, kostya.id)
    new = await codes.code(tamara.person, tamara.post, kostya.id)
    parent = await house.parent(301, clinic)
    assert isinstance(await codes.claim(parent, old.digits), WrongCode)
    house.clock.forward(days=14)
    assert isinstance(await codes.claim(parent, new.digits), WrongCode)


async def test_nobody_guesses_a_code(house: House, clinic: Clinic, tamara: Employee) -> None:
    """Five wrong ones a day, and then not even the right one."""
    kostya = (await entered(house, tamara)).child
    codes = house.services.codes
    code = await codes.code(tamara.person, tamara.post, kostya.id)
    parent = await house.parent(301, clinic)
    for left in (4, 3, 2, 1, 0):
        assert await codes.claim(parent, "000000000") == WrongCode(left)
    with pytest.raises(TooManyTries):
        await codes.claim(parent, code.digits)
    house.clock.forward(hours=24)
    assert isinstance(await codes.claim(parent, code.digits), Home)
    assert await house.services.upkeep.forget_codes() == 0
    house.clock.forward(days=15)
    assert await house.services.upkeep.forget_codes() == 6


# Looking for a time


async def test_every_look_for_a_time_is_taken_down(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R39: each screen on the way names the child, and so does asking again for what was done."""
    desk, who = house.services.desk, (tamara.person, tamara.post)
    errand = to_book(anna.child)
    await desk.reasons(*who, anna.child.id)
    await desk.doctors(*who, errand)
    await desk.days(*who, errand, petrova.id)
    slot, later, *_ = await day_of(house, tamara, errand, petrova, TUESDAY)
    await desk.offer(*who, errand, slot.id)
    assert await journal_of(house, anna.child) == [Access.TIMES] * 5

    visit = await book(house, tamara, anna.child, slot)
    await desk.doctors(*who, Errand(Aim.MOVE, visit.id))
    assert (await journal_of(house, anna.child))[5:] == [Access.BOOKED, Access.TIMES]
    await desk.move(*who, visit.id, later.id)
    await desk.cancel(*who, visit.id)
    await desk.cancel(*who, visit.id)
    assert (await journal_of(house, anna.child))[7:] == [
        Access.MOVED,
        Access.CANCELLED,
        Access.VISIT,
    ]

    again = await book(house, tamara, anna.child, slot)
    await book(house, tamara, anna.child, slot)
    await desk.move(*who, again.id, slot.id)
    assert (await journal_of(house, anna.child))[10:] == [Access.BOOKED, Access.VISIT, Access.VISIT]


# Booking


async def test_the_desk_books_within_the_notice_and_says_so(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R04: a bent rule is named first, said yes to, and taken down; a constraint is never bent."""
    desk = house.services.desk
    house.clock.forward(hours=1, minutes=50)
    first, *_ = await day_of(house, tamara, to_book(anna.child), petrova)
    offer = await desk.offer(tamara.person, tamara.post, to_book(anna.child), first.id)
    assert [type(rule) for rule in offer.bent] == [TooLate]
    with pytest.raises(RulesBent):
        await book(house, tamara, anna.child, first)
    visit = await book(house, tamara, anna.child, first, bending=True)
    assert (await book(house, tamara, anna.child, first, bending=True)).id == visit.id
    assert await journal_of(house, anna.child) == [
        *[Access.TIMES] * 2,
        *[Access.BOOKED, Access.RULE_BENT],
        Access.VISIT,
    ]
    assert await house.count("notifications", "kind = 'booked' AND state = 'planned'") == 1


async def test_the_desk_books_beyond_the_horizon(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """The last stored day is not open to families yet, and is to the registry."""
    beyond = MONDAY + timedelta(days=15)
    slot, *_ = await day_of(house, tamara, to_book(anna.child), petrova, beyond)
    offer = await house.services.desk.offer(
        tamara.person, tamara.post, to_book(anna.child), slot.id
    )
    assert [type(rule) for rule in offer.bent] == [TooFar]
    assert (await book(house, tamara, anna.child, slot, bending=True)).slot.id == slot.id


async def test_a_second_visit_to_one_doctor_bends_a_rule(
    house: House, petrova: Doctor, kim: Doctor, tamara: Employee, anna: Family
) -> None:
    """A clinic's setting, which its registry may pass over; overlapping visits it may not."""
    nine, *_ = await slots_of(house, petrova, anna, TUESDAY)
    await house.book(anna.parent, anna.child.id, nine)
    later = (await day_of(house, tamara, to_book(anna.child), petrova, TUESDAY))[4]
    with pytest.raises(RulesBent):
        await book(house, tamara, anna.child, later)
    offer = await house.services.desk.offer(
        tamara.person, tamara.post, to_book(anna.child), later.id
    )
    assert [type(rule) for rule in offer.bent] == [AlreadyWithDoctor]
    overlapping = (await day_of(house, tamara, to_book(anna.child), kim, TUESDAY))[0]
    for bending in (False, True):
        with pytest.raises(ChildIsBusy):
            await book(house, tamara, anna.child, overlapping, bending=bending)


async def test_a_time_that_a_family_looks_at_is_theirs(
    house: House, petrova: Doctor, tamara: Employee, anna: Family, boris: Family
) -> None:
    """R06: the registry does not take what is held, whatever it says."""
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    await house.services.booking.offer(anna.parent, anna.need, slot.id)
    with pytest.raises(SlotHeld):
        await book(house, tamara, boris.child, slot, bending=True)
    with pytest.raises(SlotHeld):
        await house.services.desk.take(tamara.person, tamara.post, slot.id)


async def test_the_desk_and_families_race_for_one_time(
    house: House, petrova: Doctor, tamara: Employee, anna: Family, boris: Family
) -> None:
    """R04, R01: whoever is quicker has it, and everybody else reads "taken"."""
    kostya = (await entered(house, tamara)).child
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    results = await asyncio.gather(
        house.services.booking.book(anna.parent, anna.need, slot.id),
        house.services.booking.book(boris.parent, boris.need, slot.id),
        book(house, tamara, kostya, slot),
        house.services.desk.take(tamara.person, tamara.post, slot.id),
        return_exceptions=True,
    )
    refused = [result for result in results if isinstance(result, BaseException)]
    assert [type(each) for each in refused] == [SlotTaken] * 3
    booked = await house.count("appointments", "state = 'booked'")
    assert booked + await house.count("taken_slots") == 1


async def test_an_extra_visit_is_squeezed_in(
    house: House, petrova: Doctor, tamara: Employee, anna: Family, boris: Family
) -> None:
    """R02: a kind of time of its own beside a taken one; taken down; twice is once."""
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    await house.book(anna.parent, anna.child.id, slot)
    with pytest.raises(SlotTaken):
        await book(house, tamara, boris.child, slot)
    visit = await book(house, tamara, boris.child, slot, extra=True)
    assert (await book(house, tamara, boris.child, slot, extra=True)).id == visit.id
    assert visit.slot.extra
    assert visit.slot.stretch == slot.stretch
    assert await journal_of(house, boris.child) == [Access.EXTRA, Access.VISIT]
    assert await house.count("slots", "source = 'extra'") == 1

    await house.services.clinics.refresh_schedules()
    await house.services.desk.cancel(tamara.person, tamara.post, visit.id)
    free = {other.id for other in await slots_of(house, petrova, boris, TUESDAY)}
    assert visit.slot.id not in free
    assert slot.id not in free


async def test_the_desk_moves_at_a_call(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """The answer goes out at once, also at night; what the clinic decides waits for the morning."""
    first, second, third, *_ = await slots_of(house, petrova, anna, TUESDAY)
    visit = await house.book(anna.parent, anna.child.id, first)
    desk = house.services.desk
    done = await desk.move(tamara.person, tamara.post, visit.id, second.id, as_asked=True)
    assert (done.before.id, done.visit.slot.id, done.in_bot) == (first.id, second.id, True)
    again = await desk.move(tamara.person, tamara.post, visit.id, second.id, as_asked=True)
    assert (again.before.id, again.visit.slot.id) == (first.id, second.id)
    assert await journal_of(house, anna.child) == [Access.MOVED_AS_ASKED, Access.VISIT]
    assert await house.count("notifications", "kind = 'booked' AND state = 'planned'") == 1
    await desk.move(tamara.person, tamara.post, visit.id, third.id)
    assert (await journal_of(house, anna.child))[-1] is Access.MOVED
    assert await house.count("notifications", "kind = 'moved' AND state = 'planned'") == 1
    await desk.cancel(tamara.person, tamara.post, visit.id, as_asked=True)
    assert (await journal_of(house, anna.child))[-1] is Access.CANCELLED_AS_ASKED
    planned = "kind = 'cancelled-as-asked' AND state = 'planned'"
    assert await house.count("notifications", planned) == 1


# Times without a name


async def test_a_time_is_taken_without_a_name_and_given_back(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R41: nobody's data; no family gets it meanwhile, not by a schedule made anew either."""
    desk = house.services.desk
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    for _ in range(2):
        taken = await desk.take(tamara.person, tamara.post, slot.id)
        assert taken.taking
        assert taken.taking.taker is Taker.CALLER
    with pytest.raises(SlotTaken):
        await house.book(anna.parent, anna.child.id, slot)
    await house.services.clinics.refresh_schedules()
    assert slot.id not in {other.id for other in await slots_of(house, petrova, anna, TUESDAY)}
    day = await house.services.workday.day_list(tamara.person, tamara.post, petrova.id, TUESDAY)
    assert [time.slot.id for time in day.nameless] == [slot.id]

    for _ in range(2):
        free = await desk.give_back(tamara.person, tamara.post, slot.id)
        assert free.taking is None
    assert slot.id in {other.id for other in await slots_of(house, petrova, anna, TUESDAY)}
    assert await house.count("access_records") == 0


async def test_a_kept_time_is_taken_without_a_name_only_knowingly(
    house: House, petrova: Doctor, tamara: Employee, irina: Employee
) -> None:
    """R04: the registry has to say that it bends the rule, as with a name; who gave the time stands
    beside it, which is then kept for the same children still. Again, it changes nothing."""
    desk = house.services.desk
    until = house.clock() + timedelta(hours=5)
    [slot, *_] = await day_of(house, tamara, Errand(Aim.TAKE), petrova, TUESDAY)
    async with house.transactions.writes() as tx:
        await tx.reservations.keep({slot.id: Reservation(ReservedFor.INFANTS, until)})
    offer = await desk.offer(tamara.person, tamara.post, Errand(Aim.TAKE), slot.id)
    assert [type(rule) for rule in offer.bent] == [TimeReserved]
    with pytest.raises(RulesBent):
        await desk.take(tamara.person, tamara.post, slot.id)
    assert await house.count("taken_slots") == 0

    for bending in (True, False):
        taken = await desk.take(tamara.person, tamara.post, slot.id, bending=bending)
        assert taken.taking
        assert taken.slot.reservation == Reservation(ReservedFor.INFANTS, until)
    assert await house.count("taken_slots", f"taken_by = {tamara.post}") == 1

    await desk.give_back(tamara.person, tamara.post, slot.id)
    house.clock.now = until
    assert (await desk.take(irina.person, irina.post, slot.id)).taking  # it is everybody's by now


async def test_another_s_time_is_not_given_back(
    house: House, petrova: Doctor, tamara: Employee, irina: Employee, anna: Family
) -> None:
    """R66: a colleague gave it back and took it for the next caller, who would stand at the door
    with a family; looked at anew, it is given back."""
    desk = house.services.desk
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    shown = await desk.take(tamara.person, tamara.post, slot.id)
    assert shown.as_shown == (await desk.taken(tamara.person, tamara.post, slot.id)).as_shown
    house.clock.forward(hours=1)
    await desk.give_back(irina.person, irina.post, slot.id, shown.as_shown)
    await desk.take(irina.person, irina.post, slot.id)
    with pytest.raises(TakenAnew):
        await desk.give_back(tamara.person, tamara.post, slot.id, shown.as_shown)
    seen = (await desk.taken(tamara.person, tamara.post, slot.id)).as_shown
    assert seen != shown.as_shown
    for _ in range(2):
        given = await desk.give_back(tamara.person, tamara.post, slot.id, seen)
        assert given.taking is None
    await house.book(anna.parent, anna.child.id, slot)
    given = await desk.give_back(tamara.person, tamara.post, slot.id, seen)
    assert given.slot.taken  # which the words go by


async def test_what_the_rules_no_longer_give_stays_closed_when_given_back(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """A time without a name outlives its rule, and goes with it afterwards."""
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    await house.services.desk.take(tamara.person, tamara.post, slot.id)
    await run_sql(house, "DELETE FROM schedule_rules")
    await house.services.clinics.refresh_schedules()
    for _ in range(2):
        given = await house.services.desk.give_back(tamara.person, tamara.post, slot.id)
        assert not given.slot.open
    assert await house.count("slots", f"open AND id = {slot.id}") == 0


async def test_a_time_of_the_other_system_that_is_cut_otherwise_by_now_stays_closed(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R02: given back, it would overlap what families can have; nobody reads an apology."""
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    await house.services.desk.take(tamara.person, tamara.post, slot.id)
    await run_sql(house, "UPDATE slots SET source = 'import' WHERE NOT open")
    await run_sql(
        house,
        "INSERT INTO slots"
        " (clinic_id, doctor_id, day, starts_at, ends_at, open, withdrawn, source, reasons)"
        " SELECT clinic_id, doctor_id, day, starts_at, ends_at, true, false, source, reasons"
        " FROM slots WHERE source = 'import'",
    )
    given = await house.services.desk.give_back(tamara.person, tamara.post, slot.id)
    assert (given.taking, given.slot.open) == (None, False)
    assert await house.count("taken_slots") == 0


# Who may


async def test_the_desk_is_the_registry_s(
    house: House, petrova: Doctor, tamara: Employee, stranger: Employee, anna: Family
) -> None:
    """R30: not a doctor's, not another clinic's, not a parent's with a registrar's post id."""
    doctor = await employ(house, Role.DOCTOR, 203, doctor=petrova)
    slot, free, *_ = await slots_of(house, petrova, anna, TUESDAY)
    visit = await house.book(anna.parent, anna.child.id, slot)
    services, child = house.services, anna.child
    parent = Employee(anna.parent, tamara.post)
    for who in (doctor, stranger, parent):
        ids = (who.person, who.post)
        errand = to_book(child)
        calls = [
            services.desk.reasons(*ids, child.id),
            services.desk.doctors(*ids, errand),
            services.desk.days(*ids, errand, petrova.id),
            services.desk.day(*ids, errand, petrova.id, TUESDAY),
            services.desk.offer(*ids, errand, free.id),
            services.desk.book(*ids, errand, free.id, bending=True),
            services.desk.move(*ids, visit.id, free.id, bending=True),
            services.desk.cancel(*ids, visit.id),
            services.desk.take(*ids, free.id),
            services.desk.taken(*ids, free.id),
            services.desk.give_back(*ids, free.id),
            services.registry.card(*ids, child.id),
            services.codes.code(*ids, child.id),
            services.registry.ask_phone(*ids, child.id),
            services.registry.add(*ids, mark(MISHA_LINE)),
        ]
        for call in calls:
            with pytest.raises(Refusal) as refused:
                await call
            assert refused.type is NotFound
    assert await house.count("access_records") == 0


async def test_the_desk_sees_no_foreign_child_by_its_own_post(
    house: House, stranger: Employee, petrova: Doctor, anna: Family
) -> None:
    """R30: with a post of one's own, another clinic's child, time and visit are nothing."""
    slot, *_ = await slots_of(house, petrova, anna, TUESDAY)
    ids = (stranger.person, stranger.post)
    own = Errand(Aim.TAKE)
    for call in (
        house.services.desk.reasons(*ids, ChildId(anna.child.id)),
        house.services.desk.day(*ids, own, petrova.id, TUESDAY),
        house.services.desk.days(*ids, own, petrova.id),
        house.services.desk.offer(*ids, own, slot.id),
        house.services.desk.take(*ids, slot.id),
        house.services.desk.taken(*ids, slot.id),
        house.services.desk.give_back(*ids, slot.id),
    ):
        with pytest.raises(NotFound):
            await call


async def test_a_reason_of_the_visit_is_kept(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """What the registrar chose is what the doctor reads."""
    slot, *_ = await day_of(house, tamara, to_book(anna.child), petrova, TUESDAY)
    errand = to_book(anna.child, Reason.CERTIFICATE)
    done = await house.services.desk.book(tamara.person, tamara.post, errand, slot.id)
    assert done.visit.reason == Reason.CERTIFICATE
