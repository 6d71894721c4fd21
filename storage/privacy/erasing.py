"""Erasing a family: everything that leads to it goes, and bare times of past visits stay.

Who adds a column that says something about a family erases it here: a test plants a canary in every
one, and looks for it in the whole database afterwards.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.consents import Action
from services.model.ids import ChildId, ClinicId, PersonId
from services.model.people import Language, Person, Scope
from services.model.privacy.erasure import Act, Erasure
from storage.access.subjects import StoredSubjects
from storage.families.care import (
    care_at,
    drop_links_of,
    drop_links_to,
    drop_pending,
)
from storage.families.families import to_person
from storage.families.nobody import NEVER, NOBODY
from storage.tables.access import CodeTryRow, StaffRow, VisitCodeRow
from storage.tables.base import Base
from storage.tables.consents import (
    ConsentEventRow,
    ConsentRow,
    DeclinedConsentRow,
    PaperConsentRow,
)
from storage.tables.families import (
    CareInvitationRow,
    CheckUpRow,
    ChildGroupRow,
    ChildRow,
    JoinedChildRow,
    PersonRow,
    PhoneRow,
    ReminderWishesRow,
    UninvitedRow,
)
from storage.tables.messages import NotificationRow, SpokenRow
from storage.tables.privacy import ErasureRow, ExportLinkRow
from storage.tables.runtime import ConversationRow, OwedAnswerRow
from storage.tables.slots import FirstAskRow, HoldRow
from storage.tables.systems.reached import SystemPatientRow
from storage.tables.visits import (
    AppointmentRow,
    CalendarFileRow,
    CallRow,
    OfferRow,
    QuestionRow,
    StaffNoteRow,
)
from storage.tables.waitlist.waits import WaitChildRow, WaitRow

THE_PERSONS = (
    ReminderWishesRow,
    PhoneRow,
    DeclinedConsentRow,
    ConversationRow,
    HoldRow,
    CodeTryRow,
    SpokenRow,
    NotificationRow,
    QuestionRow,
    CalendarFileRow,
    ExportLinkRow,
)
"""Rows of a person that go, whoever else looks after the children; answers go with questions."""
THE_CHILDREN_S = (
    PhoneRow,
    ChildGroupRow,
    VisitCodeRow,
    FirstAskRow,
    ConversationRow,
    CareInvitationRow,
    CheckUpRow,
    UninvitedRow,
    SystemPatientRow,
)
THE_VISITS = (
    StaffNoteRow,
    CallRow,
    OfferRow,
    QuestionRow,
    NotificationRow,
    SpokenRow,
    CalendarFileRow,
)


def is_asked() -> ColumnElement[bool]:
    """Whether an erasure is still to be done: the first, or one more of who works at a clinic and
    came back since."""
    return or_(ErasureRow.erased_at.is_(None), ErasureRow.asked_at > ErasureRow.erased_at)


def _stands(row: ErasureRow) -> bool:
    """The same of a row at hand."""
    return row.erased_at is None or row.asked_at > row.erased_at


class StoredErasures:
    """Implements `services.ports.privacy.ErasureRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """`now` is when the transaction began: whose care was over by then looks after nobody."""
        self._session = session
        self._now = now

    async def of(self, person: PersonId) -> Erasure | None:
        row = await self._row(person)
        return Erasure(person, row.asked_at, row.due_at) if row and _stands(row) else None

    async def clinics(self, person: PersonId) -> list[ClinicId]:
        found = await self._session.scalars(
            select(ConsentRow.clinic_id).where(ConsentRow.person_id == person).distinct()
        )
        return [ClinicId(clinic) for clinic in found]

    async def ask(self, person: PersonId, at: datetime, due_at: datetime) -> Erasure:
        row = await self._row(person)
        if row and _stands(row):
            return Erasure(person, row.asked_at, row.due_at)
        row = row or ErasureRow(person_id=person, children="")
        row.asked_at, row.due_at, row.listed_at = at, due_at, None
        self._session.add(row)
        await self._session.flush()
        return Erasure(person, at, due_at)

    async def take_back(self, person: PersonId) -> None:
        row = await self._row(person)
        if row is None or not _stands(row):
            return
        if row.erased_at is None:
            await self._session.delete(row)
        else:  # the act of before stays, and is written down once more
            row.asked_at = row.due_at = row.erased_at
        await self._session.flush()

    async def _row(self, person: PersonId) -> ErasureRow | None:
        row: ErasureRow | None = await self._session.scalar(
            select(ErasureRow).where(ErasureRow.person_id == person)
        )
        return row

    async def postpone(self, person: PersonId, due_at: datetime) -> None:
        await self._session.execute(
            update(ErasureRow)
            .where(ErasureRow.person_id == person, is_asked())
            .values(due_at=due_at)
        )

    async def due(self, now: datetime, most: int) -> list[PersonId]:
        found = await self._session.scalars(
            select(ErasureRow.person_id)
            .where(ErasureRow.listed_at.is_(None), is_asked(), ErasureRow.due_at <= now)
            .order_by(ErasureRow.due_at)
            .limit(most)
        )
        return [PersonId(person) for person in found]

    async def with_others(
        self, person: PersonId, children: Collection[ChildId], *, staying: bool
    ) -> set[ChildId]:
        care = care_at(self._now, Scope.DECIDE)
        asked = exists().where(ErasureRow.person_id == care.c.person_id, is_asked())
        query = select(care.c.child_id).where(
            care.c.child_id.in_(children), care.c.person_id != person
        )
        found = await self._session.scalars(query.where(~asked) if staying else query)
        return {ChildId(child_id) for child_id in found}

    async def done(self) -> dict[PersonId, datetime]:
        found = await self._session.execute(
            select(ErasureRow.person_id, ErasureRow.erased_at).where(
                ErasureRow.erased_at.is_not(None)
            )
        )
        return {PersonId(person): at for person, at in found.all() if at}

    async def known(self, person: PersonId, at: datetime) -> Person | None:
        done = exists().where(ErasureRow.person_id == person, ErasureRow.erased_at >= at)
        row = await self._session.scalar(select(PersonRow).where(PersonRow.id == person, ~done))
        return to_person(row) if row else None

    async def said(self, person: PersonId) -> list[int]:
        found = await self._session.scalars(
            select(SpokenRow.message_id)
            .where(SpokenRow.person_id == person)
            .distinct()
            .order_by(SpokenRow.message_id)
        )
        return list(found)

    async def erase(self, person: PersonId, children: Sequence[ChildId], at: datetime) -> Act:
        await self._erase_person(person, at)
        await self.erase_children(children)
        row = await self._row(person) or ErasureRow(
            person_id=person, asked_at=at, due_at=at, children=""
        )
        row.erased_at = at
        joined = await self._session.scalars(
            select(JoinedChildRow.gone_id).where(JoinedChildRow.child_id.in_(children))
        )
        row.children = ",".join(map(str, sorted({*_children(row), *children, *joined})))
        row.listed_at = None
        self._session.add(row)
        await self._session.flush()
        return _to_act(row)

    async def _erase_person(self, person: PersonId, at: datetime) -> None:
        row = await self._session.get_one(PersonRow, person)
        for table in THE_PERSONS:
            await self._delete(table, table.person_id == person)
        said_no = ConsentEventRow.action == Action.DECLINED
        await self._delete(ConsentEventRow, and_(ConsentEventRow.person_id == person, said_no))
        await self._delete(OwedAnswerRow, OwedAnswerRow.telegram_id == row.telegram_id)
        await drop_links_of(self._session, person)
        opened = await self._session.execute(
            delete(CareInvitationRow)
            .where(
                or_(CareInvitationRow.invited_by == person, CareInvitationRow.opened_by == person)
            )
            .returning(CareInvitationRow.opened_by, CareInvitationRow.child_id)
        )
        for opener, child_id in opened.all():
            if opener is not None:
                await drop_pending(self._session, PersonId(opener), ChildId(child_id))
        await self._session.execute(
            update(ConsentRow).where(ConsentRow.person_id == person).values(child_id=None)
        )
        await self._session.execute(
            update(WaitRow).where(WaitRow.person_id == person).values(person_id=None)
        )
        row.clinic_id = None
        works = exists().where(StaffRow.person_id == person, StaffRow.until.is_(None))
        if not await self._session.scalar(select(works)):
            row.telegram_id = -row.id  # nobody's: who writes again is somebody new
            row.language = Language.RUSSIAN
            row.unreachable_since = at
        await self._session.flush()

    async def erase_children(self, children: Sequence[ChildId]) -> None:
        """Leave nothing of these children but the times of their visits."""
        visits = select(AppointmentRow.id).where(AppointmentRow.child_id.in_(children))
        waits = select(WaitChildRow.wait_id).where(WaitChildRow.child_id.in_(children))
        await self._delete(WaitRow, WaitRow.id.in_(waits))
        for childs in THE_CHILDREN_S:
            await self._delete(childs, childs.child_id.in_(children))
        for visits_s in THE_VISITS:
            await self._delete(visits_s, visits_s.appointment_id.in_(visits))
        await drop_links_to(self._session, children)
        await StoredSubjects(self._session).forget(children)
        await self._session.execute(
            update(ConsentRow).where(ConsentRow.child_id.in_(children)).values(child_id=None)
        )
        stays = exists().where(AppointmentRow.child_id == ChildRow.id) | exists().where(
            PaperConsentRow.child_id == ChildRow.id
        )
        these = ChildRow.id.in_(children)
        await self._delete(ChildRow, these & ~stays)
        await self._session.execute(
            update(ChildRow)
            .where(these)
            .values(name=NOBODY, birth_date=NEVER, district_id=None, visited_until=None)
            .execution_options(synchronize_session=False)
        )

    async def _delete(self, table: type[Base], condition: ColumnElement[bool]) -> None:
        await self._session.execute(
            delete(table).where(condition).execution_options(synchronize_session=False)
        )

    async def unlisted(self) -> list[Act]:
        rows = await self._session.scalars(
            select(ErasureRow)
            .where(ErasureRow.listed_at.is_(None), not_(is_asked()))
            .order_by(ErasureRow.id)
        )
        return [_to_act(row) for row in rows]

    async def list_(self, acts: Collection[int], at: datetime) -> None:
        await self._session.execute(
            update(ErasureRow).where(ErasureRow.id.in_(acts)).values(listed_at=at)
        )


def _to_act(row: ErasureRow) -> Act:
    return Act(row.id, PersonId(row.person_id), _children(row), row.erased_at or row.due_at)


def _children(row: ErasureRow) -> list[ChildId]:
    return [ChildId(int(each)) for each in row.children.split(",") if each]
