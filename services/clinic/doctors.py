"""A clinic's doctors as its administrators keep them: a new name or room, a new doctor."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.access.asking import ask, expected, leave
from services.access.posts import doctor_at, post_of
from services.model.access import ADMINISTRATION, Post
from services.model.clinic import LONGEST_NAME, District, Doctor
from services.model.conversations import DoctorFact, DoctorPart
from services.model.ids import DoctorId, PersonId, PostId
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.clinic import (
    ChangedMeanwhile,
    DoctorIsThere,
    DoctorNameUnclear,
    SameAsBefore,
    TypedAnew,
)
from services.model.refusals.families import NameHasNumber
from services.model.schedule import ScheduleRule
from services.model.settings.kinds import Words
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.names import Likeness, likeness
from services.rules.typed.lines import has_number
from services.rules.typed.texts import draft_mark, is_spelling, mark
from services.runtime.use_case import use_case
from services.schedule.rooms import set_room, told_of_room

LONGEST_ROOM = 20
_NAME = Words(LONGEST_NAME, needed=True)
_ROOM = Words(LONGEST_ROOM, needed=True)


@dataclass(frozen=True, slots=True)
class DoctorList:
    """A clinic's doctors, by name."""

    post: Post
    doctors: Sequence[Doctor]


@dataclass(frozen=True, slots=True)
class DoctorCard:
    """A doctor, before an administrator."""

    post: Post
    doctor: Doctor
    districts: Sequence[District]
    rules: Sequence[ScheduleRule]
    today: date
    saved: bool = False
    """Whether something of it was just saved."""


@dataclass(frozen=True, slots=True)
class DoctorQuestion:
    """The question for a name or a room."""

    post: Post
    part: DoctorPart
    doctor: Doctor | None
    """None: a new one."""
    name: str = ""
    """Of a new one, once it is known."""
    problem: Refusal | None = None
    """Why what was typed will not do."""


@dataclass(frozen=True, slots=True)
class DoctorProposal:
    """What saving would do. The marks tell whether it is still that when it is saved."""

    post: Post
    part: DoctorPart
    before: Doctor | None
    """None: a new one."""
    name: str
    room: str
    alike: Sequence[Doctor]
    """Doctors whose names are so like the new name that it may be one of them."""
    told: int
    """Visits ahead whose families are told."""
    seen: int
    typed: int


Answer = DoctorQuestion | DoctorProposal
Shown = DoctorCard | DoctorList


class ClinicDoctors:
    """For administrators, each of whom is looked up again at every tap and word."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def all(self, person: PersonId, post_id: PostId) -> DoctorList:
        """The clinic's doctors. Raises `NotFound`: not an administrator."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            return await _list(tx, post)

    @use_case
    async def card(self, person: PersonId, post_id: PostId, doctor_id: DoctorId) -> DoctorCard:
        """One of them. Raises `NotFound`: not an administrator, or no doctor of the clinic."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            return await self._card(tx, post, await doctor_at(tx, post, doctor_id))

    @use_case
    async def ask(
        self, person: PersonId, post_id: PostId, doctor_id: DoctorId | None, part: DoctorPart
    ) -> DoctorQuestion:
        """Take what is typed next for this; of a new doctor, the name is asked first.

        Raises `NotFound`: not an administrator, or no doctor of the clinic.
        """
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            doctor = await doctor_at(tx, post, doctor_id) if doctor_id else None
            asked = DoctorFact(part if doctor else DoctorPart.NAME, doctor_id)
            await ask(tx, post, asked, self._clock())
            return DoctorQuestion(post, asked.part, doctor)

    @use_case
    async def leave(self, person: PersonId, post_id: PostId, doctor_id: DoctorId | None) -> Shown:
        """Forget the question, and what was typed. Raises `NotFound` as `ask` does."""
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            await leave(tx, person, DoctorFact)
            return await self._shown(tx, post, doctor_id)

    @use_case
    async def typed(self, person: PersonId, words: str) -> Answer:
        """What the answer to the question would do; it is kept until it is saved. Words that will
        not do are asked for again, with the reason.

        Raises `NotFound`: nothing was asked, or not an administrator any more.
        """
        async with self._transactions.writes(person) as tx:
            conversation = await expected(tx, person, DoctorFact)
            post = await post_of(tx, person, conversation.post_id, ADMINISTRATION)
            asked = replace(conversation.topic, words=None)
            doctor = await _doctor_of(tx, post, asked)
            now = self._clock()
            answer: Answer
            try:
                kept, answer = await _take(tx, post, doctor, replace(asked, words=words), now)
            except Refusal as problem:
                kept = asked
                if doctor is None and isinstance(problem, DoctorIsThere):
                    kept = DoctorFact(DoctorPart.NAME)  # no room mends a name
                answer = DoctorQuestion(post, kept.part, doctor, kept.name, problem)
            await ask(tx, post, kept, now)
            return answer

    @use_case
    async def proposal(
        self, person: PersonId, post_id: PostId, doctor_id: DoctorId | None, part: DoctorPart
    ) -> Answer:
        """What was typed last, beside what is so by now; or the question it was for.

        Raises `NotFound`: not an administrator, or nothing is asked of this doctor.
        """
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            asked = await _asked(tx, post, doctor_id, part, NotFound)
            doctor = await _doctor_of(tx, post, asked)
            if asked.words is None:
                return DoctorQuestion(post, asked.part, doctor, asked.name)
            try:
                return (await _take(tx, post, doctor, asked, self._clock()))[1]
            except Refusal as problem:
                return DoctorQuestion(post, asked.part, doctor, asked.name, problem)

    @use_case
    async def save(
        self,
        person: PersonId,
        post_id: PostId,
        doctor_id: DoctorId | None,
        part: DoctorPart,
        seen: int,
        typed: int,
        *,
        spelling: bool = False,
    ) -> Shown:
        """Make what was typed last true, if it and the clinic are as they were shown; the marks of
        the `DoctorProposal` tell.

        Args:
            spelling: it is only written otherwise: no family is told of it.

        Raises:
            TypedAnew: something else was typed since, or nothing is left to be saved.
            ChangedMeanwhile: the doctor, or who is called alike, is another by now.
            DoctorIsThere, SameAsBefore: a colleague was quicker.
            NotFound: not an administrator, or no doctor of the clinic.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            if tx.replay:
                return await self._shown(tx, post, doctor_id)
            asked = await _asked(tx, post, doctor_id, part, TypedAnew)
            if asked.words is None or draft_mark(asked) != typed:
                raise TypedAnew
            await tx.clinics.doctors(post.clinic.id, lock=True)
            doctor = await _doctor_of(tx, post, asked)
            _kept, found = await _take(tx, post, doctor, asked, now)
            if not isinstance(found, DoctorProposal) or found.seen != seen:
                raise ChangedMeanwhile
            doctor = await _make(tx, found, now, spelling=spelling)
            await tx.conversations.close(person)
            return replace(await self._card(tx, post, doctor), saved=True)

    async def _shown(self, tx: Transaction, post: Post, doctor_id: DoctorId | None) -> Shown:
        if doctor_id is None:
            return await _list(tx, post)
        return await self._card(tx, post, await doctor_at(tx, post, doctor_id))

    async def _card(self, tx: Transaction, post: Post, doctor: Doctor) -> DoctorCard:
        today = post.clinic.today(self._clock())
        districts = await tx.districts.of_clinic(post.clinic.id)
        rules = (await tx.schedules.of(doctor, today)).rules
        own = [each for each in districts if each.doctor.id == doctor.id]
        return DoctorCard(post, doctor, own, rules, today)


async def _list(tx: Transaction, post: Post) -> DoctorList:
    return DoctorList(post, await tx.clinics.doctors(post.clinic.id))


async def _doctor_of(tx: Transaction, post: Post, asked: DoctorFact) -> Doctor | None:
    return await doctor_at(tx, post, asked.doctor_id) if asked.doctor_id else None


async def _asked(
    tx: Transaction,
    post: Post,
    doctor_id: DoctorId | None,
    part: DoctorPart,
    otherwise: type[Refusal],
) -> DoctorFact:
    """What was asked at this post, of this doctor. Raises whatever `otherwise` says."""
    asked = (await expected(tx, post.person, DoctorFact, post.id, otherwise)).topic
    if (asked.doctor_id, asked.part) != (doctor_id, part):
        raise otherwise
    return asked


async def _take(
    tx: Transaction, post: Post, doctor: Doctor | None, asked: DoctorFact, now: datetime
) -> tuple[DoctorFact, Answer]:
    """What an answer leads to, and what is kept of it.

    Raises:
        BadValue, DoctorNameUnclear, NameHasNumber: the words will not do.
        DoctorIsThere: another doctor is called so.
    """
    name, room = _as_answered(doctor, asked)
    alike: Sequence[Doctor] = []
    if doctor is None or asked.part is DoctorPart.NAME:
        others = await tx.clinics.doctors(post.clinic.id)
        alike = _alike(name, [each for each in others if doctor is None or each.id != doctor.id])
    if doctor is None and asked.part is DoctorPart.NAME:
        kept = DoctorFact(DoctorPart.ROOM, name=name)
        return kept, DoctorQuestion(post, DoctorPart.ROOM, None, name)
    told = await _told(tx, doctor, name, room, now) if doctor else 0
    seen = mark(repr((doctor and (doctor.name, doctor.room), [each.name for each in alike])))
    answer = DoctorProposal(
        post, asked.part, doctor, name, room, alike, told, seen, draft_mark(asked)
    )
    return asked, answer


def _as_answered(doctor: Doctor | None, asked: DoctorFact) -> tuple[str, str]:
    """The name and the room that a doctor has with this answer; a new one's room may be to come."""
    words = asked.words or ""
    name, room = (doctor.name, doctor.room) if doctor else (asked.name, "")
    if asked.part is DoctorPart.ROOM:
        room = _ROOM.read(words)
    else:
        name = _name(words)
    if doctor and (name, room) == (doctor.name, doctor.room):
        raise SameAsBefore
    return name, room


def _name(words: str) -> str:
    name = " ".join(_NAME.read(words).split())
    if not any(character.isalpha() for character in name):
        raise DoctorNameUnclear
    if has_number(name):
        raise NameHasNumber
    return name


def _alike(name: str, others: Sequence[Doctor]) -> list[Doctor]:
    """Who may be meant by a name. Raises `DoctorIsThere`: somebody is."""
    stands = [(likeness(name, each.name), each) for each in others]
    if any(how is Likeness.SAME for how, _each in stands):
        raise DoctorIsThere
    return [each for how, each in stands if how is not Likeness.OTHER]


async def _told(tx: Transaction, doctor: Doctor, name: str, room: str, now: datetime) -> int:
    """Of how many visits ahead families would be told."""
    if is_spelling(doctor.name, name):
        return await told_of_room(tx, doctor, room, now)
    return await tx.hearing.count_ahead(doctor.clinic.id, [doctor.id], now)


async def _make(tx: Transaction, found: DoctorProposal, now: datetime, *, spelling: bool) -> Doctor:
    """Raises nothing: all was looked at under the clinic's lock."""
    doctor = found.before
    if doctor is None:
        return await tx.clinics.add_doctor(found.post.clinic, found.name, found.room)
    if found.part is DoctorPart.ROOM:
        await set_room(tx, doctor, found.room, now, spelling=spelling)
    else:
        await tx.clinics.rename_doctor(doctor.id, found.name)
        if not (spelling or is_spelling(doctor.name, found.name)):
            await tx.clinics.tell_otherwise(doctor.clinic.id, doctor.id, now)
    return replace(doctor, name=found.name, room=found.room)
