"""How full a clinic is in the weeks ahead, and how many children were offered a time in time.

Numbers of times and of children: nobody is named, so nothing is taken down in the journal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.access.posts import post_of
from services.model.access import REGISTRY, Role
from services.model.clinic import Clinic, Doctor
from services.model.ids import DoctorId, PersonId, PostId
from services.model.refusals.clinic import NoSuchClinic
from services.model.schedule import Holiday, Leave, ScheduleException
from services.model.slots import DayLoad
from services.model.visits import Absence, FirstAsk, IllDay, IllStep
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import horizon, waiting_standard
from services.runtime.use_case import use_case

DAYS_COUNTED = 7
"""Over how many days, today included, it is counted who was offered a time in time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How many children a time was asked for on a day; each counts once a day."""

    day: date
    children: int
    in_time: int
    """For how many of them there was one within 24 hours."""

    @property
    def late(self) -> int:
        """For how many there was none within 24 hours, or none at all."""
        return self.children - self.in_time


@dataclass(frozen=True, slots=True)
class Load:
    """How full a clinic is, by doctor and day, from today to the last day that families can book.

    Today counts as a whole: what is over, too."""

    clinic: Clinic
    first: date
    last: date
    doctors: Sequence[Doctor]
    """Who receives on any of these days, by name."""
    days: Mapping[tuple[DoctorId, date], DayLoad]
    """Where a doctor receives, or was to and does not: closed days are shown, and never counted."""
    asked: Sequence[Asked]
    """The last days, today the last of them; each of them, if nobody asked, too."""
    now: datetime
    has_month: bool = False
    """Whether who looks may see the owner's month."""
    ill: Sequence[IllDay] = ()
    """Of the same days: how many were said to be ill, where any were."""

    def ill_in_all(self, step: IllStep) -> int:
        return sum(day.of(step) for day in self.ill)

    @property
    def dates(self) -> list[date]:
        """From the first to the last day."""
        return _days(self.first, self.last)

    @property
    def open(self) -> int:
        """All times that there are."""
        return sum(day.all for day in self.days.values() if not day.closed)

    @property
    def taken(self) -> int:
        return sum(day.taken for day in self.days.values() if not day.closed)

    @property
    def kept(self) -> int:
        """Free times that not everybody can have yet."""
        return sum(day.kept for day in self.days.values() if not day.closed)

    @property
    def left(self) -> int:
        """Visits that stand on closed days."""
        return sum(day.taken for day in self.days.values() if day.closed)

    @property
    def fullest(self) -> tuple[DoctorId, date] | None:
        """The doctor's day with the largest share taken, the earliest of several; None: all are
        empty."""
        busy = [
            (-load.taken / load.all, day, doctor)
            for (doctor, day), load in self.days.items()
            if load.taken and not load.closed
        ]
        if not busy:
            return None
        _share, day, doctor = min(busy)
        return doctor, day


class Loads:
    """What the registry, and whoever runs the bot, look at to plan the weeks ahead."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def of_post(self, person: PersonId, post_id: PostId) -> Load:
        """The load of the clinic where the person works. Raises `NotFound`: not of its registry."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, REGISTRY)
            found = await self._load(tx, post.clinic)
            return replace(found, has_month=post.role is Role.ADMINISTRATOR)

    @use_case
    async def of_code(self, code: str) -> Load:
        """The load of a clinic, for whoever runs the bot. Raises `NoSuchClinic`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.by_code(code)
            if clinic is None:
                raise NoSuchClinic
            return await self._load(tx, clinic)

    async def _load(self, tx: Transaction, clinic: Clinic) -> Load:
        now = self._clock()
        today = clinic.today(now)
        last = max(today, horizon.last_open_day(clinic, now))
        since = today - timedelta(days=DAYS_COUNTED - 1)
        counted = await tx.slots.loads(clinic.id, today, last)
        found = {**await _closed(tx, clinic, today, last), **counted}
        for absence in await tx.absences.since(clinic.id, today):
            _close(found, absence, today, last)
        asks = await tx.load.asks(clinic.id, since, today)
        receiving = {doctor for doctor, _day in found}
        doctors = await tx.clinics.doctors(clinic.id)
        return Load(
            clinic,
            today,
            last,
            [doctor for doctor in doctors if doctor.id in receiving],
            found,
            [_asked(day, asks) for day in _days(since, today)],
            now,
            ill=await tx.ill_counts.days(clinic.id, since, today),
        )


async def _closed(
    tx: Transaction, clinic: Clinic, first: date, last: date
) -> dict[tuple[DoctorId, date], DayLoad]:
    """Days of doctors' own on which they do not receive, such as a leave."""
    nothing = DayLoad(0, 0, closed=True)
    return {
        (each.doctor_id, day): nothing
        for each in await tx.schedules.deviations(clinic.id, first)
        if each.doctor_id is not None and not _has_hours(each.what)
        for day in _days(max(first, each.what.first), min(last, each.what.last))
    }


def _has_hours(what: ScheduleException | Leave | Holiday) -> bool:
    return isinstance(what, ScheduleException) and bool(what.receptions)


def _close(
    found: dict[tuple[DoctorId, date], DayLoad], absence: Absence, first: date, last: date
) -> None:
    """Callers who have times of an absent doctor keep no day open; what was opened anew does."""
    for day in _days(max(first, absence.first), min(last, absence.last)):
        load = found.get((absence.doctor.id, day), DayLoad(0, 0))
        found[absence.doctor.id, day] = replace(load, closed=not load.free)


def _asked(day: date, asks: Sequence[FirstAsk]) -> Asked:
    of_day = [ask for ask in asks if ask.day == day]
    return Asked(day, len(of_day), sum(map(waiting_standard.is_met, of_day)))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
