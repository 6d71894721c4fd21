"""The clinic's hours as its staff see and change them: each change is looked at before it is made.

A change is a draft in the conversation of whoever makes it: words typed anew replace it. Its mark
goes into the buttons below its preview, so that none of them acts on another draft than was read.
The preview is the change itself, taken back: what it counts is what happens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.access.asking import ask, drafted, expected, leave
from services.access.posts import doctor_at, post_of
from services.model.access import ADMINISTRATION, REGISTRY, Post, Role
from services.model.clinic import Doctor
from services.model.conversations import HoursDraft, SheetWaiting
from services.model.ids import DeviationId, DoctorId, PersonId, PostId
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.schedule import DayOver, DraftReplaced
from services.model.schedule import (
    About,
    Closed,
    Deviation,
    DeviationKind,
    Holiday,
    HoursChange,
    HoursQuestion,
    Leave,
    NewHours,
    OnLeave,
    OtherHours,
    Reception,
    Schedule,
    ScheduleException,
    ScheduleRule,
    Sheet,
    Undone,
)
from services.model.settings.visit_kinds import KindKey
from services.ports.readers import Clock, Reader
from services.ports.transaction import Transaction, Transactions
from services.rules.slots import receptions_on
from services.rules.typed.texts import draft_mark
from services.runtime.use_case import use_case
from services.schedule.effects import (
    Outcome,
    Preview,
    effect_of,
    who_covers_them,
    whose_hours,
    write_down,
)
from services.schedule.generation import regenerate
from services.schedule.overview import (
    DayHours,
    hours_on,
    usual_visit,
)
from services.schedule.timetables import DoctorChange, take_over


@dataclass(frozen=True, slots=True)
class Asking:
    """What is to be typed, and how things stand before it."""

    post: Post
    question: HoursQuestion
    doctor: Doctor | None
    rules: Sequence[ScheduleRule]
    """Of the doctor, from today on."""
    hours: DayHours | None
    """Of the day that it is about."""
    problem: Refusal | None = None
    """Why it is asked again."""


@dataclass(frozen=True, slots=True)
class Covering:
    """Who could see the children of a doctor on leave."""

    post: Post
    doctor: Doctor
    leave: Leave
    colleagues: Sequence[Doctor]
    mark: int
    today: date


class OpeningHours:
    """Changes a clinic's hours; who may is checked every time."""

    def __init__(self, transactions: Transactions, clock: Clock, reader: Reader) -> None:
        self._transactions = transactions
        self._clock = clock
        self._reader = reader

    # Asking

    @use_case
    async def ask(self, person: PersonId, post_id: PostId, question: HoursQuestion) -> Asking:
        """Take what is typed next for the answer to this.

        Raises:
            NotFound: not of the registry, no administrator for the whole clinic, no such doctor.
            DayOver: the day is over.
        """
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, _may_ask(question))
            if question.day and question.day < post.clinic.today(self._clock()):
                raise DayOver
            asking = await self._asking(tx, post, question)
            await ask(tx, post, HoursDraft(question), self._clock())
            return asking

    @use_case
    async def answer(self, person: PersonId, typed: str) -> Asking | Preview:
        """Take typed words for what was asked, and show what the change would do.

        Words that will not do are asked for again, with the reason. Those that come after a preview
        make another draft of it.

        Raises:
            NotFound: nothing was asked, or not in a post that may any more.
        """
        async with self._transactions.writes(person) as tx:
            asked = await expected(tx, person, HoursDraft)
            draft = asked.topic
            roles = _may_ask(draft.question) if draft.question else REGISTRY
            post = await post_of(tx, person, asked.post_id, roles)
            if draft.question and not tx.replay:
                asking = await self._asking(tx, post, draft.question)
                try:
                    draft = replace(draft, change=self._read(typed, asking))
                except Refusal as problem:
                    return replace(asking, problem=problem)
                await ask(tx, post, draft, self._clock())
        return await self._preview(post, draft)

    async def _asking(self, tx: Transaction, post: Post, question: HoursQuestion) -> Asking:
        if question.doctor_id is None:
            return Asking(post, question, None, (), None)
        doctor = await doctor_at(tx, post, question.doctor_id)
        today = post.clinic.today(self._clock())
        schedule = await tx.schedules.of(doctor, today)
        hours = None
        if question.day:
            loads = await tx.slots.loads(post.clinic.id, question.day, question.day)
            hours = hours_on(schedule, question.day, loads.get((doctor.id, question.day)))
        return Asking(post, question, doctor, schedule.rules, hours)

    def _read(self, typed: str, asking: Asking) -> HoursChange:
        today = asking.post.clinic.today(self._clock())
        rules, kinds = asking.rules, asking.post.clinic.kinds
        match asking.question:
            case HoursQuestion(About.DAY, int() as doctor_id, date() as day):
                like = receptions_on(Schedule(rules=rules), day)
                visit, reasons = usual_visit(rules, day), _common_reasons(like)
                standing = asking.hours.own if asking.hours else ()
                receptions = tuple(self._reader.day(typed, visit, reasons, standing, kinds))
                return OtherHours(doctor_id, ScheduleException(day, day, receptions))
            case HoursQuestion(About.RULES, int() as doctor_id):
                visit = usual_visit(rules, today)
                since, given = self._reader.rules(typed, today, visit, rules, kinds)
                return NewHours(doctor_id, since, tuple(given))
            case HoursQuestion(About.LEAVE, int() as doctor_id):
                return OnLeave(doctor_id, Leave(*self._reader.days(typed, today)))
            case _:
                return Closed(Holiday(*self._reader.days(typed, today)))

    # Drafts that need no words

    @use_case
    async def close_day(
        self, person: PersonId, post_id: PostId, doctor_id: DoctorId, day: date
    ) -> Preview:
        """Look at what it does if the doctor does not receive on a day.

        Raises:
            NotFound: not of the registry, or no such doctor.
            DayOver: the day is over.
        """
        question = HoursQuestion(About.DAY, doctor_id, day)
        change = OtherHours(doctor_id, ScheduleException(day, day))
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, REGISTRY)
            await doctor_at(tx, post, doctor_id)
            if day < post.clinic.today(self._clock()):
                raise DayOver
            await ask(tx, post, HoursDraft(question, change), self._clock())
        return await self._preview(post, HoursDraft(question, change))

    @use_case
    async def undo(
        self, person: PersonId, post_id: PostId, kind: DeviationKind, deviation_id: DeviationId
    ) -> Preview:
        """Look at what it does to take back other hours, a leave or a holiday.

        Raises:
            NotFound: not of the registry, no administrator for a holiday, or no such days there.
        """
        draft = HoursDraft(None, Undone(kind, deviation_id))
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, _may_make(Undone(kind, deviation_id)))
            await _deviation_at(tx, post, kind, deviation_id)
            await ask(tx, post, draft, self._clock())
        return await self._preview(post, draft)

    @use_case
    async def propose(self, person: PersonId, post_id: PostId, sheet: Sheet) -> Preview:
        """Look at what a sheet does.

        Raises:
            NotFound: not of the registry.
            SeveralDoctors, DoctorUnclear, RoomsDiffer: whose hours these are is not clear.
        """
        draft = HoursDraft(None, sheet)
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, REGISTRY)
            await ask(tx, post, draft, self._clock())
        return await self._preview(post, draft)

    @use_case
    async def who_covers(self, person: PersonId, post_id: PostId, mark: int) -> Covering:
        """Who could see the children during the leave that is being drafted.

        Raises:
            NotFound: not of the registry.
            DraftReplaced: the draft is another one by now, or none.
        """
        async with self._transactions.reads() as tx:
            post, draft = await self._draft(tx, person, post_id, mark)
            if not isinstance(draft.change, OnLeave):
                raise DraftReplaced
            doctor = await doctor_at(tx, post, draft.change.doctor_id)
            doctors = await tx.clinics.doctors(post.clinic.id)
        others = [each for each in doctors if each.id != doctor.id]
        return Covering(
            post, doctor, draft.change.leave, others, mark, post.clinic.today(self._clock())
        )

    @use_case
    async def cover(
        self,
        person: PersonId,
        post_id: PostId,
        mark: int,
        substitute: DoctorId | None,
        *,
        in_their_hours: bool,
    ) -> Preview:
        """Name the substitute of the leave that is being drafted, and look at it again.

        Raises:
            NotFound: not of the registry, or no such colleague.
            DraftReplaced: the draft is another one by now, or none.
        """
        async with self._transactions.writes(person) as tx:
            post, draft = await self._draft(tx, person, post_id, mark)
            change = draft.change
            if not isinstance(change, OnLeave):
                raise DraftReplaced
            if substitute is not None:
                await _colleague_of(tx, post, change.doctor_id, substitute)
            taken_over = in_their_hours and substitute is not None
            leave = replace(change.leave, substitute=substitute, in_their_hours=taken_over)
            draft = replace(draft, change=replace(change, leave=leave))
            await ask(tx, post, draft, self._clock())
        return await self._preview(post, draft)

    # Doing

    @use_case
    async def apply(self, person: PersonId, post_id: PostId, mark: int) -> Outcome:
        """Make the change that was looked at, once; what it did.

        Visits that are outside the hours then stay booked, and their families are not told.

        Raises:
            NotFound: not of those who may, or what it speaks of is not there any more.
            DraftReplaced: it was made already, or another draft has taken its place.
            SeveralDoctors, DoctorUnclear, RoomsDiffer: whose hours a sheet has is not clear.
        """
        async with self._transactions.writes(person) as tx:
            post, draft = await self._draft(tx, person, post_id, mark)
            if draft.change is None:
                raise DraftReplaced
            await post_of(tx, person, post_id, _may_make(draft.change))
            await tx.conversations.close(person)
            return await self._make(tx, post, draft.change)

    @use_case
    async def discard(self, person: PersonId, post_id: PostId) -> None:
        """Ask for nothing any more, and change nothing. Raises `NotFound`: not of the registry."""
        async with self._transactions.writes(person) as tx:
            await post_of(tx, person, post_id, REGISTRY)
            await leave(tx, person, HoursDraft, SheetWaiting)

    async def _draft(
        self, tx: Transaction, person: PersonId, post_id: PostId, mark: int
    ) -> tuple[Post, HoursDraft]:
        """The draft that a button was made for. Raises `NotFound`, `DraftReplaced`."""
        post = await post_of(tx, person, post_id, REGISTRY)
        return post, await drafted(tx, post, HoursDraft, mark)

    async def _preview(self, post: Post, draft: HoursDraft) -> Preview:
        """Make the change and take it back: the very counts that it will have."""
        if draft.change is None:
            raise DraftReplaced
        async with self._transactions.trial() as tx:
            outcome = await self._make(tx, post, draft.change)
        return Preview(outcome, draft.question, draft_mark(draft))

    async def _make(self, tx: Transaction, post: Post, change: HoursChange) -> Outcome:
        now, clinic = self._clock(), post.clinic
        everybody = await tx.clinics.doctors(clinic.id, lock=True)
        undone = None
        if isinstance(change, Undone):
            undone = await _deviation_at(tx, post, change.kind, change.id)
        named = whose_hours(change, undone, everybody)
        concerned = [*named, *await who_covers_them(tx, change, named, now)]
        before = {each.id: await regenerate(tx, each, now) for each in concerned}
        changed, untouched = await self._change(tx, post, change, concerned, now)
        effects = [await effect_of(tx, each, before.get(each.doctor.id), now) for each in changed]
        today = clinic.today(self._clock())
        return Outcome(
            post,
            change,
            effects,
            untouched,
            {each.id: each for each in everybody},
            undone,
            today + timedelta(days=clinic.horizon_days + 1),
            today,
        )

    async def _change(
        self,
        tx: Transaction,
        post: Post,
        change: HoursChange,
        concerned: Sequence[Doctor],
        now: datetime,
    ) -> tuple[Sequence[DoctorChange], Sequence[Doctor]]:
        if isinstance(change, Sheet):
            outcome = await take_over(tx, post.clinic.id, change.timetables, now)
            return [*outcome.listed, *outcome.substitutes], outcome.untouched
        await write_down(tx, post.clinic, change)
        return [DoctorChange(each, await regenerate(tx, each, now)) for each in concerned], ()


# Who may


def _may_ask(question: HoursQuestion) -> frozenset[Role]:
    return ADMINISTRATION if question.about is About.HOLIDAY else REGISTRY


def _may_make(change: HoursChange) -> frozenset[Role]:
    """The whole clinic's days are an administrator's."""
    match change:
        case Closed() | Undone(DeviationKind.HOLIDAY):
            return ADMINISTRATION
    return REGISTRY


async def _colleague_of(
    tx: Transaction, post: Post, doctor_id: DoctorId, substitute: DoctorId
) -> Doctor:
    """Another doctor of the clinic. Raises `NotFound`."""
    if substitute == doctor_id:
        raise NotFound
    return await doctor_at(tx, post, substitute)


async def _deviation_at(
    tx: Transaction, post: Post, kind: DeviationKind, deviation_id: DeviationId
) -> Deviation:
    """Days of the post's clinic that are not as the rules say. Raises `NotFound`."""
    found = await tx.schedules.deviation(kind, deviation_id)
    if found.clinic_id != post.clinic.id:
        raise NotFound
    return found


def _common_reasons(receptions: Sequence[Reception]) -> frozenset[KindKey]:
    """What all of these hours are for: hours of infants stay theirs when they are moved."""
    found = {reception.reasons for reception in receptions}
    return found.pop() if len(found) == 1 else frozenset()
