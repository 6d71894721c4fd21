"""What a child can come for is the clinic's to say; until then it was the same eight kinds."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.model.clinic import Clinic
from services.model.settings.visit_kinds import USUAL_KINDS, KindKey, Reason, VisitKind
from storage.database.migrate import migrate
from tests.conftest import House, StillClock, house_over
from tests.databases import BOTH, POSTGRESQL, SQLITE
from tests.storage.migrations.test_migrations import go

POOL = VisitKind(
    KindKey("k9"),
    name="Справка в бассейн",
    since=36,
    length=timedelta(minutes=10),
    price="500 ₽",
    named_only=True,
)


RULE = (
    "INSERT INTO schedule_rules (doctor_id, reception, valid_from, weekdays, days)"
    " VALUES (1, CAST, '2027-01-01', 1, 'all')"
)
AS_JSON = {SQLITE: ":value", POSTGRESQL: "CAST(:value AS json)"}


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def arrange(house: House, clinic: Clinic, kinds: Sequence[VisitKind]) -> None:
    async with house.transactions.writes() as tx:
        await tx.clinics.change(clinic.id, replace(clinic, kinds=tuple(kinds)))


async def one(house: House, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await house.database.rows(query)]


async def test_every_clinic_has_the_usual_kinds_and_keeps_its_own(
    house: House, clinic: Clinic
) -> None:
    """R67: up, a clinic that said nothing has what it had, and no row of it is another. What it
    arranges is read as it was written, and what a newer version keeps beside stays."""
    await house.engines.dispose()
    await go(house.database, "0043")
    before = await one(house, "SELECT name, settings FROM clinics")
    await migrate(house.database.url)

    assert await one(house, "SELECT name, settings FROM clinics") == before
    assert (await house.services.profiles.clinic(clinic.code)).kinds == USUAL_KINDS
    other = (POOL, *USUAL_KINDS[::-1])
    await arrange(house, clinic, other)
    assert (await house.services.profiles.clinic(clinic.code)).kinds == other
    [(text,)] = await one(house, "SELECT visit_kinds FROM clinics")
    newer = json.dumps([{**each, "colour": "blue"} for each in json.loads(text)])
    await house.database.run("UPDATE clinics SET visit_kinds = :newer", newer=newer)
    await arrange(house, clinic, USUAL_KINDS)
    [(text,)] = await one(house, "SELECT visit_kinds FROM clinics")
    assert {each["colour"] for each in json.loads(text)} == {"blue"}


async def test_the_version_before_finds_nothing_that_it_does_not_know(
    house: House, clinic: Clinic, clock: StillClock
) -> None:
    """R67: down, visits and hours of a clinic's own kind are of the nearest that it knows, and
    hours that are named stay named: in others ill children come."""
    await arrange(house, clinic, [*USUAL_KINDS, POOL])
    hours = '["09:00", "10:00"]'
    reception = f'{{"hours": {hours}, "visit": 10, "breaks": [], "reasons": ["k9"]}}'
    with_others = reception.replace('["k9"]', '["k9", "illness"]')
    for value in (reception, with_others):
        await house.database.run(
            RULE.replace("CAST", AS_JSON[house.database.kind]),
            value=value,
        )
    first, second, *_ = await one(house, "SELECT id FROM slots ORDER BY id LIMIT 2")
    await house.database.run("UPDATE slots SET reasons = 256 WHERE id = :slot", slot=first[0])
    await house.database.run("UPDATE slots SET reasons = 257 WHERE id = :slot", slot=second[0])
    await house.engines.dispose()
    await go(house.database, "0043")

    assert await one(house, "SELECT DISTINCT reasons FROM slots ORDER BY reasons") == [
        (0,),
        (1,),
        (128,),
    ]
    found = await one(house, "SELECT reception FROM schedule_rules WHERE valid_from > '2026-12-31'")
    plain = [json.loads(text) if isinstance(text, str) else text for (text,) in found]
    assert [each["reasons"] for each in plain] == [["certificate"], ["illness"]]
    await migrate(house.database.url)
    async with house_over(house.database, clock) as reopened:
        assert (await reopened.services.profiles.clinic(clinic.code)).kinds == USUAL_KINDS
        assert Reason.CERTIFICATE.number == 8
