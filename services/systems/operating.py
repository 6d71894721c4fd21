"""Connecting a clinic's own system, looking whether it works, and settling by hand what it left
open."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import perf_counter

from services.access.audit import take_down
from services.access.posts import post_of
from services.model.access import REGISTRY, Access, Post
from services.model.clinic import Clinic
from services.model.ids import PersonId, PostId
from services.model.refusals.base import NotFound
from services.model.slots import Stretch
from services.model.systems.outbox import (
    BY_HAND,
    OwnSystem,
    Queue,
    Step,
    SystemBooking,
    SystemBookingId,
)
from services.model.systems.values import ForeignRef, Refused, SystemSettings, Window
from services.ports.readers import Clock
from services.ports.systems.clinic_system import ClinicSystem, ClinicSystems, SystemRefused
from services.ports.transaction import Transaction, Transactions
from services.rules.names import is_same
from services.runtime.use_case import use_case
from services.schedule.generation import regenerate
from services.systems.outcomes import is_wanted, locked_visit, say_no, stands_there

SHOWN = 20
"""Visits that wait, in one list."""
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Checked:
    """One step of a look whether a system works."""

    step: str
    seconds: float
    trouble: str = ""
    """Why it did not; empty: it did."""
    found: int | None = None
    """How many of what it asked for."""


@dataclass(frozen=True, slots=True)
class SystemState:
    """How a clinic's own system is doing, as its staff see it."""

    post: Post
    system: OwnSystem
    bookings: Sequence[tuple[SystemBooking, str]]
    """What waits for it or is stuck, and the child's name."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """The same, as operators see it."""

    system: OwnSystem
    queue: Queue
    now: datetime

    @property
    def age(self) -> timedelta | None:
        """How old its times are; None: they were never read."""
        return self.now - self.system.read_at if self.system.read_at else None

    @property
    def waits(self) -> timedelta:
        """For how long the first of what waits has been waiting."""
        return self.now - self.queue.oldest if self.queue.oldest else timedelta()


class OwnSystems:
    """What operators and staff do about clinics' own systems."""

    def __init__(self, transactions: Transactions, clock: Clock, systems: ClinicSystems) -> None:
        self._transactions = transactions
        self._clock = clock
        self._systems = systems

    @use_case
    async def connect(self, code: str, settings: SystemSettings) -> Sequence[str]:
        """Let a clinic's times be those of its own system, and no longer those of its doctors'
        hours here; which of the named doctors are nobody here, or two. Visits ahead stay.

        Raises:
            NotFound: there is no such clinic.
            ValueError: the settings cannot be; it says what is wrong.
        """
        async with self._transactions.writes() as tx:
            clinic = await _clinic(tx, code)
            self._check(clinic, settings)
            here = await tx.clinics.doctors(clinic.id)
            now = self._clock()
            await tx.systems.connect(clinic, settings, now)
            unknown = []
            for called in settings.doctors.values():
                meant = [doctor for doctor in here if is_same(doctor.name, called)]
                if len(meant) != 1:
                    unknown.append(called)
                    continue
                # Two schedules of one doctor would give out one time twice.
                doctor = await tx.clinics.doctor(meant[0].id, lock=True)
                await tx.schedules.end_rules(doctor.id, clinic.today(now) - timedelta(days=1))
                await regenerate(tx, doctor, now)
            return unknown

    @use_case
    async def moved(self, code: str, url: str) -> None:
        """The clinic's system is the same one at another address: visits, times and children that
        it named go on to be followed there. Another system is connected instead.

        Raises:
            NotFound: there is no such clinic, or it has no system of its own.
            ValueError: the settings cannot be with this address; it says what is wrong.
        """
        async with self._transactions.writes() as tx:
            clinic = await _clinic(tx, code)
            own = await tx.systems.of(clinic.id)
            if own is None:
                raise NotFound
            before, url = own.settings.url.rstrip("/"), url.rstrip("/")
            token_url = own.settings.token_url
            if token_url.startswith(f"{before}/"):
                token_url = url + token_url.removeprefix(before)
            settings = replace(own.settings, url=url, token_url=token_url)
            self._check(clinic, settings)
            await tx.systems.moved(clinic.id, settings, self._clock())

    @use_case
    async def disconnect(self, code: str) -> None:
        """Let them be the clinic's own again. Raises `NotFound`."""
        async with self._transactions.writes() as tx:
            await tx.systems.disconnect((await _clinic(tx, code)).id)

    def _check(self, clinic: Clinic, settings: SystemSettings) -> None:
        """Let it be reached so. Raises `ValueError`."""
        if not settings.url.startswith(("http://", "https://")):
            raise ValueError("url: it begins with https://")
        self._systems.of(clinic.id, settings)

    @use_case
    async def check(self, code: str) -> list[Checked]:
        """Ask a clinic's system all that is read of it, and how long each took; nothing is written
        there or here. Raises `NotFound`: there is no such clinic, or it has no system."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await _clinic(tx, code)
            own = await tx.systems.of(clinic.id)
            if own is None:
                raise NotFound
        steps: list[Checked] = []
        try:
            system = self._systems.of(clinic.id, own.settings)
        except ValueError as wrong:
            return [Checked("settings", 0.0, str(wrong))]
        window = Window(sorted(own.settings.doctors), Stretch(now, now + A_WEEK))
        questions: list[tuple[str, Callable[[], Awaitable[int | None]]]] = [
            ("capabilities", lambda: _capabilities(system)),
            ("find", lambda: _count(system, window)),
            ("changes", lambda: _changes(system, own.mark)),
        ]
        for step, question in questions:
            steps.append(await _timed(step, question))
        return steps

    @use_case
    async def health(self) -> list[Health]:
        """How every clinic's own system is doing."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            systems = await tx.systems.all()
            if not systems:
                return []
            queues = await tx.outbox.queues(now)
        return [
            Health(each, queues.get(each.clinic.id, Queue(0, 0, None)), now) for each in systems
        ]

    @use_case
    async def state(self, by: PersonId, post_id: PostId) -> SystemState:
        """How the clinic's own system is doing, and what waits for it; each child's is taken down.

        Raises `NotFound`: not of the registry, or the clinic has no system of its own."""
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            return await self._state(tx, await post_of(tx, by, post_id, REGISTRY), now)

    async def _state(self, tx: Transaction, post: Post, now: datetime) -> SystemState:
        own = await tx.systems.of(post.clinic.id)
        if own is None:
            raise NotFound
        bookings = await tx.outbox.open_at(post.clinic.id, SHOWN)
        ids = [booking.visit_id for booking, _ in bookings if booking.visit_id]
        visits = await tx.appointments.some(ids)
        seen = [(visit.child.id, visit.id) for visit in visits.values()]
        await take_down(tx, post, Access.IN_SYSTEM, seen, now)
        return SystemState(post, own, bookings, now)

    @use_case
    async def settle(
        self, by: PersonId, post_id: PostId, booking_id: SystemBookingId, *, is_there: bool
    ) -> SystemState:
        """Say how a visit that is stuck stands in the clinic's system; the family is told. Doing it
        again changes nothing.

        Raises `NotFound`: not of the registry, or not its clinic's.
        """
        now = self._clock()
        async with self._transactions.writes(by) as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            booking = await tx.outbox.get(booking_id)
            if booking.clinic.id != post.clinic.id:
                raise NotFound
            if booking.step is Step.STUCK and not tx.replay:
                await self._settle(tx, post, booking, now, is_there=is_there)
            return await self._state(tx, post, now)

    async def _settle(
        self, tx: Transaction, post: Post, booking: SystemBooking, now: datetime, *, is_there: bool
    ) -> None:
        visit = await locked_visit(tx, booking)
        if visit:
            await take_down(tx, post, Access.SETTLED, [(visit.child.id, visit.id)], now)
        wanted = visit if is_wanted(booking, visit) else None
        old = await tx.outbox.standing(visit.id) if visit else None
        if not is_there:
            if await tx.outbox.settle(booking, Step.REFUSED, why=Refused.UNKNOWN, by=post.id):
                await say_no(tx, booking, wanted, now)
            return
        step = Step.BOOKED if wanted else Step.LEFT
        ref = booking.ref or ForeignRef(BY_HAND, booking.key)
        if await tx.outbox.settle(booking, step, ref=ref, by=post.id) and wanted:
            await stands_there(tx, booking, wanted, now, is_move=old is not None)


async def _clinic(tx: Transaction, code: str) -> Clinic:
    clinic = await tx.clinics.by_code(code)
    if clinic is None:
        raise NotFound
    return clinic


async def _capabilities(system: ClinicSystem) -> int | None:
    await system.capabilities()
    return None


async def _count(system: ClinicSystem, window: Window) -> int:
    return len(await system.find(window))


async def _changes(system: ClinicSystem, mark: str) -> int:
    return len((await system.changes(mark)).slots)


async def _timed(step: str, question: Callable[[], Awaitable[int | None]]) -> Checked:
    begun = perf_counter()
    try:
        found = await question()
    except SystemRefused as refused:
        return Checked(step, perf_counter() - begun, refused.why.value)
    return Checked(step, perf_counter() - begun, found=found)
