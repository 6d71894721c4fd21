"""How many messages a second can be claimed, read and settled, against the 30 that Telegram takes.

The house's own service sends to somebody who takes every message at once, so that what is measured
is all that the database is asked for on the way. A million reminders are planned; of those, so many
are due in each round, each to another family.
"""

import sys
from collections.abc import Sequence
from datetime import timedelta
from statistics import median
from time import perf_counter

from sqlalchemy import insert, literal, select

from services.model.letters import Letter
from services.model.messages import Urgency
from services.model.people import Person, ReminderWishes
from storage.tables.messages import NotificationRow
from tests.bench.contest import Times, ratio
from tests.bench.rows import Row
from tests.conftest import House, StillClock, house_over
from tests.databases import BOTH, POSTGRESQL, Shelves
from tests.families import never_quiet, settle_in

FAMILIES, PLANNED = 20_000, 1_000_000
ROUND = 600
"""Messages that are due at one time."""
ROUNDS = 20
LIMIT = 30
"""Messages a second."""
REACH = 20


class Taker:
    """A notifier that has a permit and an answer at once."""

    def __init__(self) -> None:
        self.taken = 0

    async def permit(self, person: Person, urgency: Urgency) -> None:
        pass

    async def tell(self, letter: Letter) -> None:
        self.taken += 1


async def main(
    shelves: Shelves,
    kinds: Sequence[str] = BOTH,
    families: int = FAMILIES,
    planned: int = PLANNED,
    rounds: int = ROUNDS,
    due: int = ROUND,
) -> list[Row]:
    """Messages a second by the sender, a million planned, against Telegram's 30."""
    sys.stdout.write(f"{planned:,} planned, {rounds} rounds of {due}\n")
    rows = []
    for kind in kinds:
        database = await shelves.of(kind).copy(await shelves.empty(kind))
        async with house_over(database, StillClock()) as house:
            await _plan(house, families, planned, due)
            rates = [await _send(house, due) for _ in range(1 + rounds)][1:]
        limits: Times = [float(LIMIT)] * rounds
        sys.stdout.write(f"{kind}: {median(rates):.0f} messages/s\n")
        what = f"claimed and settled of {planned:,}, {kind} / Telegram's limit"
        rows.append(Row(what, ratio(rates, limits), at_least=REACH))
    return rows


async def _plan(house: House, families: int, planned: int, due: int) -> None:
    """One reminder of each family is due soon, a round's worth every minute; the rest in weeks."""
    clinic = await never_quiet(house)
    first = house.clock() + clinic.reminding.before
    starts = (first + timedelta(minutes=1 + number // due) for number in range(families))
    await settle_in(house, clinic, starts, ReminderWishes(evening=False))
    there = NotificationRow
    copied = (there.kind, there.person_id, there.appointment_id, there.urgency, there.state)
    later = (there.due_at, there.try_at, there.useful_until)
    async with house.engines.writing.begin() as connection:
        for number in range(1, planned // families):
            moment = first + timedelta(weeks=1, minutes=number)
            values = [
                *copied,
                *(literal(moment, there.due_at.type) for _ in later),
                *(literal(str(number)) for _ in range(2)),
                literal(0),
            ]
            query = select(*values).where(there.due_at < first)
            columns = [*copied, *later, there.occasion, there.bundle, there.attempts]
            await connection.execute(insert(there).from_select(columns, query))
        if house.database.kind == POSTGRESQL:
            await connection.exec_driver_sql("ANALYZE")  # as it does by itself; SQLite does not


async def _send(house: House, due: int) -> float:
    """Messages a second of one round."""
    house.clock.forward(minutes=1)
    taker = Taker()
    begun = perf_counter()
    await house.services.notices.tell_due(taker)
    took = perf_counter() - begun
    assert taker.taken == due
    return due / took
