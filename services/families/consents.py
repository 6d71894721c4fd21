"""What a person agrees to beside the processing of data, each purpose by itself."""

from dataclasses import dataclass

from services.messages.planning import plan_reminders_of
from services.model.clinic import Clinic
from services.model.consents import ConsentText, Purpose
from services.model.ids import ChildId, ClinicId, PersonId
from services.model.people import Phone, ReminderWishes
from services.model.refusals.base import NotFound
from services.model.refusals.families import ConsentChanged, NoConsent, NotEntrusted
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.runtime.use_case import use_case

OPTIONAL = (Purpose.REMINDERS, Purpose.NEWS, Purpose.CHECK_UPS, Purpose.PHONE_TO_CLINIC)
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


class Consents:
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
            return await settings_of(tx, person, at)

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
            return await settings_of(tx, person, clinic_id)

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
            return await settings_of(tx, person, clinic_id)

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
            return await settings_of(tx, person, clinic_id)


async def settings_of(tx: Transaction, person: PersonId, clinic_id: ClinicId) -> Settings:
    """How it stands at a clinic. Raises `NoConsent`, `NotFound`."""
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


async def require_consent_for(
    tx: Transaction, person: PersonId, clinic_id: ClinicId, child_id: ChildId
) -> None:
    """Whether something of a child may be begun at a clinic. Who only helps says yes for
    themselves; for the child a parent has to.

    Raises:
        NoConsent: the person has not agreed.
        NotEntrusted: no parent has, or none does any more.
    """
    agreed, decides = await tx.consents.may_begin(person, clinic_id, child_id)
    if not agreed:
        raise NoConsent
    if not decides and not await tx.consents.agreed_by_others(person, clinic_id, [child_id]):
        raise NotEntrusted
