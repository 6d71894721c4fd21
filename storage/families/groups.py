"""Of which groups children are, which the database holds only encrypted."""

from __future__ import annotations

from collections.abc import Collection
from contextvars import ContextVar
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Select, delete, func, select, text, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ChildGroupId, ChildId, ClinicId, PostId
from services.model.messages import NotificationKind, NotificationState
from services.model.refusals.families import GroupsNotKept
from services.model.reserved.groups import ChildGroup, GroupClaim
from services.model.reserved.times import ReservedFor
from storage.database.urls import BadDatabase
from storage.tables.families import KEY_ID_LENGTH, ChildGroupRow
from storage.tables.messages import NotificationRow

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers  # who has no key does not need its library either


KEYS: ContextVar[Ciphers | None] = ContextVar("what the running transaction opens", default=None)
"""Children are read all over the house: whoever reads one has no keys at hand."""


CLAIMED, REFUSED = "claimed:", "refused:"
"""Before a group that a parent named, and of which no document was seen. The version before knows
no group of such a name, and so leaves it alone."""
_CLAIMS = (CLAIMED, REFUSED)
TAKEN_OFF = "taken-off:"
"""Before one that the registry took off, as long as the family can be told. The version before
leaves it alone, too."""
_KEY_ID = func.substr(ChildGroupRow.ciphertext, 1, KEY_ID_LENGTH)


def by_key() -> Select[str, int]:
    """How many groups were kept with which key: its id, and the count."""
    return select(_KEY_ID, func.count()).group_by(_KEY_ID)


class StoredGroups:
    """Implements `services.ports.children.GroupRepository`.

    Children bring theirs along, see `families.to_child`. What a key opens that was given up since
    is not seen any more: the registry puts it down anew.
    """

    def __init__(self, session: AsyncSession, ciphers: Ciphers | None) -> None:
        self._session = session
        self._ciphers = ciphers

    @property
    def kept(self) -> bool:
        return self._ciphers is not None

    async def put_down(
        self, child_id: ChildId, group: ChildGroup, by: PostId, at: datetime
    ) -> ChildGroupId:
        await self._end(child_id, group.clinic_id, _said(group.group, *_CLAIMS, TAKEN_OFF))
        return await self._add(child_id, group.clinic_id, str(group.group), group.until, by, at)

    async def claim(
        self, child_id: ChildId, claim: GroupClaim, by: PostId | None, at: datetime
    ) -> ChildGroupId:
        await self._end(child_id, claim.clinic_id, _said(claim.group, *_CLAIMS))
        mark = REFUSED if claim.refused else CLAIMED
        return await self._add(child_id, claim.clinic_id, mark + claim.group, claim.until, by, at)

    async def claimed(self, today: date) -> dict[ClinicId, int]:
        found = await self._session.execute(
            select(ChildGroupRow.clinic_id, func.count())
            .where(text("child_groups.put_by IS NULL"), ChildGroupRow.ends_on >= today)
            .group_by(ChildGroupRow.clinic_id)
        )
        return {ClinicId(clinic_id): count for clinic_id, count in found}

    async def claims(self, child_id: ChildId, clinic_id: ClinicId, today: date) -> list[GroupClaim]:
        there = (ChildGroupRow.child_id == child_id, ChildGroupRow.clinic_id == clinic_id)
        rows = await self._session.scalars(
            select(ChildGroupRow)
            .where(*there, ChildGroupRow.ends_on >= today)
            .order_by(ChildGroupRow.id)
        )
        read = (claimed(child_id, clinic_id, row.ciphertext, self._ciphers) for row in rows)
        return [each for each in read if each]

    async def end(self, child_id: ChildId, clinic_id: ClinicId, group: ReservedFor) -> bool:
        return await self._end(child_id, clinic_id, _said(group, CLAIMED))

    async def take_off(
        self,
        child_id: ChildId,
        clinic_id: ClinicId,
        group: ReservedFor,
        told_until: date,
        by: PostId,
        at: datetime,
    ) -> ChildGroupId | None:
        there = await self._of(child_id)
        ends = [row.id for row, (said, _) in there.items() if said == group]
        unheard = await self._session.scalar(
            select(func.count()).where(
                NotificationRow.group_id.in_(ends),
                NotificationRow.kind == NotificationKind.GROUP_MARKED,
                NotificationRow.state == NotificationState.PLANNED,
            )
        )
        if not await self._end(child_id, clinic_id, _said(group, TAKEN_OFF)) or unheard:
            return None
        return await self._add(child_id, clinic_id, TAKEN_OFF + group, told_until, by, at)

    async def _add(
        self,
        child_id: ChildId,
        clinic_id: ClinicId,
        said: str,
        until: date,
        by: PostId | None,
        at: datetime,
    ) -> ChildGroupId:
        row = ChildGroupRow(
            child_id=child_id, clinic_id=clinic_id, ends_on=until, put_by=by, put_at=at
        )
        self._seal(row, said, until)
        self._session.add(row)
        await self._session.flush()
        return ChildGroupId(row.id)

    async def _end(self, child_id: ChildId, clinic_id: ClinicId, said: Collection[str]) -> bool:
        """What a newer version wrote is its own, and stays; what no key opens is of no use."""
        if self._ciphers is None:
            raise GroupsNotKept
        there = (ChildGroupRow.child_id == child_id, ChildGroupRow.clinic_id == clinic_id)
        ends, was_of = [], False
        for row in await self._session.scalars(select(ChildGroupRow).where(*there)):
            found = _read(row.child_id, row.clinic_id, row.ciphertext, self._ciphers)
            if found is None or found[0] in said:
                ends.append(row.id)
                was_of |= found is not None
        await self._session.execute(delete(ChildGroupRow).where(ChildGroupRow.id.in_(ends)))
        return was_of

    async def forget(self, child_ids: Collection[ChildId], clinic_id: ClinicId | None) -> None:
        there = true() if clinic_id is None else ChildGroupRow.clinic_id == clinic_id
        gone = delete(ChildGroupRow).where(ChildGroupRow.child_id.in_(child_ids), there)
        await self._session.execute(gone)

    async def forget_ended(self, before: date) -> int:
        gone = await self._session.scalars(
            delete(ChildGroupRow).where(ChildGroupRow.ends_on < before).returning(ChildGroupRow.id)
        )
        return len(gone.all())

    async def hand_over(self, gone: ChildId, kept: ChildId) -> None:
        """What cannot be read stays behind, and goes with the entry that goes."""
        own = {(row.clinic_id, group): row for row, (group, _) in (await self._of(kept)).items()}
        for row, (group, until) in (await self._of(gone)).items():
            there = own.get((row.clinic_id, group))
            if there is None:
                row.child_id = kept
                self._seal(row, group, until)
            elif there.ends_on < until:  # the paper that holds longer counts
                there.ends_on = until
                self._seal(there, group, until)
        await self._session.flush()

    async def encrypt_anew(self, most: int) -> int:
        if self._ciphers is None:
            raise GroupsNotKept
        older = self._ciphers.ids - {self._ciphers.current}
        query = (
            select(ChildGroupRow).where(_KEY_ID.in_(older)).order_by(ChildGroupRow.id).limit(most)
        )
        rows = (await self._session.scalars(query.with_for_update())).all()
        for row in rows:
            value = self._ciphers.open(row.ciphertext, _place(row.child_id, row.clinic_id))
            row.ciphertext = self._ciphers.seal(value, _place(row.child_id, row.clinic_id))
        await self._session.flush()
        return len(rows)

    async def _of(self, child_id: ChildId) -> dict[ChildGroupRow, tuple[str, date]]:
        rows = await self._session.scalars(
            select(ChildGroupRow)
            .where(ChildGroupRow.child_id == child_id)
            .order_by(ChildGroupRow.id)
            .with_for_update()  # the child's lock does not keep them from ending by the day
        )
        return {
            row: found
            for row in rows
            if (found := _read(row.child_id, row.clinic_id, row.ciphertext, self._ciphers))
        }

    def _seal(self, row: ChildGroupRow, group: str, until: date) -> None:
        if self._ciphers is None:
            raise GroupsNotKept
        value = f"{group}/{until.isoformat()}"
        row.ciphertext = self._ciphers.seal(value, _place(row.child_id, row.clinic_id))


def opened(
    child_id: int, clinic_id: int, ciphertext: str, ciphers: Ciphers | None
) -> ChildGroup | None:
    """The group of a row; None where no key opens it there, or a newer version wrote one that this
    one does not know: the child is none of it then, and everything else of the child is read."""
    found = _read(child_id, clinic_id, ciphertext, ciphers)
    if found is None or found[0] not in set(ReservedFor):
        return None
    return ChildGroup(ClinicId(clinic_id), ReservedFor(found[0]), found[1])


def claimed(
    child_id: int, clinic_id: int, ciphertext: str, ciphers: Ciphers | None
) -> GroupClaim | None:
    """What a parent said, as a row keeps it; None where it is no such row, or is not known."""
    said, until = _read(child_id, clinic_id, ciphertext, ciphers) or ("", date.min)
    mark = next((each for each in _CLAIMS if said.startswith(each)), None)
    if mark is None or (group := said.removeprefix(mark)) not in set(ReservedFor):
        return None
    return GroupClaim(ClinicId(clinic_id), ReservedFor(group), until, refused=mark == REFUSED)


def _said(group: ReservedFor, *marks: str) -> frozenset[str]:
    """The group as a row may have it: put down, or with one of these marks."""
    return frozenset({str(group), *(mark + group for mark in marks)})


def _read(
    child_id: int, clinic_id: int, ciphertext: str, ciphers: Ciphers | None
) -> tuple[str, date] | None:
    """Which group it is, whether this version knows it or not, and until when."""
    if ciphers is None:
        return None
    try:
        group, _slash, until = ciphers.open(ciphertext, _place(child_id, clinic_id)).partition("/")
    except BadDatabase:
        return None
    return group, date.fromisoformat(until)


def all_opened(child_id: int, sealed: str | None) -> tuple[ChildGroup, ...]:
    """The groups of a child, as `ChildRow.sealed_groups` brings them."""
    found = []
    for each in (sealed or "").split():
        clinic_id, _colon, ciphertext = each.partition(":")
        if known := opened(child_id, int(clinic_id), ciphertext, KEYS.get()):
            found.append(known)
    return tuple(found)


def _place(child_id: int, clinic_id: int) -> str:
    """Where a group stands, as it is sealed with it: whose it is, and where."""
    return f"child_groups/{child_id}/{clinic_id}"
