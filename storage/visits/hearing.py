"""What of a visit's changes its family has heard."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.model.ids import ClinicId, DoctorId, SlotId
from services.model.messages import CHANGES, NotificationState
from services.model.visits import Appointment, AppointmentState, Heard
from services.rules.visit_states import as_of
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.messages import NotificationRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow, CallRow, ChangeRow
from storage.visits.rows import as_stored, to_appointment, whole
from storage.visits.standing import stands


def was_told(
    visit: int | InstrumentedAttribute[int], occasion: str | ColumnElement[str]
) -> ColumnElement[bool]:
    """Of a notification: that it told of this change of a visit, or may have, being sent."""
    begun = and_(NotificationRow.state == NotificationState.PLANNED, NotificationRow.attempts > 0)
    return and_(
        NotificationRow.appointment_id == visit,
        NotificationRow.occasion == occasion,
        NotificationRow.kind.in_(CHANGES),
        or_(NotificationRow.state == NotificationState.SENT, begun),
    )


def place_of(told: InstrumentedAttribute[int]) -> ColumnElement[str]:
    """`planning.place_occasion` of a visit, or of a call, that was told anew so often."""
    return literal("told ").concat(cast(told, String))


class StoredHearing:
    """Implements `services.ports.visits.HearingRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """`now` is when the transaction began: as of then it sees what nobody answered in time."""
        self._session = session
        self._now = now

    async def heard(self, appointment: Appointment, after: datetime) -> Heard:
        call = and_(
            CallRow.appointment_id == ChangeRow.appointment_id,
            CallRow.sequence == ChangeRow.sequence,
        )
        told = exists().where(was_told(ChangeRow.appointment_id, cast(ChangeRow.sequence, String)))
        # The news of its place says when the visit is, too.
        told_later = exists().where(was_told(ChangeRow.appointment_id, place_of(CallRow.told)))
        unheard = and_(
            ChangeRow.changed_at > after,
            CallRow.appointment_id.is_not(None),
            CallRow.done_at.is_(None),
            not_(CallRow.made),
            not_(told),
            not_(told_later),
        )
        found = await self._session.execute(
            select(ChangeRow, unheard)
            .outerjoin(CallRow, call)
            .where(
                ChangeRow.appointment_id == appointment.id,
                ChangeRow.sequence <= appointment.sequence,
            )
            .order_by(ChangeRow.sequence.desc())
        )
        (first, _), *before = found.all()
        known = first
        for row, is_unheard in before:
            known = row
            if not is_unheard:
                break
            first = row
        return Heard(
            SlotId(known.slot_id),
            AppointmentState(known.state),
            known.changed_at,
            first.coming_before,
            first.changed_at,
        )

    async def as_heard(self, appointment: Appointment, known: Heard) -> Appointment:
        row = await self._session.get_one(AppointmentRow, appointment.id)
        row.changed_at, row.coming_at = known.changed_at, known.coming_at
        change = await self._session.get_one(ChangeRow, (row.id, row.sequence))
        change.changed_at = known.changed_at
        await self._session.flush()
        return as_stored(row, appointment.child, appointment.slot)

    async def told_otherwise(self, after: datetime, most: int) -> list[Appointment]:
        query = (
            whole()
            .where(
                AppointmentRow.starts_at > after,
                stands(self._now),
                _is_received(),
                or_(_is_news(DoctorRow.facts_at), _is_news(ClinicRow.facts_at)),
            )
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
            .limit(most)
        )
        return [
            to_appointment(*found, now=self._now) for found in await self._session.execute(query)
        ]

    async def retell(self, appointment: Appointment, at: datetime) -> Appointment:
        news = (
            select(DoctorRow.facts_at, ClinicRow.facts_at)
            .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
            .where(DoctorRow.id == appointment.slot.doctor.id)
        )
        since = (await self._session.execute(news)).one()
        row = await self._session.get_one(AppointmentRow, appointment.id)
        row.told += 1
        # Another process's clock may be ahead of ours: told once is told.
        row.told_at = max([at, *(moment for moment in since if moment)])
        await self._session.flush()
        return as_of(as_stored(row, appointment.child, appointment.slot), self._now)

    async def count_ahead(
        self, clinic_id: ClinicId, doctors: Collection[DoctorId] | None, after: datetime
    ) -> int:
        query = (
            select(func.count())
            .select_from(AppointmentRow)
            .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
            .where(
                SlotRow.clinic_id == clinic_id,
                AppointmentRow.starts_at > after,
                stands(self._now),
                _is_received(),
            )
        )
        if doctors is not None:
            query = query.where(SlotRow.doctor_id.in_(doctors))
        return await self._session.scalar(query) or 0


def _is_received() -> ColumnElement[bool]:
    """The doctor receives at the visit's time, or the registry said that it may stay: of another
    one no family is told where to come to, but it is on the list of those to see to."""
    kept = AppointmentRow.kept_outside == AppointmentRow.sequence
    return or_(not_(SlotRow.outside), kept)


def _is_news(since: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    """Facts that are younger than what the family of a visit was told."""
    told_at = func.coalesce(AppointmentRow.told_at, AppointmentRow.changed_at)
    return and_(since.is_not(None), since > told_at, since > AppointmentRow.changed_at)
