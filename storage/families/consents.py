"""What people agreed to, and the texts they were shown."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import QueryableAttribute, aliased

from services.model.consents import Action, ConsentText, Purpose
from services.model.ids import ChildId, ClinicId, PersonId
from services.model.people import Scope
from services.model.refusals.base import NotFound
from storage.families.care import care_at
from storage.families.consent_events import hash_of, took_place, was_declined
from storage.tables.base import table_of
from storage.tables.consents import (
    ConsentRow,
    ConsentTextRow,
    DeclinedConsentRow,
    PaperConsentRow,
)

_Id: TypeAlias = ColumnElement[int] | QueryableAttribute[int] | QueryableAttribute[int | None]
"""A column of the statement around."""


def agreed_at(clinic_id: ClinicId, person: _Id) -> ColumnElement[bool]:
    """Whether the person of a row agreed that the clinic keeps data about their family."""
    return agrees_to(Purpose.PROCESSING, person, clinic_id)


_given = aliased(ConsentRow, name="consents_given")
"""Under a name of its own: the row around may be a consent, too."""


def agrees_to(
    purpose: Purpose,
    person: _Id,
    clinic: _Id | ClinicId,
) -> ColumnElement[bool]:
    """Whether the person of a row agreed to something at a clinic, and does still."""
    return _ever(purpose, person, clinic, _given.withdrawn_at.is_(None))


def took_back(
    purpose: Purpose,
    person: _Id,
    clinic: _Id | ClinicId,
) -> ColumnElement[bool]:
    """Whether they agreed to it once, and do no more. Who never was asked did not."""
    return _ever(purpose, person, clinic) & ~agrees_to(purpose, person, clinic)


def _ever(
    purpose: Purpose,
    person: _Id,
    clinic: _Id | ClinicId,
    *more: ColumnElement[bool],
) -> ColumnElement[bool]:
    theirs = (_given.person_id == person, _given.clinic_id == clinic)
    return exists().where(*theirs, _given.purpose == purpose, *more).correlate_except(_given)


_consents, _texts = table_of(ConsentRow).c, table_of(ConsentTextRow).c
_declined = table_of(DeclinedConsentRow).c
AGREED = exists().where(
    _consents.person_id == bindparam("person"),
    _consents.clinic_id == bindparam("clinic"),
    _consents.purpose == Purpose.PROCESSING,
    _consents.withdrawn_at.is_(None),
)
"""That a person lets a clinic process data about their family, for statements written once."""
_CARE = care_at(bindparam("now"), Scope.DECIDE)
_MAY_BEGIN = select(
    AGREED.label("agreed"),
    exists()
    .where(_CARE.c.person_id == bindparam("person"), _CARE.c.child_id == bindparam("child"))
    .label("decides"),
)
_ANSWERED = or_(
    *(
        exists().where(
            answers.person_id == bindparam("person"),
            answers.clinic_id == bindparam("clinic"),
            answers.purpose == bindparam("purpose"),
        )
        for answers in (_consents, _declined)
    )
)
_TO_ASK = (
    select(_texts.version, _texts.text)
    .where(
        _texts.clinic_id == bindparam("clinic"), _texts.purpose == bindparam("purpose"), ~_ANSWERED
    )
    .order_by(_texts.version.desc())
    .limit(1)
)


class StoredConsents:
    """Implements `services.ports.families.ConsentRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        """`now` is when the transaction began: whose care was over by then has none."""
        self._session = session
        self._now = now

    async def text(self, clinic_id: ClinicId, purpose: Purpose) -> ConsentText:
        row = (
            await self._session.scalars(
                select(ConsentTextRow)
                .where(ConsentTextRow.clinic_id == clinic_id, ConsentTextRow.purpose == purpose)
                .order_by(ConsentTextRow.version.desc())
                .limit(1)
            )
        ).one_or_none()
        if row is None:
            raise NotFound
        return ConsentText(clinic_id, purpose, row.version, row.text)

    async def purposes(self, clinic_id: ClinicId) -> set[Purpose]:
        found = await self._session.scalars(
            select(ConsentTextRow.purpose).where(ConsentTextRow.clinic_id == clinic_id)
        )
        return {Purpose(purpose) for purpose in found}

    async def publish(self, text: ConsentText) -> None:
        self._session.add(
            ConsentTextRow(
                clinic_id=text.clinic_id,
                purpose=text.purpose,
                version=text.version,
                text=text.text,
            )
        )
        await self._session.flush()

    async def is_given(self, person: PersonId, clinic_id: ClinicId, purpose: Purpose) -> bool:
        standing = exists().where(
            ConsentRow.person_id == person,
            ConsentRow.clinic_id == clinic_id,
            ConsentRow.purpose == purpose,
            ConsentRow.withdrawn_at.is_(None),
        )
        return bool(await self._session.scalar(select(standing)))

    async def given(self, person: PersonId, clinic_id: ClinicId) -> set[Purpose]:
        found = await self._session.scalars(
            select(ConsentRow.purpose).where(
                ConsentRow.person_id == person,
                ConsentRow.clinic_id == clinic_id,
                ConsentRow.withdrawn_at.is_(None),
            )
        )
        return {Purpose(purpose) for purpose in found}

    async def may_begin(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId
    ) -> tuple[bool, bool]:
        whose = {"person": person, "clinic": clinic_id, "child": child_id, "now": self._now}
        found = (await self._session.execute(_MAY_BEGIN, whose)).one()
        return bool(found.agreed), bool(found.decides)

    async def to_ask(
        self, person: PersonId, clinic_id: ClinicId, purpose: Purpose
    ) -> ConsentText | None:
        whose = {"person": person, "clinic": clinic_id, "purpose": purpose}
        row = (await self._session.execute(_TO_ASK, whose)).one_or_none()
        return ConsentText(clinic_id, purpose, row.version, row.text) if row else None

    async def give(
        self, person: PersonId, text: ConsentText, at: datetime, child_id: ChildId | None = None
    ) -> None:
        row = ConsentRow(
            person_id=person,
            clinic_id=text.clinic_id,
            purpose=text.purpose,
            version=text.version,
            text_sha256=hash_of(text),
            given_at=at,
            child_id=child_id,
        )
        self._session.add(row)
        await self._session.flush()
        await took_place(self._session, ConsentRow, ConsentRow.id == row.id, Action.GIVEN, at)

    async def decline(self, person: PersonId, text: ConsentText, at: datetime) -> None:
        await self._session.merge(
            DeclinedConsentRow(
                person_id=person,
                clinic_id=text.clinic_id,
                purpose=text.purpose,
                version=text.version,
                declined_at=at,
            )
        )
        await self._session.flush()
        await was_declined(self._session, person, text, at)

    async def withdraw(
        self, person: PersonId, clinic_id: ClinicId, purpose: Purpose, at: datetime
    ) -> None:
        theirs = and_(ConsentRow.person_id == person, ConsentRow.purpose == purpose)
        await self._withdraw(ConsentRow, theirs, clinic_id, at)

    async def withdraw_all(
        self, person: PersonId, clinic_id: ClinicId | None, at: datetime
    ) -> None:
        await self._withdraw(ConsentRow, ConsentRow.person_id == person, clinic_id, at)

    async def withdraw_on_paper(
        self,
        child_ids: Collection[ChildId],
        clinic_id: ClinicId | None,
        by: PersonId,
        at: datetime,
    ) -> None:
        theirs = PaperConsentRow.child_id.in_(child_ids)
        await self._withdraw(PaperConsentRow, theirs, clinic_id, at, by)

    async def _withdraw(
        self,
        table: type[ConsentRow | PaperConsentRow],
        whose: ColumnElement[bool],
        clinic_id: ClinicId | None,
        at: datetime,
        by: PersonId | None = None,
    ) -> None:
        at_clinic = true() if clinic_id is None else table.clinic_id == clinic_id
        standing = and_(whose, at_clinic, table.withdrawn_at.is_(None))
        await took_place(self._session, table, standing, Action.WITHDRAWN, at, by=by)
        await self._session.execute(update(table).where(standing).values(withdrawn_at=at))

    async def agreed_by_others(
        self, person: PersonId, clinic_id: ClinicId, child_ids: Collection[ChildId]
    ) -> set[ChildId]:
        care = care_at(self._now, Scope.DECIDE)
        found = await self._session.scalars(
            select(care.c.child_id).where(
                care.c.child_id.in_(child_ids),
                care.c.person_id != person,
                agreed_at(clinic_id, care.c.person_id),
            )
        )
        return {ChildId(child_id) for child_id in found}
