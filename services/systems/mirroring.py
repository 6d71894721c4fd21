"""The times of clinics' own systems are read, and what became otherwise there is done here.

Read in turns: what changed since a mark of the system's own, with an overlap that is its own to
give; all of it every night, and where there are no such marks, every time. What is read is written
in transactions of some hundreds of rows; none is open while the system is being asked.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from services.model.clinic import Clinic, Doctor
from services.model.ids import ClinicId
from services.model.refusals.base import NotFound
from services.model.slots import Stretch
from services.model.systems.mirror import MirrorPlan
from services.model.systems.outbox import OwnSystem, Step, SystemBooking, SystemBookingId
from services.model.systems.values import (
    ForeignSlot,
    ForeignState,
    ForeignVisit,
    News,
    Refused,
    Window,
)
from services.ports.readers import Clock
from services.ports.systems.clinic_system import ClinicSystem, ClinicSystems, SystemRefused
from services.ports.transaction import Transaction, Transactions
from services.rules import horizon
from services.rules.names import is_same
from services.rules.systems.mirror import plan
from services.runtime.use_case import use_case
from services.systems.following import booked_there, changed_there

MOST_ROWS = 500
"""That one transaction changes."""
NIGHTLY = timedelta(hours=24)
"""After so long all is read, since what was deleted there is in no news."""
IN_ONE_LOOK = 20
"""Visits of ours that are looked at there one by one, where there are no news of visits."""
LONGEST_PAUSE = timedelta(minutes=15)
IN_HAND = timedelta(seconds=30)
"""For how long nobody else reads a system, unless whoever reads it says that they still do: who
dies meanwhile keeps its times from being read for no longer."""
LONGEST_LOOK = timedelta(minutes=3)
"""For which it is asked at one go: pages may go on for ever, each of them in time."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a system at one go."""

    news: News
    window: Window
    whole: bool


class SystemMirror:
    """Keeps the times of clinics' own systems, and what is booked there."""

    def __init__(self, transactions: Transactions, clock: Clock, systems: ClinicSystems) -> None:
        self._transactions = transactions
        self._clock = clock
        self._systems = systems

    @use_case
    async def tick(self) -> int:
        """Read every system that is due, side by side; how many there were. One that fails stops
        no other, and one that takes its time keeps no other waiting."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            systems = [
                each for each in await tx.systems.all() if each.due_at and each.due_at <= now
            ]
        ends = await asyncio.gather(
            *(self.read(each.clinic.id) for each in systems), return_exceptions=True
        )
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return len(systems)

    @use_case
    async def read(self, clinic_id: ClinicId, *, whole: bool = False) -> Refused | None:
        """Read one clinic's system now, if nobody else does; why that failed, if it did."""
        now, holder = self._clock(), str(uuid4())
        async with self._transactions.writes() as tx:
            system = await tx.systems.of(clinic_id)
            if system is None:
                return None
            if not await tx.leases.take(_lease(clinic_id), holder, now, now + IN_HAND):
                return None
            if system.whole_at is None:
                await tx.systems.begin_whole(clinic_id, now - NIGHTLY)
            doctors = await _doctors(tx, system)
            # Where there are news of visits, only what they leave open is looked at.
            to_check = await tx.outbox.to_check(
                clinic_id, now, IN_ONE_LOOK, flagged=bool(system.mark)
            )
        reading = asyncio.create_task(self._still_reading(clinic_id, holder))
        try:
            asked = self._systems.of(clinic_id, system.settings)
            async with asyncio.timeout(LONGEST_LOOK.total_seconds()):
                read = await self._ask(asked, system, doctors, now, whole=whole)
                visits = [*read.news.visits, *await _looked_at(asked, to_check)]
            open_ = await self._follow(system.clinic, doctors, visits)
            await self._checked([each for each in to_check if each.id not in open_])
            await self._write(doctors, read, freed=system.read_at is not None)
        except SystemRefused as refused:
            await self._failed(system, refused.why, refused.after, holder)
            return refused.why
        except TimeoutError:
            await self._failed(system, Refused.AWAY, None, holder)
            return Refused.AWAY
        except ValueError:
            await self._failed(system, Refused.UNKNOWN, None, holder)
            return Refused.UNKNOWN
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        await self._read(system, read, holder)
        while await self._tell_who_asked(clinic_id) == MOST_ROWS:
            pass
        return None

    async def _still_reading(self, clinic_id: ClinicId, holder: str) -> None:
        while True:
            await asyncio.sleep(IN_HAND.total_seconds() / 3)
            await self._keep_in_hand(clinic_id, holder)

    @use_case
    async def _keep_in_hand(self, clinic_id: ClinicId, holder: str) -> None:
        now = self._clock()
        async with self._transactions.writes() as tx:
            await tx.leases.take(_lease(clinic_id), holder, now, now + IN_HAND)

    async def _ask(
        self,
        asked: ClinicSystem,
        system: OwnSystem,
        doctors: Mapping[str, Doctor],
        now: datetime,
        *,
        whole: bool,
    ) -> Read:
        clinic = system.clinic
        until = clinic.at(horizon.last_open_day(clinic, now) + timedelta(days=1))
        window = Window(sorted(doctors), Stretch(now, until))
        if not whole and system.mark and system.whole_at and now < system.whole_at + NIGHTLY:
            news = await asked.changes(system.mark)
            if news.mark:
                return Read(news, window, whole=False)
        before = await asked.changes(system.mark)  # first: what changes meanwhile comes again
        slots = await asked.find(window)
        return Read(News(slots, before.visits, before.mark), window, whole=True)

    # Times

    async def _write(self, doctors: Mapping[str, Doctor], read: Read, *, freed: bool) -> None:
        """The first look frees nothing: who waits is offered of what stands free in turn, and not
        every time at once."""
        told: dict[str, list[ForeignSlot]] = {name: [] for name in doctors} if read.whole else {}
        for slot in read.news.slots:
            if slot.doctor in doctors:
                told.setdefault(slot.doctor, []).append(slot)
        for name, slots in told.items():
            left = await self._plan(doctors[name], slots, read)
            while left is not None:
                left = await self._carry_out(doctors[name], left, freed=freed)

    async def _plan(
        self, doctor: Doctor, told: Sequence[ForeignSlot], read: Read
    ) -> MirrorPlan | None:
        now = self._clock()
        told = [slot for slot in told if slot.stretch.ends_at > now]
        within = read.window.stretch
        if not read.whole:
            if not told:
                return None
            starts = min(slot.stretch.starts_at for slot in told)
            within = Stretch(starts, max(slot.stretch.ends_at for slot in told))
        async with self._transactions.writes() as tx:
            known = await tx.mirror.stored(doctor.id, within, now)
            todo = plan(known, told, whole=read.whole)
            if todo.to_check:
                await tx.outbox.check_soon(todo.to_check)
        return todo

    @use_case
    async def _carry_out(
        self, doctor: Doctor, todo: MirrorPlan, *, freed: bool
    ) -> MirrorPlan | None:
        async with self._transactions.writes() as tx:
            return await tx.mirror.carry_out(doctor, todo, self._clock(), MOST_ROWS, freed=freed)

    # Visits

    async def _follow(
        self, clinic: Clinic, doctors: Mapping[str, Doctor], visits: Sequence[ForeignVisit]
    ) -> set[SystemBookingId]:
        """What became of visits there comes here; what cannot yet is looked at again."""
        followed = [await self._follow_one(clinic, doctors, there) for there in visits]
        return {each for each in followed if each is not None}

    @use_case
    async def _follow_one(
        self, clinic: Clinic, doctors: Mapping[str, Doctor], there: ForeignVisit
    ) -> SystemBookingId | None:
        now = self._clock()
        async with self._transactions.writes() as tx:
            booking = await tx.outbox.by_ref(clinic.id, there.ref)
            if booking is None:
                await booked_there(tx, clinic, doctors, there, now)
                return None
            is_done = booking.step is not Step.BOOKED or await changed_there(
                tx, booking, doctors, there, now
            )
            if is_done:
                return None
            await tx.outbox.check_soon([booking.slot.id])
            return booking.id

    @use_case
    async def _checked(self, bookings: Sequence[SystemBooking]) -> None:
        async with self._transactions.writes() as tx:
            await tx.outbox.checked([each.id for each in bookings], self._clock())

    # How it went

    @use_case
    async def _tell_who_asked(self, clinic_id: ClinicId) -> int:
        """Whoever found it away and asked for it hears that it answers; of how many."""
        async with self._transactions.writes() as tx:
            return await tx.notifications.system_answers(clinic_id, self._clock(), MOST_ROWS)

    @use_case
    async def _read(self, system: OwnSystem, read: Read, holder: str) -> None:
        now = self._clock()
        every = timedelta(seconds=system.settings.poll_seconds)
        due = now + every * random.uniform(0.9, 1.1)  # noqa: S311 - out of step with others
        async with self._transactions.writes() as tx:
            await tx.systems.answered(system.clinic.id, now, due, read.news.mark, whole=read.whole)
            if system.failures:
                await tx.outbox.go_on(system.clinic.id, now)
            await tx.leases.give_back(_lease(system.clinic.id), holder)

    @use_case
    async def _failed(
        self, system: OwnSystem, why: Refused, after: timedelta | None, holder: str
    ) -> None:
        now = self._clock()
        every = timedelta(seconds=system.settings.poll_seconds)
        pause = min(every * 2 ** min(system.failures, 6), LONGEST_PAUSE)
        due = now + max(after or timedelta(), pause * random.uniform(0.8, 1.2))  # noqa: S311
        async with self._transactions.writes() as tx:
            await tx.systems.failed(system.clinic.id, why, now, due)
            await tx.leases.give_back(_lease(system.clinic.id), holder)


def _lease(clinic_id: ClinicId) -> str:
    return f"system {clinic_id}"


async def _doctors(tx: Transaction, system: OwnSystem) -> dict[str, Doctor]:
    """The clinic's doctors by how the system names their schedules. A name that is nobody's here,
    or two people's, is nobody's: no doctor comes into being because of a spelling."""
    here = await tx.clinics.doctors(system.clinic.id)
    found = {}
    for name, called in system.settings.doctors.items():
        meant = [doctor for doctor in here if is_same(doctor.name, called)]
        if len(meant) == 1:
            found[name] = meant[0]
    return found


async def _looked_at(asked: ClinicSystem, to_check: Sequence[SystemBooking]) -> list[ForeignVisit]:
    """How visits of ours stand there. One of which nobody understands what is said stops none of
    the others."""
    found = []
    for booking in to_check:
        if booking.ref is None:
            continue
        try:
            there = await asked.status(booking.ref)
        except SystemRefused as refused:
            if refused.why is not Refused.UNKNOWN:
                raise
            continue
        found.append(there or _gone(booking))
    return found


def _gone(booking: SystemBooking) -> ForeignVisit:
    ref = booking.ref
    if ref is None:
        raise NotFound
    return ForeignVisit(ref, ForeignState.CANCELLED, "", booking.slot.stretch)
