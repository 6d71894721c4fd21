"""Persons, children, and who cares for whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    not_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.consents import Purpose
from services.model.ids import ChildId, ClinicId, DistrictId, DoctorId, PersonId
from services.model.people import AtClinic, AtHome, Child, Language, Person, ReminderWishes, Scope
from services.model.refusals.base import NotFound
from services.model.refusals.families import ChildJoined, NotEntrusted
from services.model.visits import AppointmentState
from storage.clinic import came_to
from storage.clinic.directory import VERSION, saw
from storage.database.locks import lock_rows
from storage.families.care import care_at, drop_care, drop_links, parent_of
from storage.families.check_ups import KNOWN, known_of, to_known
from storage.families.consents import AGREED
from storage.families.groups import all_opened
from storage.families.nobody import is_nobody
from storage.tables.base import table_of
from storage.tables.clinic import DistrictRow
from storage.tables.consents import ConsentRow, PaperConsentRow
from storage.tables.families import (
    ChildGroupRow,
    ChildRow,
    JoinedChildRow,
    PersonRow,
    PhoneRow,
    ReminderWishesRow,
)
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow
from storage.visits.standing import given_back

_persons = table_of(PersonRow).c
_PERSON = select(
    _persons.id,
    _persons.telegram_id,
    _persons.language,
    _persons.unreachable_since,
    _persons.clinic_id,
    VERSION.label("house"),
).where(_persons.telegram_id == bindparam("telegram_id"))
_PERSON_LOCKED = _PERSON.with_for_update(key_share=True)
"""By which every transaction of somebody who came lately begins."""


async def person_of(session: AsyncSession, telegram_id: int, *, lock: bool) -> Person | None:
    """The person with this Telegram id; with a lock, one transaction of theirs at a time."""
    query = _PERSON_LOCKED if lock else _PERSON
    row = (await session.execute(query, {"telegram_id": telegram_id})).one_or_none()
    if row is None:
        return None
    saw(session, row.house)
    came_to.note(session, came_to.CameTo(row.id, row.clinic_id, row.house))
    return to_person(row)


def to_person(row: PersonRow | Row[*tuple[Any, ...]]) -> Person:
    unreachable = row.unreachable_since is not None
    return Person(PersonId(row.id), row.telegram_id, Language(row.language), unreachable)


_children, _wishes, _consents = (
    table_of(row).c for row in (ChildRow, ReminderWishesRow, ConsentRow)
)
_districts, _groups = table_of(DistrictRow).c, table_of(ChildGroupRow).c
BESIDE_A_CHILD: Mapping[str, ColumnElement[Any]] = {
    "district_doctor_id": select(_districts.doctor_id)
    .where(_districts.id == _children.district_id)
    .scalar_subquery(),
    "sealed_groups": select(
        func.aggregate_strings(cast(_groups.clinic_id, String) + ":" + _groups.ciphertext, " ")
    )
    .where(_groups.child_id == _children.id)
    .scalar_subquery(),
}
"""What `to_child` reads beside a row, in statements that are written once."""
_visits, _slots = table_of(AppointmentRow).c, table_of(SlotRow).c
_NOW = bindparam("now", type_=_visits.starts_at.type)
_LAST_DOCTOR = (
    select(_slots.doctor_id)
    .join(table_of(AppointmentRow), _visits.slot_id == _slots.id)
    .where(
        _visits.child_id == _children.id,
        _visits.state.not_in([AppointmentState.CANCELLED, AppointmentState.NO_SHOW]),
        not_(given_back(_NOW)),
        _slots.clinic_id == bindparam("clinic"),
    )
    .order_by((_visits.starts_at <= _NOW).desc(), _visits.starts_at.desc())
    .limit(1)
    .scalar_subquery()
)
"""Who saw a child at a clinic last; before anybody did, who is to see it last."""
_care = care_at(bindparam("now"), Scope.SEE)
_AT_CLINIC = (
    select(
        _children.id,
        _children.name,
        _children.birth_date,
        _children.district_id,
        *(column.label(name) for name, column in BESIDE_A_CHILD.items()),
        _care.c.may_book,
        _care.c.sees_all,
        AGREED.label("agreed"),
        _LAST_DOCTOR.label("last_doctor"),
    )
    .join(_care, _care.c.child_id == _children.id)
    .where(_care.c.person_id == bindparam("person"))
    .order_by(_children.id)
)
_AT_HOME = _AT_CLINIC.add_columns(*known_of(_children.id))
_cared_for = {scope: care_at(bindparam("now"), scope).c for scope in Scope}
_THEIRS = {
    scope: ChildRow.id.in_(select(care.child_id).where(care.person_id == bindparam("person")))
    for scope, care in _cared_for.items()
}
_CHILDREN = {
    scope: select(ChildRow).where(theirs).order_by(ChildRow.id) for scope, theirs in _THEIRS.items()
}
_CARERS = {
    scope: select(care.child_id, care.person_id)
    .where(care.child_id.in_(bindparam("children", expanding=True)))
    .order_by(care.person_id)
    for scope, care in _cared_for.items()
}
_told = care_at(bindparam("now"), Scope.TOLD)
_TO_TELL = (
    select(_told.c.person_id, _consents.id.label("agreed"), *_wishes)
    .outerjoin(
        table_of(ConsentRow),
        and_(
            _consents.person_id == _told.c.person_id,
            _consents.clinic_id == bindparam("clinic"),
            _consents.purpose == Purpose.REMINDERS,
            _consents.withdrawn_at.is_(None),
        ),
    )
    .outerjoin(table_of(ReminderWishesRow), _wishes.person_id == _told.c.person_id)
    .where(_told.c.child_id == bindparam("child"))
    .order_by(_told.c.person_id)
)


def to_wishes(row: ReminderWishesRow | None) -> ReminderWishes:
    return ReminderWishes() if row is None else _wishes_of(row)


def _wishes_of(row: ReminderWishesRow | Row[*tuple[Any, ...]]) -> ReminderWishes:
    """As a person wished; the usual ones where the row is of somebody who wished nothing."""
    if row.evening is None:
        return ReminderWishes()
    before = None if row.before_minutes is None else timedelta(minutes=row.before_minutes)
    return ReminderWishes(row.evening, row.evening_at, row.soon, before, row.discreet)


def to_child(row: ChildRow | Row[*tuple[Any, ...]]) -> Child:
    district_id = None if row.district_id is None else DistrictId(row.district_id)
    own = None if row.district_doctor_id is None else DoctorId(row.district_doctor_id)
    groups = all_opened(row.id, row.sealed_groups)
    return Child(ChildId(row.id), row.name, row.birth_date, district_id, own, groups)


class StoredFamilies:
    """Implements `services.ports.families.FamilyRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """`now` is when the transaction began: whose care was over by then has none."""
        self._session = session
        self._now = now

    async def person(self, telegram_id: int) -> Person | None:
        return await person_of(self._session, telegram_id, lock=False)

    async def add_person(self, telegram_id: int, language: Language) -> Person:
        row = PersonRow(telegram_id=telegram_id, language=language)
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            if known := await self.person(telegram_id):
                return known
            raise
        return to_person(row)

    async def come_to(self, person: PersonId, clinic_id: ClinicId) -> None:
        row = await self._session.get_one(PersonRow, person)
        row.clinic_id = clinic_id
        await self._session.flush()

    async def clinic_of(self, person: PersonId) -> ClinicId | None:
        clinic_id = await self._session.scalar(
            select(PersonRow.clinic_id).where(PersonRow.id == person)
        )
        return None if clinic_id is None else ClinicId(clinic_id)

    async def set_language(self, person: PersonId, language: Language) -> None:
        row = await self._session.get_one(PersonRow, person)
        row.language = language
        await self._session.flush()

    async def lost(self, person: PersonId, since: datetime) -> None:
        row = await self._session.get_one(PersonRow, person)
        row.unreachable_since = row.unreachable_since or since
        await self._session.flush()

    async def found(self, person: PersonId) -> None:
        row = await self._session.get_one(PersonRow, person)
        row.unreachable_since = None
        await self._session.flush()

    async def wishes(self, person: PersonId) -> ReminderWishes:
        return to_wishes(await self._session.get(ReminderWishesRow, person))

    async def set_wishes(self, person: PersonId, wishes: ReminderWishes) -> None:
        before = None if wishes.before is None else wishes.before // timedelta(minutes=1)
        await self._session.merge(
            ReminderWishesRow(
                person_id=person,
                evening=wishes.evening,
                evening_at=wishes.evening_at,
                soon=wishes.soon,
                before_minutes=before,
                discreet=wishes.discreet,
            )
        )
        await self._session.flush()

    async def to_tell(
        self, child_id: ChildId, clinic_id: ClinicId
    ) -> dict[PersonId, ReminderWishes | None]:
        which = {"child": child_id, "clinic": clinic_id, "now": self._now}
        rows = await self._session.execute(_TO_TELL, which)
        return {
            PersonId(row.person_id): _wishes_of(row) if row.agreed is not None else None
            for row in rows
        }

    async def to_remind(
        self, child_id: ChildId, clinic_id: ClinicId
    ) -> list[tuple[PersonId, ReminderWishes]]:
        return (await self.to_remind_of([child_id], clinic_id)).get(child_id, [])

    async def to_remind_of(
        self, child_ids: Collection[ChildId], clinic_id: ClinicId
    ) -> dict[ChildId, list[tuple[PersonId, ReminderWishes]]]:
        care = care_at(self._now, Scope.TOLD)
        query = (
            select(care.c.child_id, care.c.person_id, ReminderWishesRow)
            .join(ConsentRow, ConsentRow.person_id == care.c.person_id)
            .outerjoin(ReminderWishesRow, ReminderWishesRow.person_id == care.c.person_id)
            .where(
                care.c.child_id.in_(child_ids),
                ConsentRow.clinic_id == clinic_id,
                ConsentRow.purpose == Purpose.REMINDERS,
                ConsentRow.withdrawn_at.is_(None),
            )
            .order_by(care.c.person_id)
        )
        found: dict[ChildId, list[tuple[PersonId, ReminderWishes]]] = {}
        for child_id, person_id, row in await self._session.execute(query):
            told = found.setdefault(ChildId(child_id), [])
            told.append((PersonId(person_id), to_wishes(row)))
        return found

    async def lock_children(self, child_ids: Collection[ChildId]) -> None:
        await lock_rows(self._session, ChildRow.id, ChildRow.id.in_(child_ids))

    async def child(
        self,
        child_id: ChildId,
        *,
        cared_for_by: PersonId | None,
        scope: Scope = Scope.SEE,
        lock: bool = False,
    ) -> Child:
        if lock:  # by itself: what is read while others hold it may be a link that they end
            await lock_rows(self._session, ChildRow.id, ChildRow.id == child_id)
        query = select(ChildRow).where(ChildRow.id == child_id, not_(is_nobody()))
        if cared_for_by is not None:
            care = care_at(self._now, scope)
            query = query.join(care, care.c.child_id == ChildRow.id).where(
                care.c.person_id == cared_for_by
            )
        row = await self._session.scalar(query.execution_options(populate_existing=lock))
        if row is None:
            if cared_for_by is not None and scope is not Scope.SEE:
                await self.child(child_id, cared_for_by=cared_for_by)
                raise NotEntrusted
            raise await self._why_not(child_id, cared_for_by)
        return to_child(row)

    async def _why_not(self, child_id: ChildId, person: PersonId | None) -> NotFound:
        """Who looks after the child under another id by now is told so."""
        query = select(JoinedChildRow.gone_id).where(JoinedChildRow.gone_id == child_id)
        if person is not None:
            care = care_at(self._now, Scope.SEE)
            query = query.join(care, care.c.child_id == JoinedChildRow.child_id).where(
                care.c.person_id == person
            )
        return ChildJoined() if await self._session.scalar(query) else NotFound()

    async def children(
        self, cared_for_by: PersonId, *, scope: Scope = Scope.SEE, lock: bool = False
    ) -> list[Child]:
        whose = {"person": cared_for_by, "now": self._now}
        if lock:
            await lock_rows(self._session, ChildRow.id, _THEIRS[scope], whose)
        query = _CHILDREN[scope]
        options = {"populate_existing": lock}
        rows = await self._session.scalars(query, whose, execution_options=options)
        return [to_child(row) for row in rows]

    async def at_clinic(self, person: PersonId, clinic_id: ClinicId) -> AtClinic:
        there, _rows = await self._there(_AT_CLINIC, person, clinic_id)
        return there

    async def at_home(self, person: PersonId, clinic_id: ClinicId) -> AtHome:
        there, rows = await self._there(_AT_HOME, person, clinic_id)
        return AtHome(there, {ChildId(row.id): to_known(row[-KNOWN:]) for row in rows})

    async def _there(
        self, statement: Select[*tuple[Any, ...]], person: PersonId, clinic_id: ClinicId
    ) -> tuple[AtClinic, Sequence[Row[*tuple[Any, ...]]]]:
        whose = {"person": person, "clinic": clinic_id, "now": self._now}
        rows = (await self._session.execute(statement, whose)).all()
        agreed = rows[0].agreed if rows else await self._session.scalar(select(AGREED), whose)
        children = [to_child(row) for row in rows]
        bookable = [child for child, row in zip(children, rows, strict=True) if row.may_book]
        last = {
            ChildId(row.id): DoctorId(row.last_doctor)
            for row in rows
            if row.last_doctor is not None
        }
        decided = frozenset(ChildId(row.id) for row in rows if row.sees_all)
        return AtClinic(children, bookable, bool(agreed), last, decided), rows

    async def looked_after_by(self, persons: Collection[PersonId], scope: Scope) -> list[ChildId]:
        care = care_at(self._now, scope)
        found = await self._session.scalars(
            select(care.c.child_id).where(care.c.person_id.in_(persons)).distinct()
        )
        return [ChildId(child_id) for child_id in found]

    async def add_child(
        self, name: str, birth_date: date, *, cared_for_by: PersonId, since: datetime
    ) -> Child:
        row = ChildRow(name=name, birth_date=birth_date)
        self._session.add(row)
        await self._session.flush()
        self._session.add(parent_of(ChildId(row.id), cared_for_by, since))
        await self._session.flush()
        return Child(ChildId(row.id), row.name, row.birth_date)

    async def change_child(self, child: Child) -> None:
        row = await self._session.get_one(ChildRow, child.id)
        row.name = child.name
        row.birth_date = child.birth_date
        row.district_id = child.district_id
        await self._session.flush()

    async def carers(self, child_id: ChildId, scope: Scope = Scope.SEE) -> list[PersonId]:
        return (await self.carers_of([child_id], scope)).get(child_id, [])

    async def carers_of(
        self, child_ids: Collection[ChildId], scope: Scope = Scope.SEE
    ) -> dict[ChildId, list[PersonId]]:
        found: dict[ChildId, list[PersonId]] = {}
        of_whom = {"children": list(child_ids), "now": self._now}
        for child_id, person_id in await self._session.execute(_CARERS[scope], of_whom):
            found.setdefault(ChildId(child_id), []).append(PersonId(person_id))
        return found

    async def reachable(self, persons: Collection[PersonId]) -> set[PersonId]:
        query = select(PersonRow.id).where(
            PersonRow.id.in_(persons), PersonRow.unreachable_since.is_(None)
        )
        return {PersonId(each) for each in await self._session.scalars(query)}

    async def end_care(self, child_id: ChildId, person: PersonId) -> None:
        await drop_care(self._session, person, child_id)
        care = care_at(self._now, Scope.DECIDE)
        left = exists(select(care).where(care.c.child_id == child_id))
        await drop_links(self._session, child_id, ~left)  # nobody helps whom nobody asks to
        unknown = and_(
            ~left,
            ~exists().where(AppointmentRow.child_id == child_id),
            ~exists().where(PaperConsentRow.child_id == child_id),
        )
        await self._session.execute(
            update(ConsentRow).where(ConsentRow.child_id == child_id, unknown).values(child_id=None)
        )
        await drop_links(self._session, child_id, unknown)
        await self._session.execute(delete(PhoneRow).where(PhoneRow.child_id == child_id, unknown))
        await self._session.execute(delete(ChildRow).where(ChildRow.id == child_id, unknown))
