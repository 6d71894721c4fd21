"""A database is brought up to the code, or left exactly as it is."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database.migrate import LOCK, migrate
from storage.database.postgresql import migrating_engine
from storage.database.sequences import numbers
from storage.database.sqlite import begin_with
from storage.database.urls import BadDatabase, read_url
from storage.tables.base import Base
from tests.conftest import StillClock, house_over, with_clinic
from tests.databases import POSTGRESQL, SQLITE, Database, Shelves
from tests.storage.files import (
    judges,
    plainly,
    schema,
    step,
    tables_of,
    tables_whose_ids_only_rise,
    url_of,
)

T = TypeVar("T")

NEWER = "UPDATE alembic_version SET version_num = '9999'"
NOTHING = {
    "table alembic_version",
    "index sqlite_autoindex_alembic_version_1",
    "index alembic_version_pkc",
    "table sqlite_sequence",
}
"""What is there before the first migration, and what SQLite keeps for good."""
POINTS_NOWHERE = (
    "INSERT INTO care (person_id, child_id, since) VALUES (1, 999, '2026-11-23 04:00:00.000000')"
)

only_sqlite = pytest.mark.parametrize("kind", [SQLITE])
only_postgresql = pytest.mark.parametrize("kind", [POSTGRESQL])


async def look(database: Database, at: Callable[[Connection], T]) -> T:
    async with database.connect() as connection:
        return await connection.run_sync(at)


async def go(database: Database, revision: str) -> None:
    """Bring it up, or take it back, in one transaction."""
    engine = create_async_engine(database.url, poolclass=NullPool)
    if database.kind == SQLITE:
        begin_with(engine.sync_engine, "BEGIN IMMEDIATE")
    async with engine.begin() as connection:
        await connection.run_sync(step, revision)
    await engine.dispose()


@pytest.fixture(scope="module")
def filled() -> dict[str, Database]:
    """What is to be copied, by the kind of database."""
    return {}


@pytest.fixture
async def full(shelves: Shelves, kind: str, filled: dict[str, Database]) -> AsyncIterator[Database]:
    """A migrated database with a clinic, a family and a visit in it; nobody has it open."""
    shelf = shelves.of(kind)
    if kind not in filled:
        filled[kind] = await shelf.copy(await with_clinic(shelves, kind))
        await _fill(filled[kind])
    database = await shelf.copy(filled[kind])
    yield database
    await shelf.drop(database)


async def _fill(database: Database) -> None:
    async with house_over(database, StillClock()) as house:
        async with house.transactions.reads() as tx:
            [clinic] = await tx.clinics.all()
        anna = await house.parent(101, clinic)
        child = await house.child(anna)
        [petrova, *_] = await house.doctors(clinic)
        [slot, *_] = await house.free_times(anna, child.id, petrova)
        await house.book(anna, child.id, slot)
    await database.run("UPDATE clinics SET ill_words_signed_by = ''")  # older ones have none
    await go(database, "0018")  # so that `settings` says what the columns do
    await migrate(database.url)


async def test_the_migrations_give_the_tables_of_the_code(database: Database) -> None:
    """Nothing in the models lacks a migration, and no migration makes what the models lack."""

    def differences(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return compare_metadata(context, Base.metadata)

    assert await look(database, differences) == []


@pytest.fixture
async def modelled(shelves: Shelves, kind: str) -> AsyncIterator[Database]:
    """A database made from the models, without any migration."""
    made = await shelves.of(kind).fresh()
    await look(made, Base.metadata.create_all)
    yield made
    await shelves.of(kind).drop(made)


async def test_the_migrations_give_the_constraints_of_the_code(
    database: Database, modelled: Database
) -> None:
    """R02, R07: columns, checks, keys and uniqueness, by name; a rebuilt table has lost none."""
    migrated, wanted = await look(database, tables_of), await look(modelled, tables_of)

    assert migrated == wanted
    assert len([check for table in wanted.values() for check in table["checks"]]) > 5


@only_sqlite
async def test_no_table_gives_an_id_twice(database: Database, modelled: Database) -> None:
    """R77: whatever the database numbers by itself, in migrated tables too; a button, a journal or
    another table may name it."""
    numbered = {number.table.name for number in numbers()}

    assert await look(database, tables_whose_ids_only_rise) == numbered
    assert await look(modelled, tables_whose_ids_only_rise) == numbered
    assert numbered >= {"children", "persons", "appointments", "slots", "questions", "holidays"}


async def test_the_migrations_give_the_judges_of_the_code(
    database: Database, modelled: Database
) -> None:
    """R02, R07: triggers, exclusions and partial indexes, which Alembic does not compare."""
    migrated, wanted = await look(database, judges), await look(modelled, judges)

    assert migrated.keys() - wanted.keys() <= NOTHING
    assert {name: migrated.get(name) for name in wanted} == wanted
    overlaps = [name for name in wanted if "no_overlap" in name and "index" not in name]
    assert len(overlaps) == (4 if database.kind == SQLITE else 2)


async def test_down_and_up_again_is_the_same_schema(full: Database) -> None:
    """Every migration can be taken back, over data, and applied again."""
    tables, before = await look(full, tables_of), await look(full, judges)
    await go(full, "base")
    assert set(await look(full, schema)) <= NOTHING

    await migrate(full.url)
    assert await look(full, tables_of) == tables
    assert await look(full, judges) == before


async def kept(database: Database) -> list[str]:
    """All rows but wishes: a way back before 0040 leaves one that says no more than none does."""
    return [line for line in await database.dump() if not line.startswith("reminder_wishes: ")]


async def test_one_step_down_and_up_keeps_every_row(full: Database) -> None:
    """The last migration is taken back, and applied again, by a clinic at work."""
    before, judging = await kept(full), await look(full, judges)
    await go(full, "0003")
    await migrate(full.url)

    assert await kept(full) == before
    assert await look(full, judges) == judging


async def test_the_first_tables_and_back_keep_what_they_can(
    full: Database, clock: StillClock
) -> None:
    """Visits, families and plain schedules outlive the way down to the first tables and up."""
    kept = ["SELECT id, child_id, starts_at, state FROM appointments", "SELECT * FROM care"]
    before = [await full.rows(query) for query in kept]
    await go(full, "0001")
    await migrate(full.url)

    assert [await full.rows(query) for query in kept] == before
    async with house_over(full, clock) as house:
        assert await house.services.clinics.refresh_schedules() == 0


async def test_migrating_twice_changes_nothing(full: Database) -> None:
    """A start over a database that is up to date leaves every row as it was."""
    before = await full.dump()
    await migrate(full.url)

    assert await full.dump() == before
    assert [line for line in before if line.startswith("appointments: ")]


async def test_three_processes_migrate_at_once(shelves: Shelves, kind: str) -> None:
    """R45: replicas that start together: one does the work, the others wait, none fails."""
    database = await shelves.of(kind).fresh()
    await asyncio.gather(*(migrate(database.url) for _ in range(3)))

    assert (await database.rows("SELECT count(*) FROM alembic_version"))[0][0] == 1
    await shelves.of(kind).drop(database)


async def test_a_newer_database_is_refused_and_left_alone(full: Database) -> None:
    """R42, R50: an older bot does not touch what a newer one made."""
    await full.run(NEWER)
    before = await full.dump()

    with pytest.raises(BadDatabase, match=r"is newer than this code \(revision 9999\)"):
        await migrate(full.url)
    assert await full.dump() == before


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """R42: a text file under the database's name is said to be none, and not written over."""
    text = "This is a letter to the head physician.\n" * 100
    (tmp_path / "letter.txt").write_text(text)

    with pytest.raises(BadDatabase, match="cannot be opened: file is not a database"):
        await migrate(url_of(tmp_path / "letter.txt"))
    assert (tmp_path / "letter.txt").read_text() == text


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    """R42: a folder where the file should be is one clear line, too."""
    with pytest.raises(BadDatabase, match="cannot be opened: unable to open"):
        await migrate(url_of(tmp_path))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://bot:secret@127.0.0.1:1/bot", "cannot be reached"),
        ("postgresql://bot:secret@no-such-host.invalid/bot", "cannot be reached"),
    ],
)
async def test_a_server_that_is_not_there_is_told(address: str, words: str) -> None:
    """R42: one clear line, without the password."""
    with pytest.raises(BadDatabase, match=words) as bad:
        await migrate(read_url(address))
    assert "secret" not in str(bad.value)


@only_postgresql
async def test_a_database_that_is_not_there_is_told(database: Database) -> None:
    """R42: the operator reads that it has to be created."""
    with pytest.raises(BadDatabase, match="does not exist on this server"):
        await migrate(database.url.set(database="nobody-made-it"))


@only_sqlite
async def test_a_row_that_points_nowhere_stops_a_migration(database: Database) -> None:
    """R50: references are checked before the commit, since foreign keys are off meanwhile."""
    await database.run(POINTS_NOWHERE)

    with pytest.raises(BadDatabase, match="rows that point nowhere; nothing was changed"):
        await migrate(database.url)


@only_sqlite
async def test_nothing_is_changed_when_a_reference_is_broken(full: Database) -> None:
    """R50: the migration itself is taken back as well."""
    await go(full, "base")
    await full.run("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
    await full.run("CREATE TABLE left_over (parent INTEGER REFERENCES parents (id))")
    await full.run("INSERT INTO left_over VALUES (1)")
    before = await full.dump()

    with pytest.raises(BadDatabase, match="point nowhere"):
        await migrate(full.url)
    assert await full.dump() == before


@only_sqlite
async def test_a_database_that_is_being_written_is_waited_for_and_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R42: a lock that does not go away is one clear line, not a half-made migration."""
    monkeypatch.setattr("storage.database.migrate.PATIENCE", "1")
    with plainly(database.file) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BadDatabase, match="cannot be opened: database is locked"):
            await migrate(database.url)


@only_postgresql
async def test_a_migration_that_does_not_end_is_waited_for_and_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R42: so is another process that migrates for ever."""
    monkeypatch.setattr("storage.database.postgresql.PATIENCE", "10ms")
    engine = migrating_engine(database.url)
    async with engine.begin() as other:
        await other.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        with pytest.raises(BadDatabase, match="is being migrated by another process"):
            await migrate(database.url)
    await engine.dispose()
