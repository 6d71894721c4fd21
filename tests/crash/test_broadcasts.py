"""A broadcast by the real process, killed in its middle: nobody is left out, few hear twice."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle
from random import Random
from time import monotonic

import pytest

from bot.flows.desk.day import taps as day_taps
from bot.sandbox.faults import Limits, Slow
from bot.telegram.pacing import PER_SECOND
from services.broadcasts.progress import NewsPreview
from services.messages.sending import BATCH, LANES
from services.model.access import Role
from services.model.broadcasts import Audience, Whom
from services.model.ids import PostId
from services.model.people import Language
from services.model.visits import Appointment
from tests.conftest import House
from tests.crash.street import Process, Street, Tally, open_street
from tests.crash.test_sending import (
    let_a_minute_pass,
    reached,
    sent_and_not_settled,
    told,
)
from tests.databases import POSTGRESQL, SQLITE
from tests.families import agree_to_news, never_quiet, settle_in

pytestmark = pytest.mark.crash

KILLS = min(int(os.environ.get("CRASH_KILLS", "4")), 24)
"""Half of them by SIGKILL, the others by SIGTERM."""
FAMILIES = int(os.environ.get("BROADCAST_FAMILIES", str(100 + 50 * KILLS)))
AT_A_TIME = 10
"""Families whose visits begin in the same minute."""
IRINA = 201
"""The administrator's chat."""


@pytest.fixture(params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.replicas)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    """Telegram enforces its limits, and takes a message after a moment, so that there is always
    something on its way."""
    async with open_street() as street:
        street.telegram.faults.add(Limits())
        street.telegram.faults.add(Slow(method="sendMessage", seconds=0.1))
        street.telegram.add_user(IRINA, "Ирина")
        street.telegram.world.users[IRINA].started = True
        yield street


async def neighbourhood(house: House, street: Street, count: int) -> list[Appointment]:
    """Families who agreed to news, with visits in some weeks of which nobody is reminded yet."""
    house.clock.now = datetime.now(UTC)
    clinic = await never_quiet(house)
    first = house.clock() + timedelta(days=21)
    starts = [first + timedelta(minutes=number // AT_A_TIME) for number in range(count)]
    visits = await settle_in(house, clinic, starts)
    await agree_to_news(house, clinic, visits)
    for visit in visits:
        street.telegram.add_user(visit.id, "Родитель")
        street.telegram.world.users[visit.id].started = True
    return visits


async def confirm(house: House, count: int) -> PostId:
    """The administrator writes to all families and types how many they are."""
    irina = (await house.services.families.meet(IRINA, Language.RUSSIAN)).id
    invitation = await house.services.members.appoint("romashka", Role.ADMINISTRATOR)
    post = (await house.services.workday.accept(irina, invitation.token, "Ирина")).post.id
    broadcasts = house.services.broadcasts
    await broadcasts.ask(irina, post, Audience(Whom.FAMILIES))
    shown = await broadcasts.typed(irina, "В пятницу не будет воды.")
    assert isinstance(shown, NewsPreview)
    assert shown.reach.recipients == count
    await broadcasts.typed(irina, str(count))
    return post


def reports(street: Street) -> list[str]:
    """How the administrator was told that it ended."""
    said = [message.text for message in street.telegram.chat(IRINA)]
    return [text for text in said if text.startswith("✅ Рассылка отправлена")]


async def test_a_broadcast_goes_on_after_every_kill(street: Street, house: House) -> None:
    """The bot is killed again and again in the middle of it: nobody is left out, no more than four
    hear twice for each SIGKILL, and nobody for a SIGTERM (R47); the author is told the numbers."""
    visits = await neighbourhood(house, street, FAMILIES)
    await confirm(house, FAMILIES)
    dice = Random(KILLS)  # noqa: S311
    tally = Tally()
    unsettled: set[int] = set()
    left = {"SIGKILL": 0, "SIGTERM": 0}
    life = max(1.5, 1.5 * FAMILIES / PER_SECOND / KILLS)
    """Seconds; on average all these lives take three quarters of what the whole takes."""

    async def live(how: signal.Signals) -> None:
        before = street.telegram.asked_to_send
        process = await Process.start(street, house)
        await street.until(lambda: street.telegram.asked_to_send > before)
        await asyncio.sleep(dice.uniform(0, life))  # the random moment
        await tally.kill(process, how)
        await asyncio.sleep(0.5)  # what was on its way arrives at Telegram
        again = await sent_and_not_settled(house, street, visits)
        left[how.name] += len(again - unsettled)
        unsettled.clear()
        unsettled.update(again)
        await let_a_minute_pass(house)

    begun = monotonic()
    async with asyncio.timeout(120 + 30 * KILLS + 3 * FAMILIES / PER_SECOND):
        for _, how in zip(range(KILLS), cycle([signal.SIGKILL, signal.SIGTERM]), strict=False):
            if reached(street, visits) < len(visits):
                await live(how)
        process = await Process.start(street, house)
        await street.until(lambda: bool(reports(street)))
        await tally.kill(process, signal.SIGTERM)

    assert reached(street, visits) == len(visits)
    twice = sum(max(0, times - 1) for times in told(street, visits).values())
    sys.stdout.write(
        f"\n{house.database.kind}: {len(visits)} families, left out 0, told twice {twice}; "
        f"sent and not settled after {left} (at most {LANES} for each SIGKILL); "
        f"{monotonic() - begun:.0f} s, 429s {street.telegram.faults.counts.limited}\n"
        f"{tally}\n{reports(street)[-1]}\n"
    )
    assert await house.count("notifications", "kind = 'news' AND state = 'sent'") == len(visits)
    assert f"Отправлено: {len(visits)} из {len(visits)}" in reports(street)[-1]
    assert left["SIGKILL"] <= LANES * tally.kills["SIGKILL"]
    assert left["SIGTERM"] == 0
    assert twice <= left["SIGKILL"]


def desks(street: Street) -> list[int]:
    """Where the administrator works, in the chat."""
    said = street.telegram.chat(IRINA)
    return [message.id for message in said if message.from_bot and "🏥" in message.text]


async def cancel_in_the_middle(
    street: Street, visits: Sequence[Appointment], post: PostId
) -> tuple[int, float]:
    """The administrator cancels the last family's visit; how many messages went out before it was
    told, and after how many seconds."""
    family = visits[-1].id
    tap = day_taps.StaffCancel(post_id=post, appointment_id=visits[-1].id)
    street.telegram.say(IRINA, "/clinic")
    await street.until(lambda: bool(desks(street)))
    [desk] = desks(street)
    before, begun = street.telegram.asked_to_send, monotonic()
    street.telegram.tap(IRINA, desk, tap.pack())
    await street.until(
        lambda: any("отменила" in message.text for message in street.telegram.chat(family))
    )
    return street.telegram.asked_to_send - before, monotonic() - begun


async def test_an_urgent_message_overtakes_a_broadcast(street: Street, house: House) -> None:
    """R25: a visit cancelled in the middle of it is told within a second of sending."""
    visits = await neighbourhood(house, street, 300)
    post = await confirm(house, 300)
    process = await Process.start(street, house)
    async with asyncio.timeout(120):
        await street.until(lambda: reached(street, visits) > 2 * BATCH)
        behind, seconds = await cancel_in_the_middle(street, visits, post)
    await Tally().kill(process, signal.SIGTERM)
    sys.stdout.write(
        f"\n{house.database.kind}: an urgent message after {behind} others, {seconds:.2f} s\n"
    )
    assert behind <= PER_SECOND
    assert reached(street, visits) < len(visits)
