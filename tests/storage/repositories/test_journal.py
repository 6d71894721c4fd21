"""The journal of access can be added to, and nothing else, whoever has the database in hand."""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from services.model.access import Access, Entry, Role
from services.model.clinic import Clinic
from services.model.ids import ChildId, PostId
from tests.conftest import MONDAY_7_AM, House


async def add(house: House, clinic: Clinic, child: int = 1) -> None:
    entry = Entry(PostId(1), Role.REGISTRAR, Access.VISIT, ChildId(child), None, MONDAY_7_AM)
    async with house.transactions.writes() as tx:
        await tx.journal.append(clinic.id, entry)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_records SET child_id = 2",
        "UPDATE access_records SET hash = hash",
        "DELETE FROM access_records",
        "DELETE FROM access_records WHERE number = 2",
    ],
)
async def test_no_record_is_changed_or_removed(
    house: House, clinic: Clinic, statement: str
) -> None:
    """R39: the database itself refuses."""
    await add(house, clinic)
    await add(house, clinic)
    with pytest.raises(IntegrityError, match="append_only"):
        await house.database.run(statement)
    assert await house.count("access_records") == 2


async def test_many_at_once_make_one_chain(house: House, clinic: Clinic) -> None:
    """R39: nobody's record takes another's number, and the chain is whole."""
    await asyncio.gather(*(add(house, clinic, child) for child in range(1, 21)))
    [verdict] = await house.services.journal.verify()
    assert verdict.broken_at is None
    assert verdict.head
    assert verdict.head.number == 20
