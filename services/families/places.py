"""Where somebody stands: the question that is open, what is missing at a clinic, or home."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from services.families.consents import require_consent
from services.families.home import Home, home
from services.model.clinic import Clinic, District
from services.model.consents import ConsentText, Purpose
from services.model.conversations import (
    AtWork,
    BirthDateOf,
    Conversation,
    MaybeKnown,
    NamingChild,
    NewBirthDateOf,
    NewNameOf,
    OfFamily,
    Topic,
)
from services.model.ids import PersonId
from services.model.people import Child, Scope
from services.model.refusals.base import Refusal
from services.model.refusals.families import NoChild, NoConsent
from services.ports.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ChooseClinic:
    """The person has to say which clinic."""

    clinics: Sequence[Clinic]
    problem: Refusal | None = None
    """Why the clinic they named would not do."""


@dataclass(frozen=True, slots=True)
class AskConsent:
    """The clinic may not keep anything about the family yet."""

    clinic: Clinic
    text: ConsentText


@dataclass(frozen=True, slots=True)
class Declined:
    """The person did not consent: the clinic can be reached by phone, and asked again."""

    clinic: Clinic


@dataclass(frozen=True, slots=True)
class AskName:
    """A child's name is to be typed."""

    clinic: Clinic
    child: Child | None = None
    """Whose name is to be changed; None: one more child is being named."""
    problem: Refusal | None = None
    """Why what was typed before would not do."""
    words: str = ""
    """What was typed, and may be no name: somebody has to say so."""


@dataclass(frozen=True, slots=True)
class AskBirthDate:
    """A child's birth date is to be typed."""

    clinic: Clinic
    child_name: str
    child: Child | None = None
    """Whose birth date is to be changed; None: one more child is being named."""
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class AskIfKnown:
    """Whether the child who is being added is one who is there already."""

    clinic: Clinic
    child: Child
    """Who is there."""
    child_name: str
    """As it was typed now."""
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class AskAddress:
    """An address is to be typed, or the doctor of its district to be picked."""

    clinic: Clinic
    child: Child
    districts: Sequence[District]
    problem: Refusal | None = None
    beside: Sequence[Child] = ()
    """Brothers and sisters whose district is one of these: most live together."""


@dataclass(frozen=True, slots=True)
class ChildCard:
    """A child as the bot knows them."""

    clinic: Clinic
    child: Child
    district: District | None
    has_districts: bool
    """Whether the clinic has districts to choose from."""
    now: datetime
    decides: bool = True
    """Whether the person is more than a helper."""


PATIENCE = timedelta(minutes=20)
"""How long an answer is waited for, but for the first child's name and birth date."""


Place: TypeAlias = (
    ChooseClinic
    | AskConsent
    | Declined
    | AskName
    | AskBirthDate
    | AskIfKnown
    | AskAddress
    | ChildCard
    | Home
)


async def at_clinic(tx: Transaction, person: PersonId, clinic: Clinic, now: datetime) -> Place:
    """Where the person stands at a clinic: the first thing that is still missing, or home."""
    try:
        return await home(tx, person, clinic, now)
    except NoConsent:
        return AskConsent(clinic, await tx.consents.text(clinic.id, Purpose.PROCESSING))
    except NoChild:
        return AskName(clinic)


async def here(tx: Transaction, person: PersonId, now: datetime) -> Place:
    """Where the person stands now: the question that is open, or the clinic they came to last."""
    if conversation := await open_question(tx, person, now):
        return await question(tx, person, conversation)
    return await at_last_clinic(tx, person, now)


async def at_last_clinic(tx: Transaction, person: PersonId, now: datetime) -> Place:
    """Where the person stands at the clinic they came to last, whatever was asked."""
    if clinic := await tx.clinics.of_person(person):
        return await at_clinic(tx, person, clinic, now)
    clinics = await tx.clinics.all()
    if len(clinics) == 1:
        return await at_clinic(tx, person, clinics[0], now)
    return ChooseClinic(clinics)


async def open_question(
    tx: Transaction, person: PersonId, now: datetime
) -> Conversation[OfFamily] | None:
    """The question about a child that what is typed now answers."""
    asked = await tx.conversations.of(person)
    if asked is None or not isinstance(asked.topic, OfFamily):
        return None  # asked at work; or about a visit, see `questions`
    if not await is_waited_for(tx, person, asked, now):
        return None
    return Conversation(asked.topic, asked.clinic_id, asked.asked_at)


async def is_waited_for(
    tx: Transaction, person: PersonId, asked: Conversation[Topic], now: datetime
) -> bool:
    """Whether what is typed now answers what was asked.

    At work it always does, and for the first child; else it is forgotten after a while: "thank you"
    must not become a name.
    """
    if isinstance(asked.topic, AtWork) or now < asked.asked_at + PATIENCE:
        return True
    return isinstance(asked.topic, OfFamily) and not await tx.families.children(person)


async def ask_if_needed(tx: Transaction, person: PersonId, place: Place, now: datetime) -> Place:
    """Where a first child is to be named, take what is typed next for the name."""
    if isinstance(place, AskName) and place.child is None and not tx.replay:
        asked = Conversation(NamingChild(place.words), place.clinic.id, now)
        await tx.conversations.ask(person, asked)
    return place


async def card(
    tx: Transaction, person: PersonId, child: Child, clinic: Clinic, now: datetime
) -> ChildCard:
    """A child of the person, as the bot knows them. Raises `NoConsent`."""
    await require_consent(tx, person, clinic.id)
    district = await tx.districts.get(child.district_id) if child.district_id else None
    here = district if district and district.doctor.clinic.id == clinic.id else None
    has_districts = bool(await tx.districts.of_clinic(clinic.id))
    decides = person in await tx.families.carers(child.id, Scope.DECIDE)
    return ChildCard(clinic, child, here, has_districts, now, decides)


async def question(
    tx: Transaction,
    person: PersonId,
    asked: Conversation[OfFamily],
    problem: Refusal | None = None,
) -> AskName | AskBirthDate | AskIfKnown | AskAddress:
    """What was asked, as a place; with the reason why it is asked again.

    Raises:
        NotFound: the child whom it is about is not in the person's care.
    """
    clinic = await tx.clinics.get(asked.clinic_id)
    topic = asked.topic
    if isinstance(topic, NamingChild):
        return AskName(clinic, problem=problem, words="" if problem else topic.words)
    if isinstance(topic, BirthDateOf):
        return AskBirthDate(clinic, topic.child_name, problem=problem)
    child = await tx.families.child(topic.child_id, cared_for_by=person)
    if isinstance(topic, MaybeKnown):
        return AskIfKnown(clinic, child, topic.child_name, problem)
    if isinstance(topic, NewNameOf):
        return AskName(clinic, child, problem, "" if problem else topic.words)
    if isinstance(topic, NewBirthDateOf):
        return AskBirthDate(clinic, child.name, child, problem)
    districts = await tx.districts.of_clinic(clinic.id)
    here = {district.id for district in districts}
    others = await tx.families.children(cared_for_by=person)
    beside = [each for each in others if each.id != child.id and each.district_id in here]
    return AskAddress(clinic, child, districts, problem, beside)
