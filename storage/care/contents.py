"""What a database holds, looked over by `checkup`: whether it is whole, opened and up to date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from services.model.consents import Purpose
from services.model.settings.wall_clocks import clock_around
from services.ports.readers import Clock
from services.rules.reserved.groups import groups_asked_for
from services.runtime.health import Finding, doubtful, wrong
from storage.clinic.rows import to_clinic
from storage.database.migrate import count_missing
from storage.database.urls import BadDatabase
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

LATELY = timedelta(days=30)
FREED_STAYS = timedelta(minutes=5)
"""For which a freed time may wait to be passed on to the next family."""
UNREAD = timedelta(hours=1)
"""For which a clinic's own system may not be read before somebody is told."""


def look_inside(connection: Connection, clock: Clock, ciphers: Ciphers | None) -> Iterator[Finding]:
    """What it holds, whichever of the two it is."""
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
