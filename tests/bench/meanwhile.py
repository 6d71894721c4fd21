"""What a tap waits for while reminders go out as fast as Telegram takes them, against an idle bot.

A real process asks a Telegram that enforces its limits to the letter. Parents look at times at the
pace of people, one after another and all the time, each screen an edit that counts against the same
limit; in every other turn enough reminders are due to fill what is left of it. Nobody taps twice in
a second: Telegram takes no more for one chat. An answer that Telegram refuses comes a second later.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from statistics import median, quantiles

from bot.sandbox.faults import Limits
from services.clinic.opening import NewDoctor
from services.model.people import ReminderWishes
from services.model.visits import Appointment
from tests.bench.bots import OURS, BusyTelegram, a_bot, a_telegram
from tests.bench.contest import Times
from tests.bench.parents import PARENTS, Crowd, Parent
from tests.bench.rows import Row
from tests.conftest import CONSENT, ROMASHKA, House, StillClock, house_over, weekly
from tests.databases import SQLITE, Database, Shelves
from tests.families import NEVER_QUIET, settle_in

ROUNDS, TURN = 30, 5.0
"""How many turns of each kind, and how many seconds."""
REST = 1.05
"""Seconds between an answer and the next tap of the same parent."""
FAMILIES_PER_SECOND = 22
"""What the parents leave of Telegram's limit."""
LIMIT = 30
WARM_UP = 7 * PARENTS
"""Taps and texts before the first turn."""
FOREVER = 3600.0
AT_ONE_TIME = 10
"""Visits."""
WINDOW = 1.0
"""Seconds in which Telegram counts: so long it remembers what was sent."""
REACH = 1.3


async def main(
    shelves: Shelves,
    kind: str = SQLITE,
    rounds: int = ROUNDS,
    turn: float = TURN,
    warm_up: int = WARM_UP,
) -> list[Row]:
    """What a tap waits for while reminders are sent at Telegram's limit, against an idle bot."""
    each = round(turn * FAMILIES_PER_SECOND)
    turns: dict[str, list[Turn]] = {"idle": [], "sending": []}
    database = await shelves.of(kind).copy(await shelves.empty(kind))
    async with house_over(database, StillClock(datetime.now(UTC))) as house:
        visits = await _families(house, rounds * each)
    async with a_street(database, visits, warm_up) as street:
        for number in range(rounds):
            turns["idle"].append(await street.turn(turn))
            due = visits[number * each : (number + 1) * each]
            await street.begin_to_send(due)
            turns["sending"].append(await street.turn(turn))
            await street.until_told(due, len(due))
            await asyncio.sleep(WINDOW)
    sys.stdout.write(f"{kind}, {rounds} turns of {turn:g} s each way, {PARENTS} parents\n")
    waits = {name: [wait for one in those for wait in one.waits] for name, those in turns.items()}
    for name, those in turns.items():
        used = median(one.accepted for one in those) / turn / LIMIT
        sys.stdout.write(
            f"{name}: {len(waits[name])} taps, median {1000 * median(waits[name]):.0f} ms, "
            f"p99 {1000 * _p99(waits[name]):.0f} ms; {used:.0%} of Telegram's limit used, "
            f"refused {sum(one.refused for one in those)}\n"
        )
    idle, busy = waits["idle"], waits["sending"]
    sys.stdout.write(
        f"sending / idle: median {median(busy) / median(idle):.2f}, "
        f"p99 {_p99(busy) / _p99(idle):.2f}\n"
    )
    return [
        Row("p99 of a tap, sending at the limit / idle", _p99(busy) / _p99(idle), at_most=REACH)
    ]


def _p99(times: Times) -> float:
    return quantiles(times, n=100, method="inclusive")[-1]


async def _families(house: House, count: int) -> list[Appointment]:
    """A clinic with a doctor for each parent, and families who are to be reminded in an hour."""
    doctors = [NewDoctor("Врач Имя", str(number + 1), weekly()) for number in range(PARENTS)]
    profile = replace(ROMASHKA, quiet=NEVER_QUIET)
    clinic = await house.services.clinics.open(profile, CONSENT, doctors)
    first = house.clock() + clinic.reminding.before + timedelta(hours=1)
    starts = (first + timedelta(minutes=number // AT_ONE_TIME) for number in range(count))
    return await settle_in(house, clinic, starts, ReminderWishes(evening=False))


async def look_at_times(parent: Parent) -> None:
    """Look at one's doctor's times, and go home, again and again; nothing is booked."""
    await parent.say("/start cromashka")
    await parent.tap(parent.button("consent"))
    await parent.say("Миша")
    await parent.say("12.03.2024")
    child = parent.button("time").split(":")[1]
    need = f"{child}:consultation:0"
    await asyncio.sleep(REST * parent.number / PARENTS)  # people do not tap in step
    for screen in cycle((f"doctors:{need}:1", f"days:{need}:{parent.number}", "times", "home:1")):
        await parent.tap(parent.button(screen) if screen == "times" else screen)
        await asyncio.sleep(REST)


@dataclass(frozen=True)
class Turn:
    """What became of a stretch of time."""

    waits: Times
    """Of each tap that was answered."""
    accepted: int
    """Messages and edits that Telegram took."""
    refused: int


@dataclass(frozen=True)
class Street:
    """Parents who look, families who are reminded, and the bot between them."""

    telegram: BusyTelegram
    database: Database
    crowd: Crowd

    async def turn(self, seconds: float) -> Turn:
        """Let so much time pass, and tell what became of it."""
        counts, waits = replace(self.telegram.faults.counts), len(self.crowd.took)
        await asyncio.sleep(seconds)
        now = self.telegram.faults.counts
        return Turn(
            self.crowd.took[waits:],
            now.accepted - counts.accepted,
            now.limited - counts.limited,
        )

    async def begin_to_send(self, visits: Sequence[Appointment]) -> None:
        """Make these reminders due, and wait for the first."""
        await self.database.run(
            "UPDATE notifications SET try_at = (SELECT min(booked_at) FROM appointments) "
            "WHERE appointment_id BETWEEN :first AND :last",
            first=visits[0].id,
            last=visits[-1].id,
        )
        await self.until_told(visits, 1)

    async def until_told(self, visits: Sequence[Appointment], count: int) -> None:
        while sum(bool(self.telegram.chat(visit.id)) for visit in visits) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # a bell for each message would cost what is measured


@asynccontextmanager
async def a_street(
    database: Database, visits: Sequence[Appointment], warm_up: int
) -> AsyncIterator[Street]:
    """Families whom the bot can write to, and parents who have begun to look."""
    async with a_telegram() as (telegram, address):
        for visit in visits:
            telegram.add_user(visit.id, "Родитель")
            telegram.world.users[visit.id].started = True
        crowd = Crowd(telegram, look_at_times)
        async with a_bot(OURS, address, database), crowd.living():
            tapping = asyncio.create_task(crowd.tap_for(FOREVER))
            while len(crowd.took) < warm_up:  # noqa: ASYNC110 - the crowd must not stop
                await asyncio.sleep(WINDOW / 4)
            telegram.faults.add(Limits())
            await asyncio.sleep(WINDOW)
            yield Street(telegram, database, crowd)
            tapping.cancel()
