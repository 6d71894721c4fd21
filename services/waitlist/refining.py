"""A family says more exactly what it waits for, in the place that it has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.messages.waits import waiting_of
from services.model.clinic import Doctor
from services.model.ids import DoctorId, PersonId, WaitId
from services.model.refusals.base import NotFound
from services.model.refusals.waitlist import NoDaysToWaitFor, WaitOver
from services.model.waitlist.offers import Waiting
from services.model.waitlist.waits import Wait, WaitWish
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be otherwise; None stays as it is."""

    weekdays: int | None = None
    """A bit for each that would do; Monday is the lowest."""
    notice: timedelta | None = None
    """How long before a time the family has to know of it at least."""
    doctor: DoctorId | None = None
    """Who is to do, too, or no more."""
    would_do: bool = True


@dataclass(frozen=True, slots=True)
class WaitDetails:
    """A place in the list, and between whom there is to choose."""

    waiting: Waiting
    doctors: Sequence[Doctor]
    """The clinic's."""


class Refining:
    """Which weekdays, which doctors, and how soon before a time."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def get(self, person: PersonId, wait_id: WaitId) -> WaitDetails:
        """What can be said more exactly. Raises `NotFound`, `WaitOver`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            return await _details(tx, await _live(tx, person, wait_id), now)

    @use_case
    async def say(self, person: PersonId, wait_id: WaitId, said: Said) -> WaitDetails:
        """Change one thing of the wish; the place stays, and what stands free is looked for anew.
        Again, it changes nothing.

        Raises:
            NotFound: not this person's place, or no doctor of the clinic.
            WaitOver: the place is no more.
            NoDaysToWaitFor: no day up to the last one is such a weekday.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            wait = await _live(tx, person, wait_id)
            doctors = await tx.clinics.doctors(wait.clinic.id)
            wish = refined(wait.wish, said, {doctor.id for doctor in doctors})
            _check_days(wish, max(wish.first, wait.clinic.today(now)).toordinal())
            if not tx.replay and wish != wait.wish:
                await tx.waits.say(wait.id, wish)
                await tx.waits.look_at(wait.id, now)
            return await _details(tx, await tx.waits.get(wait.id), now)


def refined(wish: WaitWish, said: Said, doctors: Collection[DoctorId]) -> WaitWish:
    """The wish with what was said. Where nobody is named any more, anybody would do.

    Raises:
        NotFound: the clinic has no such doctor.
    """
    if said.weekdays is not None:
        wish = replace(wish, weekdays=said.weekdays)
    if said.notice is not None:
        wish = replace(wish, notice=said.notice)
    if said.doctor is None:
        return wish
    if said.doctor not in doctors:
        raise NotFound
    others = wish.doctors - {said.doctor}
    return replace(wish, doctors=others | {said.doctor} if said.would_do else others)


def _check_days(wish: WaitWish, first: int) -> None:
    """Raises `NoDaysToWaitFor`."""
    days = range(first, min(wish.last.toordinal(), first + 6) + 1)
    if not any(wish.weekdays >> (day - 1) % 7 & 1 for day in days):  # day 1 was a Monday
        raise NoDaysToWaitFor


async def _live(tx: Transaction, person: PersonId, wait_id: WaitId) -> Wait:
    wait = await tx.waits.get(wait_id, cared_for_by=person)
    if not wait.is_live or wait.owed:
        raise WaitOver
    return wait


async def _details(tx: Transaction, wait: Wait, now: datetime) -> WaitDetails:
    doctors = await tx.clinics.doctors(wait.clinic.id)
    return WaitDetails(await waiting_of(tx, wait, now), doctors)
