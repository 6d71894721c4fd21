"""What clinics tell many families at once, and whom."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.access import Post
from services.model.broadcasts import Audience, Broadcast, BroadcastState, Reach, Recipient, Whom
from services.model.clinic import Clinic
from services.model.consents import Purpose
from services.model.ids import AppointmentId, BroadcastId, ClinicId, PersonId, PostId
from services.model.messages import NotificationState
from services.model.people import Scope
from services.model.refusals.base import NotFound
from services.model.slots import Stretch
from services.model.visits import AppointmentState
from services.ports.messages import LEASE
from services.rules.reach import PATIENT_FOR
from storage.clinic.rows import to_clinic
from storage.database.locks import lock_rows
from storage.families.care import care_at
from storage.families.families import to_person
from storage.tables.access import StaffRow
from storage.tables.clinic import ClinicRow
from storage.tables.consents import ConsentRow, PaperConsentRow
from storage.tables.families import ChildRow, PersonRow
from storage.tables.messages import BroadcastRow, NotificationRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow
from storage.visits.standing import given_back, is_shown, stands


def to_audience(row: BroadcastRow) -> Audience:
    return Audience(Whom(row.whom), row.subject, row.first_day, row.last_day)


def _whole() -> Select[BroadcastRow, ClinicRow, PersonRow]:
    return (
        select(BroadcastRow, ClinicRow, PersonRow)
        .join(ClinicRow, ClinicRow.id == BroadcastRow.clinic_id)
        .join(StaffRow, StaffRow.id == BroadcastRow.confirmed_by)
        .join(PersonRow, PersonRow.id == StaffRow.person_id)
    )


def _to_broadcast(found: Row[BroadcastRow, ClinicRow, PersonRow]) -> Broadcast:
    row, clinic, author = found
    return Broadcast(
        id=BroadcastId(row.id),
        clinic=to_clinic(clinic),
        author=to_person(author),
        audience=to_audience(row),
        text=row.text,
        state=BroadcastState(row.state),
        total=row.total,
        confirmed_at=row.confirmed_at,
        planned_through=PersonId(row.planned_through),
        all_planned=row.all_planned,
        message_id=row.message_id,
        settled_at=row.settled_at,
    )


class StoredBroadcasts:
    """Implements `services.ports.messages.BroadcastRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    # The broadcasts themselves

    async def add(
        self, post: Post, audience: Audience, text: str, total: int, at: datetime
    ) -> BroadcastId:
        row = BroadcastRow(
            clinic_id=post.clinic.id,
            confirmed_by=post.id,
            confirmed_at=at,
            whom=audience.whom,
            subject=audience.subject,
            first_day=audience.first,
            last_day=audience.last,
            text=text,
            total=total,
            state=BroadcastState.SENDING,
            planned_through=0,
            all_planned=False,
        )
        self._session.add(row)
        await self._session.flush()
        return BroadcastId(row.id)

    async def get(self, broadcast_id: BroadcastId, *, lock: bool = False) -> Broadcast:
        if lock:
            await lock_rows(self._session, BroadcastRow.id, BroadcastRow.id == broadcast_id)
        query = _whole().where(BroadcastRow.id == broadcast_id)
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFound
        return _to_broadcast(found)

    async def latest(self, clinic_id: ClinicId, since: datetime, most: int) -> list[Broadcast]:
        query = (
            _whole()
            .where(BroadcastRow.clinic_id == clinic_id, BroadcastRow.confirmed_at >= since)
            .order_by(BroadcastRow.id.desc())
            .limit(most)
        )
        return [_to_broadcast(found) for found in await self._session.execute(query)]

    async def unsettled(self) -> list[Broadcast]:
        query = _whole().where(BroadcastRow.settled_at.is_(None)).order_by(BroadcastRow.id)
        return [_to_broadcast(found) for found in await self._session.execute(query)]

    async def unreported(self) -> list[tuple[Broadcast, PostId]]:
        query = (
            _whole()
            .add_columns(BroadcastRow.confirmed_by)
            .where(BroadcastRow.reported_at.is_(None), StaffRow.until.is_(None))
            .order_by(BroadcastRow.id)
        )
        return [
            (_to_broadcast(found[:3]), PostId(found[3]))  # type: ignore[arg-type]
            for found in await self._session.execute(query)
        ]

    async def change(self, broadcast: Broadcast) -> None:
        await self._session.execute(
            update(BroadcastRow)
            .where(BroadcastRow.id == broadcast.id)
            .values(
                state=broadcast.state,
                planned_through=broadcast.planned_through,
                all_planned=broadcast.all_planned,
                message_id=broadcast.message_id,
                settled_at=broadcast.settled_at,
            )
        )

    async def report(self, broadcast_id: BroadcastId, at: datetime) -> None:
        await self._session.execute(
            update(BroadcastRow).where(BroadcastRow.id == broadcast_id).values(reported_at=at)
        )

    # Whom

    async def reach(self, clinic: Clinic, audience: Audience, now: datetime) -> Reach:
        agreed = _agrees(clinic.id, Purpose.NEWS) if audience.needs_consent else PersonRow.id > 0
        reachable = PersonRow.unreachable_since.is_(None)
        found = await self._session.execute(
            select(
                func.count().filter(agreed, reachable),
                func.count().filter(~agreed),
                func.count().filter(agreed, ~reachable),
            )
            .select_from(PersonRow)
            .where(*_meant(clinic, audience, care_at(now, Scope.TOLD), now))
        )
        return Reach(*found.one())

    async def left_out(self, clinic: Clinic, audience: Audience, now: datetime) -> int:
        care = care_at(now, Scope.TOLD)
        query = (
            select(func.count())
            .select_from(ChildRow)
            .where(
                not_(exists().where(care.c.child_id == ChildRow.id)),
                *_left_out(clinic, audience, now),
            )
        )
        return await self._session.scalar(query) or 0

    async def recipients(self, broadcast: Broadcast, now: datetime, most: int) -> list[Recipient]:
        clinic, audience = broadcast.clinic, broadcast.audience
        query = (
            select(PersonRow.id)
            .where(
                PersonRow.id > broadcast.planned_through,
                PersonRow.unreachable_since.is_(None),
                *_meant(clinic, audience, care_at(now, Scope.TOLD), broadcast.confirmed_at),
            )
            .order_by(PersonRow.id)
            .limit(most)
        )
        if audience.needs_consent:
            query = query.where(_agrees(clinic.id, Purpose.NEWS))
        persons = [PersonId(person) for person in await self._session.scalars(query)]
        if audience.needs_consent:
            return [Recipient(person) for person in persons]
        visits = await self._first_visits(clinic, audience, now, persons)
        return [visits.get(person, Recipient(person)) for person in persons]

    async def _first_visits(
        self, clinic: Clinic, audience: Audience, now: datetime, persons: Sequence[PersonId]
    ) -> dict[PersonId, Recipient]:
        care = care_at(now, Scope.TOLD)
        query = (
            select(
                care.c.person_id,
                AppointmentRow.id,
                AppointmentRow.starts_at,
                AppointmentRow.ends_at,
            )
            .join(care, care.c.child_id == AppointmentRow.child_id)
            .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
            .where(care.c.person_id.in_(persons), is_shown(care), *_ahead_on(clinic, audience, now))
            .order_by(AppointmentRow.starts_at.desc(), AppointmentRow.id.desc())
        )
        return {  # the earliest comes last, and stays
            PersonId(person): Recipient(
                PersonId(person), AppointmentId(visit), Stretch(starts_at, ends_at)
            )
            for person, visit, starts_at, ends_at in await self._session.execute(query)
        }

    # Their messages

    async def counts(self, broadcast_id: BroadcastId) -> dict[NotificationState, int]:
        found = await self._session.execute(
            select(NotificationRow.state, func.count())
            .where(NotificationRow.broadcast_id == broadcast_id)
            .group_by(NotificationRow.state)
        )
        return {NotificationState(state): count for state, count in found}

    async def hold(self, broadcast_id: BroadcastId, now: datetime, most: int) -> int:
        unclaimed = and_(NotificationRow.state == NotificationState.PLANNED, _unclaimed(now))
        return await self._turn(
            broadcast_id, unclaimed, most, state=NotificationState.HELD, settled_at=now
        )

    async def release(self, broadcast_id: BroadcastId, now: datetime, most: int) -> int:
        return await self._turn(
            broadcast_id,
            NotificationRow.state == NotificationState.HELD,
            most,
            state=NotificationState.PLANNED,
            settled_at=None,
            try_at=now,
        )

    async def drop(self, broadcast_id: BroadcastId, now: datetime, most: int) -> int:
        open_ones = or_(
            NotificationRow.state == NotificationState.HELD,
            and_(NotificationRow.state == NotificationState.PLANNED, _unclaimed(now)),
        )
        return await self._turn(
            broadcast_id, open_ones, most, state=NotificationState.VOID, settled_at=now
        )

    async def _turn(
        self, broadcast_id: BroadcastId, which: ColumnElement[bool], most: int, **to: object
    ) -> int:
        some = (
            select(NotificationRow.id)
            .where(NotificationRow.broadcast_id == broadcast_id, which)
            .limit(most)
        )
        turned = await self._session.execute(
            update(NotificationRow)
            .where(NotificationRow.id.in_(some), which)  # it may have been claimed meanwhile
            .values(**to)
            .returning(NotificationRow.id)
            .execution_options(synchronize_session=False)
        )
        return len(turned.all())


def _unclaimed(now: datetime) -> ColumnElement[bool]:
    """Nobody is sending it just now: it may have been put off for longer than a claim lasts."""
    return or_(
        NotificationRow.attempts == 0,
        NotificationRow.try_at <= now,
        NotificationRow.try_at > now + LEASE,
    )


def _agrees(clinic_id: ClinicId, purpose: Purpose) -> ColumnElement[bool]:
    return exists().where(
        ConsentRow.person_id == PersonRow.id,
        ConsentRow.clinic_id == clinic_id,
        ConsentRow.purpose == purpose,
        ConsentRow.withdrawn_at.is_(None),
    )


def _meant(
    clinic: Clinic, audience: Audience, care: Subquery, now: datetime
) -> list[ColumnElement[bool]]:
    """The same as `reach.is_meant`, in SQL: by who cares for whom at the moment."""
    family = _agrees(clinic.id, Purpose.PROCESSING)
    if audience.whom is Whom.FAMILIES:
        return [family]
    cares = care.c.person_id == PersonRow.id
    if audience.whom is Whom.DISTRICT:
        lives_there = ChildRow.district_id == audience.subject
        return [family, exists().where(cares, ChildRow.id == care.c.child_id, lives_there)]
    of_theirs = exists().where(
        cares,
        AppointmentRow.child_id == care.c.child_id,
        SlotRow.id == AppointmentRow.slot_id,
        is_shown(care),
        *_visits(clinic, audience, now),
    )
    return [family, of_theirs]


def _left_out(clinic: Clinic, audience: Audience, now: datetime) -> list[ColumnElement[bool]]:
    """The same as `reach.is_left_out`, in SQL."""
    signed = exists().where(
        PaperConsentRow.child_id == ChildRow.id,
        PaperConsentRow.clinic_id == clinic.id,
        PaperConsentRow.withdrawn_at.is_(None),
    )
    if audience.whom is Whom.FAMILIES:
        return [signed]
    if audience.whom is Whom.DISTRICT:
        return [signed, ChildRow.district_id == audience.subject]
    of_theirs = exists().where(
        AppointmentRow.child_id == ChildRow.id,
        SlotRow.id == AppointmentRow.slot_id,
        *_visits(clinic, audience, now),
    )
    return [of_theirs]


def _visits(clinic: Clinic, audience: Audience, now: datetime) -> list[ColumnElement[bool]]:
    """By which somebody is meant, where it is by visits."""
    if audience.whom is Whom.PATIENTS:
        return _seen_by(audience.subject, now)
    return _ahead_on(clinic, audience, now)


def _seen_by(doctor_id: int, now: datetime) -> list[ColumnElement[bool]]:
    """The same as `reach.is_patients`, in SQL."""
    return [
        SlotRow.doctor_id == doctor_id,
        AppointmentRow.starts_at >= now - PATIENT_FOR,
        AppointmentRow.state.not_in([AppointmentState.CANCELLED, AppointmentState.NO_SHOW]),
        not_(given_back(now)),
    ]


def _ahead_on(clinic: Clinic, audience: Audience, now: datetime) -> list[ColumnElement[bool]]:
    """The same as `reach.is_ahead_on`, in SQL."""
    return [
        SlotRow.clinic_id == clinic.id,
        SlotRow.day.between(audience.first, audience.last),
        AppointmentRow.ends_at > now,
        stands(now),
    ]
