"""What SQLite would forget: the zone of an instant, and what a zone is."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from services.model.clinic import Clinic
from storage.tables.runtime import DeadLetterRow
from tests.conftest import MONDAY_7_AM, SEVERYANKA, House

NAIVE = datetime(2026, 11, 23, 4)  # noqa: DTZ001 - the very thing to be refused


async def test_a_naive_datetime_is_never_written(house: House) -> None:
    """R16: a datetime without a zone is refused, and nothing is written."""
    with pytest.raises(StatementError, match="without a time zone"):
        async with house.transactions.writes() as tx:
            await tx.updates.set_aside(1, "message", "KeyError", at=NAIVE)

    assert await house.count("dead_letters") == 0


async def test_a_naive_datetime_is_never_compared_with(house: House) -> None:
    """R16: nor does one get into a question to the database."""
    with pytest.raises(StatementError, match="without a time zone"):
        async with house.transactions.reads() as tx:
            await tx.appointments.planned([], after=NAIVE)


INSTANTS = [
    MONDAY_7_AM,
    datetime(2026, 11, 23, 7, tzinfo=ZoneInfo("Europe/Moscow")),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
    datetime(2026, 1, 1, 0, 30, tzinfo=ZoneInfo("Asia/Vladivostok")),
    datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=timezone(-timedelta(hours=9, minutes=30))),
]


async def test_an_instant_comes_back_as_the_same_instant_in_utc(house: House) -> None:
    """R14: whatever zone it was said in, what is stored and read is the instant itself."""
    async with house.transactions.writes() as tx:
        for number, instant in enumerate(INSTANTS):
            await tx.updates.set_aside(number, "message", "KeyError", at=instant)

    column = DeadLetterRow.set_aside_at
    async with house.engines.reading.connect() as connection:
        found = list(await connection.scalars(select(column).order_by(DeadLetterRow.update_id)))
        in_order = list(await connection.scalars(select(column).order_by(column)))
    said = [instant.astimezone(UTC) for instant in INSTANTS]
    assert found == said
    assert {instant.tzinfo for instant in found} == {UTC}
    assert in_order == sorted(said)


async def test_a_zone_is_kept_by_its_name(house: House, clinic: Clinic) -> None:
    """R13: a clinic's zone comes back as the zone it was, clock changes and all."""
    async with house.transactions.writes() as tx:
        added = await tx.clinics.add(SEVERYANKA)
    async with house.transactions.reads() as tx:
        assert (await tx.clinics.get(added.id)).zone == ZoneInfo("Asia/Yekaterinburg")
        assert (await tx.clinics.get(clinic.id)).zone == ZoneInfo("Europe/Moscow")
