"""From a first "/start" to a family that is known: clinic, consent, child; and all typed words."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.families import consents
from services.families import home as families_home
from services.families.home import Home
from services.families.places import (
    AskConsent,
    AskName,
    ChooseClinic,
    Declined,
    Place,
    ask_if_needed,
    at_clinic,
    at_last_clinic,
    card,
    here,
    open_question,
    question,
)
from services.model.clinic import Clinic
from services.model.consents import Purpose
from services.model.conversations import (
    AddressOf,
    BirthDateOf,
    Conversation,
    MaybeKnown,
    NamingChild,
    NewBirthDateOf,
    NewNameOf,
    OfFamily,
)
from services.model.ids import ClinicId, PersonId
from services.model.people import Language, Person, Scope
from services.model.refusals.base import Refusal
from services.model.refusals.clinic import NoSuchClinic
from services.model.refusals.families import ConsentChanged
from services.model.refusals.typed import NotYesOrNo
from services.ports.readers import Clock, DateReader
from services.ports.transaction import Transaction, Transactions
from services.rules.addresses import find_district
from services.rules.ages import check_birth_date, is_known
from services.rules.booking import check_room_for_child
from services.rules.names import may_be_one_child
from services.rules.typed.lines import may_be_a_sentence, read_child, read_only_name
from services.rules.typed.texts import mark
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class ClinicPage:
    """A clinic as everybody may know it."""

    clinic: Clinic
    has_others: bool
    """Whether there are other clinics to go to."""
    now: datetime


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
            place = await here(tx, person, self._clock())
            return await ask_if_needed(tx, person, place, self._clock())

    @use_case
    async def start(self, person: PersonId, clinic_code: str | None = None) -> Place:
        """Begin at the clinic that a poster link names, or where the person stands.

        What was being typed is forgotten.
        """
        async with self._transactions.writes(person) as tx:
            if tx.replay:
                return await here(tx, person, self._clock())
            await tx.conversations.close(person)
            if clinic_code is None:
                place = await at_last_clinic(tx, person, self._clock())
                return await ask_if_needed(tx, person, place, self._clock())
            if clinic := await tx.clinics.by_code(clinic_code):
                return await self._at_clinic(tx, person, clinic)
            return ChooseClinic(await tx.clinics.all(), NoSuchClinic())

    @use_case
    async def here(self, person: PersonId) -> Place:
        """Where the person stands now: an open question stays open, a first child is asked for."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            place = await here(tx, person, now)
            return await ask_if_needed(tx, person, place, now)

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
            return ClinicPage(clinic, await tx.clinics.count() > 1, self._clock())

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
                await tx.erasures.take_back(person)  # who comes back wants to stay
            return await self._at_clinic(tx, person, clinic)

    @use_case
    async def decline(self, person: PersonId, clinic_id: ClinicId) -> Place:
        """Not to consent now. An old button after a consent changes nothing: withdrawing is another
        thing. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            place = await at_clinic(tx, person, clinic, self._clock())
        return Declined(clinic) if isinstance(place, AskConsent) else place

    @use_case
    async def home(self, person: PersonId, clinic_id: ClinicId) -> Home:
        """The home screen of a clinic. Raises `NotFound`, `NoConsent`, `NoChild`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            return await families_home.home(tx, person, clinic, self._clock())

    @use_case
    async def leave_question(self, person: PersonId) -> None:
        """Leave the open question unanswered: something else is asked for."""
        async with self._transactions.writes(person) as tx:
            if not tx.replay:
                await tx.conversations.close(person)

    @use_case
    async def stop_typing(self, person: PersonId, clinic_id: ClinicId | None = None) -> Place:
        """Leave the open question unanswered. Raises `NotFound`."""
        async with self._transactions.writes(person) as tx:
            now = self._clock()
            if not tx.replay:
                await tx.conversations.close(person)
            if clinic_id is None:
                place = await here(tx, person, now)
            else:
                clinic = await tx.clinics.get(clinic_id)
                place = await at_clinic(tx, person, clinic, now)
            return ChooseClinic(await tx.clinics.all()) if isinstance(place, AskName) else place

    @use_case
    async def answer(self, person: PersonId, typed: str) -> Place:
        """Take typed words as the answer to what was asked, and ask what is next.

        Words that will not do are asked for again, with the reason; words that nobody asked for
        lead to where the person stands.
        """
        async with self._transactions.writes(person) as tx:
            asked = await open_question(tx, person, self._clock())
            if asked is None or tx.replay:
                place = await here(tx, person, self._clock())
                return await ask_if_needed(tx, person, place, self._clock())
            await consents.require_consent(tx, person, asked.clinic_id)
            try:
                return await self._take(tx, person, asked, typed)
            except Refusal as problem:
                return await question(tx, person, asked, problem)

    @use_case
    async def name_is_right(self, person: PersonId, key: int) -> Place:
        """Take words that may be no name for one, as the person says that they are.

        What was asked since, or answered, stays as it is.

        Args:
            key: of the words, as `typed.texts.mark` gives it.
        """
        async with self._transactions.writes(person) as tx:
            asked = await open_question(tx, person, self._clock())
            topic = asked.topic if asked and not tx.replay else None
            if asked is None or not isinstance(topic, NamingChild | NewNameOf):
                place = await here(tx, person, self._clock())
                return await ask_if_needed(tx, person, place, self._clock())
            await consents.require_consent(tx, person, asked.clinic_id)
            if not topic.words or mark(topic.words) != key:
                return await question(tx, person, asked)
            clinic = await tx.clinics.get(asked.clinic_id)
            if isinstance(topic, NamingChild):
                return await self._ask_next(tx, person, clinic, BirthDateOf(topic.words))
            return await self._rename(tx, person, clinic, topic, topic.words)

    @use_case
    async def is_another(self, person: PersonId, key: int) -> Place:
        """Add the child who was asked about, as it is another one than the one who is there.

        What was asked since, or answered, stays as it is.

        Args:
            key: of the name, as `typed.texts.mark` gives it.
        """
        async with self._transactions.writes(person) as tx:
            asked = await open_question(tx, person, self._clock())
            topic = asked.topic if asked and not tx.replay else None
            if asked is None or not isinstance(topic, MaybeKnown) or mark(topic.child_name) != key:
                place = await here(tx, person, self._clock())
                return await ask_if_needed(tx, person, place, self._clock())
            await consents.require_consent(tx, person, asked.clinic_id)
            clinic = await tx.clinics.get(asked.clinic_id)
            return await self._add(tx, person, clinic, topic.child_name, topic.birth_date)

    @use_case
    async def is_same(self, person: PersonId, key: int) -> Place:
        """Add nobody, as it is the child who is there. What was asked since stays as it is.

        Args:
            key: of the name, as `typed.texts.mark` gives it.
        """
        async with self._transactions.writes(person) as tx:
            asked = await open_question(tx, person, self._clock())
            topic = asked.topic if asked else None
            if isinstance(topic, MaybeKnown) and mark(topic.child_name) == key:
                await tx.conversations.close(person)
            place = await here(tx, person, self._clock())
            return await ask_if_needed(tx, person, place, self._clock())

    # Typed words

    async def _take(
        self, tx: Transaction, person: PersonId, asked: Conversation[OfFamily], typed: str
    ) -> Place:
        clinic = await tx.clinics.get(asked.clinic_id)
        match asked.topic:
            case NamingChild():
                return await self._take_name(tx, person, clinic, typed)
            case BirthDateOf(name):
                born = self._read_date(typed)
                return await self._take_birth_date(tx, person, clinic, name, born)
            case MaybeKnown():
                raise NotYesOrNo
            case NewNameOf() as topic:
                name = read_only_name(typed, self._read_date)
                if may_be_a_sentence(name):
                    return await self._ask_next(tx, person, clinic, replace(topic, words=name))
                return await self._rename(tx, person, clinic, topic, name)
            case NewBirthDateOf() | AddressOf() as topic:
                return await self._correct(tx, person, clinic, topic, typed)

    async def _take_name(
        self, tx: Transaction, person: PersonId, clinic: Clinic, typed: str
    ) -> Place:
        name, born = read_child(typed, self._read_date)
        if may_be_a_sentence(name):
            return await self._ask_next(tx, person, clinic, NamingChild(name))
        if born:
            return await self._take_birth_date(tx, person, clinic, name, born)
        return await self._ask_next(tx, person, clinic, BirthDateOf(name))

    async def _rename(
        self, tx: Transaction, person: PersonId, clinic: Clinic, topic: NewNameOf, name: str
    ) -> Place:
        child = await tx.families.child(
            topic.child_id, cared_for_by=person, scope=Scope.DECIDE, lock=True
        )
        renamed = replace(child, name=name)
        await tx.families.change_child(renamed)
        await tx.conversations.close(person)
        return await card(tx, person, renamed, clinic, self._clock())

    async def _correct(
        self,
        tx: Transaction,
        person: PersonId,
        clinic: Clinic,
        topic: NewBirthDateOf | AddressOf,
        typed: str,
    ) -> Place:
        child = await tx.families.child(
            topic.child_id, cared_for_by=person, scope=Scope.DECIDE, lock=True
        )
        if isinstance(topic, AddressOf):
            district = find_district(typed, await tx.districts.addresses(clinic.id))
            await tx.families.change_child(replace(child, district_id=district.id))
            await tx.conversations.close(person)
            return await families_home.home(tx, person, clinic, self._clock())
        born = self._checked(self._read_date(typed), clinic)
        child = replace(child, birth_date=born)
        await tx.families.change_child(child)
        await tx.conversations.close(person)
        return await card(tx, person, child, clinic, self._clock())

    async def _ask_next(
        self, tx: Transaction, person: PersonId, clinic: Clinic, topic: OfFamily
    ) -> Place:
        following = Conversation(topic, clinic.id, self._clock())
        await tx.conversations.ask(person, following)
        return await question(tx, person, following)

    async def _take_birth_date(
        self, tx: Transaction, person: PersonId, clinic: Clinic, name: str, born: date
    ) -> Place:
        now = self._clock()
        birth_date = self._checked(born, clinic)
        children = await tx.families.children(person)
        if is_known(name, birth_date, children):
            await tx.conversations.close(person)
            return await families_home.home(tx, person, clinic, now)
        for known in children:
            if known.birth_date == birth_date and may_be_one_child(known.name, name):
                maybe = MaybeKnown(name, birth_date, known.id)
                return await self._ask_next(tx, person, clinic, maybe)
        return await self._add(tx, person, clinic, name, birth_date)

    async def _add(
        self, tx: Transaction, person: PersonId, clinic: Clinic, name: str, birth_date: date
    ) -> Place:
        now = self._clock()
        check_room_for_child(clinic, await tx.families.children(person, scope=Scope.DECIDE))
        child = await tx.families.add_child(name, birth_date, cared_for_by=person, since=now)
        if await tx.districts.of_clinic(clinic.id):
            return await self._ask_next(tx, person, clinic, AddressOf(child.id))
        await tx.conversations.close(person)
        return await families_home.home(tx, person, clinic, now)

    def _checked(self, birth_date: date, clinic: Clinic) -> date:
        """The date, if it is a child's. Raises `BornInFuture`, `NoLongerAChild`."""
        check_birth_date(birth_date, today=clinic.today(self._clock()))
        return birth_date

    async def _at_clinic(self, tx: Transaction, person: PersonId, clinic: Clinic) -> Place:
        place = await at_clinic(tx, person, clinic, self._clock())
        if not isinstance(place, AskConsent) and not tx.replay:
            await tx.families.come_to(person, clinic.id)
        return await ask_if_needed(tx, person, place, self._clock())
