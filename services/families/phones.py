"""A person's own phone number, by which the registry finds their visits when they call."""

from dataclasses import dataclass

from services.families import consents
from services.model.clinic import Clinic
from services.model.ids import ClinicId, PersonId
from services.model.people import Phone
from services.model.refusals.families import NoConsent, NotOwnPhone, PhonesNotKept
from services.ports.readers import Clock, PhoneReader
from services.ports.transaction import Transaction, Transactions
from services.runtime.use_case import use_case

AT_ONCE = 200
"""Numbers that one transaction encrypts anew: others wait for it."""


@dataclass(frozen=True, slots=True)
class PhonePage:
    """What is kept of a person's phone, as they see it at a clinic."""

    clinic: Clinic
    phone: Phone | None


class Phones:
    """Numbers given, taken back, and kept under a key that can be changed."""

    def __init__(self, transactions: Transactions, clock: Clock, read_phone: PhoneReader) -> None:
        self._transactions = transactions
        self._clock = clock
        self._read_phone = read_phone

    @use_case
    async def page(self, person: PersonId, clinic_id: ClinicId) -> PhonePage:
        """The person's number, or none. Raises `NotFound`, `NoConsent`, `PhonesNotKept`."""
        async with self._transactions.reads() as tx:
            return await self._page(tx, person, clinic_id)

    @use_case
    async def give(self, person: PersonId, written: str, *, own: bool) -> PhonePage:
        """Keep a number that Telegram brought; `own` says whether it vouches for it as theirs.

        Raises:
            NotOwnPhone: it is from somebody's address book (R31).
            PhoneUnclear: it is no number.
            NoConsent: the clinic they came to last may not keep anything of them, or there is none.
            PhonesNotKept: there is no key.
        """
        async with self._transactions.writes(person) as tx:
            clinic_id = await tx.families.clinic_of(person)
            if clinic_id is None:
                raise NoConsent
            await _require_place(tx, person, clinic_id)
            if not own:
                raise NotOwnPhone
            if not tx.replay:
                number = self._read_phone(written)
                await tx.phones.keep_for_person(person, number, self._clock())
            return await self._page(tx, person, clinic_id)

    @use_case
    async def remove(self, person: PersonId, clinic_id: ClinicId) -> PhonePage:
        """Keep no number of the person; again changes nothing.

        Raises `NotFound`, `NoConsent`, `PhonesNotKept`."""
        async with self._transactions.writes(person) as tx:
            if not tx.replay:
                await _require_place(tx, person, clinic_id)
                await tx.phones.forget_of_person(person)
            return await self._page(tx, person, clinic_id)

    @use_case
    async def encrypt_anew(self) -> int:
        """Encrypt with the first key whatever another one encrypted; return how many these were.

        Some at a time: whatever ends it, what is done is done, and doing it again goes on.

        Raises `PhonesNotKept`."""
        count = 0
        while done := await self._encrypt_some():
            count += done
        return count

    async def _encrypt_some(self) -> int:
        async with self._transactions.writes() as tx:
            numbers = await tx.phones.encrypt_anew(AT_ONCE)
            return numbers + await tx.groups.encrypt_anew(AT_ONCE)

    @use_case
    async def locked(self) -> int:
        """How many numbers there are that none of the keys opens."""
        async with self._transactions.reads() as tx:
            return await tx.phones.locked()

    @use_case
    async def forget_locked(self) -> int:
        """Drop the numbers that none of the keys opens; return how many these were."""
        async with self._transactions.writes() as tx:
            return await tx.phones.forget_locked()

    async def _page(self, tx: Transaction, person: PersonId, clinic_id: ClinicId) -> PhonePage:
        clinic = await tx.clinics.get(clinic_id)
        await _require_place(tx, person, clinic_id)
        return PhonePage(clinic, await tx.phones.of_person(person))


async def _require_place(tx: Transaction, person: PersonId, clinic_id: ClinicId) -> None:
    """Raises `NoConsent` and `PhonesNotKept`: there is no place for a number."""
    await consents.require_consent(tx, person, clinic_id)
    if not tx.phones.kept:
        raise PhonesNotKept
