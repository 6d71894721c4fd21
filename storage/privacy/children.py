"""All that hangs on children, read at once: each kind of row by one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.ids import PersonId
from services.model.privacy import family_data as data
from storage.access.journal import access_of
from storage.families.care import Link, links_of
from storage.families.groups import claimed, opened
from storage.families.phones import StoredPhones
from storage.privacy.agreements import History, on_paper, to_agreed
from storage.privacy.visits import Whose, on_wall, visits_of
from storage.privacy.waits import waits_of
from storage.tables.access import AccessRecordRow, JournalSubjectRow
from storage.tables.consents import PaperConsentRow
from storage.tables.families import (
    CheckUpRow,
    ChildGroupRow,
    ChildRow,
    JoinedChildRow,
    PhoneRow,
    UninvitedRow,
)
from storage.tables.slots import FirstAskRow

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers  # who has no key does not need its library either


class ChildrenData:
    """What is kept of children, whoever asks."""

    def __init__(
        self,
        session: AsyncSession,
        phones: StoredPhones,
        ciphers: Ciphers | None,
        now: datetime,
        clinics: Mapping[int, Clinic],
    ) -> None:
        self._session = session
        self._phones = phones
        self._ciphers = ciphers
        self._now = now
        self._clinics = clinics

    async def of(
        self,
        found: Sequence[tuple[ChildRow, str | None]],
        asker: PersonId,
        history: History,
    ) -> list[data.ChildData]:
        """Of these children, with their districts' names, as the asker may read it."""
        children = [row.id for row, _district in found]
        adults = await self._adults(children)
        who = Whose(asker, adults)
        visits = await visits_of(self._session, children, who, self._now)
        signed = await self._on_paper(children, history)
        searches = await self._searches(children)
        looks = await self._looks(children)
        phones = await self._noted_phones(children)
        check_ups = await self._check_ups(children)
        uninvited = await self._uninvited(children)
        groups = await self._groups(children)
        waits = await waits_of(self._session, children, self._clinics)
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
                waits[row.id],
            )
            for row, district in found
        ]

    async def _noted_phones(self, children: Collection[int]) -> dict[int, list[data.NotedPhone]]:
        rows = await self._session.scalars(
            select(PhoneRow).where(PhoneRow.child_id.in_(children)).order_by(PhoneRow.id)
        )
        found = defaultdict(list)
        for row in rows:
            number = self._phones.opened(row)
            found[row.child_id or 0].append(
                data.NotedPhone(
                    self._clinics[row.clinic_id].name if row.clinic_id else "",
                    number.number[-2:] if number else "",
                    row.given_at,
                )
            )
        return found

    async def _groups(self, children: Collection[int]) -> dict[int, list[data.InGroup]]:
        rows = await self._session.scalars(
            select(ChildGroupRow)
            .where(ChildGroupRow.child_id.in_(children))
            .order_by(ChildGroupRow.id)
        )
        found = defaultdict(list)
        for row in rows:
            sealed = (row.child_id, row.clinic_id, row.ciphertext, self._ciphers)
            claim = claimed(*sealed)
            known = claim or opened(*sealed)
            group = str(known.group) if known else ""
            clinic = self._clinics[row.clinic_id].name
            told = data.InGroup(clinic, group, row.ends_on, row.put_at, is_claim=claim is not None)
            found[row.child_id].append(told)
        return found

    async def _on_paper(
        self, children: Collection[int], history: History
    ) -> dict[int, list[data.Agreed]]:
        found = defaultdict(list)
        theirs = on_paper().where(PaperConsentRow.child_id.in_(children))
        for row, *rest in await self._session.execute(theirs):
            told = replace(to_agreed(row, *rest), history=history[PaperConsentRow, row.id])
            found[row.child_id].append(told)
        return found

    async def _searches(self, children: Collection[int]) -> dict[int, list[data.Search]]:
        rows = await self._session.scalars(
            select(FirstAskRow)
            .where(FirstAskRow.child_id.in_(children))
            .order_by(FirstAskRow.asked_at)
        )
        found = defaultdict(list)
        for row in rows:
            clinic = self._clinics[row.clinic_id]
            earliest = row.earliest and on_wall(clinic, row.earliest)
            found[row.child_id].append(data.Search(clinic.name, row.day, row.asked_at, earliest))
        return found

    async def _check_ups(self, children: Collection[int]) -> dict[int, list[data.CheckUpTold]]:
        rows = await self._session.scalars(
            select(CheckUpRow).where(CheckUpRow.child_id.in_(children)).order_by(CheckUpRow.id)
        )
        found = defaultdict(list)
        for row in rows:
            clinic = self._clinics[row.clinic_id].name
            told = data.CheckUpTold(clinic, row.months, row.invited_at, row.passed_at)
            found[row.child_id].append(told)
        return found

    async def _uninvited(self, children: Collection[int]) -> dict[int, datetime]:
        rows = await self._session.scalars(
            select(UninvitedRow).where(UninvitedRow.child_id.in_(children))
        )
        return {row.child_id: row.since for row in rows}

    async def _looks(self, children: Collection[int]) -> dict[int, list[data.Look]]:
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
                data.Look(self._clinics[row.clinic_id].name, Role(row.role), access_of(row), row.at)
            )
        return found

    async def _adults(self, children: Collection[int]) -> dict[int, list[Link]]:
        found = defaultdict(list)
        for link in await links_of(self._session, children):
            found[link.child_id].append(link)
        return found


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
