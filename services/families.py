"""From a first "/start" to a family that is known: clinic, consent, child."""

from services import places
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
from services.refusals import ConsentChanged, NoSuchClinic, Refusal
from services.rules import check_birth_date, is_known, tidy_name


class Families:
    """The parent's way in, and the children in their care."""

    def __init__(self, transactions: Transactions, clock: Clock, read_date: DateReader) -> None:
        self._transactions = transactions
        self._clock = clock
        self._read_date = read_date

    @use_case
    async def meet(self, telegram_id: int, language: Language) -> Person:
        """The person behind a Telegram user; a stranger is remembered by id and language alone."""
        async with self._transactions.reads() as tx:
            if known := await tx.families.person(telegram_id):
                return known
        async with self._transactions.writes() as tx:
            return await tx.families.add_person(telegram_id, language)

    @use_case
    async def speak(self, person: PersonId, language: Language) -> Place:
        """Speak another language with the person from now on."""
        async with self._transactions.writes() as tx:
            if not tx.replay:
                await tx.families.set_language(person, language)
            return await places.here(tx, person, self._clock())

    @use_case
    async def start(self, person: PersonId, clinic_code: str | None = None) -> Place:
        """Begin at the clinic that a poster link names, or where the person stands.

        What was being typed is forgotten.
        """
        async with self._transactions.writes() as tx:
            if tx.replay:
                return await places.here(tx, person, self._clock())
            await tx.conversations.close(person)
            if clinic_code is None:
                place = await places.here(tx, person, self._clock())
                return await self._ask_if_needed(tx, person, place)
            if clinic := await tx.clinics.by_code(clinic_code):
                return await self._at_clinic(tx, person, clinic)
            return ChooseClinic(await tx.clinics.all(), NoSuchClinic())

    @use_case
    async def here(self, person: PersonId) -> Place:
        """Where the person stands now; changes nothing."""
        async with self._transactions.reads() as tx:
            return await places.here(tx, person, self._clock())

    @use_case
    async def clinics(self) -> list[Clinic]:
        """All clinics there are to choose from."""
        async with self._transactions.reads() as tx:
            return await tx.clinics.all()

    @use_case
    async def clinic(self, clinic_id: ClinicId) -> Clinic:
        """One clinic and its phones, known to everybody. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            return await tx.clinics.get(clinic_id)

    @use_case
    async def enter(self, person: PersonId, clinic_id: ClinicId) -> Place:
        """Go to a clinic: what is missing there is asked for. Raises `NotFound`."""
        async with self._transactions.writes() as tx:
            return await self._at_clinic(tx, person, await tx.clinics.get(clinic_id))

    @use_case
    async def consent(self, person: PersonId, clinic_id: ClinicId, version: int) -> Place:
        """Record that the person agreed to the clinic's text as it was shown, and go on.

        Raises:
            ConsentChanged: the clinic has another text by now.
            NotFound: there is no such clinic.
        """
        async with self._transactions.writes() as tx:
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
    async def ask_child(self, person: PersonId, clinic_id: ClinicId) -> Place:
        """Ask for one more child's name. Raises `NotFound`, `NoConsent`."""
        async with self._transactions.writes() as tx:
            clinic = await tx.clinics.get(clinic_id)
            await places.require_consent(tx, person, clinic_id)
            if tx.replay:
                return await places.here(tx, person, self._clock())
            await tx.conversations.ask(person, Conversation(Asked.CHILD_NAME, clinic_id))
            return AskName(clinic)

    @use_case
    async def stop_typing(self, person: PersonId, clinic_id: ClinicId) -> Place:
        """Leave the open question unanswered. Raises `NotFound`."""
        async with self._transactions.writes() as tx:
            clinic = await tx.clinics.get(clinic_id)
            if not tx.replay:
                await tx.conversations.close(person)
            place = await places.at_clinic(tx, person, clinic, self._clock())
            return place if isinstance(place, Home) else ChooseClinic(await tx.clinics.all())

    @use_case
    async def answer(self, person: PersonId, typed: str) -> Place:
        """Take typed words as the answer to what was asked, and ask what is next.

        Words that will not do are asked for again, with the reason; words that nobody asked for
        lead to where the person stands.
        """
        async with self._transactions.writes() as tx:
            asked = await tx.conversations.of(person, lock=True)
            if asked is None or tx.replay:
                place = await places.here(tx, person, self._clock())
                return await self._ask_if_needed(tx, person, place)
            await places.require_consent(tx, person, asked.clinic_id)
            try:
                return await self._take(tx, person, asked, typed)
            except Refusal as problem:
                return await places.question(tx, asked, problem)

    async def _take(
        self, tx: Transaction, person: PersonId, asked: Conversation, typed: str
    ) -> Place:
        if asked.asked is Asked.CHILD_NAME:
            name = tidy_name(typed)
            following = Conversation(Asked.BIRTH_DATE, asked.clinic_id, child_name=name)
            await tx.conversations.ask(person, following)
            return await places.question(tx, following)
        clinic = await tx.clinics.get(asked.clinic_id)
        now = self._clock()
        birth_date = self._read_date(typed)
        check_birth_date(birth_date, today=now.astimezone(clinic.zone).date())
        if not is_known(asked.child_name, birth_date, await tx.families.children(person)):
            await tx.families.add_child(
                asked.child_name, birth_date, cared_for_by=person, since=now
            )
        await tx.conversations.close(person)
        return await places.home(tx, person, clinic, now)

    async def _at_clinic(self, tx: Transaction, person: PersonId, clinic: Clinic) -> Place:
        place = await places.at_clinic(tx, person, clinic, self._clock())
        if not isinstance(place, AskConsent) and not tx.replay:
            await tx.families.come_to(person, clinic.id)
        return await self._ask_if_needed(tx, person, place)

    async def _ask_if_needed(self, tx: Transaction, person: PersonId, place: Place) -> Place:
        if isinstance(place, AskName) and not tx.replay:
            await tx.conversations.ask(person, Conversation(Asked.CHILD_NAME, place.clinic.id))
        return place
