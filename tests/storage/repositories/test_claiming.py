"""What is asked of the database again and again, whether anything is due or not, stays small."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from services.model.messages import NotificationState
from storage.tables.messages import PLANNED_BY_PERSON, PLANNED_BY_URGENCY
from tests.conftest import House
from tests.databases import POSTGRESQL, SQLITE
from tests.families import FIRST, never_quiet, settle_in

FAMILIES, PLANNED = 2000, 300
"""As in a database of some age: most of what was planned is long settled. With a few rows alone
PostgreSQL would rightly read them all."""
AT_ONE_TIME = 10
"""Visits."""
GATHER = timedelta(minutes=5)
BY_NUMBER = "pk_notifications", "PRIMARY KEY"
"""The way to rows whose ids are known, as the databases call it."""
Said = tuple[str, tuple[Any, ...]]
"""A statement and its parameters."""


@contextmanager
def listening(house: House) -> Iterator[list[Said]]:
    """What is said to the database of notifications meanwhile."""
    said: list[Said] = []

    def note(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if "notifications" in statement:
            said.append((statement, tuple(parameters)))

    engine = house.engines.writing.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def plan_of(connection: AsyncConnection, kind: str, said: Said) -> str:
    """How the database goes about it with these parameters."""
    explain = "EXPLAIN QUERY PLAN" if kind == SQLITE else "EXPLAIN"
    found = await connection.exec_driver_sql(f"{explain} {said[0]}", said[1])
    return "\n".join(str(row[-1]) for row in found)


async def generic_plan_of(connection: AsyncConnection, said: Said) -> str:
    """How PostgreSQL goes about it whatever the parameters are: the plan that a connection keeps
    once it has heard a statement a few times. What a parameter hides from it is not used."""
    statement, parameters = said
    await connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
    await connection.exec_driver_sql(f"PREPARE heard AS {statement}")
    unknown = ", ".join("NULL" for _ in parameters)
    found = await connection.exec_driver_sql(f"EXPLAIN EXECUTE heard ({unknown})")
    plan = "\n".join(str(row[-1]) for row in found)
    await connection.exec_driver_sql("DEALLOCATE heard")
    return plan


@pytest.fixture
async def due(house: House) -> datetime:
    """When some of many notifications are due, of reminders that are told together, too."""
    clinic = await never_quiet(house)
    first = house.clock() + clinic.reminding.before
    starts = [first + timedelta(minutes=number // AT_ONE_TIME) for number in range(FAMILIES)]
    await settle_in(house, clinic, starts)
    await house.database.run(
        "UPDATE notifications SET state = 'sent', settled_at = due_at "
        "WHERE appointment_id >= :first_settled",
        first_settled=FIRST + PLANNED,
    )
    if house.database.kind == POSTGRESQL:
        await house.database.run("ANALYZE")  # as it does by itself; SQLite does not
    return house.clock() + timedelta(minutes=PLANNED // AT_ONE_TIME // 2)


async def test_a_sender_reads_what_is_planned_and_nothing_else(house: House, due: datetime) -> None:
    """R18: the sender's questions, every few seconds, go by the indexes of what is planned, however
    many notifications were settled before; on PostgreSQL with a kept plan as with a fresh one."""
    with listening(house) as said:
        async with house.transactions.writes() as tx:
            [first, second, *_] = await tx.notifications.claim(due, due + GATHER, 50, GATHER)
            await tx.notifications.standing(first)
            await tx.notifications.finish(first, NotificationState.SENT, due)
            await tx.notifications.put_off(second, due + GATHER)
            await tx.notifications.upcoming()
    async with house.engines.writing.connect() as connection:
        plans = [await plan_of(connection, house.database.kind, each) for each in said]
        if house.database.kind == POSTGRESQL:
            plans += [await generic_plan_of(connection, each) for each in said]

    partial = {str(PLANNED_BY_URGENCY.name), str(PLANNED_BY_PERSON.name)}
    ways = [{way for way in (*partial, *BY_NUMBER) if way in plan} for plan in plans]
    assert [plan for plan, way in zip(plans, ways, strict=True) if not way] == []
    assert [plan for plan in plans if re.search(r"(SCAN|Seq Scan on) notifications", plan)] == []
    assert partial < set.union(*ways)
