"""Who is told of a question about a visit, and of its answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.model.access import Post, Role
from services.model.consents import Purpose
from services.model.ids import PersonId, QuestionId
from services.model.letters import ClinicAnswered, QuestionsWait
from services.model.messages import Notification, NotificationKind, Planned, Standing, Urgency
from services.model.people import Scope
from services.model.questions import Question
from services.model.refusals.base import NotFound
from services.model.settings.kinds import Words
from services.model.visits import Appointment
from services.ports.transaction import Transaction
from services.rules.questions import is_doctors, may_answer
from services.rules.quiet_hours import after_quiet

LONGEST_QUESTION = 500
"""Characters of a question, and of an answer: both are read on a phone, and stand on one screen
with others."""
WORDS = Words(LONGEST_QUESTION, needed=True, lines=True)
"""How both are read."""
OF_USE = timedelta(days=7)
"""How long it is worth telling somebody of a question or of its answer: both stand on the visit."""
KINDS = (NotificationKind.QUESTION, NotificationKind.STILL_ASKED, NotificationKind.ANSWER)
"""What is told of questions."""


async def goes_to_doctor(tx: Transaction, visit: Appointment) -> bool:
    """Whether a question about the visit goes to its doctor: where the clinic wants it, and the
    doctor is here to read it."""
    clinic = visit.slot.doctor.clinic
    staff = await tx.staff.of_clinic(clinic.id) if clinic.doctors_answer else []
    return any(is_doctors(post, visit) for post in staff)


async def thread_of(tx: Transaction, person: PersonId, visit: Appointment) -> list[Question]:
    """What was asked about a visit, as an adult of the family may read it: whose consent stands.
    Who only helps reads their own, as what parents ask may say more than that."""
    clinic_id = visit.slot.doctor.clinic.id
    if not await tx.consents.is_given(person, clinic_id, Purpose.PROCESSING):
        return []
    asked = await tx.questions.of_visit(visit.id)
    own = [each for each in asked if each.asked_by == person]
    if len(own) < len(asked) and person not in await tx.families.carers(
        visit.child.id, Scope.DECIDE
    ):
        return own
    return asked


# Who is told


async def plan_questions(tx: Transaction, visit: Appointment, now: datetime) -> None:
    """Bring what is planned to tell of a visit's questions into line with how they stand."""
    staff = await tx.staff.of_clinic(visit.slot.doctor.clinic.id)
    wanted: list[Planned] = []
    for question in await tx.questions.of_visit(visit.id):
        if question.is_waiting:
            wanted += _to_staff(question, visit, staff, now)
        wanted += _to_family(question, visit)
    await tx.notifications.replan(visit.id, KINDS, wanted, now)


def _to_staff(
    question: Question, visit: Appointment, staff: Sequence[Post], now: datetime
) -> list[Planned]:
    """Who may answer is told at once, and once more when it has waited; then the registry hears of
    what a doctor left lying, too. Whose the visit has become since is told now."""
    clinic = visit.slot.doctor.clinic
    doctors = [post for post in staff if question.to_doctor and is_doctors(post, visit)]
    registry = _registry_of(staff)
    asked = after_quiet(max(question.asked_at, now), clinic)
    again = after_quiet(question.asked_at + clinic.answer_within, clinic)
    first, second = NotificationKind.QUESTION, NotificationKind.STILL_ASKED
    return [
        *_planned(first, question, visit, doctors or registry, asked),
        *_planned(second, question, visit, [*doctors, *registry], again),
    ]


def _registry_of(staff: Sequence[Post]) -> list[Post]:
    """Who answers at the registry; where there is no registrar, whoever heads the clinic."""
    registrars = [post for post in staff if post.role is Role.REGISTRAR]
    return registrars or [post for post in staff if post.role is Role.ADMINISTRATOR]


def _planned(
    kind: NotificationKind,
    question: Question,
    visit: Appointment,
    posts: Sequence[Post],
    due_at: datetime,
) -> list[Planned]:
    persons = sorted({post.person for post in posts} - {question.asked_by})
    return [
        Planned(
            kind,
            person,
            visit.id,
            occasion=str(question.id),
            due_at=due_at,
            useful_until=due_at + OF_USE,
            urgency=Urgency.REMINDER,
            bundle=f"{kind} {visit.slot.doctor.clinic.id}",
        )
        for person in persons
    ]


def _to_family(question: Question, visit: Appointment) -> list[Planned]:
    """Each answer to who asked, by itself."""
    clinic = visit.slot.doctor.clinic
    dues = [after_quiet(answer.at, clinic) for answer in question.answers]
    return [
        Planned(
            NotificationKind.ANSWER,
            question.asked_by,
            visit.id,
            occasion=f"{question.id}.{number}",
            due_at=due_at,
            useful_until=due_at + OF_USE,
            urgency=Urgency.REMINDER,
        )
        for number, due_at in enumerate(dues, 1)
    ]


# What they are told


async def is_worth_telling(tx: Transaction, due: Notification, visit: Appointment) -> bool:
    """Whether a question still waits for who is told of it, or an answer is still there."""
    try:
        question = await _question_of(tx, due)
    except NotFound:
        return False
    if due.kind is NotificationKind.ANSWER:
        return len(question.answers) >= _number_of(due)
    return question.is_waiting and await _post_for(tx, due.person.id, question, visit) is not None


async def answered(tx: Transaction, standing: Standing, visit: Appointment) -> ClinicAnswered:
    """What the one who asked is written; it is known to be worth telling."""
    due = standing.notification
    question = await _question_of(tx, due)
    answer = question.answers[_number_of(due) - 1]
    return ClinicAnswered(due.person, visit, question, answer, standing.wishes.discreet)


async def waits(
    tx: Transaction, alive: Sequence[tuple[Standing, Appointment]], now: datetime
) -> QuestionsWait:
    """What one of the staff is written, of one or several questions at their clinic; the same."""
    first, visit = alive[0]
    person = first.notification.person
    questions = [await _question_of(tx, each.notification) for each, _ in alive]
    post = await _post_for(tx, person.id, questions[0], visit)
    if post is None:
        raise NotFound
    again = first.notification.kind is NotificationKind.STILL_ASKED
    visits = [visit for _, visit in alive]
    return QuestionsWait(person, post, visits, questions[0].id, now, again)


async def _question_of(tx: Transaction, due: Notification) -> Question:
    return await tx.questions.get(QuestionId(int(due.occasion.partition(".")[0])))


def _number_of(due: Notification) -> int:
    return int(due.occasion.partition(".")[2])


async def _post_for(
    tx: Transaction, person: PersonId, question: Question, visit: Appointment
) -> Post | None:
    """In which post somebody may answer; a doctor's comes last, as it sees the least."""
    posts = await tx.staff.of_person(person)
    fitting = [post for post in posts if may_answer(post, question, visit)]
    return min(fitting, key=lambda post: post.role is Role.DOCTOR, default=None)
