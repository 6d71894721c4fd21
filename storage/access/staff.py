"""Who works at a clinic, and who is invited to."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.access import Invited, Post, Role
from services.model.ids import ClinicId, InvitationId, PersonId, PostId
from services.model.refusals.access import AnotherDoctorsPost
from services.model.refusals.base import NotFound
from storage.clinic.rows import to_clinic, to_doctor
from storage.database.locks import lock_rows
from storage.tables.access import InvitationRow, StaffRow
from storage.tables.clinic import ClinicRow, DoctorRow


def _standing() -> Select[StaffRow, ClinicRow, DoctorRow]:
    return (
        select(StaffRow, ClinicRow, DoctorRow)
        .join(ClinicRow, ClinicRow.id == StaffRow.clinic_id)
        .outerjoin(DoctorRow, DoctorRow.id == StaffRow.doctor_id)
        .where(StaffRow.until.is_(None))
        .order_by(StaffRow.since, StaffRow.id)
    )


def _to_post(row: StaffRow, clinic_row: ClinicRow, doctor_row: DoctorRow | None) -> Post:
    clinic = to_clinic(clinic_row)
    doctor = to_doctor(doctor_row, clinic) if doctor_row else None
    return Post(PostId(row.id), clinic, PersonId(row.person_id), Role(row.role), doctor, row.name)


def _to_invited(row: InvitationRow, clinic_row: ClinicRow, doctor_row: DoctorRow | None) -> Invited:
    clinic = to_clinic(clinic_row)
    doctor = to_doctor(doctor_row, clinic) if doctor_row else None
    post = Post(PostId(0), clinic, PersonId(0), Role(row.role), doctor, "")
    return Invited(InvitationId(row.id), post, row.expires_at)


def _open(at: datetime) -> ColumnElement[bool]:
    """Whether an invitation can be taken up: unused, in time, and its author is still there."""
    author = exists().where(StaffRow.id == InvitationRow.invited_by, StaffRow.until.is_(None))
    return and_(
        InvitationRow.used_at.is_(None),
        InvitationRow.expires_at > at,
        or_(InvitationRow.invited_by.is_(None), author),
    )


class StoredStaff:
    """Implements `services.ports.access.StaffRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, post_id: PostId) -> Post:
        query = _standing().where(StaffRow.id == post_id)
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFound
        return _to_post(*found)

    async def of_person(self, person: PersonId) -> list[Post]:
        query = _standing().where(StaffRow.person_id == person)
        return [_to_post(*found) for found in await self._session.execute(query)]

    async def of_clinic(self, clinic_id: ClinicId) -> list[Post]:
        query = _standing().where(StaffRow.clinic_id == clinic_id)
        return [_to_post(*found) for found in await self._session.execute(query)]

    async def lock(self, clinic_id: ClinicId) -> None:
        await lock_rows(self._session, ClinicRow.id, ClinicRow.id == clinic_id)

    async def end(self, post_id: PostId, at: datetime) -> None:
        await self._session.execute(
            update(StaffRow)
            .where(StaffRow.id == post_id, StaffRow.until.is_(None))
            .values(until=at)
        )

    async def invite(
        self,
        post: Post,
        token_hash: str,
        at: datetime,
        expires_at: datetime,
        by: PostId | None = None,
    ) -> None:
        self._session.add(
            InvitationRow(
                token_sha256=token_hash,
                clinic_id=post.clinic.id,
                role=post.role,
                doctor_id=post.doctor.id if post.doctor else None,
                invited_by=by,
                created_at=at,
                expires_at=expires_at,
            )
        )
        await self._session.flush()

    async def invited(self, clinic_id: ClinicId, at: datetime) -> list[Invited]:
        query = (
            select(InvitationRow, ClinicRow, DoctorRow)
            .join(ClinicRow, ClinicRow.id == InvitationRow.clinic_id)
            .outerjoin(DoctorRow, DoctorRow.id == InvitationRow.doctor_id)
            .where(InvitationRow.clinic_id == clinic_id, _open(at))
            .order_by(InvitationRow.created_at, InvitationRow.id)
        )
        return [_to_invited(*found) for found in await self._session.execute(query)]

    async def withdraw(self, clinic_id: ClinicId, invitation: InvitationId) -> None:
        await self._session.execute(
            delete(InvitationRow).where(
                InvitationRow.id == invitation,
                InvitationRow.clinic_id == clinic_id,
                InvitationRow.used_at.is_(None),
            )
        )

    async def accept(
        self, token_hash: str, person: PersonId, name: str, at: datetime
    ) -> Post | None:
        used = await self._session.execute(
            update(InvitationRow)
            .where(InvitationRow.token_sha256 == token_hash, _open(at))
            .values(used_at=at)
            .returning(InvitationRow.clinic_id, InvitationRow.role, InvitationRow.doctor_id)
        )
        if (found := used.one_or_none()) is None:
            return None
        clinic_id, role, doctor_id = found
        row = StaffRow(
            clinic_id=clinic_id,
            person_id=person,
            role=role,
            doctor_id=doctor_id,
            name=name,
            since=at,
        )
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:  # they have it already, or another doctor's
            pass
        posts = await self.of_person(person)
        post = next(each for each in posts if (each.clinic.id, each.role) == (clinic_id, role))
        if post.doctor and post.doctor.id != doctor_id:
            raise AnotherDoctorsPost(post.doctor)
        return post
