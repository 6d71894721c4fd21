"""The visits of a family, with all that hangs on them."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.ids import PersonId
from services.model.privacy import family_data as data
from services.model.privacy.family_data import Who
from services.model.visits import AppointmentState
from storage.families.care import Link
from storage.tables.access import StaffRow
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.slots import SlotRow
from storage.tables.visits import (
    AnswerRow,
    AppointmentRow,
    CalendarFileRow,
    CallRow,
    ChangeRow,
    OfferRow,
    QuestionRow,
    StaffNoteRow,
)
from storage.visits.rows import to_appointment, whole

T = TypeVar("T")


class Whose:
    """Who somebody is to the asker, of each child."""

    def __init__(self, person: PersonId, adults: dict[int, list[Link]]) -> None:
        self.asker = person
        self._adults = {
            child_id: {row.person_id for row in rows} for child_id, rows in adults.items()
        }

    def was(self, child_id: int, by: int | None) -> Who:
        if by is None:
            return Who.NOBODY
        if by == self.asker:
            return Who.YOU
        return Who.FAMILY if by in self._adults.get(child_id, ()) else Who.SOMEBODY


async def visits_of(
    session: AsyncSession, children: Collection[int], who: Whose, now: datetime
) -> dict[int, list[data.Visit]]:
    """In any state, the first first; each with all that hangs on it, a kind by one statement."""
    query = whole().where(AppointmentRow.child_id.in_(children))
    rows = (await session.execute(query.order_by(AppointmentRow.id))).all()
    ids = [row.id for row, *_ in rows]
    changes = await _changes(session, ids, who)
    questions = await _questions(session, ids, who)
    offers = await _offers(session, ids)
    taken = set(
        await session.scalars(
            select(CalendarFileRow.appointment_id).where(
                CalendarFileRow.person_id == who.asker, CalendarFileRow.appointment_id.in_(ids)
            )
        )
    )
    calls = await _by(
        session,
        select(CallRow).where(CallRow.appointment_id.in_(ids)).order_by(CallRow.wanted_at),
        lambda row: row.appointment_id,
    )
    notes = await _by(
        session,
        select(StaffNoteRow).where(StaffNoteRow.appointment_id.in_(ids)),
        lambda row: row.appointment_id,
    )
    found = defaultdict(list)
    for row, child, slot, doctor, clinic in rows:
        visit = to_appointment(row, child, slot, doctor, clinic, now)
        found[row.child_id].append(
            data.Visit(
                visit.number,
                clinic.id,
                clinic.name,
                doctor.name,
                doctor.room,
                visit.slot.local_start,
                visit.slot.doctor.clinic.wall(visit.slot.stretch.ends_at),
                visit.state,
                visit.reason,
                visit.slot.doctor.clinic.kind(visit.reason).name,
                row.booked_at,
                who.was(row.child_id, row.booked_by),
                visit.coming_at,
                visit.deadline.at if visit.deadline else None,
                visit.word,
                visit.needs_time,
                row.id in taken,
                next((note.noted_at for note in notes[row.id]), None),
                changes[row.id],
                questions[row.id],
                offers[row.id],
                [data.Phoned(call.wanted_at, call.done_at) for call in calls[row.id]],
            )
        )
    return found


async def _changes(
    session: AsyncSession, visits: Collection[int], who: Whose
) -> dict[int, list[data.Change]]:
    query = (
        at_doctor(ChangeRow)
        .join(AppointmentRow, AppointmentRow.id == ChangeRow.appointment_id)
        .add_columns(AppointmentRow.child_id)
        .where(ChangeRow.appointment_id.in_(visits))
        .order_by(ChangeRow.appointment_id, ChangeRow.sequence)
    )
    found = defaultdict(list)
    for row, slot, doctor, clinic, child_id in await session.execute(query):
        found[row.appointment_id].append(
            data.Change(
                row.changed_at,
                AppointmentState(row.state),
                on_wall(clinic, slot.starts_at),
                doctor.name,
                who.was(child_id, row.changed_by),
            )
        )
    return found


async def own_questions(
    session: AsyncSession, person: PersonId, children: Collection[int]
) -> dict[int, list[data.Asked]]:
    """What somebody asked about visits of these children, by child."""
    query = (
        select(QuestionRow, AppointmentRow.child_id)
        .join(AppointmentRow, AppointmentRow.id == QuestionRow.appointment_id)
        .where(QuestionRow.person_id == person, AppointmentRow.child_id.in_(children))
        .order_by(QuestionRow.asked_at, QuestionRow.id)
    )
    asked = (await session.execute(query)).all()
    answers = await _answers(session, [row.id for row, _child in asked])
    found = defaultdict(list)
    for row, child_id in asked:
        found[child_id].append(
            data.Asked(Who.YOU, row.text, row.to_doctor, row.asked_at, answers[row.id])
        )
    return found


async def _questions(
    session: AsyncSession, visits: Collection[int], who: Whose
) -> dict[int, list[data.Asked]]:
    query = (
        select(QuestionRow, AppointmentRow.child_id)
        .join(AppointmentRow, AppointmentRow.id == QuestionRow.appointment_id)
        .where(QuestionRow.appointment_id.in_(visits))
        .order_by(QuestionRow.asked_at, QuestionRow.id)
    )
    asked = (await session.execute(query)).all()
    answers = await _answers(session, [row.id for row, _child in asked])
    found = defaultdict(list)
    for row, child_id in asked:
        found[row.appointment_id].append(
            data.Asked(
                who.was(child_id, row.person_id),
                row.text,
                row.to_doctor,
                row.asked_at,
                answers[row.id],
            )
        )
    return found


async def _answers(
    session: AsyncSession, questions: Collection[int]
) -> dict[int, list[data.AnswerGiven]]:
    query = (
        select(AnswerRow, StaffRow.role)
        .join(StaffRow, StaffRow.id == AnswerRow.post_id)
        .where(AnswerRow.question_id.in_(questions))
        .order_by(AnswerRow.question_id, AnswerRow.number)
    )
    found = defaultdict(list)
    for row, role in await session.execute(query):
        found[row.question_id].append(data.AnswerGiven(Role(role), row.text, row.at))
    return found


async def _offers(
    session: AsyncSession, visits: Collection[int]
) -> dict[int, list[data.TimeOffered]]:
    query = at_doctor(OfferRow).where(OfferRow.appointment_id.in_(visits))
    found = defaultdict(list)
    for row, slot, doctor, clinic in await session.execute(query):
        found[row.appointment_id].append(
            data.TimeOffered(doctor.name, on_wall(clinic, slot.starts_at), row.until)
        )
    return found


async def _by(
    session: AsyncSession, query: Select[T], key: Callable[[T], int]
) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in await session.scalars(query):
        found[key(row)].append(row)
    return found


def at_doctor(of: Any) -> Select[Any]:
    """Rows that name a time, with whose time it is."""
    return (
        select(of, SlotRow, DoctorRow, ClinicRow)
        .join(SlotRow, SlotRow.id == of.slot_id)
        .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
        .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
    )


def on_wall(clinic: Clinic | ClinicRow, instant: datetime) -> datetime:
    """A moment as the clock of a clinic shows it."""
    return instant.astimezone(clinic.zone)
