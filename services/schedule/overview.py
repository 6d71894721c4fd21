"""The clinic's hours as its staff see them: a day, a week, what is unusual ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.access.asking import desk_of
from services.access.posts import doctor_at, post_of
from services.model.access import REGISTRY, Post
from services.model.clinic import Doctor
from services.model.ids import DoctorId, PersonId, PostId
from services.model.schedule import (
    Deviation,
    Holiday,
    Leave,
    Reception,
    Schedule,
    ScheduleException,
    ScheduleRule,
    Timetable,
)
from services.model.slots import DayLoad
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.rules.slots import receptions_on
from services.runtime.use_case import use_case
from services.schedule.timetables import timetables_of

USUAL_VISIT = timedelta(minutes=15)
"""How long a visit takes with a doctor who has no hours yet, unless it is said."""
NOTHING = DayLoad(0, 0)


# What is seen


@dataclass(frozen=True, slots=True)
class DayHours:
    """A doctor's day: its hours, why they are so, and how much of them is taken."""

    day: date
    receptions: Sequence[Reception]
    load: DayLoad
    exception: bool = False
    """Whether the hours are of this day only."""
    leave: Leave | None = None
    holiday: Holiday | None = None
    covers: bool = False
    """Whether the doctor receives in a colleague's hours too."""
    own: Sequence[Reception] = ()
    """The hours without a colleague's."""


@dataclass(frozen=True, slots=True)
class ClinicDay:
    """The hours of a day, doctor by doctor."""

    post: Post
    day: date
    doctors: Sequence[tuple[Doctor, DayHours]]
    today: date


@dataclass(frozen=True, slots=True)
class Week:
    """A doctor's hours from Monday to Sunday."""

    post: Post
    doctor: Doctor
    days: Sequence[DayHours]
    today: date

    @property
    def can_be_changed(self) -> bool:
        """Whether whoever looks may change the hours."""
        return self.post.role in REGISTRY

    @property
    def opened(self) -> list[DayHours]:
        """The days that can be opened: to be changed, none that is over; by others, to see the
        visits of those that have some."""
        if self.can_be_changed:
            return [each for each in self.days if each.day >= self.today]
        return [each for each in self.days if each.load.taken]


@dataclass(frozen=True, slots=True)
class Ahead:
    """The days ahead that are not as the rules say."""

    post: Post
    doctor: Doctor | None
    """None: of all doctors."""
    deviations: Sequence[Deviation]
    doctors: Mapping[DoctorId, Doctor]
    today: date


@dataclass(frozen=True, slots=True)
class SheetDesk:
    """Where sheets come to and go from."""

    post: Post
    today: date


# Hours


def hours_on(schedule: Schedule, day: date, load: DayLoad | None) -> DayHours:
    """A day of a doctor's schedule, with the reasons for what is unusual about it."""
    exceptions = any(_has(each, day) for each in schedule.exceptions)
    leave = next((each for each in schedule.leaves if _has(each, day)), None)
    holiday = next((each for each in schedule.holidays if _has(each, day)), None)
    own = receptions_on(replace(schedule, covers=()), day)
    receptions = receptions_on(schedule, day)
    covers = len(receptions) > len(own)
    return DayHours(day, receptions, load or NOTHING, exceptions, leave, holiday, covers, own)


def _has(days: ScheduleException | Leave | Holiday, day: date) -> bool:
    return days.first <= day <= days.last


def usual_visit(rules: Sequence[ScheduleRule], day: date) -> timedelta:
    """How long a visit takes on such a day by the rules, or else on another one."""
    given = receptions_on(Schedule(rules=rules), day) or [rule.reception for rule in rules]
    return given[0].visit if given else USUAL_VISIT


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


class HoursOverview:
    """Looks at a clinic's hours; who may is checked every time."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def day(self, person: PersonId, post_id: PostId, day: date | None = None) -> ClinicDay:
        """Everybody's hours on a day, today without one; a doctor sees their own.

        Raises `NotFound`.
        """
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id)
            today = post.clinic.today(self._clock())
            on = day or today
            doctors = [post.doctor] if post.doctor else await tx.clinics.doctors(post.clinic.id)
            loads = await tx.slots.loads(post.clinic.id, on, on)
            found = [
                (each, hours_on(await tx.schedules.of(each, on), on, loads.get((each.id, on))))
                for each in doctors
            ]
        return ClinicDay(post, on, found, today)

    @use_case
    async def week(
        self, person: PersonId, post_id: PostId, doctor_id: DoctorId, day: date | None = None
    ) -> Week:
        """A doctor's week with a day in it, this one without; a doctor sees their own.

        Raises `NotFound`.
        """
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id)
            doctor = await doctor_at(tx, post, doctor_id)
            today = post.clinic.today(self._clock())
            monday = monday_of(day or today)
            schedule = await tx.schedules.of(doctor, monday)
            loads = await tx.slots.loads(post.clinic.id, monday, monday + timedelta(days=6))
        week = [monday + timedelta(days=number) for number in range(7)]
        days = [hours_on(schedule, each, loads.get((doctor.id, each))) for each in week]
        return Week(post, doctor, days, today)

    @use_case
    async def ahead(
        self, person: PersonId, post_id: PostId, doctor_id: DoctorId | None = None
    ) -> Ahead:
        """Other hours, leaves and holidays ahead: a doctor's with the clinic's, or all.

        Raises `NotFound`: not of the registry, or no such doctor.
        """
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, REGISTRY)
            doctor = await doctor_at(tx, post, doctor_id) if doctor_id else None
            today = post.clinic.today(self._clock())
            found = await tx.schedules.deviations(post.clinic.id, today)
            doctors = await tx.clinics.doctors(post.clinic.id)
        if doctor:
            found = [each for each in found if each.doctor_id in (doctor.id, None)]
        return Ahead(post, doctor, found, {each.id: each for each in doctors}, today)

    @use_case
    async def sheet_desk(self, person: PersonId, post_id: PostId | None = None) -> SheetDesk:
        """Where the person can send sheets to: this post, or the one where they were last asked
        something, or their first that may. Raises `NotFound`: nowhere."""
        async with self._transactions.reads() as tx:
            if post_id is None:
                post = await desk_of(tx, person, REGISTRY)
            else:
                post = await post_of(tx, person, post_id, REGISTRY)
            return SheetDesk(post, post.clinic.today(self._clock()))

    @use_case
    async def timetables(self, person: PersonId, post_id: PostId) -> list[Timetable]:
        """The clinic's timetables as they stand, for a sheet. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, REGISTRY)
            return await timetables_of(tx, post.clinic.id, self._clock())
