"""Whom to tell what, and when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Update,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import AppointmentId, ClinicId, NotificationId, PersonId
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
from storage.families.families import to_person
from storage.messages.facts import standing_of, still
from storage.tables.base import table_of
from storage.tables.families import PersonRow
from storage.tables.messages import PLANNED, NotificationRow, ReplanningRow
from storage.visits.hearing import was_told

_PLANNED = text(f"notifications.{PLANNED}")
_notifications = table_of(NotificationRow)
_ANSWERED = delete(_notifications).where(
    _notifications.c.kind == NotificationKind.BOOKED,
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
        query = select(NotificationRow).where(
            NotificationRow.appointment_id.in_(appointment_ids), NotificationRow.kind.in_(kinds)
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
            # Whoever sends may have settled some since they were read: what was sent is history.
            gone = delete(NotificationRow).where(NotificationRow.id.in_(dropped), _PLANNED)
            await self._session.execute(gone)

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

    # Sending

    async def claim(
        self, now: datetime, until: datetime, most: int, gather: timedelta
    ) -> list[list[Notification]]:
        due = await self._due(now, most)
        bundles = {(row.person_id, row.bundle) for row in due if row.bundle}
        rows = {row.id: row for row in [*due, *await self._bundled(bundles, now, gather)]}
        if not rows:
            return []
        await self._session.execute(
            update(NotificationRow)
            .where(NotificationRow.id.in_(rows))
            .values(try_at=until, attempts=NotificationRow.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        persons = await self._session.scalars(
            select(PersonRow).where(PersonRow.id.in_({row.person_id for row in rows.values()}))
        )
        by_id = {person.id: person for person in persons}
        messages: dict[tuple[int, str], list[Notification]] = defaultdict(list)
        for row in rows.values():
            key = (row.person_id, row.bundle or str(row.id))
            messages[key].append(_to_notification(row, by_id[row.person_id], until))
        return list(messages.values())

    async def _due(self, now: datetime, most: int) -> list[NotificationRow]:
        """One question for each urgency, so that each reads no more of the index than it gives."""
        found: list[NotificationRow] = []
        for urgency in Urgency:
            if len(found) < most:
                query = (
                    select(NotificationRow)
                    .where(
                        NotificationRow.urgency == urgency, NotificationRow.try_at <= now, _PLANNED
                    )
                    .order_by(NotificationRow.try_at, NotificationRow.id)
                    .limit(most - len(found))
                    .with_for_update(skip_locked=True)
                )
                found += await self._session.scalars(query)
        return found

    async def _bundled(
        self, bundles: Iterable[tuple[int, str]], now: datetime, gather: timedelta
    ) -> Sequence[NotificationRow]:
        keys = sorted(bundles)
        if not keys:
            return []
        query = (
            select(NotificationRow)
            .where(
                # Said of each by itself, too: for pairs SQLite goes through all that is planned,
                # and of the persons alone through all that they were ever sent.
                NotificationRow.person_id.in_({person for person, _ in keys}),
                NotificationRow.bundle.in_({bundle for _, bundle in keys}),
                tuple_(NotificationRow.person_id, NotificationRow.bundle).in_(keys),
                NotificationRow.try_at <= now + gather,
                or_(NotificationRow.attempts == 0, NotificationRow.try_at <= now),
                _PLANNED,
            )
            .order_by(NotificationRow.try_at, NotificationRow.id)
            .with_for_update(skip_locked=True)
        )
        return (await self._session.scalars(query)).all()

    async def standing(self, claimed: Sequence[Notification]) -> list[Standing]:
        return await standing_of(self._session, self._now, claimed)

    async def finish(
        self, claimed: Sequence[Notification], state: NotificationState, at: datetime
    ) -> None:
        await self._session.execute(_change(claimed).values(state=state, settled_at=at))

    async def put_off(
        self, claimed: Sequence[Notification], until: datetime, *, failed: bool = False
    ) -> None:
        failures = NotificationRow.failures + int(failed)
        await self._session.execute(_change(claimed).values(try_at=until, failures=failures))

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


def _change(claimed: Sequence[Notification]) -> Update:
    return (
        update(NotificationRow).where(still(claimed)).execution_options(synchronize_session=False)
    )


def _to_notification(row: NotificationRow, person: PersonRow, until: datetime) -> Notification:
    return Notification(
        NotificationId(row.id),
        NotificationKind(row.kind),
        to_person(person),
        None if row.appointment_id is None else AppointmentId(row.appointment_id),
        row.occasion,
        row.useful_until,
        Urgency(row.urgency),
        row.attempts + 1,
        until,
        row.failures,
    )
