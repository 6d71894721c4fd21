"""All that is kept about a family, read at once: each kind of row by one statement.

Who adds a column that says something about a family adds it here, or in `children`: a test looks
for every one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, TypeVar, cast

from sqlalchemy import ColumnElement, Select, and_, distinct, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.consents import Purpose
from services.model.ids import ChildId, ClinicId, PersonId
from services.model.messages import FOR_STAFF, NotificationKind, NotificationState
from services.model.people import Language, Scope
from services.model.privacy import family_data as data
from services.model.privacy.family_data import FamilyData
from services.model.privacy.overview import ChildInShort, Overview
from services.model.refusals.base import NotFound
from services.model.visits import visit_number
from storage.clinic.rows import to_clinic
from storage.families.care import care_at, links_of_helper
from storage.families.phones import StoredPhones
from storage.privacy.agreements import History, history_of, in_chat, to_agreed
from storage.privacy.children import ChildrenData
from storage.privacy.erasing import StoredErasures, is_asked
from storage.privacy.visits import at_doctor, on_wall, own_questions
from storage.tables.access import StaffRow
from storage.tables.clinic import ClinicRow, DistrictRow
from storage.tables.consents import (
    ConsentEventRow,
    ConsentRow,
    DeclinedConsentRow,
    PaperConsentRow,
)
from storage.tables.families import (
    ChildRow,
    PersonRow,
    ReminderWishesRow,
)
from storage.tables.messages import BroadcastRow, NotificationRow
from storage.tables.privacy import ErasureRow
from storage.tables.runtime import ConversationRow
from storage.tables.slots import HoldRow
from storage.tables.visits import AppointmentRow, QuestionRow
from storage.visits.standing import is_shown

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers  # who has no key does not need its library either

T = TypeVar("T")

_NOTICES = frozenset(NotificationKind)
"""Those of this version: a newer one may have planned others."""
NO_PERSON = PersonId(0)
"""Who asks for a child whose family has no bot: ids begin at one."""


class StoredFamilyData:
    """Implements `services.ports.privacy.PrivacyRepository`."""

    def __init__(self, session: AsyncSession, ciphers: Ciphers | None, now: datetime) -> None:
        """`now` is when the transaction began: whose care was over by then sees nothing."""
        self._session = session
        self._phones = StoredPhones(session, ciphers, now)
        self._ciphers = ciphers
        self._now = now

    async def family_data(self, person: PersonId) -> FamilyData:
        clinics = await self._clinics()
        found = await self._children(person)
        history = await self._history(person, [row.id for row, _district in found])
        you, zone = await self._you(person, clinics)
        whole = FamilyData(
            self._now,
            you,
            [
                replace(each, history=history[ConsentRow, each.id or 0])
                for each in await self.consents(person)
            ],
            await self._refusals(person, clinics),
            await self._of(found, person, history, clinics),
            await self._notices(person),
            await self._kept(person),
            await self._helping(person),
        )
        return _all_on_wall(whole, zone)

    async def data_of_child(self, child_id: ChildId) -> FamilyData:
        clinics = await self._clinics()
        found = (await self._session.execute(_with_district().where(ChildRow.id == child_id))).all()
        if not found:
            raise NotFound
        history = await self._history(NO_PERSON, [child_id])
        both = [(row, district) for row, district in found]
        children = await self._of(both, NO_PERSON, history, clinics)
        return FamilyData(self._now, None, [], [], children, [], [])

    async def _of(
        self,
        found: Sequence[tuple[ChildRow, str | None]],
        asker: PersonId,
        history: History,
        clinics: Mapping[int, Clinic],
    ) -> list[data.ChildData]:
        gathering = ChildrenData(self._session, self._phones, self._ciphers, self._now, clinics)
        return await gathering.of(found, asker, history)

    async def overview(self, person: PersonId) -> Overview:
        query = (
            select(PersonRow.id, ClinicRow, ErasureRow.due_at)
            .outerjoin(ClinicRow, ClinicRow.id == PersonRow.clinic_id)
            .outerjoin(
                ErasureRow,
                and_(ErasureRow.person_id == PersonRow.id, is_asked()),
            )
            .where(PersonRow.id == person)
        )
        found = (await self._session.execute(query)).one_or_none()
        if found is None:
            raise NotFound
        clinic: ClinicRow | None = found[1]
        erased_from: datetime | None = found[2]
        agreed = (await self._session.execute(self._agreements(person))).all()
        return Overview(
            await self._in_short(person),
            await self._phones.of_person(person),
            ClinicId(agreed[-1].clinic_id) if agreed else None,
            any(each.withdrawn_at is None for each in agreed),
            erased_from and erased_from.astimezone(clinic.zone if clinic else UTC),
        )

    async def _in_short(self, person: PersonId) -> list[ChildInShort]:
        care = care_at(self._now, Scope.DECIDE)
        visit, question = distinct(AppointmentRow.id), distinct(QuestionRow.id)
        query = (
            select(
                ChildRow.id,
                ChildRow.name,
                ChildRow.birth_date,
                func.count(visit),
                func.count(question),
            )
            .join(care, care.c.child_id == ChildRow.id)
            .outerjoin(AppointmentRow, AppointmentRow.child_id == ChildRow.id)
            .outerjoin(QuestionRow, QuestionRow.appointment_id == AppointmentRow.id)
            .where(care.c.person_id == person)
            .group_by(ChildRow.id, ChildRow.name, ChildRow.birth_date)
            .order_by(ChildRow.id)
        )
        return [
            ChildInShort(ChildId(child_id), name, born, visits, questions)
            for child_id, name, born, visits, questions in await self._session.execute(query)
        ]

    @staticmethod
    def _agreements(person: PersonId) -> Select[int, datetime | None]:
        return (
            select(ConsentRow.clinic_id, ConsentRow.withdrawn_at)
            .where(ConsentRow.person_id == person)
            .order_by(ConsentRow.id)
        )

    async def consents(self, person: PersonId) -> list[data.Agreed]:
        found = await self._session.execute(in_chat().where(ConsentRow.person_id == person))
        return [to_agreed(*row) for row in found]

    async def consent(self, person: PersonId, consent_id: int) -> data.Agreed:
        theirs = in_chat().where(ConsentRow.person_id == person, ConsentRow.id == consent_id)
        found = (await self._session.execute(theirs)).one_or_none()
        if found is None:
            raise NotFound
        row, *rest = found
        history = await history_of(self._session, person, ConsentEventRow.consent_id == row.id)
        return replace(to_agreed(row, *rest), history=history[ConsentRow, row.id])

    async def _clinics(self) -> dict[int, Clinic]:
        return {row.id: to_clinic(row) for row in await self._session.scalars(select(ClinicRow))}

    async def _children(self, person: PersonId) -> list[tuple[ChildRow, str | None]]:
        care = care_at(self._now, Scope.DECIDE)
        query = (
            _with_district()
            .join(care, care.c.child_id == ChildRow.id)
            .where(care.c.person_id == person)
            .order_by(ChildRow.id)
        )
        return [(row, district) for row, district in await self._session.execute(query)]

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
            .where(NotificationRow.person_id == person, self._may_know(person))
            .order_by(NotificationRow.due_at, NotificationRow.id)
        )
        return [
            data.Notice(
                NotificationKind(row.kind) if row.kind in _NOTICES else row.kind,
                None if row.appointment_id is None else visit_number(row.appointment_id),
                news,
                row.due_at,
                NotificationState(row.state),
                row.settled_at,
            )
            for row, news in await self._session.execute(query)
        ]

    async def _helping(self, person: PersonId) -> list[data.Helping]:
        """Whom the asker helps with: of the child the name alone, and nothing before a parent has
        said yes."""
        links = await links_of_helper(self._session, person, self._now)
        names = select(ChildRow.id, ChildRow.name).where(
            ChildRow.id.in_([link.child_id for link in links])
        )
        name_of = dict((await self._session.execute(names)).all())
        asked = await own_questions(self._session, person, name_of)
        return [
            data.Helping(
                name_of[link.child_id],
                link.called,
                link.may_book,
                link.since,
                link.ends_at,
                asked[link.child_id],
            )
            for link in links
        ]

    def _may_know(self, person: PersonId) -> ColumnElement[bool]:
        """Of a notification: that it names no visit which is hidden from who only helps, or of a
        child who is not in the person's care; what staff are told is of their work."""
        care = care_at(self._now, Scope.SEE)
        theirs = (
            select(AppointmentRow.id)
            .join(care, care.c.child_id == AppointmentRow.child_id)
            .where(
                AppointmentRow.id == NotificationRow.appointment_id,
                care.c.person_id == person,
                is_shown(care),
            )
        )
        return or_(
            NotificationRow.appointment_id.is_(None),
            NotificationRow.kind.in_(FOR_STAFF),
            exists(theirs),
        )

    async def _kept(self, person: PersonId) -> list[data.TimeKept]:
        query = at_doctor(HoldRow).where(HoldRow.person_id == person, HoldRow.until > self._now)
        return [
            data.TimeKept(doctor.name, on_wall(clinic, slot.starts_at), row.until)
            for row, slot, doctor, clinic in await self._session.execute(query)
        ]

    async def _history(self, person: PersonId, children: Collection[int]) -> History:
        papers = select(PaperConsentRow.id).where(PaperConsentRow.child_id.in_(children))
        theirs = or_(
            ConsentEventRow.person_id == person, ConsentEventRow.paper_consent_id.in_(papers)
        )
        return await history_of(self._session, person, theirs)


def _with_district() -> Select[ChildRow, str | None]:
    return select(ChildRow, DistrictRow.name).outerjoin(
        DistrictRow, DistrictRow.id == ChildRow.district_id
    )


def _reminders(row: ReminderWishesRow | None) -> data.YourReminders | None:
    if row is None:
        return None
    return data.YourReminders(
        row.evening, row.evening_at, row.soon, row.before_minutes, row.discreet
    )


def _all_on_wall(value: T, zone: tzinfo) -> T:
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
