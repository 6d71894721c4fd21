"""Whom to tell what, and when."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model import (
    AppointmentId,
    Notification,
    NotificationId,
    NotificationKind,
    PersonId,
)
from storage.families import to_person
from storage.tables import NotificationRow, PersonRow


class StoredNotifications:
    """Implements `services.ports.NotificationRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def plan(
        self,
        kind: NotificationKind,
        person: PersonId,
        appointment_id: AppointmentId,
        due_at: datetime,
    ) -> None:
        await self.settle(kind, person, appointment_id)
        self._session.add(
            NotificationRow(
                kind=kind, person_id=person, appointment_id=appointment_id, due_at=due_at
            )
        )
        await self._session.flush()

    async def settle(
        self,
        kind: NotificationKind,
        person: PersonId,
        appointment_id: AppointmentId,
    ) -> None:
        await self._session.execute(
            delete(NotificationRow).where(
                NotificationRow.kind == kind,
                NotificationRow.person_id == person,
                NotificationRow.appointment_id == appointment_id,
            )
        )

    async def claim(self, now: datetime, until: datetime) -> Notification | None:
        query = (
            select(NotificationRow, PersonRow)
            .join(PersonRow, PersonRow.id == NotificationRow.person_id)
            .where(NotificationRow.due_at <= now)
            .order_by(NotificationRow.due_at, NotificationRow.id)
            .limit(1)
            .with_for_update(of=NotificationRow, skip_locked=True)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            return None
        row, person = found
        row.due_at = until
        await self._session.flush()
        return Notification(
            NotificationId(row.id),
            NotificationKind(row.kind),
            to_person(person),
            AppointmentId(row.appointment_id),
            until,
        )

    async def told(self, claimed: Notification) -> None:
        await self._session.execute(
            delete(NotificationRow).where(
                NotificationRow.id == claimed.id, NotificationRow.due_at == claimed.due_at
            )
        )
