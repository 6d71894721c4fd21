"""Questions about a visit: a parent asks in words, the clinic's staff answer in words.

Who reads a question or answers it is taken down (R39). Of two who answer at once the first one's
words are sent; the other is told, and adds to them knowingly.
"""

from dataclasses import replace
from datetime import datetime

from services.access.asking import ask, expected, leave, listen
from services.access.audit import take_down
from services.access.posts import post_of, visit_at
from services.families import consents, places
from services.messages.questions import goes_to_doctor, plan_questions, thread_of
from services.model.access import Access, Post
from services.model.conversations import AboutVisit, Answering, Conversation, Topic
from services.model.ids import AppointmentId, PersonId, PostId, QuestionId
from services.model.people import Scope
from services.model.questions import Question
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.clinic import TypedAnew
from services.model.visits import Appointment
from services.ports.readers import Clock, DateReader, PhoneReader
from services.ports.transaction import Transaction, Transactions
from services.rules.questions import check_askable, check_room, may_answer
from services.rules.typed.lines import ByBirth, ByPhone, read_query
from services.rules.typed.texts import mark
from services.runtime.use_case import use_case
from services.visits.mine import Visit
from services.visits.question_views import (
    Answered,
    AskAbout,
    AskAnswer,
    Doubt,
    OpenQuestion,
    Sent,
    Unsent,
    Waiting,
    read_words,
)

SHOWN = 8
"""Waiting questions on one screen, those that wait the longest."""
WORDS_BESIDE_DATE = 3
"""A line of a date and so few other words is how a child is looked for at the desk."""


class Questions:
    """What families ask the clinic about their visits; organisational, and in words alone."""

    def __init__(
        self,
        transactions: Transactions,
        clock: Clock,
        read_date: DateReader,
        read_phone: PhoneReader,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._read_date = read_date
        self._read_phone = read_phone

    # The family

    @use_case
    async def begin(self, person: PersonId, visit_id: AppointmentId) -> AskAbout:
        """Take what is typed next for a question about this visit.

        Raises:
            NotFound, NoConsent: not this person's to ask about.
            VisitCancelled, TooLateToAsk: there is nothing to ask about any more.
            TooManyQuestions: so many wait already.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            visit = await self._askable(tx, person, visit_id)
            if not tx.replay:
                await self._check_room(tx, person, visit)
                topic = AboutVisit(visit.id, visit.child.id)
                asked = Conversation(topic, visit.slot.doctor.clinic.id, now)
                await tx.conversations.ask(person, asked)
            return AskAbout(visit, await goes_to_doctor(tx, visit))

    @use_case
    async def ask(self, person: PersonId, typed: str | None) -> Sent | AskAbout:
        """Ask what was typed about the visit that it was asked for; None: what came has no text.

        Words that will not do are asked for again, with the reason. Raises what `begin` raises.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            asked = await expected(tx, person, AboutVisit)
            if self._is_late(asked):
                raise NotFound
            # First: the visit may be becoming another doctor's just now.
            await tx.families.child(
                asked.topic.child_id, cared_for_by=person, scope=Scope.BOOK, lock=True
            )
            visit = await self._askable(tx, person, asked.topic.visit_id)
            to_doctor = await goes_to_doctor(tx, visit)
            if tx.replay:  # another question is being typed by now
                return AskAbout(visit, to_doctor)
            try:
                words = read_words(typed)
            except Refusal as problem:
                return AskAbout(visit, to_doctor, problem)
            await self._check_room(tx, person, visit)
            question = await tx.questions.add(visit.id, person, words, now, to_doctor=to_doctor)
            await plan_questions(tx, visit, now)
            await tx.conversations.close(person)
            return Sent(visit, question)

    @use_case
    async def leave(self, person: PersonId, visit_id: AppointmentId) -> Visit:
        """Ask nothing after all. Raises `NotFound`."""
        async with self._transactions.writes(person) as tx:
            visit = await tx.appointments.get(visit_id, cared_for_by=person)
            await leave(tx, person, AboutVisit)
            return Visit(visit, self._clock(), await thread_of(tx, person, visit))

    async def _askable(
        self, tx: Transaction, person: PersonId, visit_id: AppointmentId
    ) -> Appointment:
        visit = await tx.appointments.get(visit_id, cared_for_by=person, scope=Scope.BOOK)
        clinic_id = visit.slot.doctor.clinic.id
        await consents.require_consent_for(tx, person, clinic_id, visit.child.id)
        check_askable(visit, self._clock())
        return visit

    async def _check_room(self, tx: Transaction, person: PersonId, visit: Appointment) -> None:
        check_room(await tx.questions.count_open(person, visit.slot.doctor.clinic.id))

    # The staff

    @use_case
    async def waiting(self, person: PersonId, post_id: PostId) -> Waiting:
        """What waits for this post's answer; each child's is taken down. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id)
            doctor_id = post.doctor.id if post.doctor else None
            questions = await tx.questions.waiting(post.clinic.id, doctor_id, SHOWN)
            found = [(each, await visit_at(tx, post, each.appointment_id)) for each in questions]
            seen = [(visit.child.id, visit.id) for _, visit in found]
            await take_down(tx, post, Access.QUESTION, seen, now)
            count = await tx.questions.count_waiting(post.clinic.id, doctor_id)
            return Waiting(post, found, count, now)

    @use_case
    async def open(
        self, person: PersonId, post_id: PostId, question_id: QuestionId
    ) -> OpenQuestion:
        """One question; it is taken down. No answer is being typed any more. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id)
            question = await tx.questions.get(question_id)
            visit = await visit_at(tx, post, question.appointment_id)
            if await leave(tx, person, Answering):
                await listen(tx, post, now)
            return await _opened(tx, post, visit, question, now)

    @use_case
    async def begin_answer(
        self, person: PersonId, post_id: PostId, question_id: QuestionId
    ) -> AskAnswer:
        """Take what is typed next for the answer. Raises `NotFound`: not this post's to answer."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            post, question, visit = await _to_answer(tx, person, post_id, question_id)
            await ask(tx, post, Answering(question.id, len(question.answers)), now)
            await take_down(tx, post, Access.QUESTION, [(visit.child.id, visit.id)], now)
            return AskAnswer(post, visit, question, now)

    @use_case
    async def answer(self, person: PersonId, typed: str | None) -> Answered:
        """Send what was typed to who asked; None: what came has no text.

        What may not be meant for the family, or comes second, is kept and not sent. Words that will
        not do are asked for again.

        Raises `NotFound`: no answer was asked for, or it is not theirs to give any more.
        """
        async with self._transactions.writes(person) as tx:
            asked = await expected(tx, person, Answering)
            meant = asked.topic
            post, question, visit = await _to_answer(tx, person, asked.post_id, meant.question_id)
            doubt = self._doubt(post, asked, typed or "")
            return await self._take(tx, post, visit, question, meant.seen, typed, doubt)

    @use_case
    async def reply(
        self,
        person: PersonId,
        post_id: PostId,
        question_id: QuestionId,
        seen: int,
        typed: str | None,
    ) -> Answered:
        """The same by Telegram's reply to a message about the question, when it had so many answers
        as were seen. Raises `NotFound`: not this post's to answer."""
        async with self._transactions.writes(person) as tx:
            post, question, visit = await _to_answer(tx, person, post_id, question_id)
            return await self._take(tx, post, visit, question, seen, typed, None)

    @use_case
    async def send(
        self, person: PersonId, post_id: PostId, question_id: QuestionId, seen: int, words: int
    ) -> Answered:
        """Send what was kept, knowingly, beside the answers that were seen.

        Args:
            words: the mark of what is to be sent, as `Unsent` has it.

        Raises:
            TypedAnew: something else was typed since, or it was sent.
            NotFound: not this post's to answer.
        """
        async with self._transactions.writes(person) as tx:
            post, question, visit = await _to_answer(tx, person, post_id, question_id)
            if tx.replay:
                return await _opened(tx, post, visit, question, self._clock())
            kept = (await expected(tx, person, Answering, post.id, TypedAnew)).topic
            if kept.question_id != question.id or not kept.words or mark(kept.words) != words:
                raise TypedAnew
            return await self._take(tx, post, visit, question, seen, kept.words, None)

    async def _take(
        self,
        tx: Transaction,
        post: Post,
        visit: Appointment,
        question: Question,
        seen: int,
        typed: str | None,
        doubt: Doubt | None,
    ) -> Answered:
        now = self._clock()
        if tx.replay:
            return await _opened(tx, post, visit, question, now)
        child = [(visit.child.id, visit.id)]
        try:
            words = read_words(typed)
        except Refusal as problem:
            await ask(tx, post, Answering(question.id, seen), now)
            await take_down(tx, post, Access.QUESTION, child, now)
            return AskAnswer(post, visit, question, now, problem)
        if len(question.answers) != seen:
            doubt = Doubt.OVERTAKEN
        if doubt:
            await ask(tx, post, Answering(question.id, seen, words), now)
            await take_down(tx, post, Access.QUESTION, child, now)
            return Unsent(post, visit, question, words, doubt, now)
        question = await tx.questions.answer(question, post, words, now)
        await plan_questions(tx, visit, now)
        await take_down(tx, post, Access.ANSWER, child, now)
        await listen(tx, post, now)
        return replace(await _opened(tx, post, visit, question, now, read=False), sent=True)

    def _doubt(self, post: Post, asked: Conversation[Topic], typed: str) -> Doubt | None:
        if self._is_like_a_search(post, typed):
            return Doubt.LIKE_A_SEARCH
        return Doubt.LATE if self._is_late(asked) else None

    def _is_like_a_search(self, post: Post, typed: str) -> bool:
        try:
            query = read_query(typed, self._read_date, self._read_phone)
        except Refusal:
            return False
        if isinstance(query, ByPhone):  # among words it is whom to call
            return not any(map(str.isalpha, typed))
        if not isinstance(query, ByBirth):
            return True
        today = post.clinic.today(self._clock())
        return query.birth_date <= today and len(query.name.split()) <= WORDS_BESIDE_DATE

    def _is_late(self, asked: Conversation[Topic]) -> bool:
        return self._clock() >= asked.asked_at + places.PATIENCE


async def _to_answer(
    tx: Transaction, person: PersonId, post_id: PostId | None, question_id: QuestionId
) -> tuple[Post, Question, Appointment]:
    """A question as it stands once nobody else can answer it. Raises `NotFound`."""
    post = await post_of(tx, person, post_id)
    question = await tx.questions.get(question_id)
    visit = await visit_at(tx, post, question.appointment_id)
    await tx.families.child(visit.child.id, cared_for_by=None, lock=True)
    question = await tx.questions.get(question_id)
    if not may_answer(post, question, visit):
        raise NotFound
    return post, question, visit


async def _opened(
    tx: Transaction,
    post: Post,
    visit: Appointment,
    question: Question,
    now: datetime,
    *,
    read: bool = True,
) -> OpenQuestion:
    if read:
        await take_down(tx, post, Access.QUESTION, [(visit.child.id, visit.id)], now)
    thread = await tx.questions.of_visit(visit.id)
    in_bot = await tx.registry.in_bot(visit.child.id)
    return OpenQuestion(post, visit, question, thread, in_bot, now)
