"""A look over a database finds what is wrong with it, and leaves it as it was."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import now
from services.families.home import USUAL
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.people import PhoneNumber
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import ReservedFor, Reserving
from services.model.settings.visit_kinds import KindKey
from services.model.systems.values import Capabilities
from services.model.waitlist.waits import WaitWish
from services.runtime.health import Finding, Level
from storage.care.checkup import look_over
from storage.care.ciphers import Ciphers
from storage.database.urls import read_url
from tests.conftest import CIPHERS, KEY, House, StillClock
from tests.databases import BOTH, POSTGRESQL, SQLITE, Database
from tests.services.conftest import Family, employ
from tests.services.systems.conftest import practice_of
from tests.services.systems.fake import LOST_ANSWER, FakeSystem
from tests.storage.files import url_of

MIGRATIONS = len(list((Path(__file__).parents[3] / "storage/migrations/versions").glob("0*.py")))


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def seen(
    database: Database, at: datetime | None = None, ciphers: Ciphers | None = CIPHERS
) -> dict[str, Finding]:
    """What is found, by subject; a server's clock is asked against the real one."""
    clock = (lambda: at) if at else now
    found = await look_over(database.url, clock, ciphers)
    return {finding.subject: finding for finding in found}


def is_trouble(finding: Finding, level: Level, words: str) -> bool:
    return finding.level is level and words in finding.found and bool(finding.remedy)


async def test_a_database_in_order(house: House) -> None:
    """All is well, nothing is changed, and no password is shown."""
    before = await house.database.dump()
    found = await seen(house.database)

    assert {finding.level for finding in found.values()} == {Level.WELL}, found
    assert {"database", "migrations", "constraints", "dead letters"} <= set(found)
    assert await house.database.dump() == before


async def test_migrations_that_are_missing(house: House) -> None:
    """How many, and that the next start applies them; they are not applied here."""
    await house.database.run("UPDATE alembic_version SET version_num = '0002'")
    found = await seen(house.database)

    assert is_trouble(
        found["migrations"], Level.DOUBTFUL, f"{MIGRATIONS - 2} are still to be applied"
    )
    [(version,)] = await house.database.rows("SELECT version_num FROM alembic_version")
    assert version == "0002"


async def test_a_newer_database(house: House) -> None:
    """It is for newer code, and nothing more is asked of it (R50)."""
    await house.database.run("UPDATE alembic_version SET version_num = '9999'")
    found = await seen(house.database)

    assert is_trouble(found["migrations"], Level.WRONG, "newer than this code")
    assert "constraints" not in found


@pytest.mark.parametrize("judge", ["overlap", "index"])
async def test_a_judge_that_is_missing(house: House, judge: str) -> None:
    """Without it two families could get one time: it is named, and the bot should stop (R01)."""
    lost = {
        ("overlap", SQLITE): "DROP TRIGGER no_overlap_appointments_insert",
        ("overlap", POSTGRESQL): "ALTER TABLE appointments DROP CONSTRAINT no_overlap_appointments",
    }
    drop = lost.get((judge, house.database.kind), "DROP INDEX uq_appointments_active_slot")
    await house.database.run(drop)
    found = await seen(house.database)

    assert is_trouble(found["constraints"], Level.WRONG, drop.split()[-1])
    assert "stop the bot" in found["constraints"].remedy


async def test_times_that_are_kept_and_a_share_that_nobody_can_have(
    house: House, clinic: Clinic
) -> None:
    """Where groups cannot be encrypted, a share for them keeps nothing: that is said."""
    entry = await house.services.profiles.entered("romashka")
    profile = replace(entry.profile, reserved=Reserving(infants=10, observed=10))
    await house.services.profiles.enter(replace(entry, profile=profile))
    await house.services.clinics.follow()
    kept = await house.count("slots", "reserved_for <> 0")
    found = (await seen(house.database, at=house.clock()))["reserved times"]
    said = f"{kept} ahead are kept, 0 were opened early, 0 families wait to show a document"
    assert found == Finding("reserved times", said)
    in_vain = (await seen(house.database, ciphers=None))["reserved times"]
    assert is_trouble(in_vain, Level.DOUBTFUL, "no key for groups: romashka")


async def test_words_for_ill_children_and_their_signatures(house: House, clinic: Clinic) -> None:
    """R71: which clinics say nothing yet, and where a doctor is to look at the words anew."""
    assert is_trouble(
        (await seen(house.database))["ill children"],
        Level.DOUBTFUL,
        "to be looked at anew: romashka",
    )
    entry = await house.services.profiles.entered("romashka")
    signed = replace(entry.profile, ill_words="Звоните.")
    await house.services.profiles.enter(replace(entry, profile=signed))
    found = (await seen(house.database, at=house.clock()))["ill children"]
    assert found == Finding("ill children", "1 clinics, the words of all are signed")
    await house.services.profiles.enter(
        replace(entry, profile=replace(signed, ill_words_signed_by=""))
    )
    assert is_trouble(
        (await seen(house.database))["ill children"],
        Level.DOUBTFUL,
        "signed by no doctor: romashka",
    )


async def test_groups_of_children_and_their_keys(house: House, clinic: Clinic) -> None:
    """R35: the bot starts without the key, and these children would be of no group in silence."""
    tamara = await employ(house, Role.REGISTRAR, 202)
    child = await house.child(await house.parent(101, clinic))
    assert (await seen(house.database))["groups"].found == "0, all under the first key"
    async with house.transactions.writes() as tx:
        group = ChildGroup(clinic.id, ReservedFor.OBSERVED, date(2027, 11, 23))
        await tx.groups.put_down(child.id, group, tamara.post, house.clock())
    assert (await seen(house.database))["groups"].found == "1, all under the first key"
    older = (await seen(house.database, ciphers=Ciphers([bytes(32), KEY])))["groups"]
    assert is_trouble(older, Level.DOUBTFUL, "1 under older keys")
    for lost in (None, Ciphers([bytes(32)])):
        found = (await seen(house.database, ciphers=lost))["groups"]
        assert is_trouble(found, Level.DOUBTFUL, "no key opens 1 of 1")


async def test_phones_and_their_keys(house: House) -> None:
    """R35: none asked for, all well, some under an older key, some that no key opens."""
    assert (await seen(house.database, ciphers=None))["phones"].found.startswith("not asked for")
    anna = await house.parent(101)
    async with house.transactions.writes() as tx:
        await tx.phones.keep_for_person(anna, PhoneNumber("+79161234567"), house.clock())
    both, other = Ciphers([bytes(32), KEY]), Ciphers([bytes(32)])

    assert (await seen(house.database))["phones"] == Finding("phones", "1, all under the first key")
    older = (await seen(house.database, ciphers=both))["phones"]
    assert is_trouble(older, Level.DOUBTFUL, "1 under older keys")
    for lost in (other, None):
        found = (await seen(house.database, ciphers=lost))["phones"]
        assert is_trouble(found, Level.WRONG, "no key opens 1 of 1")


async def test_dead_letters(house: House) -> None:
    """How many there are, and since when; not what they said."""
    for update_id in (7, 8):
        await house.services.upkeep.set_aside(update_id, "message", "ValueError in bot/x.py:1 (f)")
    found = await seen(house.database)

    assert is_trouble(found["dead letters"], Level.DOUBTFUL, "2 set aside, the latest 2026-11-23")


class TestFiles:
    """What only SQLite has."""

    @pytest.fixture
    def kind(self) -> str:
        return SQLITE

    async def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        """It is made at the first start, and not by the look."""
        file = tmp_path / "folder" / "bot.db"
        found = await seen(Database(url_of(file)))

        assert found["database"].level is Level.WELL
        assert "not there yet" in found["database"].found
        assert not file.parent.exists()

    async def test_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        """It says what SQLite says of it."""
        (tmp_path / "bot.db").write_text("no database at all, but long enough to be one" * 50)
        found = await seen(Database(url_of(tmp_path / "bot.db")))

        assert is_trouble(found["database"], Level.WRONG, "not a database")

    async def test_a_damaged_file(self, database: Database) -> None:
        """A page was overwritten: the backup is what helps."""
        await database.run("PRAGMA wal_checkpoint(TRUNCATE)")
        with database.file.open("r+b") as file:
            file.seek(4096 * 5)
            file.write(b"\xff" * 4096 * 3)
        found = await seen(database)

        assert found["database"].level is Level.WRONG
        assert found["database"].remedy

    async def test_a_disk_that_is_nearly_full(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Before nothing can be written any more."""
        monkeypatch.setattr("storage.care.checkup.SPACE", 10**18)
        found = await seen(database)

        assert is_trouble(found["disk"], Level.DOUBTFUL, "MB free")


class TestServers:
    """What only PostgreSQL has."""

    @pytest.fixture
    def kind(self) -> str:
        return POSTGRESQL

    async def test_a_database_that_is_not_there(self, database: Database) -> None:
        """The server answers, and has none of this name; the password is not shown."""
        url = database.url.set(database="nowhere", username="postgres", password="secret")
        [finding] = await look_over(url, StillClock())

        assert finding.level is Level.WRONG
        assert "does not exist" in finding.found or "refuses" in finding.found
        assert "secret" not in finding.found

    async def test_a_server_that_is_not_there(self) -> None:
        """What lies between is to be looked at."""
        [finding] = await look_over(read_url("postgresql://u:secret@127.0.0.1:1/x"), StillClock())

        assert is_trouble(finding, Level.WRONG, "cannot be reached")
        assert "secret" not in finding.found

    async def test_clocks_that_differ(self, database: Database) -> None:
        """A reminder is due by one clock and told by the other."""
        found = await seen(database, at=now() + timedelta(minutes=2))

        assert is_trouble(found["clock of the database"], Level.WRONG, "s from ours")

    async def test_a_server_that_is_nearly_full(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One process more would not find its connections."""
        monkeypatch.setattr("storage.care.checkup.CONNECTIONS", 10_000)
        found = await seen(database)

        assert is_trouble(found["connections"], Level.DOUBTFUL, "are taken")

    async def test_limits_that_do_not_take(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A pooler in between swallows what a connection sets at its start."""
        monkeypatch.setattr("storage.care.checkup.LIMITS", {"lock_timeout": "7s"})
        found = await seen(database)

        assert is_trouble(found["limits"], Level.DOUBTFUL, "lock_timeout did not take")

    async def test_an_empty_database(self, database: Database) -> None:
        """Nothing is there yet: the first start applies every migration."""
        await database.run("DROP SCHEMA public CASCADE")
        await database.run("CREATE SCHEMA public")
        found = await seen(database)

        assert is_trouble(
            found["migrations"], Level.DOUBTFUL, f"{MIGRATIONS} are still to be applied"
        )


async def test_clinics_own_systems(house: House, clinic: Clinic) -> None:
    """R76: which are not read, and how many visits only people can settle."""

    async def own() -> Finding:
        return (await seen(house.database, at=house.clock()))["own systems"]

    assert await own() == Finding(
        "own systems", "0 clinics have one, 0 visits are left for people to settle"
    )
    parent = await house.parent(101, clinic)
    anna = Family(parent, await house.child(parent))
    practice = await practice_of(house, clinic, FakeSystem(Capabilities()))
    assert (await own()).level is Level.WELL
    practice.fake.faults = [LOST_ANSWER]
    await practice.services.system_errands.answered(await practice.ask(anna))
    await practice.work(5)
    assert is_trouble(await own(), Level.DOUBTFUL, "1 visits are left for people to settle")
    house.clock.forward(days=1)
    assert is_trouble(await own(), Level.DOUBTFUL, "not read lately: romashka")


async def test_the_waiting_list(house: House, clinic: Clinic) -> None:
    """R73: who waits, and whether freed times go on to them."""

    async def found() -> Finding:
        return (await seen(house.database, at=house.clock()))["waiting list"]

    none = "0 wait, 0 rest, the oldest for 0 days; 0 freed times on their way, 0 offers"
    assert await found() == Finding("waiting list", none)
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    today = clinic.today(house.clock())
    wish = WaitWish([child.id], KindKey(USUAL), today, today + timedelta(days=5))
    await house.services.waitlist.join(anna, clinic.id, wish)
    await house.services.looking.look_around()
    assert (await found()).found.startswith("1 wait, 0 rest, the oldest for 0 days; 1 freed")
    house.clock.forward(minutes=6)
    assert is_trouble(await found(), Level.DOUBTFUL, "not passed on for 6 min")
