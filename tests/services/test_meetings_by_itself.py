"""The same of what the house does by itself, and of who comes in that moment."""

from collections.abc import Coroutine
from datetime import time, timedelta
from itertools import count
from typing import Any

import pytest

from services.desk.errands import Aim, Errand
from services.desk.joining.cards import Part, Side, decided
from services.model.clinic import Clinic, Doctor
from services.model.consents import Purpose
from services.model.ids import AppointmentId
from services.model.messages import NotificationState
from services.model.privacy.retention import Kept
from services.model.visits import AppointmentState
from services.ports.messages import LEASE
from services.ports.runtime import OwedAnswer
from services.ports.transaction import Transaction
from services.rules.typed.texts import mark
from services.visits.booking import TOLD_AGAIN_AFTER
from storage.families.nobody import NOBODY
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.databases import SQLITE
from tests.playing import scenery
from tests.services.conftest import Employee, run_sql
from tests.services.interleaving import meetings
from tests.services.scenes import Scene, refused, scene_far_ahead
from tests.services.upkeep.test_retention import keeper
from tests.services.waiting import begin, done_or_waiting

pytestmark = pytest.mark.meetings

AT_ONCE = timedelta(0)
LONG_AGO = "'2020-01-01 09:00:00'"


@pytest.fixture
@scenery
async def scene(house: House, clinic: Clinic, far_ahead: None) -> Scene:
    return await scene_far_ahead(house, clinic)


# What families hear


async def test_a_visit_is_given_up_while_its_family_is_told_of_another_room(
    scene: Scene, house: House, petrova: Doctor
) -> None:
    """R17, R56: nobody is told where a visit is that is none any more, nor phoned about it."""
    async for meet in meetings(house):
        family, father = await scene.family()
        visit = await scene.visit(family, scene.time())
        await house.answered(family.parent, visit)
        house.clock.forward(minutes=1)
        await run_sql(house, "UPDATE doctors SET facts_at = :now", now=house.clock())
        told, cancelled = await meet(
            house.services.retelling.retell(),
            house.services.mine.cancel(father, visit.id),
        )
        assert not refused(cancelled)
        assert (await scene.now(visit)).state is AppointmentState.CANCELLED
        place = f"kind = 'place' AND state = 'planned' AND appointment_id = {visit.id}"
        assert await house.count("notifications", place) == 0
        assert told in (0, 1)


async def claim_in(tx: Transaction, house: House) -> list[int]:
    """One message, and what is told with it; or the one answer that is owed longest."""
    now = house.clock()
    if answers := await tx.updates.claim_owed(now, now + LEASE):
        return [each.update_id for each in answers]
    told = await tx.notifications.claim(now, now + LEASE, 1, timedelta())
    return [each.id for message in told for each in message]


async def claim(house: House) -> list[int]:
    async with house.transactions.writes() as tx:
        return await claim_in(tx, house)


@pytest.mark.parametrize("what", ["letters", "answers"])
async def test_who_claims_waits_for_nobody(
    scene: Scene, house: House, kind: str, what: str
) -> None:
    """R18, R43: while one process takes up what is due, another one has the next; SQLite has one
    writer."""
    if what == "letters":
        for _ in range(2):
            await scene.visit((await scene.family())[0], scene.time())
        house.clock.now += TOLD_AGAIN_AFTER
    else:
        for number in (1, 2):
            due = house.clock()
            owed = OwedAnswer(number, 2000 + number, None, "home", "", due, due + LEASE)
            await house.services.owing.owe(owed)
    async with house.transactions.writes() as tx:
        mine = await claim_in(tx, house)
        next_one = begin(claim(house))
        await done_or_waiting(house, next_one)
        assert next_one.done() == (kind != SQLITE)
    theirs = await next_one
    assert len(mine) == len(theirs) == 1
    assert mine != theirs


async def test_two_senders_claim_what_one_family_is_to_hear(scene: Scene, house: House) -> None:
    """R18: each has what the other has not, though it would be told together, and they wait for
    each other in no circle."""
    async for meet in meetings(house):
        family, _ = await scene.family()
        for slot in scene.day()[0], scene.day("Ким")[-1]:
            await scene.visit(family, slot)
        await run_sql(house, "UPDATE notifications SET bundle = 'one'")
        house.clock.now += TOLD_AGAIN_AFTER
        one, other = await meet(claim(house), claim(house))
        assert len(one) + len(other) == len({*one, *other})
        assert one or other
        await run_sql(house, "DELETE FROM notifications")


async def tell_one(house: House) -> int:
    """Claim what is due, and settle it when it has arrived; how many messages."""
    now = house.clock()
    async with house.transactions.writes() as tx:
        messages = await tx.notifications.claim(now, now + LEASE, 8, timedelta())
    async with house.transactions.writes() as tx:
        for message in messages:
            await tx.notifications.finish(message, NotificationState.SENT, now)
    return len(messages)


@pytest.mark.parametrize("what", ["wish", "clinic"])
async def test_a_reminder_is_wished_at_another_hour_while_it_is_sent(
    scene: Scene, house: House, clinic: Clinic, what: str
) -> None:
    """R18, R21: it comes now, or at that hour, and not at both."""
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])
    async for meet in meetings(house):
        family, _ = await scene.family()
        await house.services.consents.agree(family.parent, clinic.id, Purpose.REMINDERS, 1)
        visit = await scene.visit(family, scene.day()[0])
        evening = f"kind = 'evening' AND appointment_id = {visit.id}"
        await run_sql(house, f"DELETE FROM notifications WHERE NOT ({evening})")  # noqa: S608
        due = "UPDATE notifications SET due_at = :now, try_at = :now"
        await run_sql(house, due, now=house.clock())
        another_hour: Coroutine[Any, Any, object]
        if what == "wish":
            wishes = house.services.wishes
            another_hour = wishes.remind_in_the_evening(family.parent, clinic.id, time(20))
        else:
            async with house.transactions.writes() as tx:
                await tx.notifications.replan_from(clinic.id, house.clock())
            another_hour = house.services.profiles.remind_anew()
        told, became = await meet(tell_one(house), another_hour)
        assert not refused(became)
        assert await house.count("notifications", f"{evening} AND state = 'sent'") == told
        assert await house.count("notifications", f"{evening} AND state = 'planned'") == 1 - told


# What is forgotten


async def caller(house: House, tamara: Employee, name: str) -> Errand:
    """To book for a child without the bot, who was here and whose life is over."""
    line, registry = f"{name} 08.05.2022", house.services.registry
    await registry.search(tamara.person, line)
    child = (await registry.add(tamara.person, tamara.post, mark(line))).child.id
    await run_sql(
        house,
        f"UPDATE children SET visited_until = {LONG_AGO} WHERE id = :child",  # noqa: S608
        child=child,
    )
    house.clock.now += timedelta(seconds=1)
    return Errand(Aim.BOOK, child)


async def test_a_caller_calls_again_in_the_night_in_which_they_are_forgotten(
    scene: Scene, house: House, tamara: Employee
) -> None:
    """R31, R53: they have their visit under their name, or the registry hears that there is no such
    card any more; nobody comes who is nobody."""
    numbers = count(1)
    keep = keeper(house, callers=AT_ONCE)
    async for meet in meetings(house):
        name = f"Костя {'а' * next(numbers)}"
        errand = await caller(house, tamara, name)
        booked, gone = await meet(
            house.services.desk.book(tamara.person, tamara.post, errand, scene.time().id),
            keep.forget(Kept.CALLERS),
        )
        assert gone == refused(booked)
        named = await house.count("children", f"id = {errand.subject} AND name = '{name}'")
        assert named == (not refused(booked))


async def long_over(house: House, visit: AppointmentId) -> None:
    await run_sql(
        house,
        f"UPDATE appointments SET starts_at = {LONG_AGO}, ends_at = '2020-01-01 09:15:00'"  # noqa: S608
        " WHERE id = :visit",
        visit=visit,
    )


@pytest.mark.parametrize("other", ["night", "joined"])
async def test_visits_become_numbers_while_somebody_else_is_at_them(
    scene: Scene, house: House, tamara: Employee, other: str
) -> None:
    """R31, R53: one number for each of them, whether two processes forget at once or the card just
    becomes one with another; what the number does not have stays with the child."""
    keep, nobody = keeper(house, visits=AT_ONCE), f"name = '{NOBODY}'"
    theirs = f"child_id IN (SELECT id FROM children WHERE {nobody})"  # noqa: S608
    choice = sum(decided(0, part, Side.KEPT) for part in Part)
    async for meet in meetings(house):
        family, _ = await scene.family()
        second, _ = await scene.family()
        await long_over(house, (await scene.visit(second, scene.time())).id)
        also: Coroutine[Any, Any, object]
        if other == "night":
            also = keep.forget(Kept.VISITS)
        else:
            ids = tamara.person, tamara.post, family.child.id, second.child.id
            two = await house.services.joining.compare(*ids, choice)
            also = house.services.joining.join(*ids, choice, two.as_shown)
        await meet(keep.forget(Kept.VISITS), also)
        await keep.forget(Kept.VISITS)
        assert await house.count("children", nobody) == await house.count("appointments", theirs)
        assert await house.count("appointments", f"NOT {theirs}") == 0
