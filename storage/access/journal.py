"""Who of the staff saw or changed a child's data."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Select, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.access import BEGINNING, Access, Entry, Head, Record, Role, digest
from services.model.ids import AppointmentId, ChildId, ClinicId, PostId
from storage.access.subjects import StoredSubjects, tokens_of, visit_token
from storage.database.locks import lock_journal
from storage.tables.access import AccessRecordRow, JournalSubjectRow
from storage.tables.families import JoinedChildRow

_ROLES, _ACCESSES = frozenset(Role), frozenset(Access)
"""Replicas of a newer version may have written what is in neither."""


def earlier_ids(children: Collection[int]) -> Select[int]:
    """Under which ids else children stand in the journal, whose records nobody changes: those of
    other entries of them, that are joined by now."""
    return select(JoinedChildRow.gone_id).where(JoinedChildRow.child_id.in_(children))


class StoredJournal:
    """Implements `services.ports.access.JournalRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._subjects = StoredSubjects(session)

    async def append(self, clinic_id: ClinicId, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        await lock_journal(self._session, clinic_id)
        found = await self._session.execute(
            select(AccessRecordRow.number, AccessRecordRow.hash)
            .where(AccessRecordRow.clinic_id == clinic_id)
            .order_by(AccessRecordRow.number.desc())
            .limit(1)
        )
        last = found.one_or_none()
        before, previous = (last.number, last.hash) if last else (0, BEGINNING)
        subjects = await self._subjects.of({entry.child_id for entry in entries})
        rows = []
        for number, told in enumerate(entries, start=before + 1):
            entry = _opaque(told, subjects[told.child_id])
            previous = digest(clinic_id, number, entry, previous)
            rows.append(_row_of(clinic_id, number, entry, previous))
        await self._session.execute(insert(AccessRecordRow), rows)

    async def of_child(self, child_id: ChildId, most: int) -> list[Record]:
        ids = [child_id, *await self._session.scalars(earlier_ids([child_id]))]
        rows = await self._session.scalars(
            select(AccessRecordRow)
            .where(_is_of(ids))
            .order_by(AccessRecordRow.at.desc(), AccessRecordRow.number.desc())
            .limit(most)
        )
        return [_to_record(row) for row in rows]

    async def following(self, clinic_id: ClinicId, number: int, most: int) -> list[Record]:
        query = select(AccessRecordRow).where(AccessRecordRow.clinic_id == clinic_id)
        if number:
            query = query.where(AccessRecordRow.number > number)
        rows = await self._session.scalars(query.order_by(AccessRecordRow.number).limit(most))
        return [_to_record(row) for row in rows]

    async def heads(self) -> list[Head]:
        last = (
            select(AccessRecordRow.clinic_id, func.max(AccessRecordRow.number).label("number"))
            .group_by(AccessRecordRow.clinic_id)
            .subquery()
        )
        rows = await self._session.scalars(
            select(AccessRecordRow)
            .join(
                last,
                (last.c.clinic_id == AccessRecordRow.clinic_id)
                & (last.c.number == AccessRecordRow.number),
            )
            .order_by(AccessRecordRow.clinic_id)
        )
        return [Head(ClinicId(row.clinic_id), row.number, row.hash) for row in rows]


def _is_of(ids: Collection[int]) -> ColumnElement[bool]:
    """Of a record: that it speaks of a child who has, or had, these ids."""
    return or_(AccessRecordRow.child_id.in_(ids), AccessRecordRow.child_id.in_(tokens_of(ids)))


def _opaque(entry: Entry, subject: JournalSubjectRow) -> Entry:
    visit = entry.appointment_id
    return replace(
        entry,
        child_id=ChildId(subject.token),
        appointment_id=None if visit is None else visit_token(subject, visit),
    )


def _row_of(clinic_id: ClinicId, number: int, entry: Entry, digested: str) -> dict[str, object]:
    return {
        "clinic_id": clinic_id,
        "number": number,
        "post_id": entry.post_id,
        "role": entry.role,
        "access": entry.access,
        "child_id": entry.child_id,
        "appointment_id": entry.appointment_id,
        "at": entry.at,
        "hash": digested,
    }


def access_of(row: AccessRecordRow) -> Access | str:
    """What was done, by a name of ours; a mere word of one that this version does not know."""
    return Access(row.access) if row.access in _ACCESSES else row.access


def _to_record(row: AccessRecordRow) -> Record:
    appointment_id = None if row.appointment_id is None else AppointmentId(row.appointment_id)
    entry = Entry(
        PostId(row.post_id),
        Role(row.role) if row.role in _ROLES else row.role,
        access_of(row),
        ChildId(row.child_id),
        appointment_id,
        row.at,
    )
    return Record(ClinicId(row.clinic_id), row.number, entry, row.hash)
