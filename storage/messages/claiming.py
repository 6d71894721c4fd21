"""Claiming what is due and settling it, in statements that are written once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Subquery,
    bindparam,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import AppointmentId, NotificationId
from services.model.messages import Notification, NotificationKind, NotificationState, Urgency
from services.model.people import Person
from storage.database.types import UtcDateTime
from storage.families.families import to_person
from storage.tables.base import table_of
from storage.tables.families import PersonRow
from storage.tables.messages import PLANNED, NotificationRow

_Row: TypeAlias = Row[Any]

_rows, _persons = table_of(NotificationRow).c, table_of(PersonRow).c
_PLANNED: ColumnElement[bool] = literal_column(f"notifications.{PLANNED}")
_KNOWN: ColumnElement[bool] = _rows.kind.in_(
    [literal_column(f"'{kind}'") for kind in NotificationKind]
)
"""What a newer version planned it tells itself: this one has neither words nor facts for it."""
_NOW = bindparam("now", type_=UtcDateTime)
_MOST = bindparam("most", type_=Integer)


_CLAIMED = (
    *(_rows.id, _rows.kind, _rows.person_id, _rows.appointment_id, _rows.occasion),
    *(_rows.try_at, _rows.useful_until, _rows.urgency, _rows.bundle),
    *(_rows.attempts, _rows.failures),
)


def _due_of(urgency: Urgency) -> Subquery:
    """Of each urgency by itself, so that no more of the index is read than is given."""
    return (
        select(*_CLAIMED)
        .where(
            _rows.urgency == literal_column(str(int(urgency))),
            _rows.try_at <= _NOW,
            _KNOWN,
            _PLANNED,
        )
        .order_by(_rows.try_at, _rows.id)
        .limit(_MOST)
        .with_for_update(skip_locked=True)
        .subquery()
    )


def _the_most_urgent() -> Select[*tuple[Any, ...]]:
    every = union_all(*(select(_due_of(urgency)) for urgency in Urgency)).subquery().c
    order = (every.urgency, every.try_at, every.id)
    return select(*every).order_by(*order).limit(_MOST)


def _told_with_them() -> Select[*tuple[Any, ...]]:
    return (
        select(*_CLAIMED)
        .where(
            # Said of each by itself, too: for pairs SQLite goes through all that is planned, and of
            # the persons alone through all that they were ever sent.
            _rows.person_id.in_(bindparam("persons", expanding=True)),
            _rows.bundle.in_(bindparam("bundles", expanding=True)),
            tuple_(_rows.person_id, _rows.bundle).in_(bindparam("pairs", expanding=True)),
            _rows.try_at <= bindparam("gathered", type_=UtcDateTime),
            or_(_rows.attempts == 0, _rows.try_at <= _NOW),
            _KNOWN,
            _PLANNED,
        )
        .order_by(_rows.try_at, _rows.id)
        .with_for_update(skip_locked=True)
    )


_DUE, _BUNDLED = _the_most_urgent(), _told_with_them()
_CLAIM = (
    update(_rows.id.table)
    .where(_rows.id.in_(bindparam("ids", expanding=True)))
    .values(try_at=bindparam("until", type_=UtcDateTime), attempts=_rows.attempts + 1)
)
_PERSONS = select(
    _persons.id, _persons.telegram_id, _persons.language, _persons.unreachable_since
).where(_persons.id.in_(bindparam("persons", expanding=True)))


def _as_claimed() -> list[ColumnElement[bool]]:
    """Of rows that nobody has planned, claimed or settled anew."""
    return [
        _rows.id.in_(bindparam("ids", expanding=True)),
        tuple_(_rows.id, _rows.try_at).in_(bindparam("claims", expanding=True)),
        _PLANNED,
    ]


_CHANGE = update(_rows.id.table).where(*_as_claimed())
_FINISH = _CHANGE.values(state=bindparam("ends_as"), settled_at=bindparam("at", type_=UtcDateTime))
_PUT_OFF = _CHANGE.values(
    try_at=bindparam("until", type_=UtcDateTime),
    failures=_rows.failures + bindparam("more_failures", type_=Integer),
)


async def claim(
    session: AsyncSession, now: datetime, until: datetime, most: int, gather: timedelta
) -> list[list[Notification]]:
    """See `services.ports.messages.NotificationRepository.claim`."""
    due = (await session.execute(_DUE, {"now": now, "most": most})).all()
    rows = {row.id: row for row in [*due, *await _bundled(session, due, now, gather)]}
    if not rows:
        return []
    await session.execute(_CLAIM, {"ids": list(rows), "until": until})
    persons = await _persons_of(session, {row.person_id for row in rows.values()})
    messages: dict[tuple[int, str], list[Notification]] = defaultdict(list)
    for row in rows.values():
        key = (row.person_id, row.bundle or str(row.id))
        messages[key].append(_to_notification(row, persons[row.person_id], until))
    return list(messages.values())


async def _bundled(
    session: AsyncSession, due: Sequence[_Row], now: datetime, gather: timedelta
) -> Sequence[_Row]:
    pairs = sorted({(row.person_id, row.bundle) for row in due if row.bundle})
    if not pairs:
        return []
    given = {
        "now": now,
        "gathered": now + gather,
        "persons": sorted({person for person, _ in pairs}),
        "bundles": sorted({bundle for _, bundle in pairs}),
        "pairs": pairs,
    }
    return (await session.execute(_BUNDLED, given)).all()


async def _persons_of(session: AsyncSession, ids: Collection[int]) -> dict[int, Person]:
    found = await session.execute(_PERSONS, {"persons": sorted(ids)})
    return {row.id: to_person(row) for row in found}


async def finish(
    session: AsyncSession,
    claimed: Sequence[Notification],
    state: NotificationState,
    at: datetime,
) -> None:
    """See `services.ports.messages.NotificationRepository.finish`."""
    await session.execute(_FINISH, {**_of(claimed), "ends_as": state, "at": at})


async def put_off(
    session: AsyncSession, claimed: Sequence[Notification], until: datetime, *, failed: bool
) -> None:
    """See `services.ports.messages.NotificationRepository.put_off`."""
    await session.execute(_PUT_OFF, {**_of(claimed), "until": until, "more_failures": int(failed)})


def _of(claimed: Sequence[Notification]) -> dict[str, Any]:
    claims = [(each.id, each.claimed_until) for each in claimed]
    return {"ids": [each.id for each in claimed], "claims": claims}


def _to_notification(row: _Row, person: Person, until: datetime) -> Notification:
    return Notification(
        NotificationId(row.id),
        NotificationKind(row.kind),
        person,
        None if row.appointment_id is None else AppointmentId(row.appointment_id),
        row.occasion,
        row.useful_until,
        Urgency(row.urgency),
        row.attempts + 1,
        until,
        row.failures,
    )
