"""The people around a child, and whom a parent invites to be one of them."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.consents import Purpose
from services.model.ids import AppointmentId, ChildId, ClinicId, HelperInvitationId, PersonId
from services.model.people import CareLink, CareRole, HelperInvitation, Scope
from storage.families.care import (
    Link,
    admit_helper,
    await_helper,
    care_at,
    change_link,
    drop_care,
    drop_ended_help,
    drop_links_of,
    drop_pending,
    standing_links,
)
from storage.families.families import to_child
from storage.tables.consents import ConsentRow
from storage.tables.families import CareInvitationRow, ChildRow
from storage.tables.visits import AppointmentRow, ChangeRow


def to_invitation(row: CareInvitationRow, child: ChildRow) -> HelperInvitation:
    return HelperInvitation(
        HelperInvitationId(row.id),
        to_child(child),
        ClinicId(row.clinic_id),
        PersonId(row.invited_by),
        row.called,
        row.may_book,
        row.ends_at,
        row.expires_at,
        None if row.opened_by is None else PersonId(row.opened_by),
        row.opened_name,
        row.settled_at is not None,
    )


def _to_link(link: Link) -> CareLink:
    return CareLink(
        PersonId(link.person_id),
        CareRole(link.role),
        link.called,
        link.may_book,
        link.since,
        link.ends_at,
    )


class StoredPeople:
    """Implements `services.ports.families.PeopleRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """`now` is when the transaction began: whose care was over by then has none."""
        self._session = session
        self._now = now

    async def of_child(self, child_id: ChildId) -> list[CareLink]:
        links = await standing_links(self._session, child_id, self._now)
        return [_to_link(link) for link in links]

    async def invite(
        self, made: HelperInvitation, token_hash: str, at: datetime
    ) -> HelperInvitationId:
        row = CareInvitationRow(
            token_sha256=token_hash,
            child_id=made.child.id,
            clinic_id=made.clinic_id,
            invited_by=made.by,
            called=made.called,
            may_book=made.may_book,
            ends_at=made.ends_at,
            created_at=at,
            expires_at=made.expires_at,
            opened_name="",
        )
        self._session.add(row)
        await self._session.flush()
        return HelperInvitationId(row.id)

    def _stands(self) -> ColumnElement[bool]:
        """In time, not said yes to, and its maker is a parent of the child still, who agrees to
        what the clinic keeps."""
        care = care_at(self._now, Scope.ENTRUST)
        maker = exists().where(
            care.c.person_id == CareInvitationRow.invited_by,
            care.c.child_id == CareInvitationRow.child_id,
        )
        return and_(
            CareInvitationRow.settled_at.is_(None),
            CareInvitationRow.expires_at > self._now,
            or_(CareInvitationRow.ends_at.is_(None), CareInvitationRow.ends_at > self._now),
            maker,
            exists().where(
                ConsentRow.person_id == CareInvitationRow.invited_by,
                ConsentRow.clinic_id == CareInvitationRow.clinic_id,
                ConsentRow.purpose == Purpose.PROCESSING,
                ConsentRow.withdrawn_at.is_(None),
            ),
        )

    def _whole(self) -> Select[CareInvitationRow, ChildRow]:
        return (
            select(CareInvitationRow, ChildRow)
            .join(ChildRow, ChildRow.id == CareInvitationRow.child_id)
            .order_by(CareInvitationRow.id)
        )

    async def waiting(self, child_id: ChildId) -> list[HelperInvitation]:
        query = self._whole().where(CareInvitationRow.child_id == child_id, self._stands())
        return [to_invitation(*found) for found in await self._session.execute(query)]

    async def of_token(self, token_hash: str) -> HelperInvitation | None:
        query = self._whole().where(
            CareInvitationRow.token_sha256 == token_hash,
            or_(self._stands(), CareInvitationRow.settled_at.is_not(None)),
        )
        found: Row[CareInvitationRow, ChildRow] | None = (
            await self._session.execute(query)
        ).one_or_none()
        return to_invitation(*found) if found else None

    async def open(
        self, token_hash: str, person: PersonId, name: str, at: datetime, until: datetime
    ) -> HelperInvitation | None:
        opened = await self._session.scalars(
            update(CareInvitationRow)
            .where(
                CareInvitationRow.token_sha256 == token_hash,
                CareInvitationRow.opened_by.is_(None),
                self._stands(),
            )
            .values(opened_by=person, opened_name=name, opened_at=at, expires_at=until)
            .returning(CareInvitationRow.id)
            .execution_options(synchronize_session=False)
        )
        if opened.one_or_none() is None:
            return None
        found = await self.of_token(token_hash)
        if found is None:
            return None
        await await_helper(
            self._session,
            person,
            found.child.id,
            at,
            called=found.called,
            may_book=found.may_book,
            ends_at=found.ends_at,
        )
        return replace(found, opened_by=person, opened_name=name, expires_at=until)

    async def admit(self, invitation: HelperInvitation, at: datetime) -> bool:
        settled = await self._session.scalars(
            update(CareInvitationRow)
            .where(
                CareInvitationRow.id == invitation.id,
                CareInvitationRow.opened_by.is_not(None),
                self._stands(),
            )
            .values(settled_at=at, opened_name="")
            .returning(CareInvitationRow.opened_by)
            .execution_options(synchronize_session=False)
        )
        person = settled.one_or_none()
        if person is None:
            return False
        return await admit_helper(
            self._session,
            PersonId(person),
            invitation.child.id,
            at,
            called=invitation.called,
            may_book=invitation.may_book,
            ends_at=invitation.ends_at,
        )

    async def refuse(self, child_id: ChildId, invitation: HelperInvitationId) -> None:
        opened = await self._session.scalars(
            delete(CareInvitationRow)
            .where(
                CareInvitationRow.id == invitation,
                CareInvitationRow.child_id == child_id,
                CareInvitationRow.settled_at.is_(None),
            )
            .returning(CareInvitationRow.opened_by)
        )
        if person := opened.one_or_none():
            await drop_pending(self._session, PersonId(person), child_id)

    async def end(self, child_id: ChildId, person: PersonId) -> None:
        await drop_care(self._session, person, child_id)
        await self._forget_invitations(
            CareInvitationRow.child_id == child_id,
            or_(CareInvitationRow.invited_by == person, CareInvitationRow.opened_by == person),
        )

    async def keep_ended(
        self, ended: HelperInvitation, token_hash: str, at: datetime
    ) -> HelperInvitation:
        row = CareInvitationRow(
            token_sha256=token_hash,
            child_id=ended.child.id,
            clinic_id=ended.clinic_id,
            invited_by=ended.by,
            called="",
            may_book=False,
            ends_at=at,
            created_at=at,
            expires_at=ended.expires_at,
            opened_by=ended.opened_by,
            opened_name="",
            opened_at=at,
            settled_at=at,
        )
        self._session.add(row)
        await self._session.flush()
        return replace(ended, id=HelperInvitationId(row.id))

    async def end_all(self, person: PersonId) -> list[ChildId]:
        care = care_at(self._now, Scope.SEE)
        children = await self._session.scalars(
            select(care.c.child_id).where(care.c.person_id == person).order_by(care.c.child_id)
        )
        theirs = [ChildId(child_id) for child_id in children]
        await drop_links_of(self._session, person)
        await self._forget_invitations(
            or_(CareInvitationRow.invited_by == person, CareInvitationRow.opened_by == person)
        )
        return theirs

    async def _forget_invitations(self, *conditions: ColumnElement[bool]) -> None:
        for person, child_id in await self._session.execute(
            delete(CareInvitationRow)
            .where(*conditions)
            .returning(CareInvitationRow.opened_by, CareInvitationRow.child_id)
        ):
            if person is not None:
                await drop_pending(self._session, PersonId(person), ChildId(child_id))

    async def call(self, child_id: ChildId, person: PersonId, called: str) -> None:
        await change_link(self._session, person, child_id, called=called)

    async def last_to_change(self, visit_id: AppointmentId) -> CareLink | None:
        query = (
            select(ChangeRow.changed_by, AppointmentRow.child_id)
            .join(AppointmentRow, AppointmentRow.id == ChangeRow.appointment_id)
            .where(ChangeRow.appointment_id == visit_id)
            .order_by(ChangeRow.sequence.desc())
            .limit(1)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None or found.changed_by is None:
            return None
        links = await self.of_child(ChildId(found.child_id))
        return next((link for link in links if link.person == found.changed_by), None)

    async def forget(self, before: datetime) -> int:
        gone = await self._session.execute(
            delete(CareInvitationRow)
            .where(CareInvitationRow.expires_at < before)
            .returning(
                CareInvitationRow.opened_by,
                CareInvitationRow.child_id,
                CareInvitationRow.settled_at,
            )
        )
        rows = gone.all()
        for person, child_id, settled_at in rows:
            if person is not None and settled_at is None:
                await drop_pending(self._session, PersonId(person), ChildId(child_id))
        return len(rows) + await drop_ended_help(self._session, before)
