"""What storage promises, it promises on both databases."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import with_clinic
from tests.databases import BOTH, Database, Shelves


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def database(
    request: pytest.FixtureRequest, shelves: Shelves, kind: str
) -> AsyncIterator[Database]:
    """One that nobody had before: these tests change tables, plans and connections."""
    shelf = shelves.of(kind)
    opened = "clinic" in request.fixturenames
    database = await shelf.copy(
        await (with_clinic(shelves, kind) if opened else shelves.empty(kind))
    )
    yield database
    await shelf.drop(database)
