"""Leaving a clinic: the consent to the processing of data is withdrawn (152-FZ art. 9 part 2).

It says first what that means: visits ahead are cancelled at once, and nothing is asked, reminded of
or told any more. What the clinic has to keep of visits that were stays with it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.families.consents import require_consent
from services.messages.planning import plan_reminders, plan_reminders_of
from services.messages.telling import news_for_others
from services.model.clinic import Clinic
from services.model.ids import ChildId, ClinicId, PersonId
from services.model.messages import CHANGES, NotificationKind
from services.model.people import Child, Scope
from services.model.refusals.families import FarewellChanged
from services.model.visits import Appointment, AppointmentState
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import visit_states
from services.rules.typed.texts import mark
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class Departure:
    """What it means to leave a clinic, or meant."""

    clinic: Clinic
    alone: Sequence[Child]
    """The asker's children of whom no other adult is at the clinic: their data are not processed
    there any more."""
    shared: Sequence[Child]
    """Those who stay there with another adult."""
    visits: Sequence[Appointment]
    """The visits ahead that are cancelled with it."""
    owed: Sequence[Appointment]
    """Those that wait for another time, and need none any more."""
    at: datetime

    @property
    def as_shown(self) -> int:
        """What a button keeps of it: see `together`."""
        return together([*self.visits, *self.owed], self.alone, self.shared)


class Leaving:
    """A parent takes the main consent back, clinic by clinic."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def look(self, person: PersonId, clinic_id: ClinicId) -> Departure:
        """What it would mean. Raises `NotFound`, `NoConsent`."""
        async with self._transactions.reads() as tx:
            await require_consent(tx, person, clinic_id)
            return await self._departure(tx, person, await tx.clinics.get(clinic_id))

    @use_case
    async def leave(self, person: PersonId, clinic_id: ClinicId, seen: int) -> Departure:
        """Withdraw all that the person agreed to at a clinic; what that allowed stops at once.

        Args:
            seen: `Departure.as_shown`, as it was then.

        Raises:
            NotFound, NoConsent: there is nothing to withdraw.
            FarewellChanged: other visits would be cancelled than were shown (R66).
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            clinic = await tx.clinics.get(clinic_id)
            if tx.replay:
                return await self._departure(tx, person, clinic)
            await require_consent(tx, person, clinic_id)
            await tx.families.children(person, lock=True)
            leaving = await self._departure(tx, person, clinic)
            if seen != leaving.as_shown:
                raise FarewellChanged
            await give_back(tx, person, leaving.visits, leaving.owed, now)
            alone = [child.id for child in leaving.alone]
            await withdraw_everything(tx, person, clinic_id, alone, now)
            return leaving

    async def _departure(self, tx: Transaction, person: PersonId, clinic: Clinic) -> Departure:
        now = self._clock()
        children = await tx.families.children(person, scope=Scope.DECIDE)
        ids = [child.id for child in children]
        shared = await tx.consents.agreed_by_others(person, clinic.id, ids)
        alone = [child for child in children if child.id not in shared]
        lone = [child.id for child in alone]
        ahead = await tx.appointments.planned(lone, after=now)
        owed = await tx.appointments.needing(lone)
        return Departure(
            clinic,
            alone,
            [child for child in children if child.id in shared],
            [each for each in ahead if _is_at(each, clinic) and each.slot.starts_at > now],
            [each for each in owed if _is_at(each, clinic)],
            now,
        )


def _is_at(visit: Appointment, clinic: Clinic) -> bool:
    return visit.slot.doctor.clinic.id == clinic.id


def together(
    visits: Sequence[Appointment], goes: Iterable[Child], stays: Iterable[Child], more: str = ""
) -> int:
    """What a button keeps of a farewell: which visits it cancels, and how these stand; which
    children go, and which stay (R66)."""
    shown = visit_states.together_as_shown(visits)
    children = [",".join(str(child.id) for child in each) for each in (goes, stays)]
    return mark(" ".join([str(shown), *children, more]))


async def give_back(
    tx: Transaction,
    person: PersonId,
    visits: Sequence[Appointment],
    owed: Iterable[Appointment],
    now: datetime,
) -> None:
    """Cancel visits, look for no time for the owed ones, and plan nothing more about any, but that
    who helps hears of it. Their children are locked."""
    for visit in visits:
        cancelled = await tx.appointments.change(
            visit, AppointmentState.CANCELLED, by=person, at=now
        )
        told = NotificationKind.FAMILY_CANCELLED
        helpers = await news_for_others(tx, told, cancelled, person, now, visits[0])
        await tx.notifications.replan(visit.id, CHANGES, helpers, now)
        await plan_reminders(tx, cancelled, now)
    for visit in owed:
        await tx.appointments.give_up(visit, person, now)
        await tx.notifications.replan(visit.id, CHANGES, [], now)


async def withdraw_everything(
    tx: Transaction,
    person: PersonId,
    clinic_id: ClinicId | None,
    alone: Collection[ChildId],
    now: datetime,
) -> None:
    """Let no consent of a person's stand any more, of whatever purpose, at a clinic or (None)
    anywhere; nor those that were recorded on paper for children whom nobody else looks after, nor
    their groups, nor how the clinic's own system names them."""
    await tx.slots.let_go(person)
    await tx.conversations.close(person)
    await tx.consents.withdraw_all(person, clinic_id, now)
    await tx.consents.withdraw_on_paper(alone, clinic_id, person, now)
    await tx.groups.forget(alone, clinic_id)
    await tx.system_patients.forget(alone, clinic_id)
    await tx.waits.forget(alone, clinic_id)
    await plan_reminders_of(tx, person, now)
