"""Where a person is on the way from /start to home, as values: what the bot shows next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from services.model import (
    Appointment,
    Asked,
    Child,
    Clinic,
    ClinicId,
    ConsentText,
    Conversation,
    District,
    Doctor,
    PersonId,
    Purpose,
    Reason,
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
    """A child's name is to be typed."""

    clinic: Clinic
    child: Child | None = None
    """Whose name is to be changed; None: one more child is being named."""
    problem: Refusal | None = None
    """Why what was typed before would not do."""


@dataclass(frozen=True, slots=True)
class AskBirthDate:
    """A child's birth date is to be typed."""

    clinic: Clinic
    child_name: str
    child: Child | None = None
    """Whose birth date is to be changed; None: one more child is being named."""
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class AskAddress:
    """An address is to be typed, or the doctor of its district to be picked."""

    clinic: Clinic
    child: Child
    districts: Sequence[District]
    problem: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ChildCard:
    """A child as the bot knows them."""

    clinic: Clinic
    child: Child
    district: District | None
    has_districts: bool
    """Whether the clinic has districts to choose from."""
    now: datetime


@dataclass(frozen=True, slots=True)
class OwnDoctor:
    """The doctor whom a child sees at a clinic before all others."""

    doctor: Doctor
    of_district: bool
    """Whether by address; otherwise as the one who saw the child last."""
    instead_of: Doctor | None = None
    """The district's doctor, who is away."""
    until: date | None = None
    """The last day on which they are."""


@dataclass(frozen=True, slots=True)
class ChildAtHome:
    """A child as the home screen shows it."""

    child: Child
    own: OwnDoctor | None
    earliest: Slot | None
    """The first time that this child can take: with the own doctor, or with any if that has none.

    None too while the own doctor expects the child already, or the clinic owes it a time."""
    visits: Sequence[Appointment]
    """The child's visits ahead, at whatever clinic."""
    owed: Sequence[Appointment] = ()
    """Those that need another time: choosing one comes before a new visit."""

    @property
    def is_expected(self) -> bool:
        """Whether the own doctor has a visit of the child ahead."""
        return self.own is not None and self.own.doctor.id in {
            visit.slot.doctor.id for visit in self.visits
        }


@dataclass(frozen=True, slots=True)
class Home:
    """All that is needed is known: a visit is two taps away."""

    clinic: Clinic
    children: Sequence[ChildAtHome]
    now: datetime


PATIENCE = timedelta(minutes=20)
"""How long an answer is waited for, but for the first child's name and birth date."""

Place: TypeAlias = (
    ChooseClinic | AskConsent | Declined | AskName | AskBirthDate | AskAddress | ChildCard | Home
)

SAME_DOCTOR = frozenset({Reason.REPEAT, Reason.AFTER_ILLNESS})
"""Visits that go on with what a doctor began."""
USUAL = Reason.CONSULTATION
"""What a visit is for that was booked by its time alone."""


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
    ids = [child.id for child in children]
    planned = await tx.appointments.planned(ids, after=now)
    needing = await tx.appointments.needing(ids)
    rows = []
    for child in children:
        visits = [visit for visit in planned if visit.child.id == child.id]
        row = await _child_at_home(tx, person, child, clinic, visits, now)
        owed = [visit for visit in needing if visit.child.id == child.id]
        rows.append(replace(row, earliest=None, owed=owed) if owed else row)
    return Home(clinic, rows, now)


async def _child_at_home(
    tx: Transaction,
    person: PersonId,
    child: Child,
    clinic: Clinic,
    visits: Sequence[Appointment],
    now: datetime,
) -> ChildAtHome:
    own = await own_doctor(tx, child, clinic, now)
    row = ChildAtHome(child, own, None, visits)
    if row.is_expected:
        return row
    wish = wish_of(person, child, USUAL, clinic, visits, now)
    earliest = await tx.slots.earliest(clinic.id, wish, own.doctor.id) if own else None
    return ChildAtHome(child, own, earliest or await tx.slots.earliest(clinic.id, wish), visits)


async def own_doctor(
    tx: Transaction, child: Child, clinic: Clinic, now: datetime, reason: Reason = USUAL
) -> OwnDoctor | None:
    """The child's district doctor at the clinic, or who stands in; else who saw the child last.

    A repeat visit, or one after an illness, is first of all for the doctor who saw the child last.
    """
    today = now.astimezone(clinic.zone).date()
    district = await tx.districts.get(child.district_id) if child.district_id else None
    if district and district.doctor.clinic.id != clinic.id:
        district = None  # a child may belong to another clinic
    if district is None or reason in SAME_DOCTOR:
        last = await tx.appointments.last_doctor(child.id, clinic.id, now)
        if last:
            return OwnDoctor(last, of_district=False)
    if district is None:
        return None
    leave = await tx.schedules.leave_on(district.doctor.id, today)
    if leave is None or leave.substitute is None:
        return OwnDoctor(district.doctor, of_district=True)
    substitute = await tx.clinics.doctor(leave.substitute)
    return OwnDoctor(substitute, of_district=True, instead_of=district.doctor, until=leave.last)


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
    if conversation := await open_question(tx, person, now):
        return await question(tx, person, conversation)
    if clinic_id := await tx.families.clinic_of(person):
        return await at_clinic(tx, person, await tx.clinics.get(clinic_id), now)
    clinics = await tx.clinics.all()
    if len(clinics) == 1:
        return await at_clinic(tx, person, clinics[0], now)
    return ChooseClinic(clinics)


async def open_question(tx: Transaction, person: PersonId, now: datetime) -> Conversation | None:
    """The question that what is typed now answers.

    But for the first child's, it is forgotten after a while: "thank you" must not become a name.
    """
    asked = await tx.conversations.of(person)
    if asked is None or asked.post_id is not None or asked.asked is Asked.ABOUT_VISIT:
        return None  # asked at work; or about a visit, see `questions`
    if now < asked.asked_at + PATIENCE:
        return asked
    return None if await tx.families.children(cared_for_by=person) else asked


async def ask_if_needed(tx: Transaction, person: PersonId, place: Place, now: datetime) -> Place:
    """Where a first child is to be named, take what is typed next for the name."""
    if isinstance(place, AskName) and place.child is None and not tx.replay:
        asked = Conversation(Asked.CHILD_NAME, place.clinic.id, now)
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
    return ChildCard(clinic, child, here, has_districts, now)


async def question(
    tx: Transaction, person: PersonId, asked: Conversation, problem: Refusal | None = None
) -> AskName | AskBirthDate | AskAddress:
    """What was asked, as a place; with the reason why it is asked again.

    Raises:
        NotFound: the child whom it is about is not in the person's care.
    """
    clinic = await tx.clinics.get(asked.clinic_id)
    child = await tx.families.child(asked.child_id, cared_for_by=person) if asked.child_id else None
    if asked.asked in (Asked.CHILD_NAME, Asked.NEW_NAME):
        return AskName(clinic, child, problem)
    if asked.asked is Asked.BIRTH_DATE or child is None:
        return AskBirthDate(clinic, asked.child_name, problem=problem)
    if asked.asked is Asked.NEW_BIRTH_DATE:
        return AskBirthDate(clinic, child.name, child, problem)
    return AskAddress(clinic, child, await tx.districts.of_clinic(clinic.id), problem)
