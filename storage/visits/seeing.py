"""Families whom the registry has to see to: several lists, asked as one."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped

from services.model.ids import ChildId, ClinicId, QuestionId, SlotId
from services.model.visits import Appointment, Matter, ToSee
from storage.tables.families import ChildGroupRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow, CallRow, OfferRow, QuestionRow
from storage.visits.appointments import StoredAppointments
from storage.visits.calls import of_its_visit, untold
from storage.visits.questions import waiting_at
from storage.visits.standing import IS_WAITING, stands, was_had

AHEAD, BEHIND = timedelta(hours=24), timedelta(hours=12)
"""Of its visit: then the desk asks a family for the document of a group that it named."""
_IS_CLAIM = text("child_groups.put_by IS NULL")
_IS_OUTSIDE = text("slots.outside")
"""As the partial indexes say it."""


class StoredSeeing:
    """Implements `services.ports.visits.SeeingRepository`."""

    def __init__(self, session: AsyncSession, appointments: StoredAppointments) -> None:
        self._session = session
        self._appointments = appointments

    async def count(self, clinic_id: ClinicId, now: datetime, late: datetime) -> dict[Matter, int]:
        every = _every(clinic_id, now, late).subquery()
        query = select(every.c.matter, func.count()).group_by(every.c.matter)
        return {Matter(matter): count for matter, count in await self._session.execute(query)}

    async def count_now(
        self, clinic_id: ClinicId, now: datetime, late: datetime
    ) -> tuple[int, int]:
        kept = exists().where(OfferRow.appointment_id == AppointmentRow.id, OfferRow.until > now)
        choosing = (
            _called(Matter.NEEDS_TIME, clinic_id, AppointmentRow.needs_time)
            .where(kept, not_(untold(late)))
            .subquery()
        )
        every = _every(clinic_id, now, late).subquery()
        all_of_them = select(func.count()).select_from(every).scalar_subquery()
        not_now = select(func.count()).select_from(choosing).scalar_subquery()
        every_one, not_yet = (await self._session.execute(select(all_of_them, not_now))).one()
        return every_one - not_yet, not_yet

    async def some(
        self, clinic_id: ClinicId, now: datetime, late: datetime, *, after: int, most: int
    ) -> list[ToSee]:
        query = _in_order(_every(clinic_id, now, late)).offset(after).limit(most)
        return await self._whole(query, now)

    async def of_child(
        self, clinic_id: ClinicId, child_id: ChildId, now: datetime, late: datetime
    ) -> list[ToSee]:
        theirs = AppointmentRow.child_id == child_id
        return await self._whole(_in_order(_every(clinic_id, now, late, theirs)), now)

    async def _whole(
        self, query: CompoundSelect[str, int, int, datetime], now: datetime
    ) -> list[ToSee]:
        rows = (await self._session.execute(query)).all()
        visits = await self._appointments.some([row.visit_id for row in rows])
        kept = await self._kept([row.visit_id for row in rows], now)
        return [
            ToSee(
                Matter(row.matter),
                visits[row.visit_id],
                QuestionId(row.question_id) if row.question_id else None,
                kept.get(row.visit_id) if row.matter == Matter.NEEDS_TIME else None,
            )
            for row in rows
        ]

    async def _kept(self, visits: Collection[int], now: datetime) -> dict[int, datetime]:
        """Until when some time is kept for the families of these."""
        query = (
            select(
                OfferRow.appointment_id.label("visit_id"), func.max(OfferRow.until).label("until")
            )
            .where(OfferRow.appointment_id.in_(visits), OfferRow.until > now)
            .group_by(OfferRow.appointment_id)
        )
        found = await self._session.execute(query)
        return {row.visit_id: row.until for row in found}

    async def keep_outside(self, visit: Appointment, *, kept: bool) -> None:
        await self._session.execute(
            update(AppointmentRow)
            .where(AppointmentRow.id == visit.id, AppointmentRow.sequence == visit.sequence)
            .values(kept_outside=visit.sequence if kept else None)
        )

    async def look_again(self, slots: Collection[SlotId]) -> None:
        await self._session.execute(
            update(AppointmentRow)
            .where(AppointmentRow.slot_id.in_(slots), AppointmentRow.kept_outside.is_not(None))
            .values(kept_outside=None)
        )


def _every(
    clinic_id: ClinicId, now: datetime, late: datetime, *of: ColumnElement[bool]
) -> CompoundSelect[str, int, int, datetime]:
    return union_all(
        _called(Matter.NEEDS_TIME, clinic_id, AppointmentRow.needs_time, *of),
        _called(
            Matter.TO_CALL,
            clinic_id,
            not_(AppointmentRow.needs_time),
            AppointmentRow.ends_at > now,
            untold(late),
            *of,
        ),
        _at_clinic(
            Matter.OUTSIDE,
            clinic_id,
            _IS_OUTSIDE,  # type: ignore[arg-type]
            stands(now),
            AppointmentRow.starts_at > now,
            or_(
                AppointmentRow.kept_outside.is_(None),
                AppointmentRow.kept_outside != AppointmentRow.sequence,
            ),
            *of,
        ),
        _at_clinic(
            Matter.PENDING,
            clinic_id,
            and_(IS_WAITING, AppointmentRow.confirm_by > now),
            *of,
        ),
        _at_clinic(
            Matter.CLAIM,
            clinic_id,
            AppointmentRow.id.in_(_first_of_who_claims(clinic_id, now, *of)),
        ),
        waiting_at(clinic_id)
        .where(*of)
        .order_by(None)
        .with_only_columns(*_columns(Matter.QUESTION, QuestionRow.id)),
    )


def _first_of_who_claims(
    clinic_id: ClinicId, now: datetime, *of: ColumnElement[bool]
) -> Select[int]:
    """At which visits a document is asked for: a child with two of them is asked at the first."""
    claims = select(ChildGroupRow.child_id).where(
        ChildGroupRow.clinic_id == clinic_id, _IS_CLAIM, ChildGroupRow.ends_on >= now.date()
    )
    by_child = (
        select(
            AppointmentRow.id,
            func.row_number()
            .over(
                partition_by=AppointmentRow.child_id,
                order_by=(AppointmentRow.starts_at, AppointmentRow.id),
            )
            .label("nth"),
        )
        .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
        .where(
            SlotRow.clinic_id == clinic_id,
            AppointmentRow.starts_at >= now - BEHIND,
            AppointmentRow.starts_at < now + AHEAD,
            was_had(now),
            AppointmentRow.child_id.in_(claims),
            *of,
        )
        .subquery()
    )
    return select(by_child.c.id).where(by_child.c.nth == 1)


def _called(
    matter: Matter, clinic_id: ClinicId, *conditions: ColumnElement[bool] | Mapped[bool]
) -> Select[str, int, int, datetime]:
    """Of what the clinic changed, and nobody ticked off yet."""
    return (
        select(*_columns(matter))
        .join(CallRow, of_its_visit())
        .where(CallRow.clinic_id == clinic_id, CallRow.done_at.is_(None), *conditions)
    )


def _at_clinic(
    matter: Matter, clinic_id: ClinicId, *conditions: ColumnElement[bool]
) -> Select[str, int, int, datetime]:
    return (
        select(*_columns(matter))
        .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
        .where(SlotRow.clinic_id == clinic_id, *conditions)
    )


def _columns(
    matter: Matter, question: InstrumentedAttribute[int] | None = None
) -> tuple[ColumnElement[str], ColumnElement[int], ColumnElement[int], ColumnElement[datetime]]:
    asked = null() if question is None else question
    return (
        literal(matter.value).label("matter"),
        AppointmentRow.id.label("visit_id"),
        cast(asked, Integer).label("question_id"),
        AppointmentRow.starts_at.label("starts_at"),
    )


def _in_order(
    every: CompoundSelect[str, int, int, datetime],
) -> CompoundSelect[str, int, int, datetime]:
    return every.order_by("starts_at", "visit_id", "matter", "question_id")
