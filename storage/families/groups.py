"""Of which groups children are, which the database holds only encrypted."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ChildId, ClinicId, PostId
from services.model.refusals.families import GroupsNotKept
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import ReservedFor
from storage.tables.families import KEY_ID_LENGTH, ChildGroupRow

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers  # who has no key does not need its library either


KEYS: ContextVar[Ciphers | None] = ContextVar("what the running transaction opens", default=None)
"""Children are read all over the house: whoever reads one has no keys at hand."""


class StoredGroups:
    """Implements `services.ports.families.GroupRepository`.

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
    ) -> None:
        await self.end(child_id, group.clinic_id, group.group)
        row = ChildGroupRow(
            child_id=child_id, clinic_id=group.clinic_id, ends_on=group.until, put_by=by, put_at=at
        )
        self._seal(row, group)
        self._session.add(row)
        await self._session.flush()

    async def end(self, child_id: ChildId, clinic_id: ClinicId, group: ReservedFor) -> None:
        rows = await self._session.scalars(
            select(ChildGroupRow).where(
                ChildGroupRow.child_id == child_id, ChildGroupRow.clinic_id == clinic_id
            )
        )
        for row in rows.all():
            known = opened(row.child_id, row.clinic_id, row.ciphertext, self._ciphers)
            if known is None or known.group is group:  # what nobody can read is of no use
                await self._session.delete(row)
        await self._session.flush()

    async def forget_ended(self, before: date) -> int:
        gone = await self._session.scalars(
            delete(ChildGroupRow).where(ChildGroupRow.ends_on < before).returning(ChildGroupRow.id)
        )
        return len(gone.all())

    async def hand_over(self, gone: ChildId, kept: ChildId) -> None:
        """What cannot be read stays behind, and goes with the entry that goes."""
        own = {(o.clinic_id, o.group): (row, o) for row, o in (await self._of(kept)).items()}
        for row, known in (await self._of(gone)).items():
            there = own.get((known.clinic_id, known.group))
            if there is None:
                row.child_id = kept
                self._seal(row, known)
            elif there[1].until < known.until:  # the paper that holds longer counts
                there[0].ends_on = known.until
                self._seal(there[0], known)
        await self._session.flush()

    async def encrypt_anew(self, most: int) -> int:
        if self._ciphers is None:
            raise GroupsNotKept
        older = self._ciphers.ids - {self._ciphers.current}
        query = (
            select(ChildGroupRow)
            .where(func.substr(ChildGroupRow.ciphertext, 1, KEY_ID_LENGTH).in_(older))
            .order_by(ChildGroupRow.id)
            .limit(most)
        )
        rows = (await self._session.scalars(query.with_for_update())).all()
        for row in rows:
            known = opened(row.child_id, row.clinic_id, row.ciphertext, self._ciphers)
            if known:
                self._seal(row, known)
        await self._session.flush()
        return len(rows)

    async def _of(self, child_id: ChildId) -> dict[ChildGroupRow, ChildGroup]:
        rows = await self._session.scalars(
            select(ChildGroupRow)
            .where(ChildGroupRow.child_id == child_id)
            .order_by(ChildGroupRow.id)
        )
        return {
            row: known
            for row in rows
            if (known := opened(row.child_id, row.clinic_id, row.ciphertext, self._ciphers))
        }

    def _seal(self, row: ChildGroupRow, group: ChildGroup) -> None:
        if self._ciphers is None:
            raise GroupsNotKept
        value = f"{group.group}/{group.until.isoformat()}"
        row.ciphertext = self._ciphers.seal(value, _place(row.child_id, row.clinic_id))


def opened(
    child_id: int, clinic_id: int, ciphertext: str, ciphers: Ciphers | None
) -> ChildGroup | None:
    """The group of a row; None where no key opens it, or a newer version wrote one that this one
    does not know: the child is none of it then."""
    if ciphers is None or ciphertext.partition(".")[0] not in ciphers.ids:
        return None
    group, _slash, until = ciphers.open(ciphertext, _place(child_id, clinic_id)).partition("/")
    if group not in set(ReservedFor):
        return None
    return ChildGroup(ClinicId(clinic_id), ReservedFor(group), date.fromisoformat(until))


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
