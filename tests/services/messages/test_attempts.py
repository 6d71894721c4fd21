"""A message is settled once it is accepted, and what never is does not come for ever."""

import asyncio
from datetime import timedelta

import pytest

from services.messages.sending import (
    FOLLOWING,
    MOST_ATTEMPTS,
    MOST_UNANSWERED,
    Notices,
)
from services.model.clinic import Doctor
from services.model.letters import Letter
from services.model.messages import NotificationKind, NotificationState, Urgency
from services.model.people import Person
from services.model.visits import Appointment
from services.ports.sending import Following, NotNow, Unanswered
from services.visits.booking import TOLD_AGAIN_AFTER
from tests.conftest import House
from tests.services.conftest import Family, families


class Post:
    """A notifier that is told what becomes of each message and of its file."""

    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.told = 0
        self.files = 0
        self.on_their_way = 0
        self.most_on_their_way = 0
        self.go_on = asyncio.Event()

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """At once."""

    async def tell(self, letter: Letter) -> Following | None:
        self.told += 1
        if self.trouble:
            raise self.trouble
        return self._file

    async def _file(self) -> None:
        self.on_their_way += 1
        self.most_on_their_way = max(self.on_their_way, self.most_on_their_way)
        await self.go_on.wait()
        self.on_their_way -= 1
        self.files += 1


@pytest.fixture
async def visit(house: House, anna: Family, petrova: Doctor) -> Appointment:
    """Анна has booked and has not seen the answer: it is due."""
    slots = await house.free_times(anna.parent, anna.child.id, petrova)
    visit = await house.book(anna.parent, anna.child.id, slots[6])
    house.clock.now += TOLD_AGAIN_AFTER
    return visit


async def tried_until_it_ends(house: House, notices: Notices, post: Post) -> int:
    while due := await notices.upcoming():
        house.clock.now = max(due, house.clock.now)
        await notices.tell_due(post)
    return post.told


async def test_a_file_that_hangs_is_not_waited_for(house: House, visit: Appointment) -> None:
    """R18: the message was accepted and is told, once, however long its file takes."""
    post = Post()
    notices = Notices(house.transactions, house.clock)
    assert await notices.tell_due(post) == 1
    assert await house.count("notifications", "state = 'sent'") == 1
    for _ in range(15):
        house.clock.forward(minutes=1)
        assert await notices.tell_due(post) == 0
    assert (post.told, post.files) == (1, 0)
    await notices.finish()
    assert (post.told, post.files) == (1, 0)


async def test_files_come_behind_and_few_at_a_time(house: House, petrova: Doctor) -> None:
    """R25: they take no lane of a message, and all of them arrive."""
    for family in await families(house, petrova.clinic, 6):
        offer = await house.services.booking.earliest(family.parent, family.need, petrova.clinic.id)
        await house.book(family.parent, family.child.id, offer.slot)
    house.clock.now += TOLD_AGAIN_AFTER
    post = Post()
    notices = Notices(house.transactions, house.clock)
    assert await notices.tell_due(post) == 6
    post.go_on.set()
    await asyncio.gather(*notices._following)

    assert (post.files, post.most_on_their_way) == (6, FOLLOWING)


async def test_what_telegram_never_answers_is_given_up(house: House, visit: Appointment) -> None:
    """R18, R20: each attempt may have arrived; who watches hears that it was given up."""
    heard: list[tuple[NotificationKind, NotificationState]] = []
    notices = Notices(house.transactions, house.clock)
    notices.listen(lambda *what: heard.append(what))

    assert await tried_until_it_ends(house, notices, Post(Unanswered())) == MOST_UNANSWERED
    assert await house.count("notifications", "state = 'failed'") == 1
    assert heard == [(NotificationKind.BOOKED, NotificationState.FAILED)]


@pytest.mark.parametrize("trouble", [NotNow(), NotNow(timedelta(seconds=30))])
async def test_a_telegram_that_is_away_costs_no_attempt(
    house: House, visit: Appointment, trouble: Exception
) -> None:
    """R19: after any number of them the message comes, and still has all its attempts."""
    notices = Notices(house.transactions, house.clock)
    away = Post(trouble)
    for _ in range(2 * MOST_ATTEMPTS):
        house.clock.now = await notices.upcoming() or house.clock.now
        await notices.tell_due(away)
    assert away.told == 2 * MOST_ATTEMPTS
    house.clock.now = await notices.upcoming() or house.clock.now
    unanswered = Post(Unanswered())
    await notices.tell_due(unanswered)
    house.clock.now = await notices.upcoming() or house.clock.now
    back = Post()

    assert await notices.tell_due(back) == 1
    await notices.finish()
