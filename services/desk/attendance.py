"""A doctor's day as it goes: who came, who did not, and how late it has become."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.access.asking import ask, expected, listen
from services.access.audit import take_down
from services.access.posts import doctor_at, post_of, visit_at
from services.model.access import Access, Post
from services.model.clinic import Doctor
from services.model.conversations import StaffNote
from services.model.ids import AppointmentId, DoctorId, PersonId, PostId
from services.model.messages import NotificationKind, Planned, Urgency
from services.model.people import Scope
from services.model.refusals.base import NotFound
from services.model.refusals.desk import NotesNotKept
from services.model.refusals.typed import BadValue
from services.model.schedule import Delay
from services.model.settings.kinds import Words
from services.model.visits import Appointment, AppointmentState
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import visit_states
from services.runtime.use_case import use_case
from services.visits.confirming import to_change
from services.visits.staff_view import StaffVisit, opened

STEPS = (10, 20, 30, 45, 60)
"""Minutes that a doctor can be late by; more is for the registry to move visits."""
CONCERNED = timedelta(hours=3)
"""Who comes later than this is not told: until then the doctor may have caught up."""
LONGEST_STAFF_NOTE = 100
"""Characters: what whoever opens the door has to know, and no history."""
_MARKS = {
    AppointmentState.FULFILLED: Access.CAME,
    AppointmentState.NO_SHOW: Access.MISSED,
    AppointmentState.BOOKED: Access.UNMARKED,
}


@dataclass(frozen=True, slots=True)
class AskNote:
    """A note for colleagues is to be typed."""

    at: StaffVisit
    problem: BadValue | None = None
    """Why what was typed before would not do."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late a doctor is today, and how many families that concerns."""

    post: Post
    doctor: Doctor
    delay: Delay | None
    """As was said last; None: nothing was."""
    concerned: int
    """Visits that are told, or were just now."""
    by_phone: int
    """How many of them nobody in the bot can be told of."""
    now: datetime

    @property
    def is_late(self) -> bool:
        """Whether the doctor said so, and not that they are on time again."""
        return self.delay is not None and self.delay.minutes > 0


class Attendance:
    """What the doctor, or the registry for them, says while the day goes on."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def mark(
        self,
        by: PersonId,
        post_id: PostId,
        visit_id: AppointmentId,
        came: bool | None,
        seen: int | None = None,
    ) -> StaffVisit:
        """Note whether the child came; None takes the note back. Again, it changes nothing.

        Args:
            seen: how the visit was shown, see `visit_states.check_shown`.

        Raises:
            NotFound: not the doctor's own, nor of the registry's clinic.
            VisitChanged: it is not as it was seen: a colleague was quicker.
            NotBegun, DayOver, VisitCancelled: it is not the time for it; who is early has come.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id)
            visit = await to_change(tx, post, visit_id)
            visit_states.check_markable(visit, now, came=came)
            state = _state(came)
            access = Access.VISIT
            if visit.state is not state:
                visit_states.check_shown(visit, seen)
                visit = await tx.appointments.change(visit, state, by=by, at=now)
                access = _MARKS[state]
            return await opened(tx, post, visit, now, access)

    @use_case
    async def ask_note(self, by: PersonId, post_id: PostId, visit_id: AppointmentId) -> AskNote:
        """Take what is typed next for a note that only colleagues see.

        Raises:
            NotFound: not the doctor's own, nor of the registry's clinic.
            NotesNotKept: there is no key to encrypt it.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id)
            visit = await visit_at(tx, post, visit_id)
            if not tx.notes.kept:
                raise NotesNotKept
            await ask(tx, post, StaffNote(visit.id), now)
            return AskNote(await opened(tx, post, visit, now))

    @use_case
    async def note(self, by: PersonId, typed: str) -> StaffVisit | AskNote:
        """Keep the note that was typed, encrypted; "-" takes it away. Raises what `ask_note` does.

        At a registry's desk, what is typed from then on is whom to look for."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            asked = await expected(tx, by, StaffNote)
            post = await post_of(tx, by, asked.post_id)
            visit = await to_change(tx, post, asked.topic.visit_id)
            try:
                note = Words(LONGEST_STAFF_NOTE).read(typed)
            except BadValue as problem:
                return AskNote(await opened(tx, post, visit, now), problem)
            if not tx.replay:
                await tx.notes.keep(visit.id, note, now)
                await listen(tx, post, now)
            return await opened(tx, post, visit, now, Access.NOTED)

    @use_case
    async def lateness(self, by: PersonId, post_id: PostId, doctor_id: DoctorId) -> Lateness:
        """How late the doctor is today. Raises `NotFound`: not the post's to say."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            post = await post_of(tx, by, post_id)
            doctor = await doctor_at(tx, post, doctor_id)
            today = doctor.clinic.today(now)
            delay = await tx.schedules.delay(doctor.id, today)
            visits = await _concerned(tx, doctor, delay.minutes if delay else 0, now)
            return await _lateness(tx, post, doctor, delay, visits, now)

    @use_case
    async def late(
        self, by: PersonId, post_id: PostId, doctor_id: DoctorId, minutes: int
    ) -> Lateness:
        """Have the families told that the doctor is so late today; 0 is that they are on time
        again. What was said last is not said again.

        Told are the families of visits that begin within three hours, or should have begun while
        the doctor was away; not of children who are in already.

        Raises `NotFound`: not the post's to say, or no such step.
        """
        if minutes not in (0, *STEPS):
            raise NotFound
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id)
            doctor = await doctor_at(tx, post, doctor_id)
            today = doctor.clinic.today(now)
            children = {
                visit.child.id for visit in await tx.clinic_visits.of_doctor_on(doctor.id, today)
            }
            await tx.families.lock_children(children)
            await tx.clinics.doctor(doctor.id, lock=True)
            before = await tx.schedules.delay(doctor.id, today)
            said = before.minutes if before else 0
            visits = [
                visit
                for visit in await _concerned(tx, doctor, max(minutes, said), now)
                if visit.child.id in children
            ]
            if said == minutes:
                return await _lateness(tx, post, doctor, before, visits, now)
            delay = Delay(minutes, before.step + 1 if before else 1)
            await tx.schedules.set_delay(doctor.id, today, delay)
            await _tell(tx, visits, delay, now)
            seen = [(visit.child.id, visit.id) for visit in visits]
            await take_down(tx, post, Access.LATE, seen, now)
            return await _lateness(tx, post, doctor, delay, visits, now)


def _state(came: bool | None) -> AppointmentState:
    if came is None:
        return AppointmentState.BOOKED
    return AppointmentState.FULFILLED if came else AppointmentState.NO_SHOW


async def _concerned(
    tx: Transaction, doctor: Doctor, minutes: int, now: datetime
) -> list[Appointment]:
    """The visits of today that wait for a doctor who is so late."""
    today = doctor.clinic.today(now)
    since = now - timedelta(minutes=minutes)
    return [
        visit
        for visit in await tx.clinic_visits.of_doctor_on(doctor.id, today)
        if visit.state is AppointmentState.BOOKED
        and since < visit.slot.starts_at <= now + CONCERNED
    ]


async def _tell(
    tx: Transaction, visits: Sequence[Appointment], delay: Delay, now: datetime
) -> None:
    carers = await tx.families.carers_of({visit.child.id for visit in visits}, Scope.TOLD)
    wanted = [
        Planned(
            NotificationKind.LATE,
            person,
            visit.id,
            occasion=f"late {delay.step}",
            due_at=now,
            useful_until=visit.slot.starts_at + timedelta(minutes=max(STEPS)),
            urgency=Urgency.URGENT,
        )
        for visit in visits
        for person in carers.get(visit.child.id, [])
    ]
    ids = [visit.id for visit in visits]
    await tx.notifications.replan_all(ids, (NotificationKind.LATE,), wanted, now)


async def _lateness(
    tx: Transaction,
    post: Post,
    doctor: Doctor,
    delay: Delay | None,
    visits: Sequence[Appointment],
    now: datetime,
) -> Lateness:
    reached = await tx.registry.in_bot_of({visit.child.id for visit in visits})
    by_phone = sum(visit.child.id not in reached for visit in visits)
    return Lateness(post, doctor, delay, len(visits), by_phone, now)
