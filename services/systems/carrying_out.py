"""What families asked for is booked in the clinic's own system, and taken back there.

An errand goes this way: it is taken in hand in one short transaction, in which it begins to count
as sent; the transaction is closed; the system is asked; a second short transaction writes down what
came of it. Whoever dies on the way leaves it sent: then it is found out what became of it, and
nothing is asked for twice.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from services.model.consents import Purpose
from services.model.ids import AppointmentId, ClinicId
from services.model.messages import NotificationKind
from services.model.systems.outbox import Errand, Step, SystemBooking, SystemBookingId
from services.model.systems.values import Patient, Refused, SentPart, SystemSettings
from services.model.visits import Appointment
from services.ports.readers import Clock
from services.ports.systems.clinic_system import ClinicSystems
from services.ports.transaction import Transaction, Transactions
from services.runtime.use_case import no_effect, use_case
from services.systems.asking import ask
from services.systems.outcomes import (
    Booked,
    Elsewhere,
    Gone,
    Later,
    No,
    Outcome,
    Stuck,
    is_wanted,
    locked_visit,
    say_no,
    stands_there,
    tell_not,
    visit_of,
)

TAP_WAITS: Final = 2.0
"""Seconds for which a tap waits for the system's answer: the usual one comes with it."""
AT_ONCE = 100
"""Errands that are looked for at one time."""
OVER_AT_ONCE = 500
"""Visits that are done with at one time."""
LANES = 4
"""Questions that one clinic's system is asked at one time."""
SLACK = timedelta(seconds=5)
"""How much longer an errand is in hand than its requests may take."""
REQUESTS = 4
"""Of one errand, at the most."""
LEASE = timedelta(seconds=90)
IN_PEACE = timedelta(seconds=30)
"""How long an errand rests while the system is left in peace."""
LONGEST_PAUSE = timedelta(minutes=2)
TROUBLES = frozenset({Refused.AWAY, Refused.UNAUTHORISED, Refused.THROTTLED})
"""The system's own, and no matter of one visit."""

Tell = Callable[[ClinicId, str], object]


class SystemErrands:
    """Carries out what is on its way into clinics' own systems."""

    def __init__(
        self,
        transactions: Transactions,
        clock: Clock,
        systems: ClinicSystems,
        tell: Tell = lambda _clinic, _outcome: None,
    ) -> None:
        """`tell` hears of each errand what came of it."""
        self._transactions = transactions
        self._clock = clock
        self._systems = systems
        self._tell = tell
        self._holder = str(uuid4())

    @use_case
    async def tick(self) -> int:
        """See to all that is due, in one process at a time; how many there were. One clinic's
        system keeps nobody waiting for another one's."""
        due = await self._due()
        if not due:
            return 0
        lanes: dict[ClinicId, asyncio.Semaphore] = {}

        async def one(booking_id: SystemBookingId, clinic_id: ClinicId) -> None:
            async with lanes.setdefault(clinic_id, asyncio.Semaphore(LANES)):
                await self.see_to(booking_id)

        ends = await asyncio.gather(*(one(*each) for each in due), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return len(due)

    async def _due(self) -> Sequence[tuple[SystemBookingId, ClinicId]]:
        now = self._clock()
        async with self._transactions.reads() as tx:
            if not await tx.systems.all():
                return []
        async with self._transactions.writes() as tx:
            if not await tx.leases.take("systems", self._holder, now, now + LEASE):
                return []
            await tx.outbox.leave(now)
            await tx.outbox.let_go(now, OVER_AT_ONCE)
            await self._tell_late(tx)
            await self._complete(tx)
            ids = await tx.outbox.due(now, AT_ONCE)
            return [(each, (await tx.outbox.get(each)).clinic.id) for each in ids]

    async def _tell_late(self, tx: Transaction) -> None:
        """Whoever was promised an answer by now hears that there is none, where nobody can say no.
        What was not sent yet is not told so: it is refused when it is seen to."""
        now, families = self._clock(), set[str]()
        for booking in await tx.outbox.undecided(None, now, AT_ONCE):
            if booking.step is Step.ASKED and not booking.in_doubt:
                continue
            await tx.outbox.told_late(booking)
            if booking.together in families:  # who asked for several hears it once
                continue
            families |= {booking.together} - {""}
            visit = await visit_of(tx, booking)
            if visit and visit.awaits_system and visit.slot.id == booking.slot.id:
                await tell_not(tx, NotificationKind.NO_ANSWER, booking, visit, now)

    async def _complete(self, tx: Transaction) -> None:
        """What waits for others of the family is booked once nobody waits for those any more."""
        for booking in await tx.outbox.complete(AT_ONCE):
            visit = await locked_visit(tx, booking)
            if visit and visit.awaits_system and is_wanted(booking, visit):
                is_move = await tx.appointments.moved_from(visit.id) is not None
                await stands_there(tx, booking, visit, self._clock(), is_move=is_move)

    @use_case
    async def answered(self, visit: Appointment) -> Appointment:
        """The visit once the system has answered, or as it stands after a second or two: what it
        has not answered by then is told in a message."""
        [after] = await self.all_answered([visit])
        return after

    @use_case
    async def all_answered(self, visits: Sequence[Appointment]) -> list[Appointment]:
        """The same of several that were asked for in one go."""
        if not any(visit.awaits_system for visit in visits):
            return list(visits)
        found = [await self._of_visit(visit.id) for visit in visits if visit.awaits_system]
        with suppress(TimeoutError):
            async with asyncio.timeout(TAP_WAITS):
                await asyncio.gather(*(self.see_to(each) for each in found if each is not None))
        async with self._transactions.reads() as tx:
            by_now = await tx.appointments.some([visit.id for visit in visits])
        return [by_now.get(visit.id, visit) for visit in visits]

    async def _of_visit(self, visit_id: AppointmentId) -> SystemBookingId | None:
        async with self._transactions.reads() as tx:
            return await tx.outbox.of_visit(visit_id)

    @use_case
    async def see_to(self, booking_id: SystemBookingId) -> None:
        """Take one errand a step further, if nobody else does.

        What is written here is no tap's effect, even while a tap waits for it."""
        with no_effect():
            errand = await self._take(booking_id)
            if errand is None:
                return
            outcome = await self._outcome(errand)
            await self._settle(errand, outcome)
        self._tell(errand.booking.clinic.id, type(outcome).__name__.lower())

    async def _outcome(self, errand: Errand) -> Outcome:
        try:
            system = self._systems.of(errand.booking.clinic.id, errand.settings)
        except ValueError:  # its settings cannot be: `system check` says what is wrong
            step = errand.booking.step
            return Later(Refused.UNKNOWN, step, in_doubt=step is Step.SENT)
        return await ask(system, errand, self._clock())

    # Taking it in hand

    async def _take(self, booking_id: SystemBookingId) -> Errand | None:
        now = self._clock()
        async with self._transactions.writes() as tx:
            booking = await tx.outbox.get(booking_id)
            system = await tx.systems.of(booking.clinic.id)
            visit = await visit_of(tx, booking)
            if booking.step is Step.ASKED and not booking.in_doubt:
                if not is_wanted(booking, visit):
                    await tx.outbox.settle(booking, Step.DROPPED, still=Step.ASKED)
                    return None
                if now >= min(booking.promised_at, booking.slot.starts_at) or system is None:
                    await _refuse(tx, booking, Refused.AWAY, now, still=Step.ASKED)
                    return None
                if system.left_in_peace or await tx.outbox.is_behind(booking):
                    due = min(now + IN_PEACE, booking.promised_at)
                    await tx.outbox.put_off(booking, Step.ASKED, due, still=Step.ASKED)
                    return None
            there = await tx.mirror.named(booking.slot.id)
            if system is None or there is None:
                await tx.outbox.settle(booking, Step.STUCK, why=Refused.UNKNOWN)
                return None
            patience = timedelta(seconds=system.settings.patience_seconds)
            taken = await tx.outbox.take(booking_id, now, now + REQUESTS * patience + SLACK)
            if taken is None:
                return None
            patient = None
            if visit and taken.step is not Step.LEAVING:
                patient = await _patient(tx, taken, visit, system.settings)
            old = await tx.outbox.standing(visit.id) if visit else None
            return Errand(taken, system.settings, visit, there, patient, old)

    # Writing down what came of it

    @use_case
    async def _settle(self, errand: Errand, outcome: Outcome) -> None:
        booking, now = errand.booking, self._clock()
        async with self._transactions.writes() as tx:
            if isinstance(outcome, Later):
                await _put_off(tx, booking, outcome, now)
                return
            visit = await locked_visit(tx, booking)
            match outcome:
                case Booked():
                    await self._booked(tx, errand, outcome, visit)
                case Elsewhere(there):
                    await tx.outbox.settle(booking, Step.LEAVING, ref=there.ref, due_at=now)
                    await say_no(tx, booking, visit, now)
                case No(why):
                    await _refuse(tx, booking, why, now)
                case Gone(step):
                    await tx.outbox.settle(booking, step)
                case Stuck(why):
                    await tx.outbox.settle(booking, Step.STUCK, why=why)
            await tx.systems.is_well(booking.clinic.id)

    async def _booked(
        self, tx: Transaction, errand: Errand, outcome: Booked, visit: Appointment | None
    ) -> None:
        booking, there, now = errand.booking, outcome.there, self._clock()
        if not await tx.outbox.settle(booking, Step.BOOKED, ref=there.ref):
            if not outcome.moved:  # a no was said meanwhile: nobody here has it
                await tx.outbox.settle(booking, Step.LEAVING, ref=there.ref, due_at=now)
            return
        if visit and there.patient and is_wanted(booking, visit):  # who left is known no more
            await tx.system_patients.keep(booking.clinic.id, visit.child.id, there.patient)
        if outcome.moved and errand.old:
            await tx.outbox.settle(errand.old, Step.LEFT)
        if not is_wanted(booking, visit):
            await tx.outbox.settle(booking, Step.LEAVING, due_at=now)
        elif visit and visit.awaits_system:
            await stands_there(tx, booking, visit, now, is_move=errand.old is not None)


async def _put_off(tx: Transaction, booking: SystemBooking, later: Later, now: datetime) -> None:
    """What was not sent is refused, if nothing else, when the answer is due."""
    due = now + (later.after or _pause(booking.attempts))
    if later.step is Step.ASKED:
        due = min(due, max(booking.promised_at, now))
    doubt = later.in_doubt or booking.in_doubt
    await tx.outbox.put_off(booking, later.step, due, in_doubt=doubt)
    if later.why in TROUBLES:
        await tx.systems.failed(booking.clinic.id, later.why, now, now)


async def _refuse(
    tx: Transaction,
    booking: SystemBooking,
    why: Refused,
    now: datetime,
    *,
    still: Step | None = None,
) -> None:
    visit = await locked_visit(tx, booking)
    if await tx.outbox.settle(booking, Step.REFUSED, why=why, still=still):
        await say_no(tx, booking, visit, now)


async def _patient(
    tx: Transaction, booking: SystemBooking, visit: Appointment, settings: SystemSettings
) -> Patient:
    """The child, as far as the clinic's system may be told; what is sent is taken down."""
    child, clinic, by = visit.child, booking.clinic, booking.asked_by
    ref = await tx.system_patients.named(clinic.id, child.id)
    phone = ""
    asked = SentPart.PHONE in settings.sends and by is not None and tx.phones.kept
    if asked and by and await tx.consents.is_given(by, clinic.id, Purpose.PHONE_TO_CLINIC):
        known = await tx.phones.of_person(by)
        phone = known.number if known else ""
    parts = settings.sends - (frozenset() if phone else {SentPart.PHONE})
    await tx.outbox.sent(booking, parts)
    return Patient(child.name, child.birth_date, phone, ref)


def _pause(attempts: int) -> timedelta:
    """Longer each time, and never in step with others."""
    seconds = min(2.0 ** min(attempts, 8), LONGEST_PAUSE.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311
