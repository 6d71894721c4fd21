"""The clinics and their doctors, kept in memory under the version that the database gives them.

A version stands for one state of them, in whatever database it is found: commands, replicas,
restores and whoever types SQL change it (`storage/tables/judges.py`). So a statement of a family's
way names no column of a clinic. It names the version as that very statement saw it, and what it
found is put together with the clinics of that version: under READ COMMITTED, too, where the next
statement of a transaction may see another.

A transaction that changes a clinic itself sees what it wrote, and keeps it from all others. That
is so on PostgreSQL, too, where the version changes with the commit only.
"""

from collections import OrderedDict
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session

from services.model.clinic import Clinic, Doctor
from services.ports.transaction import StorageInterrupted
from storage.clinic.rows import to_clinic, to_doctor
from storage.tables.base import table_of
from storage.tables.clinic import ClinicRow, DoctorRow, HouseRow

MOST = 4
"""Versions that are kept: the last ones, for transactions that see a state from before."""
ATTEMPTS = 5

VERSION = select(table_of(HouseRow).c.version).scalar_subquery()
_SEEN = select(VERSION)
_KEPT = (table_of(ClinicRow), table_of(DoctorRow))
_clinics, _doctors = (table.c for table in _KEPT)
_CLINICS = select(*_clinics).order_by(_clinics.name, _clinics.id)
_DOCTORS = select(_doctors.id, _doctors.clinic_id, _doctors.name, _doctors.room).order_by(
    _doctors.name, _doctors.id
)


@dataclass(frozen=True, slots=True)
class Directory:
    """All clinics, and all doctors, by their ids; each in the order of their names."""

    clinics: Mapping[int, Clinic]
    doctors: Mapping[int, Doctor]


_directories: OrderedDict[str, Directory] = OrderedDict()

# What a session knows.
ONE_STATE = "sees one state"
"""Whether all its statements see one and the same state of what others commit."""
_SAW = "saw this version"
_OWN = "what it changed itself, by the version that it sees of others"


def saw(session: AsyncSession, version: str | None) -> None:
    """The session's statement saw this version: where it sees one state, so does any other."""
    if session.info.get(ONE_STATE):
        session.info[_SAW] = version


async def directory_at(session: AsyncSession, version: str | None) -> Directory:
    """For what a statement of the session found that saw this version."""
    saw(session, version)
    kept: MutableMapping[str, Directory] = session.info.get(_OWN, _directories)
    if version is not None and version in kept:
        return kept[version]
    version, found = await _read(session, version)
    if version is not None:  # else nobody says what it is: a database without its row
        kept[version] = found
        while len(_directories) > MOST:
            _directories.popitem(last=False)
    return found


async def directory(session: AsyncSession) -> Directory:
    """As it is now."""
    version = session.info.get(_SAW)
    return await directory_at(session, version or await session.scalar(_SEEN))


async def _read(session: AsyncSession, version: str | None) -> tuple[str | None, Directory]:
    """All there is, with its version: that one, unless it changed since.

    Raises:
        StorageInterrupted: it changes again and again.
    """
    for _ in range(ATTEMPTS):
        rows = await session.execute(_CLINICS)
        clinics: dict[int, Clinic] = {row.id: to_clinic(row) for row in rows}
        doctors: dict[int, Doctor] = {
            row.id: to_doctor(row, clinics[row.clinic_id])
            for row in await session.execute(_DOCTORS)
            if row.clinic_id in clinics
        }
        before, version = version, await session.scalar(_SEEN)
        if version == before:
            return version, Directory(clinics, doctors)
    raise StorageInterrupted


# Who changes a clinic in a session


def notice(state: ORMExecuteState) -> None:
    """A statement is going to be executed that is no reading one."""
    if getattr(state.statement, "table", None) in _KEPT:
        _changed(state.session)


@event.listens_for(ClinicRow, "after_insert")
@event.listens_for(ClinicRow, "after_update")
@event.listens_for(ClinicRow, "after_delete")
@event.listens_for(DoctorRow, "after_insert")
@event.listens_for(DoctorRow, "after_update")
@event.listens_for(DoctorRow, "after_delete")
def _flushed(_mapper: Any, _connection: Any, row: ClinicRow | DoctorRow) -> None:
    session = Session.object_session(row)
    if session is not None:
        _changed(session)


def _changed(session: Session) -> None:
    session.info[_OWN] = {}
    session.info.pop(_SAW, None)


def taken_back(session: Session) -> None:
    """What the session did since a savepoint did not happen."""
    if _OWN in session.info:
        _changed(session)
