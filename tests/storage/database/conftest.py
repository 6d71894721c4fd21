"""Whoever cuts connections off, and holds locks until they time out, has a database to break."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import with_clinic
from tests.databases import Database, Shelves


@pytest.fixture
async def database(
    request: pytest.FixtureRequest, shelves: Shelves, kind: str
) -> AsyncIterator[Database]:
    """One that nobody had before, and nobody has after."""
    shelf = shelves.of(kind)
    opened = "clinic" in request.fixturenames
    database = await shelf.copy(
        await (with_clinic(shelves, kind) if opened else shelves.empty(kind))
    )
    yield database
    await shelf.drop(database)
