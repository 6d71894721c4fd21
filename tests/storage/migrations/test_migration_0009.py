"""What else a clinic says of itself comes to clinics that are there, and goes again."""

import pytest

from services.model.clinic import Clinic, LegalBasis
from services.model.conversations import ClinicFact, Conversation
from storage.database.migrate import migrate
from tests.conftest import ROMASHKA, House, StillClock, house_over
from tests.databases import BOTH
from tests.storage.files import tables_of
from tests.storage.migrations.test_migrations import go, look


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_nothing_is_signed_that_nobody_signed(
    house: House, clinic: Clinic, clock: StillClock
) -> None:
    """Down and up again over a clinic with doctors and times: the words are there, and a draft;
    the rest is as for a new clinic, and the same columns are there as before. A question that the
    old code cannot ask is forgotten."""
    database = house.database
    await database.run(
        "UPDATE clinics SET urgent_phone = '+7 1', doctors_confirm = true,"
        " cancellation = 'Звоните.', legal_basis = 'secrecy'"
    )
    anna = await house.parent(101, clinic)
    asked = Conversation(ClinicFact("name"), clinic.id, clock())
    async with house.transactions.writes() as tx:
        await tx.conversations.ask(anna, asked)
    await house.engines.dispose()
    columns = await look(database, tables_of)
    slots = await database.rows("SELECT * FROM slots ORDER BY id")
    await go(database, "0006")
    assert await database.rows("SELECT * FROM conversations") == []
    older = (await look(database, tables_of))["clinics"]["columns"]
    assert not [each for each in older if "signed" in each or "legal" in each]

    await migrate(database.url)
    assert await look(database, tables_of) == columns
    assert await database.rows("SELECT * FROM slots ORDER BY id") == slots
    async with house_over(database, clock) as after:
        found = await after.services.profiles.clinic("romashka")
    assert found.ill_words == ROMASHKA.ill_words
    assert (found.ill_words_signed_by, found.signed_ill_words) == ("", "")
    assert (found.urgent_phone, found.doctors_confirm, found.cancellation) == ("", False, "")
    assert found.legal_basis is LegalBasis.CONSENT
