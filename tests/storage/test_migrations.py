"""A database is brought up to the code, or left exactly as it is."""

import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from services.model import Clinic
from storage.engine import PRAGMAS, BadDatabase
from storage.migrate import migrate
from storage.tables import Base
from tests.conftest import House
from tests.storage.files import dump, judges, plainly, schema, step, tables_of, url_of

NEWER = "UPDATE alembic_version SET version_num = '9999'"
NOTHING = {
    "table alembic_version",
    "index sqlite_autoindex_alembic_version_1",
    "table sqlite_sequence",
}
"""What is there before the first migration, and what SQLite keeps for good."""
POINTS_NOWHERE = "INSERT INTO care VALUES (1, 999, '2026-11-23 04:00:00.000000')"


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Path:
    """A migrated database file that may be spoiled."""
    return Path(shutil.copy(empty_database, tmp_path / "bot.db"))


@pytest.fixture
async def full(house: House, clinic: Clinic) -> Path:
    """A migrated database with a clinic, a family and a visit in it; nobody has it open."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [petrova, *_] = await house.doctors(clinic)
    [slot, *_] = await house.free_times(anna, child.id, petrova)
    await house.book(anna, child.id, slot)
    await house.engines.dispose()
    return house.database


def test_the_migrations_give_the_tables_of_the_code(database: Path) -> None:
    """Nothing in the models lacks a migration, and no migration makes what the models lack."""
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


@pytest.fixture
def modelled(tmp_path: Path) -> Path:
    """A database made from the models, without any migration."""
    engine = create_engine(f"sqlite:///{tmp_path / 'models.db'}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return tmp_path / "models.db"


def test_the_migrations_give_the_constraints_of_the_code(database: Path, modelled: Path) -> None:
    """R02, R07: columns, checks, keys and uniqueness, by name; a rebuilt table has lost none."""
    migrated, wanted = tables_of(database), tables_of(modelled)

    assert migrated == wanted
    assert len([check for table in wanted.values() for check in table["checks"]]) > 5


def test_a_visit_s_number_is_given_once_in_migrated_tables_too(database: Path) -> None:
    """The one table whose ids are told by phone never gives an id twice."""
    with_numbers = [name for name, sql in schema(database).items() if "AUTOINCREMENT" in sql]

    assert with_numbers == ["table appointments"]


def test_the_migrations_give_the_judges_of_the_code(database: Path, modelled: Path) -> None:
    """R02, R07: triggers and partial indexes, which Alembic does not compare, are the models'."""
    migrated, wanted = judges(database), judges(modelled)

    assert migrated.keys() - wanted.keys() <= NOTHING
    assert {name: migrated.get(name) for name in wanted} == wanted
    assert len([name for name in wanted if name.startswith("trigger ")]) == 4


async def test_down_and_up_again_is_the_same_schema(full: Path) -> None:
    """Every migration can be taken back, over data, and applied again."""
    tables, before = tables_of(full), judges(full)
    step(full, "base")
    assert set(schema(full)) <= NOTHING

    await migrate(url_of(full))
    assert tables_of(full) == tables
    assert judges(full) == before


async def test_migrating_twice_changes_nothing(full: Path) -> None:
    """A start over a database that is up to date leaves every row as it was."""
    before = dump(full)
    await migrate(url_of(full))

    assert dump(full) == before
    assert any('INSERT INTO "appointments"' in line for line in before)


async def test_a_newer_database_is_refused_and_left_alone(full: Path) -> None:
    """R42, R50: an older bot does not touch what a newer one made."""
    with plainly(full) as other:
        other.execute(NEWER)
    before = dump(full)

    with pytest.raises(BadDatabase, match=r"is newer than this code \(revision 9999\)"):
        await migrate(url_of(full))
    assert dump(full) == before


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


async def test_a_row_that_points_nowhere_stops_a_migration(database: Path) -> None:
    """R50: references are checked before the commit, since foreign keys are off meanwhile."""
    with plainly(database) as other:
        other.execute(POINTS_NOWHERE)

    with pytest.raises(BadDatabase, match="rows that point nowhere; nothing was changed"):
        await migrate(url_of(database))


async def test_nothing_is_changed_when_a_reference_is_broken(tmp_path: Path, full: Path) -> None:
    """R50: the migration itself is taken back as well."""
    step(full, "base")
    with plainly(full) as other:
        other.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        other.execute("CREATE TABLE left_over (parent INTEGER REFERENCES parents (id))")
        other.execute("INSERT INTO left_over VALUES (1)")
    before = dump(full)

    with pytest.raises(BadDatabase, match="point nowhere"):
        await migrate(url_of(full))
    assert dump(full) == before


async def test_a_database_that_is_being_written_is_waited_for_and_told(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R42: a lock that does not go away is one clear line, not a half-made migration."""
    monkeypatch.setitem(PRAGMAS, "busy_timeout", "1")
    with plainly(database) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(BadDatabase, match="cannot be opened: database is locked"):
            await migrate(url_of(database))
