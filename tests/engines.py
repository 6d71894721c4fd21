"""Engines that one test hands on to the next.

An engine keeps what it compiled of each statement and asks a server once what it can do. A new one
for each test began from nothing, a fifth of the test's time.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Dialect, QueuePool, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database.engines import Engines, open_engines
from tests.databases import SQLITE, Database


class _Led:
    """Engines whose next connections lead to the database of this moment."""

    def __init__(self, database: Database) -> None:
        self.database: Database | None = database
        self.engines = open_engines(database.url)
        for engine in (self.engines.writing, self.engines.reading):
            self._lead(engine)

    def _lead(self, engine: AsyncEngine) -> None:
        @event.listens_for(engine.sync_engine, "do_connect")
        def do_connect(
            dialect: Dialect, _record: object, args: list[Any], options: dict[str, Any]
        ) -> None:
            assert self.database
            there, how = dialect.create_connect_args(self.database.url)
            args[:] = there
            options.update(how)

        @event.listens_for(engine.sync_engine, "checkout")
        def checkout(connection: Any, _record: object, _proxy: object) -> None:
            """One that the last test cut off is replaced."""
            if getattr(connection.driver_connection, "is_closed", bool)():
                raise DisconnectionError

    def is_at_rest(self) -> bool:
        """Whether nobody has a connection."""
        pools = [engine.sync_engine.pool for engine in (self.engines.writing, self.engines.reading)]
        return not any(pool.checkedout() for pool in pools if isinstance(pool, QueuePool))


_resting: dict[str, list[_Led]] = defaultdict(list)


@asynccontextmanager
async def engines_of(database: Database) -> AsyncIterator[Engines]:
    """Engines over a database, for this test alone as long as it lasts.

    Those over PostgreSQL stay connected: the next test may be given the same database.
    """
    resting = _resting[database.kind]
    led = await _led_to(database, resting) or _Led(database)
    try:
        yield led.engines
    finally:
        if database.kind == SQLITE or not led.is_at_rest():
            await led.engines.dispose()
            led.database = None
        resting.append(led)


async def _led_to(database: Database, resting: list[_Led]) -> _Led | None:
    """One that is connected to it already, or any."""
    if not resting:
        return None
    led = next((led for led in resting if led.database == database), resting[-1])
    resting.remove(led)
    if led.database not in (database, None):
        await led.engines.dispose()
    led.database = database
    return led
