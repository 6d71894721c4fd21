"""All that is kept about a family, read at once: each kind of row by one statement.

Who adds a column that says something about a family adds it here: a test looks for every one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, TypeVar, cast

from sqlalchemy import ColumnElement, Select, and_, delete, distinct, exists, func, or_, select
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
from storage.access.journal import access_of
from storage.clinic.clinics import to_clinic
from storage.families.care import Link, care_at, links_of, links_of_helper
from storage.families.groups import opened
from storage.families.phones import StoredPhones
from storage.privacy.agreements import History, history_of, in_chat, on_paper, to_agreed
from storage.privacy.erasing import StoredErasures
from storage.privacy.visits import Whose, at_doctor, on_wall, own_questions, visits_of
from storage.tables.access import AccessRecordRow, JournalSubjectRow, StaffRow
from storage.tables.clinic import ClinicRow, DistrictRow
from storage.tables.consents import (
    ConsentEventRow,
    ConsentRow,
    DeclinedConsentRow,
    PaperConsentRow,
)
from storage.tables.families import (
    CheckUpRow,
    ChildGroupRow,
    ChildRow,
    JoinedChildRow,
    PersonRow,
    PhoneRow,
    ReminderWishesRow,
    UninvitedRow,
)
from storage.tables.messages import BroadcastRow, NotificationRow
from storage.tables.privacy import ErasureRow, ExportLinkRow
from storage.tables.runtime import ConversationRow
from storage.tables.slots import FirstAskRow, HoldRow
from storage.tables.visits import AppointmentRow, QuestionRow
from storage.visits.standing import is_shown

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers  # who has no key does not need its library either

T = TypeVar("T")

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
            await self._data_of(found, person, history, clinics),
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
        children = await self._data_of(
            [(row, district) for row, district in found], NO_PERSON, history, clinics
        )
        return FamilyData(self._now, None, [], [], children, [], [])

    async def _data_of(
        self,
        found: Sequence[tuple[ChildRow, str | None]],
        asker: PersonId,
        history: History,
        clinics: dict[int, Clinic],
    ) -> list[data.ChildData]:
        children = [row.id for row, _district in found]
        adults = await self._adults(children)
        who = Whose(asker, adults)
        visits = await visits_of(self._session, children, who, self._now)
        signed = await self._on_paper(children, history)
        searches = await self._searches(children, clinics)
        looks = await self._looks(children, clinics)
        phones = await self._noted_phones(children, clinics)
        check_ups = await self._check_ups(children, clinics)
        uninvited = await self._uninvited(children)
        groups = await self._groups(children, clinics)
        return [
            data.ChildData(
                row.id,
                row.name,
                row.birth_date,
                district,
                [_adult(each, who) for each in adults[row.id]],
                phones[row.id],
                signed[row.id],
                visits[row.id],
                searches[row.id],
                looks[row.id],
                groups[row.id],
                check_ups[row.id],
                uninvited.get(row.id),
            )
            for row, district in found
        ]

    async def keep_link(self, person: PersonId, token_hash: str, until: datetime) -> None:
        await self._session.execute(delete(ExportLinkRow).where(ExportLinkRow.person_id == person))
        self._session.add(
            ExportLinkRow(person_id=person, token_sha256=token_hash, expires_at=until)
        )
        await self._session.flush()

    async def language_of_link(self, token_hash: str) -> Language | None:
        query = (
            select(PersonRow.language)
            .join(ExportLinkRow, ExportLinkRow.person_id == PersonRow.id)
            .where(ExportLinkRow.token_sha256 == token_hash, ExportLinkRow.expires_at > self._now)
        )
        found = await self._session.scalar(query)
        return Language(found) if found else None

    async def use_link(self, token_hash: str) -> PersonId | None:
        used = await self._session.scalar(
            delete(ExportLinkRow)
            .where(ExportLinkRow.token_sha256 == token_hash, ExportLinkRow.expires_at > self._now)
            .returning(ExportLinkRow.person_id)
        )
        return PersonId(used) if used else None

    async def forget_links(self, before: datetime) -> int:
        gone = await self._session.scalars(
            delete(ExportLinkRow)
            .where(ExportLinkRow.expires_at < before)
            .returning(ExportLinkRow.person_id)
        )
        return len(gone.all())

    async def overview(self, person: PersonId) -> Overview:
        query = (
            select(PersonRow.id, ClinicRow, ErasureRow.due_at)
            .outerjoin(ClinicRow, ClinicRow.id == PersonRow.clinic_id)
            .outerjoin(
                ErasureRow,
                and_(ErasureRow.person_id == PersonRow.id, ErasureRow.erased_at.is_(None)),
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
                NotificationKind(row.kind),
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

    async def _groups(
        self, children: Collection[int], clinics: dict[int, Clinic]
    ) -> dict[int, list[data.InGroup]]:
        rows = await self._session.scalars(
            select(ChildGroupRow)
            .where(ChildGroupRow.child_id.in_(children))
            .order_by(ChildGroupRow.id)
        )
        found = defaultdict(list)
        for row in rows:
            known = opened(row.child_id, row.clinic_id, row.ciphertext, self._ciphers)
            group = str(known.group) if known else ""
            clinic = clinics[row.clinic_id].name
            found[row.child_id].append(data.InGroup(clinic, group, row.ends_on, row.put_at))
        return found

    async def _history(self, person: PersonId, children: Collection[int]) -> History:
        papers = select(PaperConsentRow.id).where(PaperConsentRow.child_id.in_(children))
        theirs = or_(
            ConsentEventRow.person_id == person, ConsentEventRow.paper_consent_id.in_(papers)
        )
        return await history_of(self._session, person, theirs)

    async def _on_paper(
        self, children: Collection[int], history: History
    ) -> dict[int, list[data.Agreed]]:
        found = defaultdict(list)
        theirs = on_paper().where(PaperConsentRow.child_id.in_(children))
        for row, *rest in await self._session.execute(theirs):
            told = replace(to_agreed(row, *rest), history=history[PaperConsentRow, row.id])
            found[row.child_id].append(told)
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
            earliest = row.earliest and on_wall(clinic, row.earliest)
            found[row.child_id].append(data.Search(clinic.name, row.day, row.asked_at, earliest))
        return found

    async def _check_ups(
        self, children: Collection[int], clinics: dict[int, Clinic]
    ) -> dict[int, list[data.CheckUpTold]]:
        rows = await self._session.scalars(
            select(CheckUpRow).where(CheckUpRow.child_id.in_(children)).order_by(CheckUpRow.id)
        )
        found = defaultdict(list)
        for row in rows:
            clinic = clinics[row.clinic_id].name
            told = data.CheckUpTold(clinic, row.months, row.invited_at, row.passed_at)
            found[row.child_id].append(told)
        return found

    async def _uninvited(self, children: Collection[int]) -> dict[int, datetime]:
        rows = await self._session.scalars(
            select(UninvitedRow).where(UninvitedRow.child_id.in_(children))
        )
        return {row.child_id: row.since for row in rows}

    async def _looks(
        self, children: Collection[int], clinics: dict[int, Clinic]
    ) -> dict[int, list[data.Look]]:
        joined = await self._session.execute(
            select(JoinedChildRow.gone_id, JoinedChildRow.child_id).where(
                JoinedChildRow.child_id.in_(children)
            )
        )
        subjects = await self._session.execute(
            select(JournalSubjectRow.token, JournalSubjectRow.child_id).where(
                JournalSubjectRow.child_id.in_(children)
            )
        )
        whose = {child: child for child in children} | dict(joined.all())
        whose |= {token: child for token, child in subjects if child is not None}
        rows = await self._session.scalars(
            select(AccessRecordRow)
            .where(AccessRecordRow.child_id.in_(whose))
            .order_by(AccessRecordRow.at, AccessRecordRow.clinic_id, AccessRecordRow.number)
        )
        found = defaultdict(list)
        for row in rows:
            found[whose[row.child_id]].append(
                data.Look(clinics[row.clinic_id].name, Role(row.role), access_of(row), row.at)
            )
        return found


def _with_district() -> Select[ChildRow, str | None]:
    return select(ChildRow, DistrictRow.name).outerjoin(
        DistrictRow, DistrictRow.id == ChildRow.district_id
    )


def _adult(row: Link, who: Whose) -> data.Adult:
    return data.Adult(
        who.was(row.child_id, row.person_id),
        row.role,
        row.called,
        row.may_book,
        row.state,
        row.since,
        row.ends_at,
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
