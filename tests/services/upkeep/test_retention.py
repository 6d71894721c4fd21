"""Each kind of thing is kept for as long as the operator says, and nothing for longer (R31)."""

import asyncio
import re
from datetime import date, timedelta

import pytest

from services.desk.errands import Aim, Errand
from services.model.clinic import Clinic, Doctor
from services.model.consents import Purpose
from services.model.ids import ChildId
from services.model.messages import NotificationKind
from services.model.privacy.retention import USUAL, USUAL_DAYS, Kept, Lives, days
from services.model.visits import Appointment
from services.rules.typed.texts import mark
from services.upkeep import retention as module
from services.upkeep.retention import Retention
from storage.families.care import begin_care
from tests.conftest import House
from tests.databases import SQLITE
from tests.services.conftest import Employee, Family, run_sql, slots_of
from tests.services.privacy.test_indexes import FEW, MANY, said

WEDNESDAY = date(2026, 11, 25)
YEAR = timedelta(days=365)
MOMENT = timedelta(seconds=1)
EVERYTHING: Lives = {kept: timedelta(days=30) for kept in Kept}
OWN = {
    "absent_visits",
    "calendar_files",
    "calls",
    "conversations",
    "dead_letters",
    "delays",
    "holds",
    "ill_counts",
    "invitations",
    "offers",
    "questions",
    "staff_notes",
    "system_bookings",
}
"""Tables that are as short as their own life, which may be gone through."""


def keeper(house: House, **lives: timedelta | None) -> Retention:
    """An operator who decided for some kinds."""
    decided = {**USUAL, **{Kept(kept): life for kept, life in lives.items()}}
    return Retention(house.transactions, house.clock, decided)


async def booked(house: House, doctor: Doctor, family: Family) -> Appointment:
    slot, *_ = await slots_of(house, doctor, family, WEDNESDAY)
    return await house.book(family.parent, family.child.id, slot)


async def caller(house: House, tamara: Employee, doctor: Doctor) -> tuple[ChildId, Appointment]:
    """A grandmother who has no Telegram: the registry knows the child."""
    registry, desk = house.services.registry, house.services.desk
    line = "Костя Зорин 08.05.2022"
    await registry.search(tamara.person, line)
    child = (await registry.add(tamara.person, tamara.post, mark(line))).child.id
    errand = Errand(Aim.BOOK, child)
    day = await desk.day(tamara.person, tamara.post, errand, doctor.id, WEDNESDAY)
    done = await desk.book(tamara.person, tamara.post, errand, day.offered[-1].slot.id)
    return child, done.visit


def test_what_the_clinic_decides_is_kept_unless_it_does() -> None:
    """R31: no medical card is lost by a default."""
    off = {kept for kept in Kept if USUAL[kept] is None}
    assert off == {Kept.EMPTY_CARDS, Kept.CALLERS, Kept.VISITS, Kept.PROOFS}
    assert days(0) is None


async def test_a_night_forgets_what_is_past_its_life_and_says_how_much(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R31: and nothing that is not; a second night finds nothing, and the sum stays."""
    visit = await booked(house, petrova, anna)
    await house.services.mine.calendar_file(anna.parent, visit.id)
    await house.services.upkeep.set_aside(1, "message", "KeyError")
    keep = house.services.retention
    house.clock.now = visit.slot.stretch.ends_at + timedelta(days=30)
    assert (await keep.forget_all())[Kept.CALENDAR_FILES] == 0
    house.clock.now += MOMENT
    gone = await keep.forget_all()
    assert gone[Kept.CALENDAR_FILES] == 1
    assert Kept.VISITS not in gone
    house.clock.now += YEAR
    gone = await keep.forget_all()
    assert gone[Kept.DEAD_LETTERS] == 1
    assert gone[Kept.CALENDAR_FILES] == 0
    assert (await keep.forgotten())[Kept.INVITATIONS].ever == 1
    known = (await keep.forgotten())[Kept.CALENDAR_FILES]
    assert (known.last, known.ever, known.at) == (0, 1, house.clock.now)
    assert await house.count("appointments") == 1
    assert await house.count("staff") == 1


async def test_much_goes_in_small_steps(
    house: House, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R31: each step is a transaction of its own, and two keepers at once do no harm."""
    monkeypatch.setattr(module, "AT_ONCE", 3)
    for number in range(10):
        await house.services.upkeep.set_aside(number, "message", "KeyError")
    house.clock.now += YEAR
    both = await asyncio.gather(
        keeper(house).forget(Kept.DEAD_LETTERS), keeper(house).forget(Kept.DEAD_LETTERS)
    )
    await keeper(house).forget(Kept.DEAD_LETTERS)
    assert sum(both) <= 10
    assert (await keeper(house).forgotten())[Kept.DEAD_LETTERS].ever == 10
    assert await house.count("dead_letters") == 0


async def test_a_broadcast_that_goes_on_keeps_who_got_it(
    house: House, anna: Family, irina: Employee
) -> None:
    """R31: its count would be wrong otherwise; once it is done, they go."""
    await run_sql(
        house,
        "INSERT INTO broadcasts (id, clinic_id, confirmed_by, confirmed_at, whom, subject, text,"
        " total, state, planned_through, all_planned) SELECT 1, clinic_id, id, since, 'families',"
        " 0, 'x', 1, 'paused', 0, true FROM staff LIMIT 1",
    )
    await run_sql(
        house,
        "INSERT INTO notifications (kind, person_id, broadcast_id, occasion, due_at, try_at,"
        " useful_until, urgency, bundle, state, attempts, settled_at)"
        " SELECT :kind, :person, 1, '', since, since, since, 1, '', 'sent', 1, since"
        " FROM staff LIMIT 1",
        kind=NotificationKind.NEWS.value,
        person=anna.parent,
    )
    house.clock.now += YEAR
    assert await keeper(house).forget(Kept.NOTICES) == 0
    assert await keeper(house).forget(Kept.DELIVERIES) == 0
    await run_sql(house, "UPDATE broadcasts SET state = 'stopped'")
    assert await keeper(house).forget(Kept.DELIVERIES) == 1


async def test_a_caller_who_never_came_again_becomes_a_number(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R31, R36: name, phone and what was searched go; the time of the visit and the journal
    stay. A family in the bot is not touched, and neither is one that is owed a time."""
    child, visit = await caller(house, tamara, petrova)
    await booked(house, petrova, anna)
    records = await house.count("access_records")
    keep = keeper(house, callers=YEAR, proofs=3 * YEAR)
    house.clock.now = visit.slot.stretch.ends_at + YEAR
    assert await keep.forget(Kept.CALLERS) == 0
    house.clock.now += MOMENT
    owed = "UPDATE appointments SET state = 'cancelled', needs_time = :owed WHERE id = :id"
    await run_sql(house, owed, owed=True, id=visit.id)
    assert await keep.forget(Kept.CALLERS) == 0
    await run_sql(house, owed, owed=False, id=visit.id)
    assert await keep.forget(Kept.CALLERS) == 1
    assert await keep.forget(Kept.CALLERS) == 0
    assert await house.count("children", "name LIKE '%Зорин%'") == 0
    assert await house.count("children", "name = 'Миша'") == 1
    assert await house.count("appointments", f"child_id = {child}") == 1
    assert await house.count("access_records") == records
    assert await house.count("paper_consents") == 1

    assert await keep.forget(Kept.PROOFS) == 0
    house.clock.now += 2 * YEAR + MOMENT
    assert await keep.forget(Kept.PROOFS) == 1
    assert await house.count("paper_consents") == 0


async def test_whoever_comes_meanwhile_keeps_their_card(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R31: a caller who calls again is known again from the beginning of their life."""
    child, visit = await caller(house, tamara, petrova)
    keep = keeper(house, callers=YEAR)
    house.clock.now = visit.slot.stretch.ends_at + YEAR + MOMENT
    async with house.transactions.writes() as tx:
        await begin_care(tx.families._session, anna.parent, child, house.clock.now)
    assert await keep.forget(Kept.CALLERS) == 0
    assert await house.count("children", "name LIKE '%Зорин%'") == 1


async def test_a_child_who_never_had_a_visit_goes_after_its_life(
    house: House, petrova: Doctor, anna: Family, boris: Family
) -> None:
    """R31: where the clinic wants it so; whoever had one stays."""
    await booked(house, petrova, anna)
    keep = keeper(house, empty_cards=YEAR)
    house.clock.now += YEAR
    assert await keep.forget(Kept.EMPTY_CARDS) == 0
    house.clock.now += MOMENT
    assert await keep.forget(Kept.EMPTY_CARDS) == 1
    assert await house.count("children", "name = 'Соня'") == 0
    assert await house.count("children", "name = 'Миша'") == 1
    assert (await house.services.own_data.all(boris.parent)).children == []


async def test_visits_of_long_ago_are_numbers(
    house: House, petrova: Doctor, anna: Family, boris: Family
) -> None:
    """R31: nothing leads from them to the child or to whoever booked; the load counts them, and
    what the family has since is theirs."""
    for family in (anna, boris):
        visit = await booked(house, petrova, family)
    keep = keeper(house, visits=5 * YEAR)
    house.clock.now = visit.slot.stretch.ends_at + 5 * YEAR + MOMENT
    assert await keep.forget(Kept.VISITS) == 2
    assert await keep.forget(Kept.VISITS) == 0
    assert await house.count("appointments", "state = 'booked'") == 2
    for family in (anna, boris):
        assert await house.count("appointments", f"child_id = {family.child.id}") == 0
        assert await house.count("appointments", f"booked_by = {family.parent}") == 0
        assert await house.count("appointment_changes", f"changed_by = {family.parent}") == 0
        [child] = (await house.services.own_data.all(family.parent)).children
        assert child.visits == []
    assert await house.count("children", "name IN ('Миша', 'Соня')") == 2


async def test_who_was_here_is_no_empty_card_once_their_visits_are_numbers(
    house: House, petrova: Doctor, anna: Family
) -> None:
    """R31: the family is in the bot, and finds its child there."""
    visit = await booked(house, petrova, anna)
    keep = keeper(house, visits=2 * YEAR, empty_cards=YEAR)
    for _night in range(2):
        house.clock.now = max(house.clock.now, visit.slot.stretch.ends_at) + 2 * YEAR + MOMENT
        await keep.forget_all()
    assert await house.count("appointments", f"child_id = {anna.child.id}") == 0
    [child] = (await house.services.own_data.all(anna.parent)).children
    assert child.name == "Миша"


@pytest.mark.parametrize("other", ["empty_cards", "proofs"])
async def test_a_caller_s_card_has_its_own_life_once_their_visits_are_numbers(
    house: House, petrova: Doctor, tamara: Employee, other: str
) -> None:
    """R31, R36: it goes when it is over, counted from the last visit, whatever else is decided."""
    child, visit = await caller(house, tamara, petrova)
    keep = keeper(house, visits=YEAR, callers=3 * YEAR, **{other: 9 * YEAR})
    over = visit.slot.stretch.ends_at
    for years in (1, 2, 3):
        house.clock.now = over + years * YEAR
        await keep.forget_all()
    assert await house.count("children", f"id = {child} AND name LIKE '%Зорин%'") == 1
    house.clock.now += 2 * MOMENT
    await keep.forget_all()
    assert await house.count("children", "name LIKE '%Зорин%'") == 0
    assert await house.count("phones") == 0


async def test_that_a_family_was_told_of_a_visit_ahead_is_known_however_short_the_life(
    house: House, petrova: Doctor, anna: Family
) -> None:
    """R52, R62: who was told what decides whether the next change is news to them."""
    visit = await booked(house, petrova, anna)
    await run_sql(
        house, "UPDATE notifications SET state = 'sent', settled_at = :at", at=house.clock.now
    )
    told = await house.count("notifications")
    keep = keeper(house, notices=timedelta(hours=1))
    house.clock.now += timedelta(days=1)
    assert await keep.forget(Kept.NOTICES) == 0
    house.clock.now = visit.slot.stretch.ends_at + timedelta(hours=1) + MOMENT
    assert await keep.forget(Kept.NOTICES) == told > 0


async def test_what_was_kept_for_a_family_without_a_time_can_be_taken_as_long_as_it_waits(
    house: House, petrova: Doctor, anna: Family
) -> None:
    """R10: the button of an offer that ended says the truth as long as the time is free."""
    _, other, *_ = await slots_of(house, petrova, anna, WEDNESDAY)
    visit = await booked(house, petrova, anna)
    waits = "UPDATE appointments SET state = 'cancelled', needs_time = :needs"
    await run_sql(house, waits, needs=True)
    await run_sql(
        house,
        "INSERT INTO offers (appointment_id, slot_id, until) VALUES (:visit, :slot, :until)",
        visit=visit.id,
        slot=other.id,
        until=house.clock.now,
    )
    keep = keeper(house, offers=timedelta(hours=1))
    house.clock.now += timedelta(hours=2)
    assert await keep.forget(Kept.OFFERS) == 0
    await run_sql(house, waits, needs=False)
    assert await keep.forget(Kept.OFFERS) == 1


async def test_who_works_here_and_agreed_anew_keeps_that_proof(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """R40: also where the operator decides for the first time years later."""
    shown = await house.services.erasing.look(anna.parent)
    await house.services.erasing.ask(anna.parent, shown.as_shown)
    house.clock.forward(hours=25)
    assert await house.services.erasing.carry_out(anna.parent)
    house.clock.now += YEAR
    async with house.transactions.writes() as tx:
        agreed = await tx.consents.text(clinic.id, Purpose.PROCESSING)
        await tx.consents.give(anna.parent, agreed, house.clock.now)
    house.clock.now += 5 * YEAR
    assert await keeper(house, proofs=3 * YEAR).forget(Kept.PROOFS) == 1
    assert await house.count("consents", f"person_id = {anna.parent}") == 1


async def test_that_the_erased_had_agreed_goes_with_its_own_life(
    house: House, anna: Family, boris: Family
) -> None:
    """R31, R40: the proof outlives the family; the act and its list stay."""
    shown = await house.services.erasing.look(anna.parent)
    await house.services.erasing.ask(anna.parent, shown.as_shown)
    house.clock.forward(hours=25)
    assert await house.services.erasing.carry_out(anna.parent)
    keep = keeper(house, proofs=3 * YEAR)
    house.clock.now += 3 * YEAR
    assert await keep.forget(Kept.PROOFS) == 0
    house.clock.now += MOMENT
    assert await keep.forget(Kept.PROOFS) == 1
    assert await house.count("consents", f"person_id = {anna.parent}") == 0
    assert await house.count("consents", f"person_id = {boris.parent}") == 1
    assert await house.count("erasures") == 1


async def test_no_table_of_others_is_gone_through(
    house: House, kind: str, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R31: a night's work does not grow with the years that are kept."""
    if kind != SQLITE:
        return
    await caller(house, tamara, petrova)
    await booked(house, petrova, anna)
    house.clock.now += YEAR
    with said(house) as told:
        await Retention(house.transactions, house.clock, EVERYTHING).forget_all()
    scans = set()
    async with house.engines.reading.connect() as connection:
        for statement, parameters in told:
            if re.match(r"(SELECT|UPDATE|DELETE|WITH)\b", statement):
                plan = await connection.exec_driver_sql(
                    f"EXPLAIN QUERY PLAN {statement}", parameters
                )
                scans |= {
                    (found[1], statement)
                    for *_, step in plan
                    if (found := re.match(r"SCAN (\w+)", step))
                    and found[1] in MANY - FEW - OWN - {"broadcasts", "forgotten"}
                }
    assert not scans


def test_each_kind_has_a_life() -> None:
    """R31: none is forgotten to be forgotten."""
    assert set(USUAL_DAYS) == set(Kept)
