"""Whom to tell what, and when."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Update,
    and_,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.model.access import REGISTRY
from services.model.broadcasts import BroadcastState, News
from services.model.consents import Purpose
from services.model.ids import AppointmentId, ClinicId, NotificationId, PersonId, PostId
from services.model.messages import (
    ANSWERS,
    CHANGES,
    FOR_STAFF,
    OF_HELPERS,
    Helping,
    Notification,
    NotificationKind,
    NotificationState,
    Planned,
    Standing,
    Urgency,
)
from services.model.people import ReminderWishes, Scope
from services.model.visits import Appointment
from storage.clinic.clinics import to_clinic
from storage.families.care import care_at
from storage.families.families import to_person, to_wishes
from storage.families.people import to_invitation
from storage.messages.broadcasts import to_audience
from storage.tables.access import StaffRow
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.consents import ConsentRow
from storage.tables.families import CareInvitationRow, ChildRow, PersonRow, ReminderWishesRow
from storage.tables.messages import PLANNED, BroadcastRow, NotificationRow, ReplanningRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow, CalendarFileRow
from storage.visits.hearing import was_told
from storage.visits.rows import to_appointment
from storage.visits.standing import is_shown

_PLANNED = text(f"notifications.{PLANNED}")


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
                _PLANNED,
            )
        )

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
        care_now = care_at(self._now, Scope.SEE)
        query = (
            select(
                NotificationRow.id,
                NotificationRow.try_at,
                NotificationRow.kind,
                care_now.c.child_id,
                _post(),
                ReminderWishesRow,
                _took_file(),
                AppointmentRow,
                ChildRow,
                SlotRow,
                DoctorRow,
                ClinicRow,
            )
            .join(AppointmentRow, AppointmentRow.id == NotificationRow.appointment_id)
            .join(ChildRow, ChildRow.id == AppointmentRow.child_id)
            .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
            .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
            .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
            .outerjoin(
                care_now,
                and_(
                    care_now.c.person_id == NotificationRow.person_id,
                    care_now.c.child_id == AppointmentRow.child_id,
                    or_(care_now.c.is_told, NotificationRow.kind.in_(ANSWERS)),
                    is_shown(care_now),
                ),
            )
            .outerjoin(ReminderWishesRow, ReminderWishesRow.person_id == NotificationRow.person_id)
            .where(_still(claimed))
        )
        found: dict[
            tuple[int, datetime], tuple[Appointment | None, ReminderWishes, PostId | None]
        ] = {}
        for row in await self._session.execute(query):
            row_id, try_at, kind, care, post, wishes, took = row[:7]
            visit, child, slot, doctor, clinic = row[7:]
            concerned = post if NotificationKind(kind) in FOR_STAFF else care
            fact = None
            if concerned:
                fact = to_appointment(visit, child, slot, doctor, clinic, self._now)
                fact = replace(fact, in_calendar=took)
            found[row_id, try_at] = fact, to_wishes(wishes), PostId(post) if post else None
        claims = [(each, (each.id, each.claimed_until)) for each in claimed]
        news = await self._news([each for each in claimed if each.kind is NotificationKind.NEWS])
        helping = await self._helping([each for each in claimed if each.kind in OF_HELPERS])
        return [
            Standing(each, *found.get(claim, (None, ReminderWishes(), None)), news.get(claim))
            for each, claim in claims
            if claim in found or claim in news
        ] + [
            Standing(each, None, wishes, helping=fact)
            for each, claim in claims
            if claim in helping
            for wishes, fact in [helping[claim]]
        ]

    async def _helping(
        self, claimed: Sequence[Notification]
    ) -> dict[tuple[int, datetime], tuple[ReminderWishes, Helping | None]]:
        if not claimed:
            return {}
        query = (
            select(
                NotificationRow.id,
                NotificationRow.try_at,
                _may_hear_of_helper(self._now),
                ReminderWishesRow,
                CareInvitationRow,
                ChildRow,
                ClinicRow,
            )
            .join(CareInvitationRow, CareInvitationRow.id == NotificationRow.invitation_id)
            .join(ChildRow, ChildRow.id == CareInvitationRow.child_id)
            .join(ClinicRow, ClinicRow.id == CareInvitationRow.clinic_id)
            .outerjoin(ReminderWishesRow, ReminderWishesRow.person_id == NotificationRow.person_id)
            .where(_still(claimed))
        )
        return {
            (row_id, try_at): (
                to_wishes(wishes),
                Helping(to_invitation(row, child), to_clinic(clinic)) if may_hear else None,
            )
            for row_id, try_at, may_hear, wishes, row, child, clinic in (
                await self._session.execute(query)
            )
        }

    async def _news(self, claimed: Sequence[Notification]) -> dict[tuple[int, datetime], News]:
        if not claimed:
            return {}
        agreed = exists().where(
            ConsentRow.person_id == NotificationRow.person_id,
            ConsentRow.clinic_id == BroadcastRow.clinic_id,
            ConsentRow.purpose == Purpose.NEWS,
            ConsentRow.withdrawn_at.is_(None),
        )
        query = (
            select(NotificationRow.id, NotificationRow.try_at, agreed, BroadcastRow, ClinicRow)
            .join(BroadcastRow, BroadcastRow.id == NotificationRow.broadcast_id)
            .join(ClinicRow, ClinicRow.id == BroadcastRow.clinic_id)
            .where(_still(claimed))
        )
        return {
            (row_id, try_at): News(
                to_clinic(clinic),
                row.text,
                to_audience(row),
                BroadcastState(row.state),
                bool(agrees),
            )
            for row_id, try_at, agrees, row, clinic in await self._session.execute(query)
        }

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


def _post() -> ScalarSelect[int]:
    """The post in which whoever is told may answer for the visit: its doctor's, or the registry's
    at its clinic."""
    return (
        select(func.min(StaffRow.id))
        .where(
            StaffRow.person_id == NotificationRow.person_id,
            StaffRow.clinic_id == SlotRow.clinic_id,
            StaffRow.until.is_(None),
            or_(StaffRow.doctor_id == SlotRow.doctor_id, StaffRow.role.in_(REGISTRY)),
        )
        .correlate(NotificationRow, SlotRow)
        .scalar_subquery()
    )


def _took_file() -> ColumnElement[bool]:
    """Whether who is told took the visit's file for the calendar."""
    took = exists().where(
        CalendarFileRow.person_id == NotificationRow.person_id,
        CalendarFileRow.appointment_id == NotificationRow.appointment_id,
    )
    return took.correlate(NotificationRow)


def _may_hear_of_helper(now: datetime) -> ColumnElement[bool]:
    """Whether an invitation stands as the notification says, and the person may know of it."""
    waits = CareInvitationRow.settled_at.is_(None)

    def cares(person: InstrumentedAttribute[Any], scope: Scope) -> ColumnElement[bool]:
        care = care_at(now, scope)
        return exists(
            select(care).where(
                care.c.person_id == person, care.c.child_id == CareInvitationRow.child_id
            )
        )

    reader = NotificationRow.person_id
    helps = cares(CareInvitationRow.opened_by, Scope.SEE)
    return or_(
        and_(
            NotificationRow.kind == NotificationKind.HELPER_WAITS,
            waits,
            cares(reader, Scope.ENTRUST),
        ),
        and_(NotificationRow.kind == NotificationKind.HELPER_ADMITTED, not_(waits), helps),
        and_(
            NotificationRow.kind == NotificationKind.HELPER_SHARED,
            helps,
            cares(reader, Scope.DECIDE),
        ),
        and_(  # unless they were let in again since
            NotificationRow.kind == NotificationKind.HELPER_ENDED,
            CareInvitationRow.opened_by == reader,
            not_(helps),
        ),
    )


def _columns(planned: Planned) -> dict[str, Any]:
    return {
        "kind": planned.kind,
        "person_id": planned.person,
        "appointment_id": planned.appointment_id,
        "broadcast_id": planned.broadcast_id,
        "invitation_id": planned.invitation_id,
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


def _still(claimed: Sequence[Notification]) -> ColumnElement[bool]:
    """The rows of these that nobody has planned, claimed or settled anew."""
    by_claim: dict[datetime, list[NotificationId]] = defaultdict(list)
    for each in claimed:
        by_claim[each.claimed_until].append(each.id)
    return or_(
        *(
            and_(NotificationRow.try_at == until, NotificationRow.id.in_(ids))
            for until, ids in by_claim.items()
        )
    ) & (NotificationRow.state == NotificationState.PLANNED)


def _change(claimed: Sequence[Notification]) -> Update:
    return (
        update(NotificationRow).where(_still(claimed)).execution_options(synchronize_session=False)
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
