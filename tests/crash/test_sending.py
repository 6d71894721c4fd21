"""The real process, killed in the middle of a mass sending: nobody is left out, few hear twice."""

import asyncio
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from math import ceil
from random import Random
from time import monotonic

import pytest

from bot.sandbox.faults import Slow
from services.messages.sending import LANES
from services.model.visits import Appointment
from tests.conftest import House
from tests.crash.street import Parent, Process, Street, Tally, open_street, prepare
from tests.databases import POSTGRESQL, SQLITE
from tests.families import never_quiet, settle_in

pytestmark = pytest.mark.crash

KILLS = min(int(os.environ.get("CRASH_KILLS", "4")), 24)
"""Half of them by SIGKILL, the others by SIGTERM. More than R47 asks for would only take time."""
AT_A_TIME = 10
"""Families whose visits begin in the same minute; more, where they would not all lie ahead."""
WITHIN = 60
"""Minutes in which they begin, the first an hour from now: a minute passes with each kill."""
TAKES_OVER_WITHIN = 15
"""Seconds."""


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.replicas)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    """Telegram takes a message after a moment, so that there is always something on its way."""
    async with open_street() as street:
        street.telegram.faults.add(Slow(method="sendMessage", seconds=0.1))
        yield street


async def overdue(house: House, street: Street, count: int) -> list[Appointment]:
    """Families by the hundred, with visits in an hour or two of which they are not reminded yet."""
    house.clock.now = datetime.now(UTC)
    clinic = await never_quiet(house)
    last = house.clock() + clinic.reminding.before
    at_a_time = max(AT_A_TIME, ceil(count / WITHIN))
    starts = [last - timedelta(minutes=number // at_a_time) for number in range(count)]
    visits = await settle_in(house, clinic, starts)
    for visit in visits:
        street.telegram.add_user(visit.id, "Родитель")
        street.telegram.world.users[visit.id].started = True
    return visits


def told(street: Street, visits: Sequence[Appointment]) -> Counter[int]:
    """How often each family was reminded."""
    return Counter({visit.id: len(street.telegram.chat(visit.id)) for visit in visits})


def reached(street: Street, visits: Sequence[Appointment]) -> int:
    """How many families were reminded."""
    return sum(times > 0 for times in told(street, visits).values())


async def sent_and_not_settled(
    house: House, street: Street, visits: Sequence[Appointment]
) -> set[int]:
    """Who was reminded without anybody knowing it: they are going to be reminded again."""
    query = "SELECT person_id FROM notifications WHERE state = 'planned' AND attempts > 0"
    claimed = {int(str(person)) for [person] in await house.database.rows(query)}
    return {person for person, times in told(street, visits).items() if times} & claimed


async def let_a_minute_pass(house: House) -> None:
    """What a dead process had claimed is due again, and its lead is over: both by the clock alone.

    The bot follows the real time; instead of waiting, the test puts these two moments back.
    """
    await house.database.run(
        "UPDATE notifications SET try_at = due_at WHERE state = 'planned' AND attempts > 0"
    )
    await house.database.run("UPDATE leases SET until = (SELECT min(due_at) FROM notifications)")


async def all_settled(house: House) -> None:
    """Wait until nothing is planned any more."""
    while await house.count("notifications", "state = 'planned'"):  # noqa: ASYNC110
        await asyncio.sleep(0.2)  # the database rings no bell


async def test_a_mass_sending_goes_on_after_every_kill(street: Street, house: House) -> None:
    """Hundreds of reminders are due at once, and the bot is killed again and again in the middle
    of it, by SIGKILL and SIGTERM in turn: nobody is left out, no more than four hear twice for each
    SIGKILL, and nobody for a SIGTERM (R18, R42, R47)."""
    visits = await overdue(house, street, 100 + 50 * KILLS)
    dice = Random(KILLS)  # noqa: S311
    tally = Tally()
    unsettled: set[int] = set()
    left: Counter[str] = Counter()

    async def live(how: signal.Signals) -> None:
        """One process lives for a random while after it began to send."""
        before = told(street, visits)
        process = await Process.start(street, house)
        await street.until(lambda: told(street, visits) != before)
        await asyncio.sleep(dice.uniform(0, 1.5))  # the random moment
        await tally.kill(process, how)
        await asyncio.sleep(0.5)  # what was on its way arrives at Telegram
        again = await sent_and_not_settled(house, street, visits)
        left[how.name] += len(again - unsettled)
        unsettled.clear()
        unsettled.update(again)
        await let_a_minute_pass(house)

    async with asyncio.timeout(120 + 30 * KILLS):
        for _, how in zip(range(KILLS), cycle([signal.SIGKILL, signal.SIGTERM]), strict=False):
            await live(how)
        process = await Process.start(street, house)
        await street.until(lambda: reached(street, visits) == len(visits))
        await all_settled(house)
        await tally.kill(process, signal.SIGTERM)

    twice = sum(max(0, times - 1) for times in told(street, visits).values())
    sys.stdout.write(
        f"\n{house.database.kind}: {len(visits)} families, left out 0, told twice {twice}; "
        f"sent and not settled after {dict(left)} (at most {LANES} for each SIGKILL)\n{tally}\n"
    )
    assert await house.count("notifications", "state = 'sent'") == len(visits)
    assert left["SIGKILL"] <= LANES * tally.kills["SIGKILL"]
    assert left["SIGTERM"] == 0
    assert twice <= left["SIGKILL"]


async def test_a_stop_does_not_wait_for_a_slow_telegram(street: Street, house: House) -> None:
    """Every message takes Telegram half a minute when the process is asked to stop: it is gone
    within ten seconds, and the next one tells those who may not have been told (R18, R42)."""
    visits = await overdue(house, street, 3 * LANES)
    tally = Tally()
    street.telegram.faults.clear()
    street.telegram.faults.add(Slow(method="sendMessage", seconds=30))
    process = await Process.start(street, house)
    async with asyncio.timeout(60):
        await street.until(lambda: street.telegram.asked_to_send == LANES)
    await tally.kill(process, signal.SIGTERM)
    assert reached(street, visits) == 0

    street.telegram.faults.clear()
    await let_a_minute_pass(house)
    process = await Process.start(street, house)
    async with asyncio.timeout(60):
        await street.until(lambda: reached(street, visits) == len(visits))
        await all_settled(house)
    await tally.kill(process, signal.SIGTERM)
    sys.stdout.write(f"\n{house.database.kind}: {tally}\n")


async def test_what_is_shown_while_the_process_stops_is_not_told_again(
    street: Street, house: House
) -> None:
    """R18, R42: a visit is booked and its answer on its way when the process is asked to stop: the
    family has read it, and that is written down before the process is gone."""
    await prepare(house)
    parent, tally = Parent(street, 4242, 1), Tally()
    process = await Process.start(street, house)
    async with asyncio.timeout(60):
        booking = await parent.choose(await parent.come())
        for method in ("sendMessage", "editMessageText"):
            street.telegram.faults.add(Slow(method=method, seconds=2))
        confirming = asyncio.create_task(parent.confirm(booking))
        while not await house.count("appointments"):  # noqa: ASYNC110 - another process books it
            await asyncio.sleep(0.05)
        assert await house.count("notifications", "kind = 'booked' AND state = 'planned'")
        await tally.kill(process, signal.SIGTERM)
        await confirming
    assert not await house.count("notifications", "kind = 'booked' AND state = 'planned'")


async def replica(street: Street, house: House) -> Process:
    """One of several processes, which take webhooks."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    before = street.telegram.webhooks
    process = await Process.start(
        street,
        house,
        WEBHOOK_URL=f"http://127.0.0.1:{port}/updates",
        WEBHOOK_PORT=str(port),
        WEBHOOK_SECRET="secret-of-the-tests",
    )
    async with asyncio.timeout(60):
        await street.until(lambda: street.telegram.webhooks > before)
    return process


@pytest.mark.replicas
@pytest.mark.parametrize("kind", [POSTGRESQL], indirect=True)
async def test_another_process_takes_over_the_sending(street: Street, house: House) -> None:
    """Two processes, one of which sends: when it is killed the other goes on within fifteen seconds
    (R18), with the families that nobody had begun to tell."""
    visits = await overdue(house, street, 600)
    first = await replica(street, house)
    async with asyncio.timeout(60):
        await street.until(lambda: reached(street, visits) > 0)
    second = await replica(street, house)
    tally = Tally()
    await tally.kill(first, signal.SIGKILL)
    await asyncio.sleep(0.5)  # what was on its way arrives at Telegram
    before, begun = reached(street, visits), monotonic()
    async with asyncio.timeout(2 * TAKES_OVER_WITHIN):
        await street.until(lambda: reached(street, visits) > before)
    took = monotonic() - begun
    sys.stdout.write(f"\npostgresql: taken over after {took:.1f} s\n")
    assert took < TAKES_OVER_WITHIN
    await tally.kill(second, signal.SIGTERM)
