"""The doctor is absent: another sees the children at the same time, or families choose another one.

An absence is made in one transaction: hours are closed, visits are moved to the substitute or told
to need another time, times are kept for their families, and each is to be told. Its preview is the
absence itself, taken back (as with hours). Who has not answered, and who has to be phoned, is asked
of how things stand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.access.asking import ask, expected, listen
from services.access.audit import take_down
from services.access.posts import doctor_at, post_of
from services.desk.absences.report import (
    LONGEST_ABSENCE,
    AbsenceReport,
    Absent,
    Concerned,
    Help,
    Plans,
    WhenAbsent,
    WhoIsAbsent,
    fate_of,
    has_answered,
)
from services.desk.absences.substitutes import (
    DaysHours,
    days_of,
    hand_over,
    hours_of,
    is_beside,
    other_visits,
    places_with,
)
from services.messages.telling import tell_family
from services.model.access import REGISTRY, Access, Post
from services.model.clinic import Clinic, Doctor
from services.model.conversations import AbsenceDays
from services.model.ids import (
    AbsenceId,
    AppointmentId,
    ChildId,
    DeviationId,
    DoctorId,
    PersonId,
    PostId,
)
from services.model.messages import NotificationKind
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.desk import PlanChanged, SomebodyAnswered, StillAbsent
from services.model.refusals.schedule import DayOver
from services.model.schedule import DeviationKind, Leave, ScheduleException
from services.model.visits import Absence, AbsentVisit, Appointment, Closure
from services.ports.readers import Clock, Reader
from services.ports.transaction import StorageInterrupted, Transaction, Transactions
from services.rules.reach import LATE
from services.runtime.use_case import use_case
from services.schedule.generation import regenerate
from services.visits.confirming import make_way_for
from services.visits.offers import offer_times


class Absences:
    """What the registry does when a doctor turns out not to come."""

    def __init__(self, transactions: Transactions, clock: Clock, reader: Reader) -> None:
        self._transactions = transactions
        self._clock = clock
        self._reader = reader

    # Who, when, what then

    @use_case
    async def who(self, by: PersonId, post_id: PostId) -> WhoIsAbsent:
        """Raises `NotFound`: not of the registry."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            today = post.clinic.today(self._clock())
            doctors = await tx.clinics.doctors(post.clinic.id)
            return WhoIsAbsent(post, doctors, await tx.absences.since(post.clinic.id, today), today)

    @use_case
    async def when(self, by: PersonId, post_id: PostId, doctor_id: DoctorId) -> WhenAbsent:
        """Take what is typed next for the days. Raises `NotFound`."""
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            doctor = await doctor_at(tx, post, doctor_id)
            await ask(tx, post, AbsenceDays(doctor.id), self._clock())
            return WhenAbsent(post, doctor, post.clinic.today(self._clock()))

    @use_case
    async def typed(self, by: PersonId, typed: str) -> WhenAbsent | Plans:
        """Take typed days. Raises `NotFound`: nothing was asked, or not in a post that may."""
        async with self._transactions.reads() as tx:
            asked = await expected(tx, by, AbsenceDays)
            post = await post_of(tx, by, asked.post_id, REGISTRY)
            doctor = await doctor_at(tx, post, asked.topic.doctor_id)
            today = post.clinic.today(self._clock())
            try:
                first, last = self._reader.days(typed, today)
                absent = _checked(Absent(doctor.id, first, last), today)
            except Refusal as problem:
                return WhenAbsent(post, doctor, today, problem)
            return await self._plans(tx, post, absent)

    @use_case
    async def plans(self, by: PersonId, post_id: PostId, absent: Absent) -> Plans:
        """Whom it concerns, and who could see them. The days are not asked for any more.

        Raises `NotFound`, `DayOver`."""
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            if not tx.replay:
                await listen(tx, post, self._clock())
            return await self._plans(tx, post, _checked(absent, post.clinic.today(self._clock())))

    async def _plans(self, tx: Transaction, post: Post, absent: Absent) -> Plans:
        now = self._clock()
        doctor = await doctor_at(tx, post, absent.doctor_id)
        visits = await _concerned(tx, absent, now)
        others = await other_visits(tx, visits, now)
        helpers = [
            await _help(tx, colleague, visits, others, now)
            for colleague in await tx.clinics.doctors(post.clinic.id)
            if colleague.id != doctor.id
        ]
        able = sorted(
            (each for each in helpers if each.visits or each.beside),
            key=lambda each: (-each.visits, -each.beside),
        )
        nameless = await _nameless(tx, doctor, absent.first, absent.last, post.person, now)
        today = post.clinic.today(self._clock())
        return Plans(post, doctor, absent, len(visits), nameless, able, today)

    @use_case
    async def preview(self, by: PersonId, post_id: PostId, absent: Absent) -> AbsenceReport:
        """Look at what it does; of one that was made already, at what it did.

        Raises what `make` raises."""
        async with self._transactions.trial(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            absence, is_new = await self._make(tx, post, absent)
            report = await self._report(tx, post, absence)
            return replace(report, made=not is_new, asked=absent)

    # Doing

    @use_case
    async def make(
        self, by: PersonId, post_id: PostId, absent: Absent, seen: int | None = None
    ) -> AbsenceReport:
        """Close the doctor's days, and move or displace the visits; again, it changes nothing.

        Args:
            seen: `AbsenceReport.as_shown` of its preview; None: a button from before they kept it.

        Raises:
            NotFound: not of the registry, or no such doctor or substitute at the clinic.
            DayOver: the days are over.
            PlanChanged: it would do something else than was shown (R66).
        """
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            absence, is_new = await self._make(tx, post, absent)
            report = await self._report(tx, post, absence)
            if is_new and seen not in (None, report.as_shown):
                raise PlanChanged
            if not is_new:
                await _shown(tx, report, self._clock())
            if not tx.replay:
                await listen(tx, post, self._clock())
            return report

    @use_case
    async def report(self, by: PersonId, post_id: PostId, absence_id: AbsenceId) -> AbsenceReport:
        """What became of whom; each is taken down. Raises `NotFound`."""
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            report = await self._report(tx, post, await _absence_at(tx, post, absence_id))
            await _shown(tx, report, self._clock())
            return report

    async def _make(self, tx: Transaction, post: Post, absent: Absent) -> tuple[Absence, bool]:
        """The absence, and whether it is new."""
        now = self._clock()
        _checked(absent, post.clinic.today(self._clock()))
        await tx.staff.lock(post.clinic.id)
        known = await tx.absences.known(absent.doctor_id, (absent.first, absent.last))
        locked = {visit.child.id for visit in await _concerned(tx, absent, now)}
        await make_way_for(tx, post.clinic.id, locked, now)
        doctor = await doctor_at(tx, post, absent.doctor_id)
        substitute = await _substitute(tx, post, absent)
        if known and (tx.replay or known.undone_at is None):
            return known, False
        await regenerate(tx, doctor, now)  # which locks the doctor and their times
        closure = await _close(tx, doctor, absent, now)  # whose times are not all locked yet
        visits = await _concerned(tx, absent, now)
        if not {visit.child.id for visit in visits} <= locked:
            raise StorageInterrupted  # somebody booked just now: once more, with their lock
        days = absent.first, absent.last
        absence = await tx.absences.add(doctor, days, substitute, closure, post.id, now)
        moved: Mapping[AppointmentId, Appointment] = {}
        if substitute:
            moved = await hand_over(tx, post.person, substitute, visits, now, beside=absent.beside)
        rest = [visit for visit in visits if visit.id not in moved]
        displaced = {
            visit.id: await tx.appointments.displace(visit, post.person, now) for visit in rest
        }
        await regenerate(tx, doctor, now)
        await offer_times(tx, rest, now)
        for visit in visits:
            after = moved.get(visit.id) or displaced[visit.id]
            kind = NotificationKind.NEEDS_TIME
            if visit.id in moved:
                kind = NotificationKind.SUBSTITUTED
            await tx.absences.add_visit(absence.id, after, visit)
            await tell_family(tx, kind, after, now)
        await take_down(tx, post, Access.SUBSTITUTED, _ids(moved), now)
        await take_down(tx, post, Access.DISPLACED, _ids(displaced), now)
        return absence, True

    # Taking it back

    @use_case
    async def undo(self, by: PersonId, post_id: PostId, absence_id: AbsenceId) -> AbsenceReport:
        """Give every visit its time back, and have those told who knew; again, it changes nothing.

        Raises:
            NotFound: not of the registry, or no such absence there.
            SomebodyAnswered: a family has chosen already.
            StillAbsent: the doctor does not receive then for another reason, too.
            DayOver: some of the times have passed.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            await tx.staff.lock(post.clinic.id)
            absence = await _absence_at(tx, post, absence_id)
            concerned = await tx.absences.visits(absence.id)
            children = {each.visit.child.id for each in concerned}
            await make_way_for(tx, post.clinic.id, children, now)
            await tx.clinics.doctors(post.clinic.id, lock=True)
            absence = await _absence_at(tx, post, absence_id)
            access = Access.ABSENCE
            if absence.undone_at is None and not tx.replay:
                await self._restore(tx, post, absence)
                access = Access.RESTORED
            report = await self._report(tx, post, await _absence_at(tx, post, absence_id))
            await _shown(tx, report, now, access)
            return report

    async def _restore(self, tx: Transaction, post: Post, absence: Absence) -> None:
        now = self._clock()
        await _check_alone(tx, absence)
        concerned = await tx.absences.visits(absence.id)
        others = await other_visits(tx, [each.visit for each in concerned], now)
        for each in concerned:
            busy = any(
                each.before.stretch.overlaps(other.slot.stretch) for other in others[each.visit.id]
            )
            if busy or has_answered(each):
                raise SomebodyAnswered
            if each.before.starts_at <= now:
                raise DayOver
        for kind, deviation_id in absence.closure.deviations:
            await tx.schedules.remove(kind, deviation_id)
        await tx.slots.reopen(absence.closure.slots)
        await regenerate(tx, absence.doctor, now)
        for each in concerned:
            before = await tx.slots.get(each.before.id, person=post.person, now=now)
            if not (before.open or before.extra or before.foreign):
                raise StillAbsent
            back = await tx.appointments.move(each.visit, each.before, by=post.person, at=now)
            await tell_family(tx, await _to_be_told_back(tx, each), back, now)
        if absence.substitute:  # whose own times come back that were taken up
            await regenerate(tx, absence.substitute, now)
        await tx.absences.undo(absence.id, now)

    # How it stands

    async def _report(self, tx: Transaction, post: Post, absence: Absence) -> AbsenceReport:
        now = self._clock()
        calls = await tx.calls.to_make(post.clinic.id, now, now - LATE, since=now)
        to_call = {each.visit.id: each.told for each in calls if each.done_at is None}
        found = await tx.absences.visits(absence.id)
        hours = await _hours_instead(tx, absence, found)
        offered = await tx.offers.of_all([each.visit.id for each in found], now)
        concerned = [
            Concerned(
                each.visit,
                each.before,
                fate_of(each, offered.get(each.visit.id, [])),
                each.visit.id in to_call,
                _is_with(absence.substitute, each) and is_beside(each.visit.slot, hours),
                to_call.get(each.visit.id, True),
            )
            for each in found
        ]
        nameless = await _nameless(
            tx, absence.doctor, absence.first, absence.last, post.person, now
        )
        ahead = all(each.before.starts_at > now for each in found)
        free = absence.undone_at is None and not any(has_answered(each) for each in found)
        today = post.clinic.today(self._clock())
        return AbsenceReport(post, absence, concerned, nameless, ahead and free, today, hours)


# Who and whom


def _checked(absent: Absent, today: date) -> Absent:
    """Raises `DayOver`; `NotFound` for what no screen offers."""
    if absent.first < today:
        raise DayOver
    if absent.last < absent.first or (absent.last - absent.first).days >= LONGEST_ABSENCE:
        raise NotFound
    return absent


async def _substitute(tx: Transaction, post: Post, absent: Absent) -> Doctor | None:
    if absent.substitute is None:
        return None
    if absent.substitute == absent.doctor_id:
        raise NotFound
    return await doctor_at(tx, post, absent.substitute)


async def _help(
    tx: Transaction,
    colleague: Doctor,
    visits: Sequence[Appointment],
    others: Mapping[AppointmentId, Sequence[Appointment]],
    now: datetime,
) -> Help:
    days = await days_of(tx, colleague, visits, now)
    own = places_with(colleague, visits, days, others, beside=False)
    every = places_with(colleague, visits, days, others, beside=True)
    hours = await hours_of(tx, colleague, visits)
    return Help(colleague, len(own), len(every) - len(own), hours)


async def _hours_instead(
    tx: Transaction, absence: Absence, concerned: Sequence[AbsentVisit]
) -> DaysHours:
    """When the substitute receives, on the days of the visits."""
    substitute = absence.substitute
    if substitute is None:
        return ()
    theirs = [each.visit for each in concerned if _is_with(substitute, each)]
    return await hours_of(tx, substitute, theirs)


def _is_with(substitute: Doctor | None, each: AbsentVisit) -> bool:
    """Whether the visit is the substitute's by now."""
    return substitute is not None and each.visit.slot.doctor.id == substitute.id


async def _absence_at(tx: Transaction, post: Post, absence_id: AbsenceId) -> Absence:
    absence = await tx.absences.get(absence_id)
    if absence.doctor.clinic.id != post.clinic.id:
        raise NotFound
    return absence


async def _concerned(tx: Transaction, absent: Absent, now: datetime) -> list[Appointment]:
    return await tx.clinic_visits.with_doctor(
        absent.doctor_id, absent.first, absent.last, after=now
    )


async def _nameless(
    tx: Transaction, doctor: Doctor, first: date, last: date, by: PersonId, now: datetime
) -> int:
    """Times ahead of people whom nobody can tell."""
    count = 0
    for day in _days(first, last, doctor.clinic, now):
        grid = await tx.slots.grid(doctor, day, by, now)
        count += sum(bool(each.taking) and each.slot.starts_at > now for each in grid)
    return count


def _days(first: date, last: date, clinic: Clinic, now: datetime) -> list[date]:
    """The days that have times already."""
    until = clinic.today(now) + timedelta(days=clinic.horizon_days + 1)
    return [first + timedelta(days=n) for n in range((min(last, until) - first).days + 1)]


async def _check_alone(tx: Transaction, absence: Absence) -> None:
    """The last one is taken back first: what closed a time first would open it.

    Raises `StillAbsent`: a later absence of the doctor is about some of these days, too."""
    standing = await tx.absences.since(absence.doctor.clinic.id, absence.first)
    if any(
        other.doctor.id == absence.doctor.id
        and other.id > absence.id
        and other.first <= absence.last
        for other in standing
    ):
        raise StillAbsent


async def _to_be_told_back(tx: Transaction, each: AbsentVisit) -> NotificationKind:
    """What a visit that has its time again is to its family, if that has to hear of it at all."""
    told = await tx.notifications.told(each.visit.id, str(each.sequence))
    if each.waited and not told and not await tx.calls.was_made(each.visit, each.sequence):
        return NotificationKind.CONFIRMED  # the registry has taken it back, and so said yes to it
    return NotificationKind.STANDS_AGAIN


# What is done


async def _close(tx: Transaction, doctor: Doctor, absent: Absent, now: datetime) -> Closure:
    """Let the doctor not receive on these days, whatever gave the hours."""
    schedule = await tx.schedules.of(doctor, absent.first)
    leave = Leave(absent.first, absent.last, absent.substitute)
    done: list[tuple[DeviationKind, DeviationId]] = [
        (DeviationKind.LEAVE, await tx.schedules.add_leave(doctor.id, leave))
    ]
    # Other hours for a day hold in a leave, too: only other ones end them.
    if any(each.first <= absent.last for each in schedule.exceptions):
        none = ScheduleException(absent.first, absent.last)
        done.append((DeviationKind.HOURS, await tx.schedules.add_exception(doctor.id, none)))
    slots = await tx.slots.close(doctor.id, absent.first, absent.last, now)
    return Closure(done, slots)


async def _shown(
    tx: Transaction, report: AbsenceReport, now: datetime, access: Access = Access.ABSENCE
) -> None:
    seen = [(each.visit.child.id, each.visit.id) for each in report.concerned]
    await take_down(tx, report.post, access, seen, now)


def _ids(visits: Mapping[AppointmentId, Appointment]) -> list[tuple[ChildId, AppointmentId | None]]:
    return [(visit.child.id, visit.id) for visit in visits.values()]
