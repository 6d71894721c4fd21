"""Children as a clinic's registry knows them."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.consents import Action, Channel, ConsentText
from services.model.ids import ChildId, ClinicId, PersonId, PostId
from services.model.people import CareRole, Child, Scope
from services.model.refusals.base import NotFound
from services.model.refusals.families import ChildJoined
from services.model.visits import VisitCode
from storage.database.locks import lock_rows
from storage.families.care import begin_care, care_at, drop_links_to
from storage.families.consent_events import hash_of, took_place
from storage.families.consents import agreed_at
from storage.families.families import to_child
from storage.families.nobody import is_nobody
from storage.tables.access import CodeTryRow, VisitCodeRow
from storage.tables.consents import ConsentEventRow, ConsentRow, PaperConsentRow
from storage.tables.families import (
    CareInvitationRow,
    ChildRow,
    JoinedChildRow,
    PersonRow,
    PhoneRow,
)
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow


def _known_at(clinic_id: ClinicId, now: datetime) -> ColumnElement[bool]:
    """Had a visit there, or somebody agreed that the clinic keeps the child's data; and nobody has
    erased it meanwhile, though the consent on paper is kept as a proof."""
    care = care_at(now, Scope.DECIDE)
    known = or_(
        exists()
        .where(AppointmentRow.child_id == ChildRow.id, SlotRow.clinic_id == clinic_id)
        .where(SlotRow.id == AppointmentRow.slot_id),
        exists().where(
            PaperConsentRow.child_id == ChildRow.id,
            PaperConsentRow.clinic_id == clinic_id,
            PaperConsentRow.withdrawn_at.is_(None),
        ),
        exists().where(
            care.c.child_id == ChildRow.id,
            agreed_at(clinic_id, care.c.person_id),
        ),
    )
    return and_(known, not_(is_nobody()))


class StoredRegistry:
    """Implements `services.ports.families.RegistryRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """`now` is when the transaction began: whose care was over by then has none."""
        self._session = session
        self._now = now

    async def child(self, clinic_id: ClinicId, child_id: ChildId, *, lock: bool = False) -> Child:
        if lock:
            await lock_rows(self._session, ChildRow.id, ChildRow.id == child_id)
        query = select(ChildRow).where(ChildRow.id == child_id, _known_at(clinic_id, self._now))
        row = await self._session.scalar(query)
        if row is None:
            raise await self._why_not(clinic_id, child_id)
        return to_child(row)

    async def _why_not(self, clinic_id: ClinicId, child_id: ChildId) -> NotFound:
        """Who knows the child under another id by now is told so."""
        joined = (
            select(JoinedChildRow.gone_id)
            .join(ChildRow, ChildRow.id == JoinedChildRow.child_id)
            .where(JoinedChildRow.gone_id == child_id, _known_at(clinic_id, self._now))
        )
        return ChildJoined() if await self._session.scalar(joined) else NotFound()

    async def some(self, clinic_id: ClinicId, child_ids: Collection[ChildId]) -> list[Child]:
        known = _known_at(clinic_id, self._now)
        query = select(ChildRow).where(ChildRow.id.in_(child_ids), known)
        rows = await self._session.scalars(query.order_by(ChildRow.name, ChildRow.id))
        return [to_child(row) for row in rows]

    async def born_on(self, clinic_id: ClinicId, day: date) -> list[Child]:
        query = select(ChildRow).where(ChildRow.birth_date == day, _known_at(clinic_id, self._now))
        rows = await self._session.scalars(query.order_by(ChildRow.name, ChildRow.id))
        return [to_child(row) for row in rows]

    async def add(
        self, name: str, birth_date: date, consent: ConsentText, by: PostId, at: datetime
    ) -> Child:
        row = ChildRow(name=name, birth_date=birth_date)
        self._session.add(row)
        await self._session.flush()
        paper = PaperConsentRow(
            clinic_id=consent.clinic_id,
            child_id=row.id,
            version=consent.version,
            text_sha256=hash_of(consent),
            recorded_by=by,
            recorded_at=at,
        )
        self._session.add(paper)
        await self._session.flush()
        await took_place(
            self._session,
            PaperConsentRow,
            PaperConsentRow.id == paper.id,
            Action.GIVEN,
            at,
            channel=Channel.PAPER,
            post=by,
        )
        return Child(ChildId(row.id), row.name, row.birth_date)

    async def is_only_here(self, child_id: ChildId, clinic_id: ClinicId) -> bool:
        care = care_at(self._now, Scope.SEE)
        signed = exists().where(
            PaperConsentRow.child_id == child_id, PaperConsentRow.withdrawn_at.is_(None)
        )
        elsewhere = (
            exists()
            .where(AppointmentRow.child_id == child_id, SlotRow.id == AppointmentRow.slot_id)
            .where(SlotRow.clinic_id != clinic_id)
        )
        query = select(
            and_(
                signed.where(PaperConsentRow.clinic_id == clinic_id),
                not_(signed.where(PaperConsentRow.clinic_id != clinic_id)),
                not_(elsewhere),
                not_(exists().where(care.c.child_id == child_id)),
            )
        )
        return bool(await self._session.scalar(query))

    async def had_visits(self, child_id: ChildId) -> bool:
        query = select(exists().where(AppointmentRow.child_id == child_id))
        return bool(await self._session.scalar(query))

    async def remove(self, child_id: ChildId) -> None:
        papers = select(PaperConsentRow.id).where(PaperConsentRow.child_id == child_id)
        await self._session.execute(
            delete(ConsentEventRow).where(ConsentEventRow.paper_consent_id.in_(papers))
        )
        for table in (PaperConsentRow, PhoneRow):
            await self._session.execute(delete(table).where(table.child_id == child_id))
        await self._session.execute(
            update(ConsentRow).where(ConsentRow.child_id == child_id).values(child_id=None)
        )
        await drop_links_to(self._session, [child_id])
        await self._session.execute(delete(ChildRow).where(ChildRow.id == child_id))

    async def in_bot(self, child_id: ChildId) -> bool:
        return bool(await self.in_bot_of([child_id]))

    async def in_bot_of(self, child_ids: Collection[ChildId]) -> set[ChildId]:
        care = care_at(self._now, Scope.TOLD)
        query = (
            select(care.c.child_id)
            .join(PersonRow, PersonRow.id == care.c.person_id)
            .where(care.c.child_id.in_(child_ids), PersonRow.unreachable_since.is_(None))
        )
        return {ChildId(child_id) for child_id in await self._session.scalars(query)}

    async def give_code(
        self,
        child_id: ChildId,
        clinic_id: ClinicId,
        code_hash: str,
        expires_at: datetime,
        role: CareRole = CareRole.PARENT,
    ) -> None:
        await self._session.execute(delete(VisitCodeRow).where(VisitCodeRow.child_id == child_id))
        self._session.add(
            VisitCodeRow(
                code_sha256=code_hash,
                clinic_id=clinic_id,
                child_id=child_id,
                expires_at=expires_at,
                role=role,
            )
        )
        await self._session.flush()

    async def of_code(self, code_hash: str, now: datetime) -> VisitCode | None:
        query = select(VisitCodeRow).where(VisitCodeRow.code_sha256 == code_hash)
        row = await self._session.scalar(query)
        if row is None:
            return None
        over = row.used_at is not None or row.expires_at <= now
        return VisitCode(ClinicId(row.clinic_id), ChildId(row.child_id), over)

    async def use_code(self, code_hash: str, person: PersonId, at: datetime) -> bool:
        used = await self._session.execute(
            update(VisitCodeRow)
            .where(
                VisitCodeRow.code_sha256 == code_hash,
                VisitCodeRow.used_at.is_(None),
                VisitCodeRow.expires_at > at,
            )
            .values(used_at=at)
            .returning(VisitCodeRow.child_id, VisitCodeRow.role)
        )
        if (found := used.one_or_none()) is None:
            return False
        child_id, role = found
        await begin_care(self._session, person, ChildId(child_id), at, CareRole(role))
        await self._session.execute(  # who is in already is asked about no more
            delete(CareInvitationRow).where(
                CareInvitationRow.child_id == child_id,
                CareInvitationRow.opened_by == person,
                CareInvitationRow.settled_at.is_(None),
            )
        )
        return True

    async def count_tries(self, person: PersonId, since: datetime) -> int:
        query = select(func.count()).where(
            CodeTryRow.person_id == person, CodeTryRow.tried_at > since
        )
        return await self._session.scalar(query) or 0

    async def add_try(self, person: PersonId, at: datetime) -> None:
        self._session.add(CodeTryRow(person_id=person, tried_at=at))
        await self._session.flush()

    async def forget(self, before: datetime) -> int:
        tries = await self._session.scalars(
            delete(CodeTryRow).where(CodeTryRow.tried_at < before).returning(CodeTryRow.id)
        )
        codes = await self._session.scalars(
            delete(VisitCodeRow).where(VisitCodeRow.expires_at < before).returning(VisitCodeRow.id)
        )
        return len(tries.all()) + len(codes.all())
