"""Whether a family wants to be reminded: asked once, after a visit was booked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time, timedelta

from services.families.consents import Settings, require_consent, settings_of
from services.messages.planning import plan_reminders_of
from services.model.clinic import Clinic
from services.model.consents import ConsentText, Purpose
from services.model.ids import ChildId, ClinicId, PersonId
from services.model.people import ReminderWishes
from services.model.visits import Appointment
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class ReminderQuestion:
    """Whether a person wants to be reminded: asked once, after a visit was booked."""

    clinic: Clinic
    text: ConsentText
    child_id: ChildId


async def reminder_question(
    tx: Transaction, person: PersonId, visit: Appointment
) -> ReminderQuestion | None:
    """What to ask once a visit was booked; nothing if it was answered before."""
    clinic = visit.slot.doctor.clinic
    text = await tx.consents.to_ask(person, clinic.id, Purpose.REMINDERS)
    return ReminderQuestion(clinic, text, visit.child.id) if text else None


class Wishes:
    """How a family wants to be reminded, and how much is said."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def remind_in_the_evening(
        self, person: PersonId, clinic_id: ClinicId, at: time | None
    ) -> Settings:
        """Remind on the evening before at this hour, or not at all.

        Raises `NotFound`, `NoConsent`, as the next ones do."""

        def wish(wishes: ReminderWishes) -> ReminderWishes:
            return replace(wishes, evening=at is not None, evening_at=at)

        return await self._wish(person, clinic_id, wish)

    @use_case
    async def remind_before(
        self, person: PersonId, clinic_id: ClinicId, before: timedelta | None
    ) -> Settings:
        """Remind so long before a visit, or not once more."""

        def wish(wishes: ReminderWishes) -> ReminderWishes:
            return replace(wishes, soon=before is not None, before=before)

        return await self._wish(person, clinic_id, wish)

    @use_case
    async def be_discreet(self, person: PersonId, clinic_id: ClinicId, discreet: bool) -> Settings:
        """Say nothing but the time in messages that come by themselves, or all of it."""
        return await self._wish(
            person, clinic_id, lambda wishes: replace(wishes, discreet=discreet)
        )

    async def _wish(
        self,
        person: PersonId,
        clinic_id: ClinicId,
        wish: Callable[[ReminderWishes], ReminderWishes],
    ) -> Settings:
        async with self._transactions.writes(person) as tx:
            await require_consent(tx, person, clinic_id)
            if not tx.replay:
                await tx.families.set_wishes(person, wish(await tx.families.wishes(person)))
                await plan_reminders_of(tx, person, self._clock())
            return await settings_of(tx, person, clinic_id)
