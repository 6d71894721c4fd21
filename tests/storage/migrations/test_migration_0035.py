"""What became of consents is written down anew from what stood before."""

import pytest

from services.model.clinic import Clinic
from services.model.consents import Purpose
from storage.database.migrate import migrate
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.storage.migrations.test_migrations import go

EVENTS = """
    SELECT person_id, consent_id, paper_consent_id, purpose, version, text_sha256, action, channel,
        legal_basis, at
    FROM consent_events ORDER BY action, id"""
STANDING = "SELECT id, person_id, purpose, given_at, withdrawn_at FROM consents ORDER BY id"


@pytest.fixture
async def clinic(house: House, clinic: Clinic) -> Clinic:
    """Ромашка, with texts for all that can be agreed to."""
    return await house.services.clinics.open(ROMASHKA, CONSENTS, [])


async def test_what_was_agreed_to_before_has_its_events(house: House, clinic: Clinic) -> None:
    """R78: down and up over consents given, withdrawn and declined, in the chat and on paper."""
    anna = await house.parent(101, clinic)
    await house.services.consents.agree(anna, clinic.id, Purpose.REMINDERS, 1)
    house.clock.forward(minutes=1)
    await house.services.consents.withdraw(anna, clinic.id, Purpose.REMINDERS)
    await house.services.consents.decline(anna, clinic.id, Purpose.NEWS)
    await house.database.run(
        "INSERT INTO staff (clinic_id, person_id, role, name, since)"
        " VALUES (:clinic, :person, 'registrar', '', '2026-11-01 04:00:00')",
        clinic=clinic.id,
        person=anna,
    )
    await house.database.run(
        "INSERT INTO children (name, birth_date) VALUES ('Миша', '2024-03-12')"
    )
    await house.database.run(
        "INSERT INTO paper_consents (clinic_id, child_id, version, text_sha256, recorded_by,"
        " recorded_at) VALUES (:clinic, 1, 1, 'hash', 1, '2026-11-02 04:00:00')",
        clinic=clinic.id,
    )
    before = list(map(tuple, await house.database.rows(EVENTS)))
    standing = list(map(tuple, await house.database.rows(STANDING)))
    assert len(before) == 4
    await house.engines.dispose()
    await go(house.database, "0034")
    assert list(map(tuple, await house.database.rows(STANDING))) == standing
    await migrate(house.database.url)

    after = list(map(tuple, await house.database.rows(EVENTS)))
    assert list(map(tuple, await house.database.rows(STANDING))) == standing
    paper = [each for each in after if each[7] == "paper"]
    assert [(each[2], each[5], each[6]) for each in paper] == [(1, "hash", "given")]
    no_hash = [(*each[:5], None, *each[6:]) if each[6] == "declined" else each for each in before]
    assert sorted(map(str, after)) == sorted(map(str, no_hash + paper))
