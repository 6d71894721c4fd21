"""Bringing a database up to the code, at start and by `python -m bot migrate`."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, DBAPIError

from storage.database.postgresql import migrating_engine, why_not
from storage.database.sequences import keep_remembering, remembered, take_over_backup
from storage.database.sqlite import begin_with, make_folder, prepare
from storage.database.urls import BadDatabase, is_sqlite

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
LOCK = 4_200_711
"""Of the database: whoever migrates holds it. The number is only ours, and stays."""
PATIENCE = "60000"
"""Milliseconds that one waits at a SQLite file for another who migrates."""


async def migrate(url: URL) -> None:
    """Bring the database up to the newest migration; does nothing when it is there already.

    Several processes may do so at once: one does the work, the others wait for it.

    Raises:
        BadDatabase: it cannot be opened, is newer than this code, or a migration broke a reference.
    """
    if is_sqlite(url):
        await asyncio.to_thread(_migrate_sqlite, url)
    else:
        await _migrate_postgresql(url)


def _migrate_sqlite(url: URL) -> None:
    """Foreign keys are off meanwhile, because SQLite rebuilds a table by dropping it, which would
    cascade every child row away; they are checked before the commit."""
    # With the plain driver: where a file cannot be opened, the asynchronous one leaves a thread
    # behind, which now and then outlives the event loop and says so in a traceback.
    make_folder(url)
    plain = url.set(drivername="sqlite")
    engine = create_engine(plain, poolclass=NullPool, hide_parameters=True)
    prepare(engine, foreign_keys="0", busy_timeout=PATIENCE)
    begin_with(engine, "BEGIN IMMEDIATE")
    try:
        with engine.begin() as connection:
            counted = remembered(connection)
            upgrade(connection)
            keep_remembering(connection, counted)
            take_over_backup(connection)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise BadDatabase(
                    "a migration would leave rows that point nowhere; nothing was changed"
                )
    except DatabaseError as error:
        raise BadDatabase(f"cannot be opened: {error.orig}") from error
    finally:
        engine.dispose()


async def _migrate_postgresql(url: URL) -> None:
    engine = migrating_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            await connection.run_sync(upgrade)
    except (DBAPIError, OSError, TimeoutError) as error:
        if (words := why_not(error)) is None:
            raise
        raise BadDatabase(words) from error
    finally:
        await engine.dispose()


def alembic_config(connection: Connection) -> Config:
    """Alembic over an open connection."""
    config = Config(toml_file=PYPROJECT)
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Apply what is missing, in the connection's transaction."""
    config = alembic_config(connection)
    _refuse_newer(connection, ScriptDirectory.from_config(config))
    command.upgrade(config, "head")


def count_missing(connection: Connection) -> int:
    """How many migrations the database lacks.

    Raises:
        BadDatabase: it is newer than this code.
    """
    scripts = ScriptDirectory.from_config(alembic_config(connection))
    _refuse_newer(connection, scripts)
    current = MigrationContext.configure(connection).get_current_revision()
    return len(list(scripts.iterate_revisions("head", current or "base")))


def _refuse_newer(connection: Connection, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    current = MigrationContext.configure(connection).get_current_heads()
    if unknown := set(current) - known:
        raise BadDatabase(f"is newer than this code (revision {', '.join(sorted(unknown))})")
