"""Whom to tell what, and when."""

from datetime import datetime

from sqlalchemy import delete, select, update
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
        due_by: datetime | None = None,
    ) -> None:
        settled = delete(NotificationRow).where(
            NotificationRow.kind == kind,
            NotificationRow.person_id == person,
            NotificationRow.appointment_id == appointment_id,
        )
        if due_by is not None:
            settled = settled.where(NotificationRow.due_at <= due_by)
        await self._session.execute(settled)

    async def put_off(self, notification_id: NotificationId, until: datetime) -> None:
        await self._session.execute(
            update(NotificationRow)
            .where(NotificationRow.id == notification_id)
            .values(due_at=until)
        )

    async def due(self, now: datetime, most: int) -> list[Notification]:
        found = await self._session.execute(
            select(NotificationRow, PersonRow)
            .join(PersonRow, PersonRow.id == NotificationRow.person_id)
            .where(NotificationRow.due_at <= now)
            .order_by(NotificationRow.due_at, NotificationRow.id)
            .limit(most)
        )
        return [
            Notification(
                NotificationId(row.id),
                NotificationKind(row.kind),
                to_person(person),
                AppointmentId(row.appointment_id),
            )
            for row, person in found
        ]
