"""What families asked about their visits, and what they were answered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.access import Post, Role
from services.model.consents import Purpose
from services.model.ids import AppointmentId, ChildId, ClinicId, DoctorId, PersonId, QuestionId
from services.model.questions import Answer, Question
from services.model.refusals.base import NotFound
from services.model.refusals.questions import AlreadyAnswered
from storage.tables.access import StaffRow
from storage.tables.consents import ConsentRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AnswerRow, AppointmentRow, QuestionRow

_WAITS = QuestionRow.answered_at.is_(None)
_IS_ALLOWED = exists().where(
    ConsentRow.person_id == QuestionRow.person_id,
    ConsentRow.clinic_id == SlotRow.clinic_id,
    ConsentRow.purpose == Purpose.PROCESSING,
    ConsentRow.withdrawn_at.is_(None),
)
"""Whether the asker's consent to the clinic stands."""


def _allowed(*conditions: ColumnElement[bool]) -> Select[QuestionRow]:
    return (
        select(QuestionRow)
        .join(AppointmentRow, AppointmentRow.id == QuestionRow.appointment_id)
        .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
        .where(_IS_ALLOWED, *conditions)
        .order_by(QuestionRow.asked_at, QuestionRow.id)
    )


def _at_desk(clinic_id: ClinicId, doctor_id: DoctorId | None) -> ColumnElement[bool]:
    here = and_(_WAITS, SlotRow.clinic_id == clinic_id)
    if doctor_id is None:
        return here
    return and_(here, QuestionRow.to_doctor, SlotRow.doctor_id == doctor_id)


def waiting_at(clinic_id: ClinicId) -> Select[QuestionRow]:
    """What waits for a clinic's registry, the longest first."""
    return _allowed(_at_desk(clinic_id, None))


class StoredQuestions:
    """Implements `services.ports.visits.QuestionRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, question_id: QuestionId) -> Question:
        found = await self._whole(_allowed(QuestionRow.id == question_id))
        if not found:
            raise NotFound
        return found[0]

    async def of_visit(self, appointment_id: AppointmentId) -> list[Question]:
        return await self._whole(_allowed(QuestionRow.appointment_id == appointment_id))

    async def waiting(
        self, clinic_id: ClinicId, doctor_id: DoctorId | None, most: int
    ) -> list[Question]:
        return await self._whole(_allowed(_at_desk(clinic_id, doctor_id)).limit(most))

    async def count_waiting(self, clinic_id: ClinicId, doctor_id: DoctorId | None) -> int:
        return await self._count(_allowed(_at_desk(clinic_id, doctor_id)))

    async def count_open(self, person: PersonId, clinic_id: ClinicId) -> int:
        theirs = QuestionRow.person_id == person
        return await self._count(_allowed(_WAITS, theirs, SlotRow.clinic_id == clinic_id))

    async def _count(self, of: Select[QuestionRow]) -> int:
        query = select(func.count()).select_from(of.order_by(None).subquery())
        return await self._session.scalar(query) or 0

    async def add(
        self,
        appointment_id: AppointmentId,
        person: PersonId,
        text: str,
        at: datetime,
        *,
        to_doctor: bool,
    ) -> Question:
        row = QuestionRow(
            appointment_id=appointment_id,
            person_id=person,
            to_doctor=to_doctor,
            text=text,
            asked_at=at,
        )
        self._session.add(row)
        await self._session.flush()
        return _to_question(row, [])

    async def answer(self, question: Question, post: Post, text: str, at: datetime) -> Question:
        number = len(question.answers) + 1
        row = AnswerRow(question_id=question.id, number=number, post_id=post.id, text=text, at=at)
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            raise AlreadyAnswered from None
        await self._session.execute(
            update(QuestionRow)
            .where(QuestionRow.id == question.id, _WAITS)
            .values(answered_at=at)
            .execution_options(synchronize_session=False)
        )
        return await self.get(question.id)

    async def forget_of_child(self, child_id: ChildId) -> None:
        visits = select(AppointmentRow.id).where(AppointmentRow.child_id == child_id)
        await self._session.execute(
            delete(QuestionRow)
            .where(QuestionRow.appointment_id.in_(visits))
            .execution_options(synchronize_session=False)
        )

    async def _whole(self, of: Select[QuestionRow]) -> list[Question]:
        rows = (await self._session.scalars(of)).all()
        answers: dict[int, list[Answer]] = defaultdict(list)
        if rows:
            found = await self._session.execute(
                select(AnswerRow, StaffRow.role)
                .join(StaffRow, StaffRow.id == AnswerRow.post_id)
                .where(AnswerRow.question_id.in_([row.id for row in rows]))
                .order_by(AnswerRow.question_id, AnswerRow.number)
            )
            for row, role in found:
                answers[row.question_id].append(Answer(Role(role), row.text, row.at))
        return [_to_question(row, answers[row.id]) for row in rows]


def _to_question(row: QuestionRow, answers: Sequence[Answer]) -> Question:
    return Question(
        QuestionId(row.id),
        AppointmentId(row.appointment_id),
        PersonId(row.person_id),
        row.to_doctor,
        row.text,
        row.asked_at,
        answers,
    )
