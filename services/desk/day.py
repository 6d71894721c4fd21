"""The clinic's people at work: where each begins, the day, its visits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from services.access.asking import listen
from services.access.audit import take_down
from services.access.posts import doctor_at, hash_of, post_of, posts_at_work, visit_at
from services.model.access import REGISTRY, Access, Post
from services.model.clinic import Doctor
from services.model.ids import AppointmentId, ChildId, DoctorId, PersonId, PostId
from services.model.refusals.access import InvitationInvalid
from services.model.refusals.base import NotFound
from services.model.slots import GridTime, Slot
from services.model.visits import Appointment
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.reach import LATE
from services.runtime.use_case import use_case
from services.visits.staff_view import StaffVisit, opened


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a member of staff begins."""

    post: Post
    others: Sequence[Post]
    """The person's other posts."""
    calls: int
    """Families that the registry has to phone; none for whom that is not."""
    waiting: int
    """Visits that wait for the person's word."""
    questions: int
    """How many of families wait for this post's answer."""
    now: datetime
    to_see: int = 0
    """Families whom the registry has to see to, all of these included; none for whom that is
    not."""
    choosing: int = 0
    """Beside them on its list: who are choosing a time by themselves."""


@dataclass(frozen=True, slots=True)
class Day:
    """How many visits each doctor has on a day: no child is named."""

    post: Post
    day: date
    doctors: Sequence[tuple[Doctor, int]]
    now: datetime


MONTHS_AROUND = 12
"""Before and after the present one, that a day can be chosen of."""


@dataclass(frozen=True, slots=True)
class WorkMonth:
    """A month of which a day is chosen."""

    post: Post
    first: date
    """The month's first day."""
    today: date
    doctor_id: DoctorId | None = None
    """Whose list it leads to; None: how many each doctor has."""

    @property
    def earliest(self) -> date:
        """The first day of the first month there is."""
        return _months_from(self.today, -MONTHS_AROUND)

    @property
    def latest(self) -> date:
        """The first day of the last month there is."""
        return _months_from(self.today, MONTHS_AROUND)


def _months_from(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, 1)


@dataclass(frozen=True, slots=True)
class DayList:
    """The visits of a doctor on a day, in order."""

    post: Post
    doctor: Doctor
    day: date
    visits: Sequence[Appointment]
    nameless: Sequence[GridTime]
    """Times of people whom we do not know."""
    now: datetime
    notes: Mapping[AppointmentId, str] = field(default_factory=dict, repr=False)
    """What colleagues wrote about the visits, for each other."""
    free: Sequence[Slot] = ()
    """Times that nobody has, from now on, in order."""
    not_in_bot: Collection[ChildId] = ()
    """Whose families nobody can write to by the bot."""

    @property
    def is_today(self) -> bool:
        return self.day == self.post.clinic.today(self.now)


class Workday:
    """The clinic's people at work: where each begins, and what is to be seen of a day."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def accept(self, person: PersonId, token: str, name: str) -> Workplace:
        """Take up the post that an invitation is for; `name` is how colleagues see the person.

        Raises:
            AnotherDoctorsPost: the person is another doctor here; it can still be taken up.
            InvitationInvalid: used, too old, or never given; all are told alike (R32).
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            post = await tx.staff.accept(hash_of(token), person, name, now)
            if post is None:
                raise InvitationInvalid
            return await self._desk(tx, person, post)

    # At work

    @use_case
    async def is_only_at_work(self, person: PersonId) -> bool:
        """Whether the person has a post, and no child here."""
        async with self._transactions.reads() as tx:
            return bool(await posts_at_work(tx, person))

    @use_case
    async def desk(self, person: PersonId, post_id: PostId | None = None) -> Workplace:
        """Where the person works, or their first post. Raises `NotFound`: nowhere.

        At a registry's desk, what is typed from now on is whom to look for."""
        async with self._transactions.writes(person) as tx:
            if post_id is None:
                posts = await tx.staff.of_person(person)
                if not posts:
                    raise NotFound
                return await self._desk(tx, person, posts[0])
            return await self._desk(tx, person, await post_of(tx, person, post_id))

    async def _desk(self, tx: Transaction, person: PersonId, post: Post) -> Workplace:
        now = self._clock()
        if not tx.replay:
            await listen(tx, post, now)
        others = [other for other in await tx.staff.of_person(person) if other.id != post.id]
        doctor_id = post.doctor.id if post.doctor else None
        waiting = len(await tx.clinic_visits.waiting(post.clinic.id, doctor_id))
        questions = await tx.questions.count_waiting(post.clinic.id, doctor_id)
        calls = to_see = choosing = 0
        if post.role in REGISTRY:
            calls = await tx.calls.count(post.clinic.id, now, now - LATE)
            to_see, choosing = await tx.seeing.count_now(post.clinic.id, now, now - LATE)
        return Workplace(post, others, calls, waiting, questions, now, to_see, choosing)

    @use_case
    async def day(self, person: PersonId, post_id: PostId, day: date | None = None) -> Day:
        """How many visits there are on a day, today without one; a doctor sees their own.

        Raises `NotFound`.
        """
        now = self._clock()
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id)
            on = day or post.clinic.today(now)
            counts = await tx.clinic_visits.counts_on(post.clinic.id, on)
            doctors = [post.doctor] if post.doctor else await tx.clinics.doctors(post.clinic.id)
        return Day(post, on, [(doctor, counts.get(doctor.id, 0)) for doctor in doctors], now)

    @use_case
    async def day_list(
        self, person: PersonId, post_id: PostId, doctor_id: DoctorId, day: date
    ) -> DayList:
        """A doctor's visits on a day; each child's is taken down. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id)
            doctor = await doctor_at(tx, post, doctor_id)
            visits = await tx.clinic_visits.of_doctor_on(doctor.id, day)
            seen = [(visit.child.id, visit.id) for visit in visits]
            await take_down(tx, post, Access.DAY_LIST, seen, now)
            grid = await tx.slots.grid(doctor, day, person, now)
            notes = await tx.notes.of([visit.id for visit in visits])
            children = {visit.child.id for visit in visits}
            return DayList(
                post,
                doctor,
                day,
                visits,
                [time for time in grid if time.taking],
                now,
                notes,
                [time.slot for time in grid if time.is_free and time.slot.starts_at > now],
                children - await tx.registry.in_bot_of(children),
            )

    @use_case
    async def month(
        self,
        person: PersonId,
        post_id: PostId,
        first: date | None = None,
        doctor_id: DoctorId | None = None,
    ) -> WorkMonth:
        """A month of which a day is chosen: the given one, or the present where there is none, or
        it is too far away. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id)
            if doctor_id:
                await doctor_at(tx, post, doctor_id)
        today = post.clinic.today(now)
        present = WorkMonth(post, today.replace(day=1), today, doctor_id or None)
        if first and present.earliest <= first <= present.latest:
            return replace(present, first=first)
        return present

    @use_case
    async def visit(
        self, person: PersonId, post_id: PostId, appointment_id: AppointmentId
    ) -> StaffVisit:
        """One visit at the clinic; it is taken down. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id)
            visit = await visit_at(tx, post, appointment_id)
            return await opened(tx, post, visit, now)
