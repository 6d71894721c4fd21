"""From a first "/start" to a family that is known: clinic, consent, child; and all typed words."""

from dataclasses import dataclass, replace
from datetime import date

from services import places
from services.districts import find_district
from services.model import (
    Asked,
    Clinic,
    ClinicId,
    Conversation,
    Language,
    Person,
    PersonId,
    Purpose,
)
from services.once import use_case
from services.places import AskConsent, AskName, ChooseClinic, Declined, Home, Place
from services.ports import Clock, DateReader, Transaction, Transactions
from services.refusals import ConsentChanged, NoSuchClinic, NotFound, Refusal
from services.rules import check_birth_date, check_room_for_child, is_known, tidy_name


@dataclass(frozen=True, slots=True)
class ClinicPage:
    """A clinic as everybody may know it."""

    clinic: Clinic
    has_others: bool
    """Whether there are other clinics to go to."""


class Families:
    """The parent's way in, and the children in their care."""

    def __init__(self, transactions: Transactions, clock: Clock, read_date: DateReader) -> None:
        self._transactions = transactions
        self._clock = clock
        self._read_date = read_date

    @use_case
    async def meet(self, telegram_id: int, language: Language) -> Person:
        """The person behind a Telegram user; a stranger is remembered by id and language alone.

        Who writes can be written to again, whatever was found out before (R20)."""
        async with self._transactions.reads() as tx:
            known = await tx.families.person(telegram_id)
        if known and not known.unreachable:
            return known
        async with self._transactions.writes() as tx:
            if known:
                await tx.families.found(known.id)
                return replace(known, unreachable=False)
            return await tx.families.add_person(telegram_id, language)

    @use_case
    async def speak(self, person: PersonId, language: Language) -> Place:
        """Speak another language with the person from now on."""
        async with self._transactions.writes(person) as tx:
            if not tx.replay:
                await tx.families.set_language(person, language)
            place = await places.here(tx, person, self._clock())
            return await places.ask_if_needed(tx, person, place, self._clock())

    @use_case
    async def start(self, person: PersonId, clinic_code: str | None = None) -> Place:
        """Begin at the clinic that a poster link names, or where the person stands.

        What was being typed is forgotten.
        """
        async with self._transactions.writes(person) as tx:
            if tx.replay:
                return await places.here(tx, person, self._clock())
            await tx.conversations.close(person)
            if clinic_code is None:
                place = await places.here(tx, person, self._clock())
                return await places.ask_if_needed(tx, person, place, self._clock())
            if clinic := await tx.clinics.by_code(clinic_code):
                return await self._at_clinic(tx, person, clinic)
            return ChooseClinic(await tx.clinics.all(), NoSuchClinic())

    @use_case
    async def here(self, person: PersonId) -> Place:
        """Where the person stands now: an open question stays open, a first child is asked for."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            place = await places.here(tx, person, now)
            return await places.ask_if_needed(tx, person, place, now)

    @use_case
    async def clinics(self) -> list[Clinic]:
        """All clinics there are to choose from."""
        async with self._transactions.reads() as tx:
            return await tx.clinics.all()

    @use_case
    async def clinic(self, clinic_id: ClinicId) -> ClinicPage:
        """One clinic and its phones, known to everybody. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            return ClinicPage(clinic, has_others=await tx.clinics.count() > 1)

    @use_case
    async def enter(self, person: PersonId, clinic_id: ClinicId) -> Place:
        """Go to a clinic: what is missing there is asked for. Raises `NotFound`."""
        async with self._transactions.writes(person) as tx:
            return await self._at_clinic(tx, person, await tx.clinics.get(clinic_id))

    @use_case
    async def consent(self, person: PersonId, clinic_id: ClinicId, version: int) -> Place:
        """Record that the person agreed to the clinic's text as it was shown, and go on.

        Raises:
            ConsentChanged: the clinic has another text by now.
            NotFound: there is no such clinic.
        """
        async with self._transactions.writes(person) as tx:
            clinic = await tx.clinics.get(clinic_id)
            text = await tx.consents.text(clinic_id, Purpose.PROCESSING)
            given = await tx.consents.is_given(person, clinic_id, Purpose.PROCESSING)
            if not given and not tx.replay:
                if text.version != version:
                    raise ConsentChanged
                await tx.consents.give(person, text, self._clock())
            return await self._at_clinic(tx, person, clinic)

    @use_case
    async def decline(self, person: PersonId, clinic_id: ClinicId) -> Place:
        """Not to consent now. An old button after a consent changes nothing: withdrawing is another
        thing. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            place = await places.at_clinic(tx, person, clinic, self._clock())
        return Declined(clinic) if isinstance(place, AskConsent) else place

    @use_case
    async def home(self, person: PersonId, clinic_id: ClinicId) -> Home:
        """The home screen of a clinic. Raises `NotFound`, `NoConsent`, `NoChild`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            return await places.home(tx, person, clinic, self._clock())

    @use_case
    async def stop_typing(self, person: PersonId, clinic_id: ClinicId | None = None) -> Place:
        """Leave the open question unanswered. Raises `NotFound`."""
        async with self._transactions.writes(person) as tx:
            now = self._clock()
            if not tx.replay:
                await tx.conversations.close(person)
            if clinic_id is None:
                place = await places.here(tx, person, now)
            else:
                clinic = await tx.clinics.get(clinic_id)
                place = await places.at_clinic(tx, person, clinic, now)
            return ChooseClinic(await tx.clinics.all()) if isinstance(place, AskName) else place

    @use_case
    async def answer(self, person: PersonId, typed: str) -> Place:
        """Take typed words as the answer to what was asked, and ask what is next.

        Words that will not do are asked for again, with the reason; words that nobody asked for
        lead to where the person stands.
        """
        async with self._transactions.writes(person) as tx:
            asked = await places.open_question(tx, person, self._clock())
            if asked is None or tx.replay:
                place = await places.here(tx, person, self._clock())
                return await places.ask_if_needed(tx, person, place, self._clock())
            await places.require_consent(tx, person, asked.clinic_id)
            try:
                return await self._take(tx, person, asked, typed)
            except Refusal as problem:
                return await places.question(tx, person, asked, problem)

    # Typed words

    async def _take(
        self, tx: Transaction, person: PersonId, asked: Conversation, typed: str
    ) -> Place:
        clinic = await tx.clinics.get(asked.clinic_id)
        if asked.asked is Asked.CHILD_NAME:
            return await self._take_name(tx, person, asked, typed)
        if asked.asked is Asked.BIRTH_DATE:
            return await self._take_birth_date(tx, person, asked, clinic, typed)
        if asked.child_id is None:
            raise NotFound
        child = await tx.families.child(asked.child_id, cared_for_by=person, lock=True)
        if asked.asked is Asked.ADDRESS:
            district = find_district(typed, await tx.districts.addresses(clinic.id))
            await tx.families.change_child(replace(child, district_id=district.id))
            await tx.conversations.close(person)
            return await places.home(tx, person, clinic, self._clock())
        if asked.asked is Asked.NEW_NAME:
            child = replace(child, name=tidy_name(typed))
        else:
            child = replace(child, birth_date=self._birth_date(typed, clinic))
        await tx.families.change_child(child)
        await tx.conversations.close(person)
        return await places.card(tx, person, child, clinic, self._clock())

    async def _take_name(
        self, tx: Transaction, person: PersonId, asked: Conversation, typed: str
    ) -> Place:
        following = replace(
            asked, asked=Asked.BIRTH_DATE, child_name=tidy_name(typed), asked_at=self._clock()
        )
        await tx.conversations.ask(person, following)
        return await places.question(tx, person, following)

    async def _take_birth_date(
        self, tx: Transaction, person: PersonId, asked: Conversation, clinic: Clinic, typed: str
    ) -> Place:
        now = self._clock()
        birth_date = self._birth_date(typed, clinic)
        children = await tx.families.children(person)
        if is_known(asked.child_name, birth_date, children):
            await tx.conversations.close(person)
            return await places.home(tx, person, clinic, now)
        check_room_for_child(clinic, children)
        child = await tx.families.add_child(
            asked.child_name, birth_date, cared_for_by=person, since=now
        )
        if await tx.districts.of_clinic(clinic.id):
            following = Conversation(Asked.ADDRESS, clinic.id, now, child_id=child.id)
            await tx.conversations.ask(person, following)
            return await places.question(tx, person, following)
        await tx.conversations.close(person)
        return await places.home(tx, person, clinic, now)

    def _birth_date(self, typed: str, clinic: Clinic) -> date:
        birth_date = self._read_date(typed)
        check_birth_date(birth_date, today=self._clock().astimezone(clinic.zone).date())
        return birth_date

    async def _at_clinic(self, tx: Transaction, person: PersonId, clinic: Clinic) -> Place:
        place = await places.at_clinic(tx, person, clinic, self._clock())
        if not isinstance(place, AskConsent) and not tx.replay:
            await tx.families.come_to(person, clinic.id)
        return await places.ask_if_needed(tx, person, place, self._clock())
