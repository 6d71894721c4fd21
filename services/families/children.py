"""The children in a parent's care: who they are, where they belong, and leaving the bot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.families import consents, home, places
from services.families.places import AskName, ChildCard, Place
from services.messages.planning import plan_reminders
from services.model.clinic import Clinic
from services.model.conversations import (
    AboutChild,
    AboutVisit,
    AddressOf,
    CallingHelper,
    Conversation,
    FamilyPhone,
    NamingChild,
)
from services.model.ids import ChildId, ClinicId, DistrictId, PersonId
from services.model.people import Child, Scope
from services.model.refusals.families import AlreadySaid
from services.model.refusals.visits import VisitChanged
from services.model.visits import Appointment, AppointmentState
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.booking import check_room_for_child
from services.rules.typed.texts import mark
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class ChildrenPage:
    """The children in a person's care, with the clinic that the person is at."""

    clinic: Clinic
    children: Sequence[Child]
    now: datetime
    ahead: Mapping[ChildId, Sequence[Appointment]] = field(default_factory=dict)
    """The visits of those who have one name and one birth date: by these they are told apart."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What it means to remove a child, or meant."""

    clinic: Clinic
    child: Child
    visits: Sequence[Appointment]
    """The visits ahead that are cancelled with it."""

    @property
    def as_shown(self) -> int:
        """What a button keeps of it: which visits it cancels, and how these stand."""
        return mark(" ".join(f"{visit.id}.{visit.sequence}" for visit in self.visits))


class Children:
    """What parents tell, correct and take back about their children."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def all(self, person: PersonId, clinic_id: ClinicId) -> ChildrenPage:
        """The children in the person's care. Raises `NotFound`, `NoConsent`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            await consents.require_consent(tx, person, clinic_id)
            children, now = await tx.families.children(person), self._clock()
            return ChildrenPage(
                clinic, children, now, await home.visits_of_alike(tx, person, children, now)
            )

    @use_case
    async def card(self, person: PersonId, clinic_id: ClinicId, child_id: ChildId) -> ChildCard:
        """One child. Raises `NotFound`, `NoConsent`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            child = await tx.families.child(child_id, cared_for_by=person)
            return await places.card(tx, person, child, clinic, self._clock())

    @use_case
    async def ask_one_more(self, person: PersonId, clinic_id: ClinicId) -> Place:
        """Ask for one more child's name. Raises `NotFound`, `NoConsent`, `TooManyChildren`."""
        async with self._transactions.writes(person) as tx:
            clinic = await tx.clinics.get(clinic_id)
            await consents.require_consent(tx, person, clinic_id)
            if tx.replay:
                return await places.here(tx, person, self._clock())
            check_room_for_child(clinic, await tx.families.children(person, scope=Scope.DECIDE))
            asked = Conversation(NamingChild(), clinic_id, self._clock())
            await tx.conversations.ask(person, asked)
            return AskName(clinic)

    @use_case
    async def ask_about(self, person: PersonId, clinic_id: ClinicId, topic: AboutChild) -> Place:
        """Ask for a child's new name, birth date, or address. Raises `NotFound`, `NoConsent`."""
        async with self._transactions.writes(person) as tx:
            clinic = await tx.clinics.get(clinic_id)
            await consents.require_consent(tx, person, clinic_id)
            await tx.families.child(topic.child_id, cared_for_by=person, scope=Scope.DECIDE)
            if tx.replay:
                return await places.here(tx, person, self._clock())
            asked = Conversation(topic, clinic.id, self._clock())
            await tx.conversations.ask(person, asked)
            return await places.question(tx, person, asked)

    @use_case
    async def choose_district(
        self, person: PersonId, child_id: ChildId, district_id: DistrictId
    ) -> Place:
        """Say by the doctor's name where a child belongs, while that is asked.

        Raises:
            NotFound, NoConsent: not this person's.
            AlreadySaid: it was answered since, by another doctor's name or the address.
        """
        async with self._transactions.writes(person) as tx:
            child = await tx.families.child(
                child_id, cared_for_by=person, scope=Scope.DECIDE, lock=True
            )
            district = await tx.districts.get(district_id)
            clinic = district.doctor.clinic
            await consents.require_consent(tx, person, clinic.id)
            if tx.replay:
                return await places.here(tx, person, self._clock())
            if child.district_id not in (None, district.id):
                await self._check_asked(tx, person, child)
            await tx.families.change_child(replace(child, district_id=district.id))
            await self._close_question_about(tx, person, child)
            return await home.home(tx, person, clinic, self._clock())

    @use_case
    async def removal(self, person: PersonId, clinic_id: ClinicId, child_id: ChildId) -> Removal:
        """What it would mean to remove a child. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            child = await tx.families.child(child_id, cared_for_by=person)
            return Removal(clinic, child, await self._lost_visits(tx, person, child))

    @use_case
    async def remove(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId, seen: int | None = None
    ) -> Removal:
        """Take a child out of the person's care; nobody else's care changes.

        The child's visits ahead are cancelled, unless another adult cares for the child too. Where
        nobody does and there was never a visit, nothing of the child is kept.

        Args:
            seen: `Removal.as_shown`, as it was then; None: a button from before they kept it.

        Raises:
            NotFound: also when it was removed before.
            VisitChanged: other visits would be cancelled than were shown (R66).
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            clinic = await tx.clinics.get(clinic_id)
            child = await tx.families.child(child_id, cared_for_by=person, lock=True)
            ahead = await tx.appointments.planned([child.id], after=now)
            visits = await self._lost_visits(tx, person, child)
            if seen not in (None, Removal(clinic, child, visits).as_shown):
                raise VisitChanged
            for visit in visits:
                await tx.appointments.change(visit, AppointmentState.CANCELLED, by=person, at=now)
            await tx.slots.let_go(person)
            await self._close_question_about(tx, person, child)
            await end_care(tx, child.id, person, now)
            for visit in ahead:
                still = await tx.appointments.get(visit.id, cared_for_by=None)
                await plan_reminders(tx, still, now)
        return Removal(clinic, child, visits)

    async def _check_asked(self, tx: Transaction, person: PersonId, child: Child) -> None:
        asked = await tx.conversations.of(person)
        topic = asked.topic if asked else None
        if not isinstance(topic, AddressOf) or topic.child_id != child.id:
            raise AlreadySaid

    async def _close_question_about(self, tx: Transaction, person: PersonId, child: Child) -> None:
        """What is being typed about another child stays open."""
        asked = await tx.conversations.of(person)
        about = AboutChild | AboutVisit | CallingHelper | FamilyPhone
        if asked and isinstance(asked.topic, about) and asked.topic.child_id == child.id:
            await tx.conversations.close(person)

    async def _lost_visits(
        self, tx: Transaction, person: PersonId, child: Child
    ) -> list[Appointment]:
        if await tx.families.carers(child.id, Scope.DECIDE) != [person]:
            return []  # another parent is there, or who leaves only helped
        now = self._clock()
        planned = await tx.appointments.planned([child.id], after=now)
        return [visit for visit in planned if visit.slot.starts_at > now]


async def end_care(tx: Transaction, child_id: ChildId, person: PersonId, now: datetime) -> None:
    """Let somebody care for a child no more. Whoever ends it holds the child's lock.

    With no parent left nobody helps either, as nobody asks them to, or could end it; nor is anybody
    there to read a question, or to choose a time."""
    await tx.corrections.forget_of_child(child_id, person)
    await tx.people.end(child_id, person)
    await tx.families.end_care(child_id, person)
    if not await tx.families.carers(child_id, Scope.DECIDE):
        await tx.questions.forget_of_child(child_id)
        await tx.waits.forget([child_id], None)
        for visit in await tx.appointments.needing([child_id]):
            await tx.appointments.give_up(visit, person, now)
