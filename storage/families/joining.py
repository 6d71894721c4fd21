"""Two entries of one child become one: everything that points at the first points at the second.

Who adds a table that points at a child says here what becomes of its rows: a test plants one in
each, and looks whether it is still there afterwards.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ChildId, ClinicId, PostId
from services.model.refusals.visits import ChildIsBusy
from storage.families.care import join_links
from storage.families.groups import StoredGroups
from storage.families.phones import StoredPhones
from storage.tables.access import JournalSubjectRow, VisitCodeRow
from storage.tables.consents import ConsentRow, PaperConsentRow
from storage.tables.families import (
    CareInvitationRow,
    CheckUpRow,
    ChildRow,
    JoinedChildRow,
    UninvitedRow,
)
from storage.tables.runtime import ConversationRow
from storage.tables.slots import FirstAskRow
from storage.tables.systems.reached import SystemPatientRow
from storage.tables.visits import AppointmentRow
from storage.tables.waitlist.waits import WaitChildRow

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers  # who has no key does not need its library either

THE_OTHER_S = (
    VisitCodeRow,
    ConsentRow,
    PaperConsentRow,
    ConversationRow,
    JoinedChildRow,
    JournalSubjectRow,
    CareInvitationRow,
)
"""Rows that are the other entry's from then on, as they are: a child may have several of each."""


class StoredJoining:
    """Implements `services.ports.children.JoiningRepository`."""

    def __init__(self, session: AsyncSession, ciphers: Ciphers | None, now: datetime) -> None:
        self._session = session
        self._phones = StoredPhones(session, ciphers, now)
        self._groups = StoredGroups(session, ciphers)
        self._now = now

    async def lock(self, child_ids: Collection[ChildId]) -> None:
        # Not NO KEY: who comes to point at an entry that is going waits, and finds it gone.
        query = select(ChildRow.id).where(ChildRow.id.in_(child_ids)).order_by(ChildRow.id)
        await self._session.execute(query.with_for_update())

    async def join(
        self,
        gone: ChildId,
        kept: ChildId,
        phone: tuple[ClinicId, ChildId] | None,
        by: PostId | None,
        at: datetime,
    ) -> None:
        await self._phones.hand_over(gone, kept, phone)
        await self._groups.hand_over(gone, kept)
        await self._hand_over_visits(gone, kept)
        await self._hand_over_asks(gone, kept)
        await self._hand_over_past(gone, kept)
        await self._hand_over_check_ups(gone, kept)
        await self._hand_over_waits(gone, kept)
        await self._hand_over_patients(gone, kept)
        await join_links(self._session, gone, kept, self._now)
        for table in THE_OTHER_S:
            await self._session.execute(
                update(table)
                .where(table.child_id == gone)
                .values(child_id=kept)
                .execution_options(synchronize_session=False)
            )
        self._session.add(JoinedChildRow(gone_id=gone, child_id=kept, joined_at=at, joined_by=by))
        await self._session.flush()
        await self._session.execute(delete(ChildRow).where(ChildRow.id == gone))

    async def _hand_over_visits(self, gone: ChildId, kept: ChildId) -> None:
        """The database judges whether one child can be at all of them."""
        theirs = update(AppointmentRow).where(AppointmentRow.child_id == gone)
        try:
            async with self._session.begin_nested():
                await self._session.execute(
                    theirs.values(child_id=kept).execution_options(synchronize_session=False)
                )
        except IntegrityError:
            raise ChildIsBusy from None

    async def _hand_over_past(self, gone: ChildId, kept: ChildId) -> None:
        """That there were visits, of which nobody knows any more whose they were."""
        theirs = await self._session.scalar(
            select(ChildRow.visited_until).where(ChildRow.id == gone)
        )
        own = ChildRow.visited_until
        if theirs:
            await self._session.execute(
                update(ChildRow)
                .where(ChildRow.id == kept, or_(own.is_(None), own < theirs))
                .values(visited_until=theirs)
                .execution_options(synchronize_session=False)
            )

    async def _hand_over_asks(self, gone: ChildId, kept: ChildId) -> None:
        """Of two on one day the earlier one was the first."""
        rows = await self._session.scalars(
            select(FirstAskRow)
            .where(FirstAskRow.child_id.in_([gone, kept]))
            .order_by(FirstAskRow.asked_at.desc(), FirstAskRow.child_id == gone)
        )
        first = {(row.clinic_id, row.day): row for row in rows}
        for (clinic_id, day), row in first.items():
            if row.child_id == kept:
                continue
            that = FirstAskRow.clinic_id == clinic_id, FirstAskRow.day == day
            later = delete(FirstAskRow).where(*that, FirstAskRow.child_id == kept)
            moved = update(FirstAskRow).where(*that, FirstAskRow.child_id == gone)
            for statement in (later, moved.values(child_id=kept)):
                await self._session.execute(statement.execution_options(synchronize_session=False))
        rest = delete(FirstAskRow).where(FirstAskRow.child_id == gone)
        await self._session.execute(rest.execution_options(synchronize_session=False))

    async def _hand_over_check_ups(self, gone: ChildId, kept: ChildId) -> None:
        """To one that both were invited to, the family was invited; had by one it was had. Who
        wanted no invitations for one wants none."""
        rows = (
            await self._session.scalars(
                select(CheckUpRow).where(CheckUpRow.child_id.in_([gone, kept]))
            )
        ).all()
        theirs = {(row.clinic_id, row.months): row for row in rows if row.child_id == kept}
        for row in (row for row in rows if row.child_id == gone):
            own = theirs.get((row.clinic_id, row.months))
            if own is None:
                row.child_id = kept
            else:
                own.passed_at = own.passed_at or row.passed_at
                await self._session.delete(row)
        both = await self._session.scalars(
            select(UninvitedRow.child_id).where(UninvitedRow.child_id.in_([gone, kept]))
        )
        if both.all() == [gone]:
            handed = update(UninvitedRow).where(UninvitedRow.child_id == gone)
            await self._session.execute(handed.values(child_id=kept))
        await self._session.flush()

    async def _hand_over_waits(self, gone: ChildId, kept: ChildId) -> None:
        """Who waited for both in one place waits for one child."""
        theirs = select(WaitChildRow.wait_id).where(WaitChildRow.child_id == kept)
        of_gone = WaitChildRow.child_id == gone
        twice = delete(WaitChildRow).where(of_gone, WaitChildRow.wait_id.in_(theirs))
        handed = update(WaitChildRow).where(of_gone).values(child_id=kept)
        for statement in (twice, handed):
            await self._session.execute(statement.execution_options(synchronize_session=False))

    async def _hand_over_patients(self, gone: ChildId, kept: ChildId) -> None:
        """How clinics' own systems call the child: of two names at one clinic the kept one's."""
        own = select(SystemPatientRow.clinic_id).where(SystemPatientRow.child_id == kept)
        handed = update(SystemPatientRow).where(
            SystemPatientRow.child_id == gone, SystemPatientRow.clinic_id.not_in(own)
        )
        await self._session.execute(
            handed.values(child_id=kept).execution_options(synchronize_session=False)
        )

    async def into(self, gone: ChildId) -> ChildId | None:
        found = await self._session.scalar(
            select(JoinedChildRow.child_id).where(JoinedChildRow.gone_id == gone)
        )
        return None if found is None else ChildId(found)
