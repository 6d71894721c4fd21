"""The weeks that the demo's clinic lived are such as a clinic lives, and nobody's real ones."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from bot.commands.demo import _telegram
from bot.demo.crowd import families
from bot.demo.life import live, next_morning
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.people import Language
from tests.conftest import House
from tests.services.conftest import employ


@pytest.fixture
async def lived(house: House, clinic: Clinic) -> House:
    """Ромашка after a night in which the past was written down."""
    tamara = await employ(house, Role.REGISTRAR, 202)
    async with house.transactions.reads() as tx:
        post = await tx.staff.get(tamara.post)
        doctor = (await tx.clinics.doctors(clinic.id))[0]
    async with house.transactions.writes() as tx:
        await tx.districts.add(doctor, "участок 1", [])
    await live(house.transactions, house.clock, post)
    return house


async def test_it_looks_as_on_a_tuesday(lived: House) -> None:
    """Weeks of history with who came, a month ahead about two thirds full, some work that waits;
    the journal is whole, nobody is reminded, and a second start adds nothing."""
    ahead = await lived.count("appointments", "state IN ('booked', 'pending')")
    free = await lived.count("slots", "open AND starts_at > '2026-11-23 04:00:00'")
    assert 0.5 < ahead / free < 0.8
    came = await lived.count("appointments", "state = 'fulfilled'")
    missed = await lived.count("appointments", "state = 'no-show'")
    assert came > 100
    assert 0 < missed < came / 10
    assert await lived.count("questions", "answered_at IS NULL") == 3
    assert await lived.count("appointments", "state = 'pending'") == 3
    assert await lived.count("notifications") == 0
    assert [verdict.broken_at for verdict in await lived.services.journal.verify()] == [None]

    tamara = await lived.services.families.meet(202, Language.RUSSIAN)
    post = (await lived.services.workday.desk(tamara.id)).post
    await live(lived.transactions, lived.clock, post)
    assert await lived.count("appointments", "state IN ('booked', 'pending')") == ahead


def test_the_clocks_begin_on_a_working_morning() -> None:
    """Whenever it is run, even on a Tuesday, the first screen is before the first visit."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    for day in range(7):
        begins = next_morning(now + timedelta(days=day))
        assert (begins.weekday(), begins.hour, begins.minute) == (1, 4, 40)
        assert begins > now + timedelta(days=day)


def test_whom_nobody_plays_can_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R52: of a closed day those are on the list to phone whose bot is not open, not the whole
    crowd."""
    monkeypatch.chdir(tmp_path)
    telegram = _telegram()
    crowd = families(Random(0), date(2026, 11, 24))  # noqa: S311 - no secret
    there = [each.telegram_id for each in islice(crowd, 500) if each.telegram_id is not None]

    assert all(telegram.has_chat(each) for each in there)
    assert not telegram.world.users[106].started
