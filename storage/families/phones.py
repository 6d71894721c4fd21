"""Phone numbers, which the database holds only encrypted, with a blind index to find them by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Select, delete, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import ChildId, ClinicId, PersonId
from services.model.people import Phone, PhoneNumber, Scope
from services.model.refusals.families import PhonesLocked, PhonesNotKept
from storage.families.care import care_at
from storage.families.consents import agreed_at
from storage.tables.families import KEY_ID_LENGTH, PhoneRow

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers  # who has no key does not need its library either

_KIND = "phone"
_KEY_ID = func.substr(PhoneRow.ciphertext, 1, KEY_ID_LENGTH)


def by_key() -> Select[str, int]:
    """How many numbers were kept with which key: its id, and the count."""
    return select(_KEY_ID, func.count()).group_by(_KEY_ID)


def count_locked(counts: dict[str, int], ciphers: Ciphers | None) -> int:
    """Of so many numbers by key id, how many none of the keys opens."""
    known = ciphers.ids if ciphers else frozenset()
    return sum(count for key_id, count in counts.items() if key_id not in known)


class StoredPhones:
    """Implements `services.ports.families.PhoneRepository`."""

    def __init__(self, session: AsyncSession, ciphers: Ciphers | None, now: datetime) -> None:
        """`now` is when the transaction began: whose care was over by then has none."""
        self._session = session
        self._ciphers = ciphers
        self._now = now

    @property
    def kept(self) -> bool:
        return self._ciphers is not None

    async def of_person(self, person: PersonId) -> Phone | None:
        return self.opened(await self._row_of_person(person))

    async def of_persons(self, persons: Collection[PersonId]) -> dict[PersonId, PhoneNumber]:
        rows = await self._session.scalars(select(PhoneRow).where(PhoneRow.person_id.in_(persons)))
        opened = {PersonId(row.person_id or 0): self.opened(row) for row in rows}
        return {person: phone.number for person, phone in opened.items() if phone}

    async def of_family(self, child_id: ChildId, clinic_id: ClinicId) -> list[PhoneNumber]:
        return (await self.of_families([child_id], clinic_id)).get(child_id, [])

    async def of_families(
        self, child_ids: Collection[ChildId], clinic_id: ClinicId
    ) -> dict[ChildId, list[PhoneNumber]]:
        care = care_at(self._now, Scope.TOLD)
        noted = select(PhoneRow.child_id.label("of_child"), PhoneRow.id.label("phone")).where(
            PhoneRow.child_id.in_(child_ids), PhoneRow.clinic_id == clinic_id
        )
        theirs = (
            select(care.c.child_id.label("of_child"), PhoneRow.id.label("phone"))
            .join(PhoneRow, PhoneRow.person_id == care.c.person_id)
            .where(care.c.child_id.in_(child_ids), agreed_at(clinic_id, PhoneRow.person_id))
        )
        which = union_all(noted, theirs).subquery()
        rows = await self._session.execute(
            select(which.c.of_child, PhoneRow)
            .join(PhoneRow, PhoneRow.id == which.c.phone)
            .order_by(PhoneRow.person_id.is_not(None), PhoneRow.person_id, PhoneRow.id)
        )
        opened: dict[int, PhoneNumber] = {}  # one adult's may be that of several children
        found: dict[ChildId, dict[PhoneNumber, None]] = {}
        for child_id, row in rows:
            if row.id not in opened and (phone := self.opened(row)):
                opened[row.id] = phone.number
            if row.id in opened:
                found.setdefault(ChildId(child_id), {})[opened[row.id]] = None
        return {child_id: list(numbers) for child_id, numbers in found.items()}

    async def keep_for_person(self, person: PersonId, number: PhoneNumber, at: datetime) -> None:
        row = await self._row_of_person(person) or PhoneRow(person_id=person)
        row.verified_at = at
        await self._keep(row, number, at)

    async def keep_for_child(
        self, child_id: ChildId, clinic_id: ClinicId, number: PhoneNumber, at: datetime
    ) -> None:
        noted = select(PhoneRow).where(
            PhoneRow.child_id == child_id, PhoneRow.clinic_id == clinic_id
        )
        row = await self._session.scalar(noted)
        await self._keep(row or PhoneRow(child_id=child_id, clinic_id=clinic_id), number, at)

    async def forget_of_person(self, person: PersonId) -> None:
        await self._session.execute(delete(PhoneRow).where(PhoneRow.person_id == person))

    async def forget_of_child(self, child_id: ChildId) -> None:
        await self._session.execute(delete(PhoneRow).where(PhoneRow.child_id == child_id))

    async def noted(self, child_id: ChildId, clinic_id: ClinicId) -> PhoneNumber | None:
        row = await self._session.scalar(
            select(PhoneRow).where(PhoneRow.child_id == child_id, PhoneRow.clinic_id == clinic_id)
        )
        phone = self.opened(row)
        return phone.number if phone else None

    async def hand_over(
        self, gone: ChildId, kept: ChildId, said: tuple[ClinicId, ChildId] | None
    ) -> None:
        rows = (
            await self._session.scalars(
                select(PhoneRow)
                .where(PhoneRow.child_id.in_([gone, kept]))
                .order_by(PhoneRow.given_at, PhoneRow.id)
            )
        ).all()
        stay = {row.clinic_id: row for row in rows}  # the latest that a clinic was told
        stay |= {row.clinic_id: row for row in rows if (row.clinic_id, row.child_id) == said}
        numbers = {row.id: self._number(row) for row in stay.values() if row.child_id == gone}
        rest = [row.id for row in rows if row.id != stay[row.clinic_id].id]
        await self._session.execute(
            delete(PhoneRow)
            .where(PhoneRow.id.in_(rest))
            .execution_options(synchronize_session="fetch")
        )
        for row in stay.values():
            if row.id in numbers:
                row.child_id = kept
                self._seal(row, numbers[row.id])
        await self._session.flush()

    async def persons_with(self, number: PhoneNumber, clinic_id: ClinicId) -> list[PersonId]:
        found = self._having(number).where(agreed_at(clinic_id, PhoneRow.person_id))
        return [PersonId(row.person_id or 0) for row in await self._session.scalars(found)]

    async def children_with(self, number: PhoneNumber, clinic_id: ClinicId) -> list[ChildId]:
        found = self._having(number).where(
            PhoneRow.child_id.is_not(None), PhoneRow.clinic_id == clinic_id
        )
        return [ChildId(row.child_id or 0) for row in await self._session.scalars(found)]

    async def encrypt_anew(self, most: int) -> int:
        if self._ciphers is None:
            raise PhonesNotKept
        elsewhere = PhoneRow.ciphertext.not_like(f"{self._ciphers.current}.%")
        query = select(PhoneRow).where(elsewhere).order_by(PhoneRow.id).limit(most)
        rows = (await self._session.scalars(query.with_for_update())).all()
        for row in rows:
            self._seal(row, self._ciphers.open(row.ciphertext, _place(row)))
        await self._session.flush()
        return len(rows)

    async def locked(self) -> int:
        counts = dict((await self._session.execute(by_key())).all())
        return count_locked(counts, self._ciphers)

    async def forget_locked(self) -> int:
        known = self._ciphers.ids if self._ciphers else frozenset[str]()
        gone = delete(PhoneRow).where(_KEY_ID.not_in(known)).returning(PhoneRow.id)
        return len((await self._session.scalars(gone)).all())

    async def _row_of_person(self, person: PersonId) -> PhoneRow | None:
        return await self._session.scalar(select(PhoneRow).where(PhoneRow.person_id == person))

    def _having(self, number: PhoneNumber) -> Select[PhoneRow]:
        indexes = self._ciphers.indexes(_KIND, number) if self._ciphers else []
        query = select(PhoneRow).where(PhoneRow.blind_index.in_(indexes))
        return query.order_by(PhoneRow.given_at.desc(), PhoneRow.id)

    def opened(self, row: PhoneRow | None) -> Phone | None:
        """The number of a row; None where no key opens any."""
        if row is None or self._ciphers is None:
            return None
        number = self._ciphers.open(row.ciphertext, _place(row))
        return Phone(PhoneNumber(number), row.given_at, row.verified_at)

    def _number(self, row: PhoneRow) -> str:
        """What it is sealed with anew. Raises `PhonesLocked`."""
        if count_locked({row.ciphertext[:KEY_ID_LENGTH]: 1}, self._ciphers):
            raise PhonesLocked
        return self._ciphers.open(row.ciphertext, _place(row)) if self._ciphers else ""

    async def _keep(self, row: PhoneRow, number: PhoneNumber, at: datetime) -> None:
        row.given_at = at
        self._seal(row, number)
        self._session.add(row)
        await self._session.flush()

    def _seal(self, row: PhoneRow, number: str) -> None:
        if self._ciphers is None:
            raise PhonesNotKept
        row.ciphertext = self._ciphers.seal(number, _place(row))
        row.blind_index = self._ciphers.index(_KIND, number)


def _place(row: PhoneRow) -> str:
    """Where a number stands, as it is sealed with it: whose it is."""
    if row.person_id is not None:
        return f"phones/person/{row.person_id}"
    return f"phones/child/{row.child_id}"
