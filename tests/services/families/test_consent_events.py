"""Consents are events: each time by a row of its own, and what stands is what they add up to."""

from hashlib import sha256

from services.model.clinic import Clinic
from services.model.consents import Action, Channel, Purpose
from services.model.privacy.family_data import Who
from services.rules.typed.texts import mark
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.playing import played
from tests.services.conftest import Employee, Family
from tests.statements import statements

ADDS_UP = """
    SELECT count(*) FROM consents
    WHERE NOT EXISTS (SELECT 1 FROM consent_events AS given
        WHERE given.consent_id = consents.id AND given.action = 'given'
            AND given.at = consents.given_at AND given.text_sha256 = consents.text_sha256)
    OR (withdrawn_at IS NOT NULL) <> EXISTS (SELECT 1 FROM consent_events AS taken
        WHERE taken.consent_id = consents.id AND taken.action = 'withdrawn'
            AND taken.at = consents.withdrawn_at)"""


@played
async def clinic(house: House, clinic: Clinic) -> Clinic:
    """Ромашка, with texts for all that can be agreed to."""
    return await house.services.clinics.open(ROMASHKA, CONSENTS, [])


async def actions(house: House) -> list[tuple[str, str]]:
    rows = await house.database.rows("SELECT purpose, action FROM consent_events ORDER BY id")
    return [(row.purpose, row.action) for row in rows]


async def test_each_time_is_a_row_and_nothing_is_written_over(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """R40, R41: agreed, taken back, agreed anew, declined: four rows, the first as it was."""
    consents = house.services.consents
    for _ in range(2):
        await consents.agree(anna.parent, clinic.id, Purpose.REMINDERS, 1)
        house.clock.forward(minutes=1)
        await consents.withdraw(anna.parent, clinic.id, Purpose.REMINDERS)
        await consents.withdraw(anna.parent, clinic.id, Purpose.REMINDERS)
    await consents.decline(anna.parent, clinic.id, Purpose.NEWS)

    told = await actions(house)
    assert [each for each in told if each[0] == "reminders"] == [
        ("reminders", "given"),
        ("reminders", "withdrawn"),
    ] * 2
    assert told[-1] == ("news", "declined")
    assert [tuple(row) for row in await house.database.rows(ADDS_UP)] == [(0,)]


async def test_a_receipt_says_what_when_how_and_on_which_ground(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """R40: the parent reads its number, and the clinic finds the text by its hash."""
    await house.services.consents.agree(anna.parent, clinic.id, Purpose.REMINDERS, 1)
    found = (await house.services.own_data.consents(anna.parent))[-1]
    assert found.id
    (event,) = (await house.services.own_data.consent(anna.parent, found.id)).history
    assert (event.action, event.channel, event.by) == (Action.GIVEN, Channel.CHAT, Who.YOU)
    assert event.legal_basis is clinic.legal_basis
    assert event.at == found.given_at
    assert found.text_sha256 == sha256(CONSENTS[Purpose.REMINDERS].encode()).hexdigest()


async def test_leaving_writes_each_purpose_down_at_once(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """R40: the main consent takes all others with it, by one statement of each kind."""
    await house.services.consents.agree(anna.parent, clinic.id, Purpose.REMINDERS, 1)
    leaving = house.services.leaving
    shown = await leaving.look(anna.parent, clinic.id)
    with statements(house) as said:
        await leaving.leave(anna.parent, clinic.id, shown.as_shown)
    assert len([each for each in said if "INSERT INTO consent_events" in each]) == 2
    withdrawn = [purpose for purpose, action in await actions(house) if action == "withdrawn"]
    assert sorted(withdrawn) == ["processing", "reminders"]


async def test_what_the_registry_recorded_names_the_post(house: House, tamara: Employee) -> None:
    """R41: signed on paper, and recorded by the registry."""
    registry = house.services.registry
    await registry.search(tamara.person, "Костя 01.02.2024")
    await registry.add(tamara.person, tamara.post, mark("Костя 01.02.2024"))
    found = await house.database.rows(
        "SELECT action, channel, post_id FROM consent_events WHERE paper_consent_id IS NOT NULL"
    )
    assert [tuple(row) for row in found] == [("given", "paper", tamara.post)]
