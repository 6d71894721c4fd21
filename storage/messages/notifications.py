"""Whom to tell what, and when."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import AppointmentId, ClinicId, PersonId
from services.model.messages import (
    CHANGES,
    Answered,
    Notification,
    NotificationKind,
    NotificationState,
    Planned,
    Standing,
    Urgency,
)
from storage.messages.claiming import claim, finish, put_off
from storage.messages.facts import standing_of
from storage.tables.base import table_of
from storage.tables.families import PersonRow
from storage.tables.messages import PLANNED, NotificationRow, ReplanningRow
from storage.visits.hearing import was_told
from storage.waitlist.clocks import note_told

_PLANNED = text(f"notifications.{PLANNED}")
_notifications = table_of(NotificationRow)
_SEEN = (
    NotificationKind.BOOKED,
    NotificationKind.REFUSED_THERE,
    NotificationKind.KEPT_THERE,
)
"""What the answer to a tap says, too."""
_ANSWERED = delete(_notifications).where(
    or_(*(_notifications.c.kind == kind for kind in _SEEN)),
    _notifications.c.person_id == bindparam("person"),
    _notifications.c.appointment_id == bindparam("visit"),
    _notifications.c.occasion == bindparam("occasion"),
    _notifications.c.attempts == 0,
    _PLANNED,
)


class StoredNotifications:
    """Implements `services.ports.messages.NotificationRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    # Planning

    async def replan(
        self,
        appointment_id: AppointmentId,
        kinds: Collection[NotificationKind],
        wanted: Sequence[Planned],
        now: datetime,
    ) -> None:
        await self.replan_all([appointment_id], kinds, wanted, now)

    async def replan_all(
        self,
        appointment_ids: Collection[AppointmentId],
        kinds: Collection[NotificationKind],
        wanted: Sequence[Planned],
        now: datetime,
    ) -> None:
        query = (
            select(NotificationRow)
            .where(
                NotificationRow.appointment_id.in_(appointment_ids), NotificationRow.kind.in_(kinds)
            )
            .order_by(NotificationRow.id)
            # Whoever sends claims and settles beside: a claim that was not seen would be taken
            # away, and its message come twice; and what was sent is history.
            .with_for_update(key_share=True)
        )
        there = {_occasion_of(row): row for row in await self._session.scalars(query)}
        for planned in wanted:
            occasion = (planned.appointment_id, planned.person, planned.kind, planned.occasion)
            row = there.pop(occasion, None)
            if row is None:
                self._begin(planned, now)
            elif row.state == NotificationState.PLANNED:
                _adapt(row, planned, now)
        await self._session.flush()
        if dropped := [row.id for row in there.values() if row.state == NotificationState.PLANNED]:
            await self._session.execute(
                delete(NotificationRow).where(NotificationRow.id.in_(dropped))
            )

    def _begin(self, planned: Planned, now: datetime) -> None:
        if planned.due_at < now:
            return
        self._session.add(NotificationRow(**_columns(planned)))

    async def replan_from(self, clinic_id: ClinicId, moment: datetime) -> None:
        await self.note_replanned(clinic_id, None)
        noted = insert(ReplanningRow).values(clinic_id=clinic_id, through=moment)
        await self._session.execute(noted)

    async def to_replan(self) -> list[ClinicId]:
        found = await self._session.scalars(
            select(ReplanningRow.clinic_id).order_by(ReplanningRow.clinic_id)
        )
        return [ClinicId(clinic_id) for clinic_id in found]

    async def replanned_through(self, clinic_id: ClinicId) -> datetime | None:
        query = select(ReplanningRow.through).where(ReplanningRow.clinic_id == clinic_id)
        return await self._session.scalar(query.with_for_update())

    async def note_replanned(self, clinic_id: ClinicId, through: datetime | None) -> None:
        of_clinic = ReplanningRow.clinic_id == clinic_id
        if through is None:
            await self._session.execute(delete(ReplanningRow).where(of_clinic))
        else:
            noted = update(ReplanningRow).where(of_clinic).values(through=through)
            await self._session.execute(noted)

    async def begin(self, planned: Sequence[Planned]) -> None:
        if planned:
            await self._session.execute(
                insert(NotificationRow), [_columns(each) for each in planned]
            )

    async def told(self, appointment_id: AppointmentId, occasion: str) -> list[PersonId]:
        found = await self._session.scalars(
            select(NotificationRow.person_id).where(was_told(appointment_id, occasion))
        )
        return [PersonId(person_id) for person_id in found]

    async def to_hear(self, appointment_id: AppointmentId) -> list[PersonId]:
        answers = (NotificationKind.BOOKED, NotificationKind.PLACE)
        found = await self._session.scalars(
            select(NotificationRow.person_id)
            .join(PersonRow, PersonRow.id == NotificationRow.person_id)
            .where(
                NotificationRow.appointment_id == appointment_id,
                NotificationRow.kind.in_([kind for kind in CHANGES if kind not in answers]),
                NotificationRow.attempts == 0,  # what is being sent may say the old
                PersonRow.unreachable_since.is_(None),
                _PLANNED,
            )
        )
        return [PersonId(person_id) for person_id in found]

    async def answered(self, seen: Sequence[Answered]) -> None:
        if seen:
            rows = [
                {"person": each.person, "visit": each.visit, "occasion": str(each.sequence)}
                for each in sorted(seen, key=lambda each: each.visit)
            ]
            await self._session.execute(_ANSWERED, rows)

    # Of clinics' own systems

    async def will_hear(self, person: PersonId, clinic_id: ClinicId) -> bool:
        row = select(NotificationRow.id).where(
            NotificationRow.clinic_id == clinic_id, NotificationRow.person_id == person, _PLANNED
        )
        return bool(await self._session.scalar(select(row.exists())))

    async def ask_to_hear(self, planned: Planned) -> None:
        latest = await self._session.scalar(
            select(NotificationRow)
            .where(
                NotificationRow.clinic_id == planned.clinic_id,
                NotificationRow.person_id == planned.person,
                NotificationRow.kind == planned.kind,
            )
            .order_by(NotificationRow.id.desc())
            .limit(1)
        )
        if latest and latest.state == NotificationState.PLANNED:
            return
        # Two taps at once count alike: one of them is kept.
        asked = replace(planned, occasion=f"after {latest.id}" if latest else "first")
        with suppress(IntegrityError):
            async with self._session.begin_nested():
                await self.begin([asked])

    async def system_answers(self, clinic_id: ClinicId, now: datetime, most: int) -> int:
        not_due = (
            select(NotificationRow.id)
            .where(
                NotificationRow.clinic_id == clinic_id,
                NotificationRow.kind == NotificationKind.SYSTEM_ANSWERS,
                NotificationRow.due_at > now,  # and so nobody is sending it
                _PLANNED,
            )
            .limit(most)
        )
        due = await self._session.execute(
            update(NotificationRow)
            .where(NotificationRow.id.in_(not_due), NotificationRow.due_at > now, _PLANNED)
            .values(due_at=now, try_at=now)
            .returning(NotificationRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(due.all())

    # Sending

    async def claim(
        self, now: datetime, until: datetime, most: int, gather: timedelta
    ) -> list[list[Notification]]:
        return await claim(self._session, now, until, most, gather)

    async def standing(self, claimed: Sequence[Notification]) -> list[Standing]:
        return await standing_of(self._session, self._now, claimed)

    async def finish(
        self, claimed: Sequence[Notification], state: NotificationState, at: datetime
    ) -> None:
        await finish(self._session, claimed, state, at)
        await note_told(self._session, claimed, state, at)

    async def put_off(
        self, claimed: Sequence[Notification], until: datetime, *, failed: bool = False
    ) -> None:
        await put_off(self._session, claimed, until, failed=failed)

    async def upcoming(self, least: Urgency = Urgency.NEWS) -> datetime | None:
        moments = [
            await self._session.scalar(
                select(func.min(NotificationRow.try_at)).where(
                    NotificationRow.urgency == urgency, _PLANNED
                )
            )
            for urgency in Urgency
            if urgency <= least
        ]
        return min((moment for moment in moments if moment), default=None)


def _columns(planned: Planned) -> dict[str, Any]:
    return {
        "kind": planned.kind,
        "person_id": planned.person,
        "appointment_id": planned.appointment_id,
        "broadcast_id": planned.broadcast_id,
        "invitation_id": planned.invitation_id,
        "check_up_id": planned.check_up_id,
        "wait_id": planned.wait_id,
        "group_id": planned.group_id,
        "clinic_id": planned.clinic_id,
        "occasion": planned.occasion,
        "due_at": planned.due_at,
        "try_at": planned.due_at,
        "useful_until": planned.useful_until,
        "urgency": planned.urgency,
        "bundle": planned.bundle,
        "state": NotificationState.PLANNED,
        "attempts": 0,
        "failures": 0,
    }


def _occasion_of(row: NotificationRow) -> tuple[int | None, PersonId, NotificationKind, str]:
    return row.appointment_id, PersonId(row.person_id), NotificationKind(row.kind), row.occasion


def _adapt(row: NotificationRow, planned: Planned, now: datetime) -> None:
    """Let what is planned be due when it is wanted, unless it is being sent just now."""
    row.useful_until = planned.useful_until
    if row.due_at != planned.due_at:
        row.due_at = planned.due_at
        being_sent = row.attempts > 0 and row.try_at > now  # or to be tried again soon
        row.try_at = row.try_at if being_sent else planned.due_at
