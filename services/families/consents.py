"""What a person agrees to beside the processing of data, each purpose by itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import time, timedelta

from services.messages.planning import plan_reminders_of
from services.model.clinic import Clinic
from services.model.consents import ConsentText, Purpose
from services.model.ids import ChildId, ClinicId, PersonId
from services.model.people import Phone, ReminderWishes
from services.model.refusals.base import NotFound
from services.model.refusals.families import ConsentChanged, NoConsent
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.runtime.use_case import use_case

OPTIONAL = (Purpose.REMINDERS, Purpose.NEWS, Purpose.CHECK_UPS)
"""What a family can do without and be served all the same."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person agreed to at a clinic, and how they want to be reminded."""

    clinic: Clinic
    offered: frozenset[Purpose]
    """What the clinic asks for at all."""
    given: frozenset[Purpose]
    wishes: ReminderWishes
    asks_phone: bool = False
    """Whether there is a place for the person's phone number."""
    phone: Phone | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A clinic's text for one purpose, before it is agreed to."""

    clinic: Clinic
    text: ConsentText


class Agreements:
    """Consents for each purpose of its own, each given and withdrawn by itself."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def settings(self, person: PersonId, clinic_id: ClinicId | None = None) -> Settings:
        """How it stands at a clinic, or at the one the person came to last.

        Raises:
            NotFound: there is no such clinic.
            NoConsent: nothing is kept of the person there, or anywhere.
        """
        async with self._transactions.reads() as tx:
            at = clinic_id or await tx.families.clinic_of(person)
            if at is None:
                raise NoConsent
            return await self._settings(tx, person, at)

    @use_case
    async def text(self, person: PersonId, clinic_id: ClinicId, purpose: Purpose) -> Agreement:
        """What there is to be agreed to. Raises `NotFound`, `NoConsent`."""
        async with self._transactions.reads() as tx:
            await require_consent(tx, person, clinic_id)
            _require_optional(purpose)
            clinic = await tx.clinics.get(clinic_id)
            return Agreement(clinic, await tx.consents.text(clinic_id, purpose))

    @use_case
    async def agree(
        self,
        person: PersonId,
        clinic_id: ClinicId,
        purpose: Purpose,
        version: int,
        child_id: ChildId | None = None,
    ) -> Settings:
        """Record that the person agreed to a text as it was shown; visits ahead are reminded of.

        Raises:
            ConsentChanged: the clinic has another text by now.
            NotFound, NoConsent: not this person's to agree to.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            await require_consent(tx, person, clinic_id)
            _require_optional(purpose)
            text = await tx.consents.text(clinic_id, purpose)
            if child_id is not None:
                await tx.families.child(child_id, cared_for_by=person)
            given = await tx.consents.is_given(person, clinic_id, purpose)
            if not given and not tx.replay:
                if text.version != version:
                    raise ConsentChanged
                await tx.consents.give(person, text, now, child_id)
                await plan_reminders_of(tx, person, now)
            return await self._settings(tx, person, clinic_id)

    @use_case
    async def decline(self, person: PersonId, clinic_id: ClinicId, purpose: Purpose) -> Settings:
        """Record that the person does not agree, so that nobody asks again.

        An old button after an agreement takes nothing back. Raises `NotFound`, `NoConsent`.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            await require_consent(tx, person, clinic_id)
            _require_optional(purpose)
            text = await tx.consents.text(clinic_id, purpose)
            if not tx.replay:
                await tx.consents.decline(person, text, now)
            return await self._settings(tx, person, clinic_id)

    @use_case
    async def withdraw(self, person: PersonId, clinic_id: ClinicId, purpose: Purpose) -> Settings:
        """Take an agreement back: what it allowed stops at once. Raises `NotFound`, `NoConsent`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            await require_consent(tx, person, clinic_id)
            _require_optional(purpose)
            if not tx.replay:
                await tx.consents.withdraw(person, clinic_id, purpose, now)
                await plan_reminders_of(tx, person, now)
            return await self._settings(tx, person, clinic_id)

    # When, and how much is said

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
            return await self._settings(tx, person, clinic_id)

    async def _settings(self, tx: Transaction, person: PersonId, clinic_id: ClinicId) -> Settings:
        await require_consent(tx, person, clinic_id)
        clinic = await tx.clinics.get(clinic_id)
        offered = await tx.consents.purposes(clinic_id) & {*OPTIONAL}
        given = await tx.consents.given(person, clinic_id)
        return Settings(
            clinic,
            frozenset(offered),
            frozenset(given),
            await tx.families.wishes(person),
            asks_phone=tx.phones.kept,
            phone=await tx.phones.of_person(person),
        )


def _require_optional(purpose: Purpose) -> None:
    """The processing of data is agreed to on the way in, and by nothing else."""
    if purpose not in OPTIONAL:
        raise NotFound


async def require_consent(tx: Transaction, person: PersonId, clinic_id: ClinicId) -> None:
    """Raises `NoConsent` unless the clinic may process data about the person's family."""
    if not await tx.consents.is_given(person, clinic_id, Purpose.PROCESSING):
        raise NoConsent
