"""Who cares for whom: the one place that knows which links of care grant anything.

Everybody else joins `care_at`, which has no other links (R75); a test sees to it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ColumnExpressionArgument,
    Subquery,
    and_,
    delete,
    exists,
    literal_column,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ChildId, PersonId
from services.model.people import CareRole, Scope
from storage.tables.base import table_of
from storage.tables.families import CareInvitationRow, CareRow

PENDING = "pending"
ACTIVE = "active"


Moment: TypeAlias = datetime | BindParameter[datetime]
"""Or what stands for it in a statement that is written once."""


_care = table_of(CareRow).c


def _grants(now: Moment) -> ColumnElement[bool]:
    """Whether a link grants anything at this moment: it is active, and has not ended."""
    return and_(
        _care.state == literal_column(f"'{ACTIVE}'"),
        or_(_care.ends_at.is_(None), _care.ends_at > now),
    )


_HAS_SCOPE: dict[Scope, ColumnElement[bool]] = {
    Scope.SEE: true(),
    Scope.BOOK: _care.may_book.is_(True),
    Scope.CANCEL: _care.may_cancel.is_(True),
    Scope.TOLD: _care.is_told.is_(True),
    Scope.DECIDE: _care.role != literal_column(f"'{CareRole.HELPER}'"),
    Scope.ENTRUST: _care.role == literal_column(f"'{CareRole.PARENT}'"),
}


def care_at(now: Moment, scope: Scope) -> Subquery:
    """Who cares for whom at this moment (`person_id`, `child_id`) and may do this, to be joined
    like a table; `sees_all` where nothing is hidden from them, `may_book` where they may."""
    sees_all = _HAS_SCOPE[Scope.DECIDE].label("sees_all")
    told = _care.is_told.label("is_told")
    may_book = _HAS_SCOPE[Scope.BOOK].label("may_book")
    return (
        select(_care.person_id, _care.child_id, sees_all, told, may_book)
        .where(_grants(now), _HAS_SCOPE[scope])
        .subquery("care_now")
    )


def parent_of(child_id: ChildId, person: PersonId, since: datetime) -> CareRow:
    """A new link, to be added."""
    return CareRow(
        person_id=person, child_id=child_id, since=since, role=CareRole.PARENT, state=ACTIVE
    )


@dataclass(frozen=True, slots=True)
class Link:
    """One link of care, whether it grants anything or not: to be told of, and nothing else."""

    person_id: int
    child_id: int
    role: str
    state: str
    since: datetime
    ends_at: datetime | None
    called: str = ""
    may_book: bool = True


async def links_of(session: AsyncSession, children: Collection[int]) -> list[Link]:
    """All links that there are to children, the oldest first."""
    rows = await session.scalars(
        select(CareRow)
        .where(CareRow.child_id.in_(children))
        .order_by(CareRow.since, CareRow.person_id)
    )
    return [_to_link(row) for row in rows]


async def links_of_helper(session: AsyncSession, person: int, now: datetime) -> list[Link]:
    """Somebody's links of help that grant something now, the oldest first."""
    rows = await session.scalars(
        select(CareRow)
        .where(CareRow.person_id == person, CareRow.role == CareRole.HELPER, _grants(now))
        .order_by(CareRow.since, CareRow.child_id)
    )
    return [_to_link(row) for row in rows]


async def standing_links(session: AsyncSession, child_id: int, now: datetime) -> list[Link]:
    """Those of a child's that grant something now, the oldest first."""
    rows = await session.scalars(
        select(CareRow)
        .where(CareRow.child_id == child_id, _grants(now))
        .order_by(CareRow.since, CareRow.person_id)
    )
    return [_to_link(row) for row in rows]


def linked(
    child: ColumnExpressionArgument[int], since: datetime | None = None
) -> ColumnElement[bool]:
    """Somebody has a link to the child, whether it grants anything or not; one made since."""
    links = exists().where(CareRow.child_id == child)
    return links if since is None else links.where(CareRow.since >= since)


def awaits_helper(child: ColumnExpressionArgument[int]) -> ColumnElement[bool]:
    """Somebody waits for a parent's yes."""
    return exists().where(CareRow.child_id == child, CareRow.state == PENDING)


def _to_link(row: CareRow) -> Link:
    return Link(
        row.person_id,
        row.child_id,
        row.role,
        row.state,
        row.since,
        row.ends_at,
        row.called,
        row.may_book,
    )


async def begin_care(
    session: AsyncSession,
    person: PersonId,
    child_id: ChildId,
    at: datetime,
    role: CareRole = CareRole.PARENT,
) -> None:
    """Let a person care for a child as a parent, or the child itself, from now on; nothing happens
    if they do already.

    A link that was pending, over, or a helper's is one like any other then."""
    all_of_it = {"may_book": True, "may_cancel": True, "is_told": True}
    row = CareRow(
        person_id=person, child_id=child_id, since=at, role=role, state=ACTIVE, **all_of_it
    )
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        less = not_(and_(_grants(at), _HAS_SCOPE[Scope.DECIDE]))
        await session.execute(
            update(CareRow)
            .where(_link(person, child_id), less)
            .values(since=at, role=role, state=ACTIVE, ends_at=None, **all_of_it)
        )


async def await_helper(
    session: AsyncSession,
    person: PersonId,
    child_id: ChildId,
    at: datetime,
    *,
    called: str,
    may_book: bool,
    ends_at: datetime | None,
) -> None:
    """Keep what a helper may do once a parent has said who it is. Until then it is nothing.

    Whoever cares for the child already has no such link."""
    row = await session.get(CareRow, (person, child_id)) or CareRow(
        person_id=person, child_id=child_id
    )
    row.since = at
    row.role = CareRole.HELPER
    row.state = PENDING
    row.ends_at = ends_at
    row.called = called
    row.may_book = row.may_cancel = may_book
    row.is_told = True
    session.add(row)
    await session.flush()


async def admit_helper(
    session: AsyncSession,
    person: PersonId,
    child_id: ChildId,
    at: datetime,
    *,
    called: str,
    may_book: bool,
    ends_at: datetime | None,
) -> bool:
    """Let a helper's link that waits grant what their invitation says, and not what another one of
    the child's said that they opened since; False: none waits."""
    found = await session.scalars(
        update(CareRow)
        .where(_link(person, child_id), CareRow.state == literal_column(f"'{PENDING}'"))
        .values(
            state=ACTIVE,
            since=at,
            called=called,
            may_book=may_book,
            may_cancel=may_book,
            ends_at=ends_at,
        )
        .returning(CareRow.person_id)
    )
    return found.one_or_none() is not None


async def drop_pending(session: AsyncSession, person: PersonId, child_id: ChildId) -> None:
    """Drop a helper's link that waits, unless they opened another invitation that does; one that
    grants something stays."""
    waits = CareRow.state == literal_column(f"'{PENDING}'")
    other = exists().where(
        CareInvitationRow.opened_by == person,
        CareInvitationRow.child_id == child_id,
        CareInvitationRow.settled_at.is_(None),
    )
    await session.execute(delete(CareRow).where(_link(person, child_id), waits, ~other))


async def drop_ended_help(session: AsyncSession, before: datetime) -> int:
    """Drop helpers' links that were over before a moment; how many."""
    gone = await session.scalars(
        delete(CareRow)
        .where(CareRow.role == literal_column(f"'{CareRole.HELPER}'"), CareRow.ends_at < before)
        .returning(CareRow.person_id)
    )
    return len(gone.all())


async def change_link(
    session: AsyncSession, person: PersonId, child_id: ChildId, **values: object
) -> None:
    """Change what a link of care says."""
    await session.execute(update(CareRow).where(_link(person, child_id)).values(**values))


async def drop_care(session: AsyncSession, person: PersonId, child_id: ChildId) -> None:
    """Keep nothing of what there was between a person and a child."""
    await session.execute(delete(CareRow).where(_link(person, child_id)))


async def drop_links(
    session: AsyncSession, child_id: ChildId, condition: ColumnElement[bool]
) -> None:
    """Drop what else points at a child who goes, and grants nothing."""
    await session.execute(delete(CareRow).where(CareRow.child_id == child_id, condition))


async def drop_links_to(session: AsyncSession, children: Collection[int]) -> None:
    """Drop all links to children, whoever looks after them."""
    await session.execute(delete(CareRow).where(CareRow.child_id.in_(children)))


async def drop_links_of(session: AsyncSession, person: PersonId) -> None:
    """Drop all links of a person, whether they grant anything or not."""
    await session.execute(delete(CareRow).where(CareRow.person_id == person))


async def join_links(session: AsyncSession, gone: ChildId, kept: ChildId, now: datetime) -> None:
    """Let whoever looks after one entry of a child look after the other one. Of somebody's two
    links the one that says more stays, as it is."""
    rows = await session.scalars(select(CareRow).where(CareRow.child_id.in_([gone, kept])))
    links: dict[int, list[CareRow]] = {}
    for row in rows:
        links.setdefault(row.person_id, []).append(row)
    for person, both in links.items():
        stays = max(both, key=lambda row: _says(row, now))
        since = min(row.since for row in both)
        rest = [row.child_id for row in both if row is not stays]
        mine = CareRow.person_id == person
        await session.execute(
            delete(CareRow)
            .where(mine, CareRow.child_id.in_(rest))
            .execution_options(synchronize_session=False)
        )
        await session.execute(
            update(CareRow)
            .where(mine, CareRow.child_id == stays.child_id)
            .values(child_id=kept, since=since)
            .execution_options(synchronize_session=False)
        )


def _says(row: CareRow, now: datetime) -> tuple[bool, bool, int, bool, datetime]:
    """The higher, the more a link grants: now, as a parent's, as much as it may, for long."""
    grants = row.state == ACTIVE and (row.ends_at is None or row.ends_at > now)
    ends = row.ends_at or datetime.max.replace(tzinfo=UTC)
    may = row.may_book + row.may_cancel + row.is_told
    return grants, row.role != CareRole.HELPER, may, row.ends_at is None, ends


def _link(person: PersonId, child_id: ChildId) -> ColumnElement[bool]:
    return and_(CareRow.person_id == person, CareRow.child_id == child_id)
