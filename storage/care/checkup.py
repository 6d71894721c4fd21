"""A look over a database, which changes nothing in it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, NullPool, create_engine, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.model.consents import Purpose
from services.model.settings.wall_clocks import clock_around
from services.ports.readers import Clock
from services.rules.reserved.groups import groups_asked_for
from services.runtime.health import Finding, Level, clocks, doubtful, wrong
from storage.care import snapshots
from storage.clinic.rows import to_clinic
from storage.database.engines import open_engines
from storage.database.migrate import count_missing
from storage.database.postgresql import CONNECTIONS, LIMITS, why_not
from storage.database.urls import BadDatabase, is_sqlite
from storage.families import groups
from storage.families.phones import by_key, count_locked
from storage.schedule.reserved import NOBODY
from storage.schedule.zones import read_clock
from storage.tables.base import Base
from storage.tables.clinic import ClinicRow
from storage.tables.consents import ConsentRow
from storage.tables.families import CheckUpRow, ChildGroupRow
from storage.tables.judges import JUDGES
from storage.tables.slots import ReleasedTimeRow, SlotRow
from storage.tables.systems.bookings import STUCK, SystemBookingRow
from storage.tables.systems.reached import ClinicSystemRow
from storage.tables.zones import ZoneRow
from storage.waitlist.history import health_query, to_health

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers

OLDEST_SQLITE = (3, 35, 0)
"""The first that returns what it wrote (RETURNING)."""
OLDEST_POSTGRESQL = 13
"""No older one is looked after by its makers."""
LATELY = timedelta(days=30)
FREED_STAYS = timedelta(minutes=5)
"""For which a freed time may wait to be passed on to the next family."""
UNREAD = timedelta(hours=1)
"""For which a clinic's own system may not be read before somebody is told."""
SPACE = 500 * 1024**2
"""Bytes that should be free beside a SQLite file."""


async def look_over(url: URL, clock: Clock, ciphers: Ciphers | None = None) -> list[Finding]:
    """Everything worth knowing about a database, whether or not it is there.

    `ciphers` are the keys that should open what is encrypted in it."""
    if is_sqlite(url):
        return [_sqlite_version(), _space(url), *await _look_over_file(url, clock, ciphers)]
    return await _look_over_server(url, clock, ciphers)


# A SQLite file


async def _look_over_file(url: URL, clock: Clock, ciphers: Ciphers | None) -> list[Finding]:
    found = await asyncio.to_thread(_look_at_file, Path(str(url.database)), clock, ciphers)
    if any(finding.level is Level.WRONG for finding in found) or len(found) == 1:
        return found
    return [*found, await _pragmas(url)]


def _look_at_file(file: Path, clock: Clock, ciphers: Ciphers | None) -> list[Finding]:
    if not file.is_file():
        return [_absent(file)]
    try:
        return [Finding("database", f"{file}, whole"), *_look_over_copy(file, clock, ciphers)]
    except (sqlite3.Error, DBAPIError) as error:
        found = f"{file} cannot be read: {getattr(error, 'orig', error)}"
        return [wrong("database", found, "see who owns it, and what the disk says (dmesg)")]
    except snapshots.Damaged as damage:
        remedy = "stop the bot, keep the file and those beside it, restore the last backup"
        return [wrong("database", f"{file} {damage}", remedy)]


def _absent(file: Path) -> Finding:
    folder = _folder_of(file)
    if not os.access(folder, os.W_OK | os.X_OK):
        return wrong("database", f"{file} cannot be made", f"let this user write to {folder}")
    return Finding("database", f"{file} is not there yet: the first start makes it")


def _folder_of(file: Path) -> Path:
    """The nearest folder that is there."""
    return next(parent for parent in file.resolve().parents if parent.is_dir())


def _look_over_copy(file: Path, clock: Clock, ciphers: Ciphers | None) -> list[Finding]:
    """A copy is looked at, so that whoever writes is not disturbed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        snapshots.copy_pages(file, copy)
        snapshots.check(copy)
        with _plainly(copy) as connection:
            return list(_look_inside(connection, clock, ciphers))


@contextmanager
def _plainly(file: Path) -> Iterator[Connection]:
    engine = create_engine(URL.create("sqlite", database=str(file)), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _sqlite_version() -> Finding:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        return wrong("SQLite", sqlite3.sqlite_version, f"use a Python with {wanted} or newer")
    return Finding("SQLite", sqlite3.sqlite_version)


def _space(url: URL) -> Finding:
    folder = _folder_of(Path(str(url.database)))
    free = shutil.disk_usage(folder).free
    found = f"{free // 1024**2:,} MB free"
    if free < SPACE:
        return doubtful("disk", found, f"make room on the disk of {folder}")
    return Finding("disk", found)


async def _pragmas(url: URL) -> Finding:
    """As the bot itself opens it: a connection on which they do not take is refused."""
    engines = open_engines(url)
    try:
        async with engines.reading.connect():
            return Finding("pragmas", "WAL, synchronous=FULL, foreign keys, busy timeout")
    except (BadDatabase, DBAPIError) as trouble:
        found = str(trouble) if isinstance(trouble, BadDatabase) else str(trouble.orig)
        return wrong("pragmas", found, "keep the file on a local disk that this user may write to")
    finally:
        await engines.dispose()


# A PostgreSQL server


async def _look_over_server(url: URL, clock: Clock, ciphers: Ciphers | None) -> list[Finding]:
    engines = open_engines(url)
    try:
        async with engines.reading.connect() as connection:
            return await connection.run_sync(lambda sync: list(_look_at(sync, clock, ciphers)))
    except (DBAPIError, OSError, TimeoutError) as error:
        found = why_not(error) or type(error).__name__
        remedy = "look at DATABASE_URL, at the server, and at what lies between"
        return [wrong("database", f"{url.render_as_string()} {found}", remedy)]
    finally:
        await engines.dispose()


def _look_at(connection: Connection, clock: Clock, ciphers: Ciphers | None) -> Iterator[Finding]:
    yield Finding("database", connection.engine.url.render_as_string())
    yield _server_version(connection)
    yield _clock(connection, clock)
    yield _encoding(connection)
    yield _room(connection)
    yield _privileges(connection)
    yield _limits(connection)
    yield from _look_inside(connection, clock, ciphers)


def _asked(connection: Connection, query: str) -> str:
    return str(connection.scalar(text(query)))


def _server_version(connection: Connection) -> Finding:
    version = _asked(connection, "SHOW server_version")
    if int(_asked(connection, "SHOW server_version_num")) < OLDEST_POSTGRESQL * 10_000:
        return doubtful("PostgreSQL", version, f"move to {OLDEST_POSTGRESQL} or newer")
    return Finding("PostgreSQL", version)


def _clock(connection: Connection, clock: Clock) -> Finding:
    theirs = connection.scalar(text("SELECT clock_timestamp()"))
    apart = abs((theirs - clock()).total_seconds()) if theirs else 0.0
    return clocks("clock of the database", apart)


def _encoding(connection: Connection) -> Finding:
    found = _asked(connection, "SHOW server_encoding")
    if found != "UTF8":
        return wrong("encoding", found, "create the database anew: createdb -E UTF8 -T template0")
    return Finding("encoding", found)


def _room(connection: Connection) -> Finding:
    most = int(_asked(connection, "SHOW max_connections"))
    taken = int(_asked(connection, "SELECT count(*) FROM pg_stat_activity"))
    found = f"{taken} of {most} are taken; a process of ours takes up to {2 * CONNECTIONS}"
    if most - taken < 2 * CONNECTIONS:
        return doubtful("connections", found, "raise max_connections, or run fewer processes")
    return Finding("connections", found)


def _privileges(connection: Connection) -> Finding:
    may = "SELECT has_schema_privilege(current_schema(), 'CREATE')"
    if connection.scalar(text(may)):
        return Finding("privileges", "tables can be made")
    remedy = "GRANT CREATE ON SCHEMA public TO the user of DATABASE_URL"
    return wrong("privileges", "tables cannot be made, so migrations cannot run", remedy)


def _limits(connection: Connection) -> Finding:
    lost = [name for name, value in LIMITS.items() if _asked(connection, f"SHOW {name}") != value]
    if lost:
        remedy = "let the pooler in between pass on what a connection sets at its start"
        return doubtful("limits", f"{', '.join(lost)} did not take", remedy)
    return Finding("limits", ", ".join(f"{name} {value}" for name, value in LIMITS.items()))


# Inside either


def _look_inside(
    connection: Connection, clock: Clock, ciphers: Ciphers | None
) -> Iterator[Finding]:
    try:
        missing = count_missing(connection)
    except BadDatabase as newer:
        yield wrong("migrations", f"the database {newer}", "run the code that made it, or newer")
        return
    if missing:
        found = f"{missing} are still to be applied"
        yield doubtful("migrations", found, "python -m bot migrate, or the next start, does it")
        return
    yield Finding("migrations", "none is missing")
    yield _judges(connection)
    yield _letters(connection)
    yield _phones(connection, ciphers)
    yield _groups(connection, ciphers)
    yield _reserved(connection, ciphers, clock())
    yield _clocks(connection, clock())
    yield _check_ups(connection, clock())
    yield _ill_words(connection, clock())
    yield _systems(connection, clock())
    yield _waitlist(connection, clock())


def _clocks(connection: Connection, now: datetime) -> Finding:
    """Whether the times ahead were made by the clocks that this machine knows (R57)."""
    rows = connection.execute(select(ZoneRow.name, ZoneRow.clock).order_by(ZoneRow.name)).all()
    others = [
        name
        for name, written in rows
        if not read_clock(written).agrees(clock_around(name, now), now)
    ]
    if others:
        found = f"other than the stored times were made by: {', '.join(others)}"
        return doubtful("zones", found, "the next start keeps all visits at their time on the wall")
    return Finding("zones", f"{len(rows)}, as the stored times were made by")


def _check_ups(connection: Connection, now: datetime) -> Finding:
    """Whether who agreed to be invited to check-ups is invited."""
    agreed = select(func.count()).where(
        ConsentRow.purpose == Purpose.CHECK_UPS, ConsentRow.withdrawn_at.is_(None)
    )
    lately = select(func.count()).where(CheckUpRow.invited_at > now - LATELY)
    families, invited = connection.scalar(agreed) or 0, connection.scalar(lately) or 0
    found = f"{families} agreed to invitations, {invited} were invited in {LATELY.days} days"
    return Finding("check-ups", found)


def _systems(connection: Connection, now: datetime) -> Finding:
    """Whether clinics' own systems are read, and nothing is left for people to settle."""
    read = connection.execute(
        select(ClinicRow.code, ClinicSystemRow.read_at).join(
            ClinicSystemRow, ClinicSystemRow.clinic_id == ClinicRow.id
        )
    ).all()
    stuck = select(func.count()).where(text(STUCK)).select_from(SystemBookingRow)
    left = connection.scalar(stuck) or 0
    old = sorted(code for code, at in read if at is None or now - at > UNREAD)
    found = f"{len(read)} clinics have one, {left} visits are left for people to settle"
    if old or left:
        unread = f"; not read lately: {', '.join(old)}" if old else ""
        remedy = "python -m bot system check --clinic CODE; the registry settles visits at its desk"
        return doubtful("own systems", found + unread, remedy)
    return Finding("own systems", found)


def _reserved(connection: Connection, ciphers: Ciphers | None, now: datetime) -> Finding:
    """How many times are kept ahead, and whether groups can be put down where shares are theirs."""
    kept = select(func.count()).where(
        SlotRow.released_at > now, SlotRow.reserved_for != NOBODY, SlotRow.open
    )
    opened = (
        select(func.count())
        .select_from(ReleasedTimeRow)
        .join(SlotRow, SlotRow.id == ReleasedTimeRow.slot_id)
        .where(SlotRow.starts_at > now)
    )
    claims = select(func.count()).where(ChildGroupRow.put_by.is_(None))
    found = (
        f"{connection.scalar(kept) or 0} ahead are kept, {connection.scalar(opened) or 0} were "
        f"opened early, {connection.scalar(claims) or 0} families wait to show a document"
    )
    clinics = [to_clinic(row) for row in Session(connection).scalars(select(ClinicRow))]
    in_vain = sorted(each.code for each in clinics if groups_asked_for(each))
    if in_vain and ciphers is None:
        remedy = "set ENCRYPTION_KEYS (python -m bot keys new), or set these shares to 0"
        return doubtful(
            "reserved times", f"{found}; no key for groups: {', '.join(in_vain)}", remedy
        )
    return Finding("reserved times", found)


def _waitlist(connection: Connection, now: datetime) -> Finding:
    """Whether freed times go on to those who wait for them."""
    found = to_health(connection.execute(health_query(now)).one(), now)
    days = found.oldest.days if found.oldest else 0
    said = (
        f"{found.waiting} wait, {found.resting} rest, the oldest for {days} days;"
        f" {found.open} freed times on their way, {found.offers} offers"
    )
    if found.late > FREED_STAYS:
        late = f"; not passed on for {found.late // timedelta(minutes=1)} min"
        return doubtful("waiting list", said + late, "a running bot passes them on: start one")
    return Finding("waiting list", said)


def _ill_words(connection: Connection, now: datetime) -> Finding:
    """Whether each clinic's words for an ill child are signed, and looked at every year (R71)."""
    clinics = [to_clinic(row) for row in Session(connection).scalars(select(ClinicRow))]
    unsigned = sorted(each.code for each in clinics if not each.signed_ill_words)
    due = sorted(each.code for each in clinics if each.ill_words_are_due(each.today(now)))
    if not unsigned and not due:
        return Finding("ill children", f"{len(clinics)} clinics, the words of all are signed")
    found = [
        *([f"signed by no doctor: {', '.join(unsigned)}"] if unsigned else []),
        *([f"to be looked at anew: {', '.join(due)}"] if due else []),
    ]
    remedy = "its administrator does it in the chat: Clinic, Texts, Signed by"
    return doubtful("ill children", "; ".join(found), remedy)


def _judges(connection: Connection) -> Finding:
    kind = connection.dialect.name
    indexes = {str(each.name) for table in Base.metadata.tables.values() for each in table.indexes}
    found = {name for [name] in connection.execute(text(_JUDGES_FOUND[kind]))}
    if lacking := sorted((indexes | JUDGES[kind]) - found):
        remedy = (
            "stop the bot: without these, two families may get one time. Restore the last backup "
            "into a new database, and see who changed this one"
        )
        return wrong("constraints", f"missing: {', '.join(lacking)}", remedy)
    return Finding("constraints", "all that keep visits from clashing are there")


_JUDGES_FOUND = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger')",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() UNION"
    " SELECT conname FROM pg_constraint WHERE contype = 'x' AND convalidated UNION"
    " SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}


def _letters(connection: Connection) -> Finding:
    query = text("SELECT count(*), max(set_aside_at) FROM dead_letters")
    number, latest = connection.execute(query).one()
    if number:
        found = f"{number} set aside, the latest {str(latest)[:16]} UTC"
        remedy = "table dead_letters names the place in the code of each: report it"
        return doubtful("dead letters", found, remedy)
    return Finding("dead letters", "none")


def _phones(connection: Connection, ciphers: Ciphers | None) -> Finding:
    counts = dict(connection.execute(by_key()).all())
    if lost := count_locked(counts, ciphers):
        remedy = (
            "put back into ENCRYPTION_KEYS the key they were kept with; if it is lost for good: "
            "python -m bot keys forget-lost"
        )
        return wrong("phones", f"no key opens {lost} of {sum(counts.values())}", remedy)
    if ciphers is None:
        return Finding("phones", "not asked for: ENCRYPTION_KEYS is not set")
    total, current = sum(counts.values()), counts.get(ciphers.current, 0)
    if older := total - current:
        return doubtful("phones", f"{older} under older keys", "python -m bot keys rotate")
    return Finding("phones", f"{total}, all under the first key")


def _groups(connection: Connection, ciphers: Ciphers | None) -> Finding:
    """Of which groups children are: the bot goes on without their key, and they have no times."""
    counts = dict(connection.execute(groups.by_key()).all())
    total = sum(counts.values())
    if lost := count_locked(counts, ciphers):
        remedy = (
            "put back into ENCRYPTION_KEYS the key they were kept with; if it is lost for good, "
            "the registry puts them down anew"
        )
        return doubtful("groups", f"no key opens {lost} of {total}", remedy)
    if ciphers is None:
        return Finding("groups", "none are kept: ENCRYPTION_KEYS is not set")
    if older := total - counts.get(ciphers.current, 0):
        return doubtful("groups", f"{older} under older keys", "python -m bot keys rotate")
    return Finding("groups", f"{total}, all under the first key")
