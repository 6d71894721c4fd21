"""Engines that one test hands on to the next.

An engine keeps what it compiled of each statement and asks a server once what it can do. A new one
for each test began from nothing, a fifth of the test's time.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Dialect, event
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database.engines import Engines, open_engines
from tests.databases import Database


class _Led:
    """Engines whose next connections lead to the database of this moment."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.engines = open_engines(database.url)
        for engine in (self.engines.writing, self.engines.reading):
            self._lead(engine)

    def _lead(self, engine: AsyncEngine) -> None:
        @event.listens_for(engine.sync_engine, "do_connect")
        def do_connect(
            dialect: Dialect, _record: object, args: list[Any], options: dict[str, Any]
        ) -> None:
            there, how = dialect.create_connect_args(self.database.url)
            args[:] = there
            options.update(how)

    def begin(self, database: Database) -> None:
        """Lead there, with pools that nobody has waited at.

        What the test before left running may have asked for a connection after these were closed:
        whoever waits at a pool binds it to the loop of their test.
        """
        self.database = database
        for engine in (self.engines.writing, self.engines.reading):
            engine.sync_engine.dispose(close=False)


_resting: dict[str, list[_Led]] = defaultdict(list)


@asynccontextmanager
async def engines_of(database: Database) -> AsyncIterator[Engines]:
    """Engines over a database, for this test alone as long as it lasts."""
    resting = _resting[database.kind]
    led = resting.pop() if resting else _Led(database)
    led.begin(database)
    try:
        yield led.engines
    finally:
        await led.engines.dispose()
        resting.append(led)
