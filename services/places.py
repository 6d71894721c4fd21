"""Where a person is on the way from /start to home, as values: what the bot shows next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from services.model import (
    Appointment,
    Asked,
    Child,
    Clinic,
    ClinicId,
    ConsentText,
    Conversation,
    PersonId,
    Purpose,
    Slot,
)
from services.ports import Transaction
from services.refusals import NoChild, NoConsent, Refusal
from services.rules import wish_of


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
    """The child's name is to be typed."""

    clinic: Clinic
    problem: Refusal | None = None
    """Why what was typed before would not do."""


@dataclass(frozen=True, slots=True)
class AskBirthDate:
    """The child's birth date is to be typed."""

    clinic: Clinic
    child_name: str
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ChildAtHome:
    """A child as the home screen shows it."""

    child: Child
    earliest: Slot | None
    """The first time that this child can take at the clinic."""
    visits: Sequence[Appointment]
    """The child's visits ahead, at whatever clinic."""


@dataclass(frozen=True, slots=True)
class Home:
    """All that is needed is known: a visit is two taps away."""

    clinic: Clinic
    children: Sequence[ChildAtHome]
    others: bool
    """Whether there are other clinics to go to."""
    now: datetime


Place: TypeAlias = ChooseClinic | AskConsent | Declined | AskName | AskBirthDate | Home


async def home(tx: Transaction, person: PersonId, clinic: Clinic, now: datetime) -> Home:
    """The home screen of a clinic.

    Raises:
        NoConsent: the clinic has to be consented to first.
        NoChild: there is no child in the person's care yet.
    """
    await require_consent(tx, person, clinic.id)
    children = await tx.families.children(cared_for_by=person)
    if not children:
        raise NoChild
    planned = await tx.appointments.planned([child.id for child in children], after=now)
    rows = []
    for child in children:
        visits = [visit for visit in planned if visit.child.id == child.id]
        earliest = await tx.slots.earliest(clinic.id, wish_of(clinic, visits, now))
        rows.append(ChildAtHome(child, earliest, visits))
    return Home(clinic, rows, others=await tx.clinics.count() > 1, now=now)


async def require_consent(tx: Transaction, person: PersonId, clinic_id: ClinicId) -> None:
    """Raises `NoConsent` unless the clinic may process data about the person's family."""
    if not await tx.consents.is_given(person, clinic_id, Purpose.PROCESSING):
        raise NoConsent


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
    if conversation := await tx.conversations.of(person):
        return await question(tx, conversation)
    if clinic_id := await tx.families.clinic_of(person):
        return await at_clinic(tx, person, await tx.clinics.get(clinic_id), now)
    clinics = await tx.clinics.all()
    if len(clinics) == 1:
        return await at_clinic(tx, person, clinics[0], now)
    return ChooseClinic(clinics)


async def question(
    tx: Transaction, conversation: Conversation, problem: Refusal | None = None
) -> AskName | AskBirthDate:
    """What was asked, as a place; with the reason why it is asked again."""
    clinic = await tx.clinics.get(conversation.clinic_id)
    if conversation.asked is Asked.CHILD_NAME:
        return AskName(clinic, problem)
    return AskBirthDate(clinic, conversation.child_name, problem)
