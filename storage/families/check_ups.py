"""Check-ups by age: what is known of a child's, and who is to be invited."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.check_ups.known import Candidate, CheckUp, Known
from services.model.consents import Purpose
from services.model.ids import CheckUpId, ChildId, ClinicId, PersonId
from services.model.messages import NotificationKind
from services.model.people import Scope
from services.model.refusals.base import NotFound
from services.model.visits import AppointmentState
from services.rules.check_ups.due import FOR_HEALTHY
from storage.families.care import care_at
from storage.families.consents import agrees_to
from storage.tables.consents import ConsentRow
from storage.tables.families import CheckUpRow, ChildRow, PersonRow, UninvitedRow
from storage.tables.messages import NotificationRow
from storage.tables.visits import AppointmentRow

KNOWN = 4
"""Columns of `known_of`."""
_OFF = (AppointmentState.CANCELLED, AppointmentState.NO_SHOW)


def known_of(
    child: ColumnExpressionArgument[int], clinic: ColumnExpressionArgument[int] | None = None
) -> tuple[ColumnElement[Any], ...]:
    """What is known of a row's child, as columns for `to_known`; invitations are of one clinic."""
    visited = select(func.max(AppointmentRow.starts_at)).where(
        AppointmentRow.child_id == child,
        AppointmentRow.reason.in_(sorted(FOR_HEALTHY)),
        or_(AppointmentRow.state.not_in(_OFF), AppointmentRow.needs_time),
    )
    theirs = select(func.max(CheckUpRow.months)).where(CheckUpRow.child_id == child)
    return (
        visited.correlate_except(AppointmentRow).scalar_subquery(),
        theirs.where(CheckUpRow.passed_at.is_not(None))
        .correlate_except(CheckUpRow)
        .scalar_subquery(),
        theirs.where(true() if clinic is None else CheckUpRow.clinic_id == clinic)
        .correlate_except(CheckUpRow)
        .scalar_subquery(),
        exists().where(UninvitedRow.child_id == child).correlate_except(UninvitedRow),
    )


def to_known(columns: Sequence[Any]) -> Known:
    visited, passed, invited, unwanted = columns
    return Known(visited, passed or 0, invited or 0, bool(unwanted))


class StoredCheckUps:
    """Implements `services.ports.children.CheckUpRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """`now` is when the transaction began: whose care was over by then is not invited."""
        self._session = session
        self._now = now

    async def invited(self, since: datetime) -> dict[ClinicId, int]:
        found = await self._session.execute(
            select(CheckUpRow.clinic_id, func.count())
            .where(CheckUpRow.invited_at > since)
            .group_by(CheckUpRow.clinic_id)
        )
        return {ClinicId(clinic_id): count for clinic_id, count in found}

    async def candidates(
        self,
        clinic_id: ClinicId,
        born: Sequence[tuple[date, date]],
        since: datetime,
        after: ChildId,
        most: int,
    ) -> list[Candidate]:
        rows = await self._session.execute(self._candidates(clinic_id, born, since, after, most))
        first: dict[int, Candidate] = {}
        for child, person, birth_date, *known in rows:
            candidate = Candidate(ChildId(child), PersonId(person), birth_date, to_known(known))
            first.setdefault(child, candidate)
        return list(first.values())

    def _candidates(
        self,
        clinic_id: ClinicId,
        born: Sequence[tuple[date, date]],
        since: datetime,
        after: ChildId,
        most: int,
    ) -> Select[Any]:
        care = care_at(self._now, Scope.DECIDE)
        invited_lately = exists().where(
            NotificationRow.person_id == care.c.person_id,
            NotificationRow.kind == NotificationKind.CHECK_UP,
            NotificationRow.due_at >= since,
        )
        at_clinic = ConsentRow.clinic_id == clinic_id
        return (
            select(
                ChildRow.id,
                ConsentRow.person_id,
                ChildRow.birth_date,
                *known_of(ChildRow.id, ConsentRow.clinic_id),
            )
            .join(care, care.c.child_id == ChildRow.id)
            .join(
                ConsentRow,
                and_(
                    ConsentRow.person_id == care.c.person_id,
                    at_clinic,
                    ConsentRow.purpose == Purpose.CHECK_UPS,
                    ConsentRow.withdrawn_at.is_(None),
                ),
            )
            .join(PersonRow, PersonRow.id == care.c.person_id)
            .where(
                ChildRow.id > after,
                or_(*(ChildRow.birth_date.between(*span) for span in born)),
                PersonRow.unreachable_since.is_(None),
                agrees_to(Purpose.PROCESSING, care.c.person_id, ConsentRow.clinic_id),
                ~exists().where(UninvitedRow.child_id == ChildRow.id),
                ~invited_lately,
            )
            .order_by(ChildRow.id, ConsentRow.id)
            .limit(most)
        )

    async def invite(
        self, child_id: ChildId, clinic_id: ClinicId, months: int, at: datetime
    ) -> CheckUpId | None:
        row = CheckUpRow(child_id=child_id, clinic_id=clinic_id, months=months, invited_at=at)
        try:
            async with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:  # invited before, or gone
            return None
        return CheckUpId(row.id)

    async def get(self, check_up_id: CheckUpId, person: PersonId) -> CheckUp:
        care = care_at(self._now, Scope.DECIDE)
        row = await self._session.scalar(
            select(CheckUpRow)
            .join(care, care.c.child_id == CheckUpRow.child_id)
            .where(CheckUpRow.id == check_up_id, care.c.person_id == person)
        )
        if row is None:
            raise NotFound
        return CheckUp(check_up_id, ChildId(row.child_id), ClinicId(row.clinic_id), row.months)

    async def passed(self, check_up_id: CheckUpId, at: datetime) -> None:
        await self._session.execute(
            update(CheckUpRow)
            .where(CheckUpRow.id == check_up_id, CheckUpRow.passed_at.is_(None))
            .values(passed_at=at)
        )

    async def uninvited(self, children: Collection[ChildId]) -> set[ChildId]:
        found = await self._session.scalars(
            select(UninvitedRow.child_id).where(UninvitedRow.child_id.in_(children))
        )
        return {ChildId(child_id) for child_id in found}

    async def want(self, child_id: ChildId, at: datetime, *, wanted: bool) -> None:
        if wanted:
            gone = delete(UninvitedRow).where(UninvitedRow.child_id == child_id)
            await self._session.execute(gone)
        elif not await self.uninvited([child_id]):
            added = insert(UninvitedRow).values(child_id=child_id, since=at)
            await self._session.execute(added)
