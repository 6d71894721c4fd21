"""What clinics say comes together in one column, and the version before goes on beside it."""

import json
from dataclasses import fields, replace
from datetime import timedelta

import pytest

from services.model.clinic import Clinic, ClinicProfile, Position, Reason
from storage.database.migrate import migrate
from tests.conftest import House, StillClock, house_over
from tests.databases import BOTH, SQLITE, Database
from tests.storage.migrations.test_migrations import go

TOLD = {
    "position": Position(55.7512345678, 37.6),
    "hold": timedelta(0),
    "preparation": {Reason.CHECK_UP: 'Полотенце, "сменка".'},
    "doctors_confirm": True,
}


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def told(house: House, clinic: Clinic, **other: object) -> ClinicProfile:
    """Let the clinic say something else; all that it says then."""
    entry = await house.services.profiles.entered(clinic.code)
    profile = replace(entry.profile, **other)  # type: ignore[arg-type]
    return (await house.services.profiles.enter(replace(entry, profile=profile))).after.profile


async def kept(database: Database) -> dict[str, object]:
    """What the column says."""
    [(found,)] = await database.rows("SELECT settings FROM clinics")
    return dict(json.loads(found) if isinstance(found, str) else found or {})


def is_as(clinic: Clinic, profile: ClinicProfile) -> bool:
    return all(
        getattr(clinic, each.name) == getattr(profile, each.name) for each in fields(profile)
    )


async def test_every_clinic_keeps_every_value(
    house: House, clinic: Clinic, clock: StillClock
) -> None:
    """Down and up again, from the schema of the version before; all that is said is written down,
    the usual too, so that another default changes nothing here."""
    usual = await kept(house.database)
    profile = await told(house, clinic, **TOLD)
    await house.engines.dispose()
    before = await kept(house.database)
    await go(house.database, "0018")
    await migrate(house.database.url)

    after = await kept(house.database)
    assert before.items() >= after.items()
    came_later = before.keys() - after.keys()
    assert {key for key in came_later if before[key] != usual.get(key, before[key])} == set()
    assert (after["booking.hold_minutes"], after["booking.horizon_days"]) == (0, 14)
    async with house_over(house.database, clock) as reopened:
        assert is_as(await reopened.services.profiles.clinic(clinic.code), profile)


async def test_what_the_version_before_writes_counts(house: House, clinic: Clinic) -> None:
    """R67: it knows the columns alone, beside a process that knows both. Neither loses a value of
    the other, and what a newer version keeps there outlives both."""
    newer_still = {"booking.days_off": ["sat", "sun"], "booking.shares": {"infants": 20}}
    settings = {**await kept(house.database), "booking.from_tomorrow": 7, **newer_still}
    newer = "UPDATE clinics SET settings = CAST(:newer AS json)"
    if house.database.kind == SQLITE:
        newer = "UPDATE clinics SET settings = :newer"
    await house.database.run(newer, newer=json.dumps(settings))
    await house.database.run("UPDATE clinics SET hold_minutes = 9, opens_at = '08:30:00.000000'")

    assert (await house.services.profiles.clinic(clinic.code)).hold == timedelta(minutes=9)
    profile = await told(house, clinic, cancellation="Звоните.")
    assert (profile.hold, f"{profile.opens_at:%H:%M}") == (timedelta(minutes=9), "08:30")
    after = await kept(house.database)
    assert (after["booking.hold_minutes"], after["booking.opens_at"]) == (9, "08:30")
    assert (after["booking.cancellation"], after["booking.from_tomorrow"]) == ("Звоните.", 7)
    assert {key: after[key] for key in newer_still} == newer_still
    columns = "SELECT hold_minutes, cancellation FROM clinics"
    assert [tuple(row) for row in await house.database.rows(columns)] == [(9, "Звоните.")]


async def test_a_clinic_that_the_version_before_opened_is_read(
    house: House, clinic: Clinic
) -> None:
    """It left the column empty: the columns beside say all."""
    before = await house.services.profiles.clinic(clinic.code)
    await house.database.run("UPDATE clinics SET settings = NULL")
    assert await house.services.profiles.clinic(clinic.code) == before

    await told(house, clinic, hold=timedelta(minutes=7))
    changed = await house.services.profiles.clinic(clinic.code)
    assert changed == replace(before, hold=timedelta(minutes=7))
    assert (await kept(house.database))["booking.hold_minutes"] == 7
