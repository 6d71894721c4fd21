"""All that is kept about a family, read at once: each kind of row by one statement.

Who adds a column that says something about a family adds it here: a test looks for every one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.consents import Purpose
from services.model.ids import PersonId
from services.model.messages import NotificationKind, NotificationState
from services.model.people import Language
from services.model.privacy import family_data as data
from services.model.privacy.family_data import Basis, FamilyData, Who
from services.model.refusals.base import NotFound
from services.model.visits import AppointmentState, visit_number
from storage.access.journal import access_of
from storage.clinic.clinics import to_clinic
from storage.families.care import Link, care_at, links_of
from storage.families.phones import StoredPhones
from storage.privacy.erasing import StoredErasures
from storage.tables.access import AccessRecordRow, StaffRow
from storage.tables.clinic import ClinicRow, DistrictRow, DoctorRow
from storage.tables.consents import (
    ConsentRow,
    ConsentTextRow,
    DeclinedConsentRow,
    PaperConsentRow,
)
from storage.tables.families import ChildRow, PersonRow, PhoneRow, ReminderWishesRow
from storage.tables.messages import BroadcastRow, NotificationRow
from storage.tables.runtime import ConversationRow
from storage.tables.slots import FirstAskRow, HoldRow, SlotRow
from storage.tables.visits import (
    AnswerRow,
    AppointmentRow,
    CallRow,
    ChangeRow,
    OfferRow,
    QuestionRow,
    StaffNoteRow,
)
from storage.visits.appointments import to_appointment, whole

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers  # who has no key does not need its library either

T = TypeVar("T")


class StoredFamilyData:
    """Implements `services.ports.privacy.PrivacyRepository`."""

    def __init__(self, session: AsyncSession, ciphers: Ciphers | None, now: datetime) -> None:
        """`now` is when the transaction began: whose care was over by then sees nothing."""
        self._session = session
        self._phones = StoredPhones(session, ciphers, now)
        self._now = now

    async def family_data(self, person: PersonId) -> FamilyData:
        clinics = await self._clinics()
        rows = await self._children(person)
        children = [row.id for row, _district in rows]
        adults = await self._adults(children)
        who = _Whose(person, adults)
        visits = await self._visits(children, who)
        on_paper = await self._on_paper(children, clinics)
        searches = await self._searches(children, clinics)
        looks = await self._looks(children, clinics)
        phones = await self._noted_phones(children, clinics)
        you, zone = await self._you(person, clinics)
        found = FamilyData(
            self._now,
            you,
            await self._consents(person, clinics),
            await self._refusals(person, clinics),
            [
                data.ChildData(
                    row.id,
                    row.name,
                    row.birth_date,
                    district,
                    [_adult(each, who) for each in adults[row.id]],
                    phones[row.id],
                    on_paper[row.id],
                    visits[row.id],
                    searches[row.id],
                    looks[row.id],
                )
                for row, district in rows
            ],
            await self._notices(person),
            await self._kept(person),
        )
        return _on_wall(found, zone)

    async def _clinics(self) -> dict[int, Clinic]:
        return {row.id: to_clinic(row) for row in await self._session.scalars(select(ClinicRow))}

    async def _children(self, person: PersonId) -> list[tuple[ChildRow, str | None]]:
        care = care_at(self._now)
        query = (
            select(ChildRow, DistrictRow.name)
            .join(care, care.c.child_id == ChildRow.id)
            .outerjoin(DistrictRow, DistrictRow.id == ChildRow.district_id)
            .where(care.c.person_id == person)
            .order_by(ChildRow.id)
        )
        return [(row, district) for row, district in await self._session.execute(query)]

    async def _adults(self, children: Collection[int]) -> dict[int, list[Link]]:
        found = defaultdict(list)
        for link in await links_of(self._session, children):
            found[link.child_id].append(link)
        return found

    # The asker

    async def _you(self, person: PersonId, clinics: dict[int, Clinic]) -> tuple[data.You, tzinfo]:
        row = await self._session.get(PersonRow, person)
        if row is None:
            raise NotFound
        asked = await self._session.get(ConversationRow, person)
        phone = await self._phones.of_person(person)
        at = clinics.get(row.clinic_id or 0)
        erasure = await StoredErasures(self._session, self._now).of(person)
        you = data.You(
            row.telegram_id,
            Language(row.language),
            at.name if at else None,
            row.unreachable_since,
            asked.asked if asked else None,
            (asked.child_name or None) if asked else None,
            data.YourPhone(phone.number, phone.given_at, phone.verified_at) if phone else None,
            _reminders(await self._session.get(ReminderWishesRow, person)),
            await self._posts(person, clinics),
            erasure.due_at if erasure else None,
        )
        return you, at.zone if at else UTC

    async def _posts(self, person: PersonId, clinics: dict[int, Clinic]) -> list[data.YourPost]:
        rows = await self._session.scalars(
            select(StaffRow).where(StaffRow.person_id == person).order_by(StaffRow.id)
        )
        return [
            data.YourPost(
                clinics[row.clinic_id].name, Role(row.role), row.name, row.since, row.until
            )
            for row in rows
        ]

    async def _consents(self, person: PersonId, clinics: dict[int, Clinic]) -> list[data.Agreed]:
        query = (
            select(ConsentRow, ConsentTextRow.text)
            .outerjoin(
                ConsentTextRow,
                and_(
                    ConsentTextRow.clinic_id == ConsentRow.clinic_id,
                    ConsentTextRow.purpose == ConsentRow.purpose,
                    ConsentTextRow.version == ConsentRow.version,
                ),
            )
            .where(ConsentRow.person_id == person)
            .order_by(ConsentRow.id)
        )
        return [
            data.Agreed(
                row.id,
                row.clinic_id,
                clinics[row.clinic_id].name,
                Purpose(row.purpose),
                row.version,
                row.text_sha256,
                text or "",
                Basis.CHAT,
                row.given_at,
                row.withdrawn_at,
            )
            for row, text in await self._session.execute(query)
        ]

    async def _refusals(self, person: PersonId, clinics: dict[int, Clinic]) -> list[data.Refused]:
        rows = await self._session.scalars(
            select(DeclinedConsentRow)
            .where(DeclinedConsentRow.person_id == person)
            .order_by(DeclinedConsentRow.declined_at)
        )
        return [
            data.Refused(
                clinics[row.clinic_id].name, Purpose(row.purpose), row.version, row.declined_at
            )
            for row in rows
        ]

    async def _notices(self, person: PersonId) -> list[data.Notice]:
        query = (
            select(NotificationRow, BroadcastRow.text)
            .outerjoin(BroadcastRow, BroadcastRow.id == NotificationRow.broadcast_id)
            .where(NotificationRow.person_id == person)
            .order_by(NotificationRow.due_at, NotificationRow.id)
        )
        return [
            data.Notice(
                NotificationKind(row.kind),
                None if row.appointment_id is None else visit_number(row.appointment_id),
                news,
                row.due_at,
                NotificationState(row.state),
                row.settled_at,
            )
            for row, news in await self._session.execute(query)
        ]

    async def _kept(self, person: PersonId) -> list[data.TimeKept]:
        query = _at_doctor(HoldRow).where(HoldRow.person_id == person, HoldRow.until > self._now)
        return [
            data.TimeKept(doctor.name, _wall(clinic, slot.starts_at), row.until)
            for row, slot, doctor, clinic in await self._session.execute(query)
        ]

    # Each child

    async def _noted_phones(
        self, children: Collection[int], clinics: dict[int, Clinic]
    ) -> dict[int, list[data.NotedPhone]]:
        rows = await self._session.scalars(
            select(PhoneRow).where(PhoneRow.child_id.in_(children)).order_by(PhoneRow.id)
        )
        found = defaultdict(list)
        for row in rows:
            number = self._phones.opened(row)
            found[row.child_id or 0].append(
                data.NotedPhone(
                    clinics[row.clinic_id].name if row.clinic_id else "",
                    number.number[-2:] if number else "",
                    row.given_at,
                )
            )
        return found

    async def _on_paper(
        self, children: Collection[int], clinics: dict[int, Clinic]
    ) -> dict[int, list[data.Agreed]]:
        query = (
            select(PaperConsentRow, ConsentTextRow.text)
            .outerjoin(
                ConsentTextRow,
                and_(
                    ConsentTextRow.clinic_id == PaperConsentRow.clinic_id,
                    ConsentTextRow.purpose == Purpose.PROCESSING,
                    ConsentTextRow.version == PaperConsentRow.version,
                ),
            )
            .where(PaperConsentRow.child_id.in_(children))
            .order_by(PaperConsentRow.id)
        )
        found = defaultdict(list)
        for row, text in await self._session.execute(query):
            found[row.child_id].append(
                data.Agreed(
                    None,
                    row.clinic_id,
                    clinics[row.clinic_id].name,
                    Purpose.PROCESSING,
                    row.version,
                    row.text_sha256,
                    text or "",
                    Basis.PAPER,
                    row.recorded_at,
                    row.withdrawn_at,
                )
            )
        return found

    async def _searches(
        self, children: Collection[int], clinics: dict[int, Clinic]
    ) -> dict[int, list[data.Search]]:
        rows = await self._session.scalars(
            select(FirstAskRow)
            .where(FirstAskRow.child_id.in_(children))
            .order_by(FirstAskRow.asked_at)
        )
        found = defaultdict(list)
        for row in rows:
            clinic = clinics[row.clinic_id]
            earliest = row.earliest and _wall(clinic, row.earliest)
            found[row.child_id].append(data.Search(clinic.name, row.day, row.asked_at, earliest))
        return found

    async def _looks(
        self, children: Collection[int], clinics: dict[int, Clinic]
    ) -> dict[int, list[data.Look]]:
        rows = await self._session.scalars(
            select(AccessRecordRow)
            .where(AccessRecordRow.child_id.in_(children))
            .order_by(AccessRecordRow.at, AccessRecordRow.clinic_id, AccessRecordRow.number)
        )
        found = defaultdict(list)
        for row in rows:
            found[row.child_id].append(
                data.Look(clinics[row.clinic_id].name, Role(row.role), access_of(row), row.at)
            )
        return found

    # Their visits

    async def _visits(self, children: Collection[int], who: _Whose) -> dict[int, list[data.Visit]]:
        query = whole().where(AppointmentRow.child_id.in_(children))
        rows = (await self._session.execute(query.order_by(AppointmentRow.id))).all()
        ids = [row.id for row, *_ in rows]
        changes = await self._changes(ids, who)
        questions = await self._questions(ids, who)
        offers = await self._offers(ids)
        calls = await self._by(
            select(CallRow).where(CallRow.appointment_id.in_(ids)).order_by(CallRow.wanted_at),
            lambda row: row.appointment_id,
        )
        notes = await self._by(
            select(StaffNoteRow).where(StaffNoteRow.appointment_id.in_(ids)),
            lambda row: row.appointment_id,
        )
        found = defaultdict(list)
        for row, child, slot, doctor, clinic in rows:
            visit = to_appointment(row, child, slot, doctor, clinic, self._now)
            found[row.child_id].append(
                data.Visit(
                    visit.number,
                    clinic.id,
                    clinic.name,
                    doctor.name,
                    doctor.room,
                    visit.slot.local_start,
                    visit.slot.doctor.clinic.wall(visit.slot.stretch.ends_at),
                    visit.state,
                    visit.reason,
                    row.booked_at,
                    who.was(row.child_id, row.booked_by),
                    visit.coming_at,
                    visit.deadline.at if visit.deadline else None,
                    visit.word,
                    visit.needs_time,
                    next((note.noted_at for note in notes[row.id]), None),
                    changes[row.id],
                    questions[row.id],
                    offers[row.id],
                    [data.Phoned(call.wanted_at, call.done_at) for call in calls[row.id]],
                )
            )
        return found

    async def _changes(self, visits: Collection[int], who: _Whose) -> dict[int, list[data.Change]]:
        query = (
            _at_doctor(ChangeRow)
            .join(AppointmentRow, AppointmentRow.id == ChangeRow.appointment_id)
            .add_columns(AppointmentRow.child_id)
            .where(ChangeRow.appointment_id.in_(visits))
            .order_by(ChangeRow.appointment_id, ChangeRow.sequence)
        )
        found = defaultdict(list)
        for row, slot, doctor, clinic, child_id in await self._session.execute(query):
            found[row.appointment_id].append(
                data.Change(
                    row.changed_at,
                    AppointmentState(row.state),
                    _wall(clinic, slot.starts_at),
                    doctor.name,
                    who.was(child_id, row.changed_by),
                )
            )
        return found

    async def _questions(self, visits: Collection[int], who: _Whose) -> dict[int, list[data.Asked]]:
        query = (
            select(QuestionRow, AppointmentRow.child_id)
            .join(AppointmentRow, AppointmentRow.id == QuestionRow.appointment_id)
            .where(QuestionRow.appointment_id.in_(visits))
            .order_by(QuestionRow.asked_at, QuestionRow.id)
        )
        asked = (await self._session.execute(query)).all()
        answers = await self._answers([row.id for row, _child in asked])
        found = defaultdict(list)
        for row, child_id in asked:
            found[row.appointment_id].append(
                data.Asked(
                    who.was(child_id, row.person_id),
                    row.text,
                    row.to_doctor,
                    row.asked_at,
                    answers[row.id],
                )
            )
        return found

    async def _answers(self, questions: Collection[int]) -> dict[int, list[data.AnswerGiven]]:
        query = (
            select(AnswerRow, StaffRow.role)
            .join(StaffRow, StaffRow.id == AnswerRow.post_id)
            .where(AnswerRow.question_id.in_(questions))
            .order_by(AnswerRow.question_id, AnswerRow.number)
        )
        found = defaultdict(list)
        for row, role in await self._session.execute(query):
            found[row.question_id].append(data.AnswerGiven(Role(role), row.text, row.at))
        return found

    async def _offers(self, visits: Collection[int]) -> dict[int, list[data.TimeOffered]]:
        query = _at_doctor(OfferRow).where(OfferRow.appointment_id.in_(visits))
        found = defaultdict(list)
        for row, slot, doctor, clinic in await self._session.execute(query):
            found[row.appointment_id].append(
                data.TimeOffered(doctor.name, _wall(clinic, slot.starts_at), row.until)
            )
        return found

    async def _by(self, query: Select[T], key: Callable[[T], int]) -> dict[int, list[T]]:
        found: dict[int, list[T]] = defaultdict(list)
        for row in await self._session.scalars(query):
            found[key(row)].append(row)
        return found


class _Whose:
    """Who somebody is to the asker, of each child."""

    def __init__(self, person: PersonId, adults: dict[int, list[Link]]) -> None:
        self._person = person
        self._adults = {
            child_id: {row.person_id for row in rows} for child_id, rows in adults.items()
        }

    def was(self, child_id: int, by: int | None) -> Who:
        if by is None:
            return Who.NOBODY
        if by == self._person:
            return Who.YOU
        return Who.FAMILY if by in self._adults.get(child_id, ()) else Who.SOMEBODY


def _adult(row: Link, who: _Whose) -> data.Adult:
    return data.Adult(
        who.was(row.child_id, row.person_id), row.role, row.state, row.since, row.ends_at
    )


def _reminders(row: ReminderWishesRow | None) -> data.YourReminders | None:
    if row is None:
        return None
    return data.YourReminders(
        row.evening, row.evening_at, row.soon, row.before_minutes, row.discreet
    )


def _at_doctor(of: Any) -> Select[Any]:
    """Rows that name a time, with whose time it is."""
    return (
        select(of, SlotRow, DoctorRow, ClinicRow)
        .join(SlotRow, SlotRow.id == of.slot_id)
        .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
        .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
    )


def _wall(clinic: Clinic | ClinicRow, instant: datetime) -> datetime:
    return instant.astimezone(clinic.zone)


def _on_wall(value: T, zone: tzinfo) -> T:
    """The same with every moment that is in UTC on the wall of a zone."""
    return cast("T", _shown(value, zone))


def _shown(value: object, zone: tzinfo) -> object:
    if isinstance(value, datetime):
        return value.astimezone(zone) if value.tzinfo is UTC else value
    if isinstance(value, list):
        return [_shown(each, zone) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: _shown(getattr(value, each.name), zone) for each in fields(value)}
        return replace(value, **parts)
    return value
