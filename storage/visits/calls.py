"""Families who have to be phoned about what the clinic changed."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ClinicId, PostId
from services.model.messages import CHANGES, NotificationState
from services.model.visits import Appointment, AppointmentState, PhoneCall
from storage.tables.families import PersonRow
from storage.tables.messages import NotificationRow
from storage.tables.visits import AppointmentRow, CallRow, OfferRow
from storage.visits.appointments import StoredAppointments
from storage.visits.hearing import place_of
from storage.visits.rows import to_appointment, whole


class StoredCalls:
    """Implements `services.ports.visits.CallRepository`."""

    def __init__(self, session: AsyncSession, appointments: StoredAppointments) -> None:
        self._session = session
        self._appointments = appointments

    async def want(self, visit: Appointment, at: datetime) -> None:
        clinic_id = visit.slot.doctor.clinic.id
        self._session.add(
            CallRow(
                appointment_id=visit.id, sequence=visit.sequence, clinic_id=clinic_id, wanted_at=at
            )
        )
        await self._session.flush()

    async def want_news(self, visit: Appointment, at: datetime) -> None:
        row = await self._session.get(CallRow, (visit.id, visit.sequence))
        if row is None:
            await self.want(visit, at)
            row = await self._session.get_one(CallRow, (visit.id, visit.sequence))
            row.made = True  # because of what was changed before nobody had to phone
        row.made = row.made or row.done_at is not None
        row.told, row.wanted_at = visit.told, at
        row.done_at = row.done_by = None
        await self._session.flush()

    async def to_make(
        self, clinic_id: ClinicId, now: datetime, late: datetime, since: datetime
    ) -> list[PhoneCall]:
        query = (
            whole()
            .add_columns(CallRow.done_at, not_(untold(late)), CallRow.told > 0)
            .join(CallRow, of_its_visit())
            .where(
                _matters(clinic_id, now), or_(_is_to_be_made(now, late), CallRow.done_at >= since)
            )
            .order_by(AppointmentRow.starts_at, AppointmentRow.id)
        )
        found = [
            (to_appointment(row, child, slot, doctor, clinic, now), done_at, told, elsewhere)
            for row, child, slot, doctor, clinic, done_at, told, elsewhere in (
                await self._session.execute(query)
            )
        ]
        stand = [visit.id for visit, *_ in found if visit.state is not AppointmentState.CANCELLED]
        before = await self._appointments.all_moved_from(stand)
        return [
            PhoneCall(visit, before.get(visit.id), done_at, told, elsewhere)
            for visit, done_at, told, elsewhere in found
        ]

    async def count(self, clinic_id: ClinicId, now: datetime, late: datetime) -> int:
        query = (
            select(func.count())
            .select_from(CallRow)
            .join(AppointmentRow, of_its_visit())
            .where(_matters(clinic_id, now), _is_to_be_made(now, late))
        )
        return await self._session.scalar(query) or 0

    async def settle(self, visit: Appointment, by: PostId, at: datetime | None) -> bool:
        settled = await self._session.scalar(
            update(CallRow)
            .where(
                CallRow.appointment_id == visit.id,
                CallRow.sequence == visit.sequence,
            )
            .values(done_at=at, done_by=by if at else None)
            .returning(CallRow.appointment_id)
        )
        return settled is not None

    async def was_made(self, visit: Appointment, sequence: int) -> bool:
        made = exists().where(
            CallRow.appointment_id == visit.id,
            CallRow.sequence == sequence,
            or_(CallRow.done_at.is_not(None), CallRow.made),
        )
        return bool(await self._session.scalar(select(made)))


def of_its_visit() -> ColumnElement[bool]:
    """The call is about the visit as it stands."""
    return and_(
        CallRow.appointment_id == AppointmentRow.id, CallRow.sequence == AppointmentRow.sequence
    )


def _matters(clinic_id: ClinicId, now: datetime) -> ColumnElement[bool]:
    """The same as `reach.matters`, in SQL, of a clinic's calls."""
    ahead = AppointmentRow.ends_at > now
    return and_(CallRow.clinic_id == clinic_id, or_(ahead, AppointmentRow.needs_time))


def _is_to_be_made(now: datetime, late: datetime) -> ColumnElement[bool]:
    offered = exists().where(OfferRow.appointment_id == AppointmentRow.id, OfferRow.until > now)
    is_left_alone = and_(AppointmentRow.needs_time, not_(offered))
    return and_(CallRow.done_at.is_(None), or_(is_left_alone, untold(late)))


def _occasion() -> ColumnElement[str]:
    """By which its family is told by the bot: `planning.about_change` and `about_place`."""
    return case((CallRow.told == 0, cast(CallRow.sequence, String)), else_=place_of(CallRow.told))


def untold(late: datetime) -> ColumnElement[bool]:
    """Of nobody of the family `reach.is_told` is true, in SQL."""
    on_its_way = and_(
        NotificationRow.state == NotificationState.PLANNED,
        NotificationRow.due_at > late,
        exists().where(
            PersonRow.id == NotificationRow.person_id, PersonRow.unreachable_since.is_(None)
        ),
    )
    return not_(
        exists().where(
            NotificationRow.appointment_id == CallRow.appointment_id,
            NotificationRow.occasion == _occasion(),
            NotificationRow.kind.in_(CHANGES),
            or_(NotificationRow.state == NotificationState.SENT, on_its_way),
        )
    )
