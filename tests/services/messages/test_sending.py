"""What is due is sent: from the present facts, by one sender at a time, whoever fails or dies."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from services.messages.sending import BATCH, LANES, LEAD, MOST_ATTEMPTS, SLACK, Notices
from services.model.clinic import Doctor
from services.model.ids import PersonId
from services.model.letters import Letter, StillBooked
from services.model.messages import NotificationState, Urgency
from services.model.people import Language, Person
from services.model.slots import Slot
from services.model.visits import Appointment
from services.ports.messages import LEASE
from services.ports.sending import Hopeless, NotNow, Unreachable
from services.runtime.use_case import effect_of
from services.visits.booking import TOLD_AGAIN_AFTER
from storage.database.transaction import inside_transaction
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Family, families, run_sql


@dataclass
class Letters:
    """A notifier that remembers what it told, and fails for whom it is told to."""

    told: list[tuple[PersonId, Appointment]] = field(default_factory=list)
    failing: dict[PersonId, Exception] = field(default_factory=dict)
    languages: list[Language] = field(default_factory=list)
    before: Callable[[], Awaitable[object]] | None = None
    """What happens while a permit is waited for."""
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens while a message is on its way."""
    at_once: int = 0
    most_at_once: int = 0
    full: asyncio.Event = field(default_factory=asyncio.Event)
    """Every lane is at it."""

    async def permit(self, person: Person, urgency: Urgency) -> None:
        assert not inside_transaction()
        if self.before:
            await self.before()

    async def tell(self, letter: Letter) -> None:
        assert not inside_transaction()
        assert isinstance(letter, StillBooked)
        person = letter.person
        if error := self.failing.get(person.id):
            raise error
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        if self.at_once == LANES:
            self.full.set()
        self.told.append((person.id, letter.visit))
        self.languages.append(person.language)
        if self.meanwhile:
            await self.meanwhile()
        self.at_once -= 1


@played
async def slots(house: House, anna: Family, petrova: Doctor) -> list[Slot]:
    return await house.free_times(anna.parent, anna.child.id, petrova)


@played
async def visit(house: House, anna: Family, slots: list[Slot]) -> Appointment:
    """Анна and Миша, on Monday at 10:30."""
    return await house.book(anna.parent, anna.child.id, slots[6])


async def tell(house: House, letters: Letters) -> int:
    return await house.services.notices.tell_due(letters)


async def in_state(house: House, state: str) -> int:
    return await house.count("notifications", f"state = '{state}'")


async def crowd(house: House, doctor: Doctor, count: int) -> list[PersonId]:
    """So many families, each of which is to be told of its visit."""
    some = await families(house, doctor.clinic, count)
    for family in some:
        offer = await house.services.booking.earliest(family.parent, family.need, doctor.clinic.id)
        await house.book(family.parent, family.child.id, offer.slot)
    house.clock.now += TOLD_AGAIN_AFTER
    return [family.parent for family in some]


# What was not seen


async def test_what_was_not_seen_is_told_when_it_is_due(
    house: House, anna: Family, visit: Appointment
) -> None:
    """R18: not before, then once, in the person's language and outside of any transaction."""
    letters = Letters()
    house.clock.now += TOLD_AGAIN_AFTER - timedelta(seconds=1)
    assert await tell(house, letters) == 0
    await house.services.families.speak(anna.parent, Language.ENGLISH)
    house.clock.forward(seconds=1)
    assert await tell(house, letters) == 1
    assert await tell(house, letters) == 0

    [(person, told)] = letters.told
    assert (person, told.id, told.slot.id) == (anna.parent, visit.id, visit.slot.id)
    assert letters.languages == [Language.ENGLISH]


async def test_what_was_seen_is_not_told(house: House, anna: Family, slots: list[Slot]) -> None:
    """R18, R45: and of a visit that was moved since, it is only the move that counts."""
    visit = await house.book(anna.parent, anna.child.id, slots[0])
    moved = await house.services.booking.move(anna.parent, visit.id, slots[4].id)
    await house.answered(anna.parent, visit)
    assert await house.count("notifications") == 1

    await house.answered(anna.parent, moved.visit)
    await house.answered(anna.parent, moved.visit)

    assert await house.count("notifications") == 0


async def test_a_replayed_booking_is_told_anew_only_if_it_was_not_seen(
    house: House, anna: Family, slots: list[Slot]
) -> None:
    """R45: the replay shows the visit and settles what the first attempt had planned."""
    with effect_of(7):
        visit = await house.book(anna.parent, anna.child.id, slots[0])
    assert await house.count("notifications") == 1
    with effect_of(7):
        again = await house.book(anna.parent, anna.child.id, slots[0])
    await house.answered(anna.parent, again)

    assert again.id == visit.id
    assert await house.count("notifications") == 0


async def test_a_move_is_told_of_as_well(
    house: House, anna: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R17, R21: planned anew from the move on, and told from the present facts."""
    house.clock.forward(minutes=4)
    await house.services.booking.move(anna.parent, visit.id, slots[9].id)
    letters = Letters()
    house.clock.forward(minutes=4)
    assert await tell(house, letters) == 0
    house.clock.forward(minutes=1)
    assert await tell(house, letters) == 1
    assert letters.told[0][1].slot.id == slots[9].id


# From the present facts


async def test_what_is_moved_while_it_is_told_is_told_again(
    house: House, anna: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R17, R18: what was planned during the sending is not settled with the old news."""
    letters = Letters()

    async def meanwhile() -> None:
        letters.meanwhile = None
        await house.services.booking.move(anna.parent, visit.id, slots[9].id)

    letters.meanwhile = meanwhile
    house.clock.now += TOLD_AGAIN_AFTER
    assert await tell(house, letters) == 1
    house.clock.now += TOLD_AGAIN_AFTER
    assert await tell(house, letters) == 1
    assert [told.slot.id for _, told in letters.told] == [slots[6].id, slots[9].id]


async def test_what_is_cancelled_while_its_turn_is_waited_for_is_not_told(
    house: House, anna: Family, visit: Appointment
) -> None:
    """R17: the text is made after the permit, so nothing is said after the commit of a cancel."""

    async def cancel() -> None:
        letters.before = None
        await house.services.mine.cancel(anna.parent, visit.id)

    letters = Letters(before=cancel)
    house.clock.now += TOLD_AGAIN_AFTER

    assert await tell(house, letters) == 0
    assert letters.told == []
    assert await in_state(house, "planned") == 0


@pytest.mark.parametrize(("left", "told"), [(SLACK, 1), (SLACK - timedelta(seconds=1), 0)])
async def test_a_message_whose_turn_comes_late_is_left_to_the_next_one(
    house: House, visit: Appointment, left: timedelta, told: int
) -> None:
    """R18: where the claim could be over before Telegram took the message, another process may be
    sending it by then, so nothing is begun; it is due again when the claim is over."""
    letters = Letters()

    async def late() -> None:
        letters.before = None
        house.clock.now += LEASE - left

    letters.before = late
    house.clock.now += TOLD_AGAIN_AFTER
    assert await tell(house, letters) == told
    house.clock.now += LEASE
    assert await tell(house, letters) == 1 - told
    assert len(letters.told) == 1


async def test_what_is_settled_stays_as_it_was_settled(house: House, visit: Appointment) -> None:
    """R18: whoever comes with the same claim afterwards, from a lane that was thought dead, finds
    nothing to say, brings nothing back, and changes no outcome."""
    now = house.clock() + TOLD_AGAIN_AFTER
    async with house.transactions.writes() as tx:
        [claimed] = await tx.notifications.claim(now, now + LEASE, BATCH, timedelta())
    async with house.transactions.writes() as tx:
        assert len(await tx.notifications.standing(claimed)) == 1
        await tx.notifications.finish(claimed, NotificationState.SENT, now)
    async with house.transactions.writes() as tx:
        assert await tx.notifications.standing(claimed) == []
        await tx.notifications.put_off(claimed, now + LEASE * 2)
        await tx.notifications.finish(claimed, NotificationState.FAILED, now + LEASE)
    [told] = claimed
    found = await house.database.rows(
        "SELECT state, try_at, settled_at FROM notifications WHERE id = :id", id=told.id
    )
    [(state, try_at, settled_at)] = map(tuple, found)
    assert (state, at(try_at), at(settled_at)) == ("sent", now + LEASE, now)


def at(written: object) -> datetime:
    """A moment as either database gives it out."""
    moment = datetime.fromisoformat(str(written))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def cancelled(house: House, anna: Family, visit: Appointment) -> None:
    await house.services.mine.cancel(anna.parent, visit.id)
    house.clock.now += TOLD_AGAIN_AFTER


async def begun(house: House, anna: Family, visit: Appointment) -> None:
    house.clock.now = visit.slot.starts_at


async def over(house: House, anna: Family, visit: Appointment) -> None:
    house.clock.now = visit.slot.stretch.ends_at


async def removed(house: House, anna: Family, visit: Appointment) -> None:
    clinic = visit.slot.doctor.clinic
    await house.services.children.remove(anna.parent, clinic.id, anna.child.id)
    house.clock.now += TOLD_AGAIN_AFTER


async def in_others_care(house: House, anna: Family, visit: Appointment) -> None:
    await run_sql(house, "DELETE FROM care WHERE child_id = :child", child=visit.child.id)
    house.clock.now += TOLD_AGAIN_AFTER


async def no_more_a_proxy(house: House, anna: Family, visit: Appointment) -> None:
    end = "UPDATE care SET ends_at = '2026-11-23 04:00:01' WHERE child_id = :child"
    await run_sql(house, end, child=visit.child.id)
    house.clock.now += TOLD_AGAIN_AFTER


@pytest.mark.parametrize("what", [cancelled, begun, over, removed, in_others_care, no_more_a_proxy])
async def test_a_visit_that_is_off_or_over_is_not_spoken_of(
    house: House,
    anna: Family,
    visit: Appointment,
    what: Callable[[House, Family, Appointment], Awaitable[None]],
) -> None:
    """R17, R19, R30, R75: it is dropped, and does not come back."""
    await what(house, anna, visit)
    letters = Letters()

    assert await tell(house, letters) == 0
    assert letters.told == []
    assert await in_state(house, "planned") == 0


# Whoever fails


async def test_who_cannot_be_reached_is_given_up_until_they_write(
    house: House, anna: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R20: a person who blocked the bot is not tried again, nor with what comes later."""
    letters = Letters(failing={anna.parent: Unreachable()})
    house.clock.now += TOLD_AGAIN_AFTER
    assert await tell(house, letters) == 0
    assert await in_state(house, "unreachable") == 1

    letters.failing.clear()
    await house.services.booking.move(anna.parent, visit.id, slots[9].id)
    house.clock.now += TOLD_AGAIN_AFTER
    assert await tell(house, letters) == 0

    await house.services.families.meet(101, Language.RUSSIAN)
    await house.services.booking.move(anna.parent, visit.id, slots[10].id)
    house.clock.now += TOLD_AGAIN_AFTER
    assert await tell(house, letters) == 1


async def test_what_telegram_never_takes_is_given_up(
    house: House, anna: Family, boris: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R20: a hopeless message is dropped and counted, and stops nobody else."""
    await house.book(boris.parent, boris.child.id, slots[8])
    letters = Letters(failing={anna.parent: Hopeless()})
    heard: list[tuple[str, str]] = []
    notices = Notices(house.transactions, house.clock, lambda *what: heard.append(what))
    house.clock.now += TOLD_AGAIN_AFTER

    assert await notices.tell_due(letters) == 1
    assert sorted(heard) == [("booked", "failed"), ("booked", "sent")]


@pytest.mark.parametrize("trouble", [NotNow(timedelta(seconds=30)), NotNow(), TimeoutError()])
async def test_what_could_not_be_sent_just_now_is_sent_later(
    house: House,
    anna: Family,
    boris: Family,
    slots: list[Slot],
    visit: Appointment,
    trouble: Exception,
) -> None:
    """R20: `retry_after` is obeyed, other trouble is tried again in seconds; others do not wait."""
    await house.book(boris.parent, boris.child.id, slots[8])
    letters = Letters(failing={anna.parent: trouble})
    house.clock.now += TOLD_AGAIN_AFTER
    assert await tell(house, letters) == 1
    assert [person for person, _ in letters.told] == [boris.parent]

    letters.failing.clear()
    due = await house.services.notices.upcoming()
    assert due
    wait = (due - house.clock.now).total_seconds()
    assert wait == 30 if isinstance(trouble, NotNow) and trouble.after else 1 <= wait <= 3
    assert await tell(house, letters) == 0
    house.clock.now = due
    assert await tell(house, letters) == 1
    assert letters.told[-1][0] == anna.parent


async def test_a_mistake_of_ours_stops_nobody_else_and_is_given_up_in_the_end(
    house: House, anna: Family, boris: Family, slots: list[Slot], visit: Appointment
) -> None:
    """R20: the others are told first, then the failures are raised together; not for ever."""
    await house.book(boris.parent, boris.child.id, slots[8])
    letters = Letters(failing={anna.parent: KeyError("name")})
    house.clock.now += TOLD_AGAIN_AFTER
    with pytest.raises(ExceptionGroup) as failed:
        await tell(house, letters)
    assert [type(error) for error in failed.value.exceptions] == [KeyError]
    assert [person for person, _ in letters.told] == [boris.parent]

    tried = 1
    while due := await house.services.notices.upcoming():
        house.clock.now = due
        with pytest.raises(ExceptionGroup):
            await tell(house, letters)
        tried += 1
    assert tried == MOST_ATTEMPTS
    assert await in_state(house, "failed") == 1


# One sender, few at once


async def test_many_are_told_few_at_a_time(house: House, petrova: Doctor) -> None:
    """R18, R47: nobody twice or never, and never more on their way than may come twice."""
    parents = await crowd(house, petrova, 2 * BATCH + 3)
    letters = Letters(meanwhile=lambda: asyncio.sleep(0))

    assert await tell(house, letters) == len(parents)
    assert sorted(person for person, _ in letters.told) == parents
    assert 1 < letters.most_at_once <= LANES


async def test_one_process_sends_and_another_takes_over_when_it_died(
    house: House, petrova: Doctor
) -> None:
    """R18: the lease passes on within seconds of a kill, and at once after a good end."""
    parents = await crowd(house, petrova, 3)
    one, other = (Notices(house.transactions, house.clock) for _ in range(2))
    letters, others = Letters(), Letters()

    async def look() -> None:
        assert await other.tell_due(others) == 0

    letters.meanwhile = look
    assert await one.tell_due(letters) == len(parents)
    assert others.told == []

    await house.database.run("UPDATE notifications SET state = 'planned', try_at = due_at")
    house.clock.now += LEAD - timedelta(seconds=1)
    assert await other.tell_due(others) == 0
    house.clock.forward(seconds=1)
    assert await other.tell_due(others) == 3

    await other.finish()
    await house.database.run("UPDATE notifications SET state = 'planned', try_at = due_at")
    letters.meanwhile = None
    assert await one.tell_due(letters) == 3


async def test_what_was_claimed_by_somebody_who_died_is_sent_after_a_minute(
    house: House, petrova: Doctor
) -> None:
    """R18: killed with four on their way: those may come twice, and nobody is forgotten."""
    parents = await crowd(house, petrova, BATCH + 2)
    dying = Notices(house.transactions, house.clock)
    stuck = asyncio.Event()
    letters = Letters(meanwhile=stuck.wait)
    sending = asyncio.create_task(dying.tell_due(letters))
    await letters.full.wait()
    await dying.finish(within=0)  # the lanes are broken off, as by a kill
    await asyncio.wait([sending])
    before = [person for person, _ in letters.told]
    assert len(before) == LANES

    heirs = Letters()
    house.clock.now += LEAD
    assert await tell(house, heirs) == len(parents) - BATCH
    house.clock.now += LEASE
    await tell(house, heirs)
    after = [person for person, _ in heirs.told]
    assert sorted({*before, *after}) == parents
    assert len(after) == len(set(after)) == len(parents)


async def test_a_stop_finishes_what_is_on_its_way_and_begins_nothing(
    house: House, petrova: Doctor
) -> None:
    """R42: what is left is another process's, or this one's after its next start."""
    parents = await crowd(house, petrova, 2 * BATCH)
    go_on = asyncio.Event()
    letters = Letters(meanwhile=go_on.wait)
    notices = Notices(house.transactions, house.clock)
    sending = asyncio.create_task(notices.tell_due(letters))
    await letters.full.wait()
    stopping = asyncio.create_task(notices.finish())
    await asyncio.sleep(0)
    go_on.set()
    await stopping

    assert await sending == LANES
    assert await in_state(house, "sent") == LANES
    assert await notices.tell_due(letters) == 0
    house.clock.now += LEASE
    assert await tell(house, letters) == len(parents) - LANES


@pytest.mark.parametrize("bundle", ["", "together"])
async def test_what_a_newer_version_planned_is_left_to_it(
    house: House, anna: Family, boris: Family, slots: list[Slot], bundle: str
) -> None:
    """R78: while processes are renewed one by one, this one tells what it knows, the same person's
    too, and leaves the rest as it is; that it waits is known."""
    for family, slot in ((anna, slots[6]), (boris, slots[7])):
        await house.book(family.parent, family.child.id, slot)
    run = house.database.run
    await run("UPDATE notifications SET bundle = :b WHERE kind <> 'evening'", b=bundle)
    await run(
        "INSERT INTO notifications (kind, person_id, appointment_id, occasion, due_at, try_at,"
        " useful_until, urgency, bundle, state, attempts, failures)"
        " SELECT 'of-tomorrow', person_id, appointment_id, occasion, due_at, try_at,"
        " useful_until, urgency, bundle, state, attempts, failures"
        " FROM notifications WHERE kind = 'booked' AND person_id = :person",
        person=anna.parent,
    )
    house.clock.now += TOLD_AGAIN_AFTER
    letters = Letters()
    assert await tell(house, letters) == 2
    assert {person for person, _visit in letters.told} == {anna.parent, boris.parent}
    assert await tell(house, letters) == 0
    untouched = "kind = 'of-tomorrow' AND state = 'planned' AND attempts = 0 AND try_at = due_at"
    assert await house.count("notifications", untouched) == 1
    house.clock.forward(minutes=7)
    assert await house.services.notices.lateness() == timedelta(minutes=7)


async def test_how_late_the_oldest_is(house: House, visit: Appointment) -> None:
    """R18: nothing is late while it is not due, or is being sent."""
    assert await house.services.notices.lateness() == timedelta()
    house.clock.now += TOLD_AGAIN_AFTER + timedelta(minutes=7)
    assert await house.services.notices.lateness() == timedelta(minutes=7)
