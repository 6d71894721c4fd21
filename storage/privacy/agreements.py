"""Consents with the document that was shown, whether they were given in the chat or on paper."""

from collections import defaultdict
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.model.clinic import LegalBasis
from services.model.consents import Action, Channel, Purpose
from services.model.ids import PersonId
from services.model.privacy.family_data import Agreed, ConsentEvent, Who
from storage.tables.base import Base
from storage.tables.clinic import ClinicRow
from storage.tables.consents import (
    ConsentEventRow,
    ConsentRow,
    ConsentTextRow,
    PaperConsentRow,
)


def in_chat() -> Select[Any]:
    """Those that were given by a tap, the first first."""
    return _with_text(ConsentRow, ConsentRow.purpose, ConsentRow.given_at).order_by(ConsentRow.id)


def on_paper() -> Select[Any]:
    """Those that a registry recorded: of the processing of data, which is what is signed."""
    purpose = literal(Purpose.PROCESSING.value)
    query = _with_text(PaperConsentRow, purpose, PaperConsentRow.recorded_at)
    return query.order_by(PaperConsentRow.id)


def _with_text(
    table: type[ConsentRow | PaperConsentRow], purpose: Any, at: InstrumentedAttribute[Any]
) -> Select[Any]:
    shown = and_(
        ConsentTextRow.clinic_id == table.clinic_id,
        ConsentTextRow.purpose == purpose,
        ConsentTextRow.version == table.version,
    )
    return (
        select(table, purpose.label("purpose"), at.label("at"), ConsentTextRow.text, ClinicRow)
        .join(ClinicRow, ClinicRow.id == table.clinic_id)
        .outerjoin(ConsentTextRow, shown)
    )


def to_agreed(
    row: ConsentRow | PaperConsentRow,
    purpose: str,
    at: Any,
    text: str | None,
    clinic: ClinicRow,
) -> Agreed:
    """One of them; its moments are on the wall of its clinic."""
    by_tap = isinstance(row, ConsentRow)
    return Agreed(
        row.id if by_tap else None,
        row.clinic_id,
        clinic.name,
        Purpose(purpose),
        row.version,
        row.text_sha256,
        text or "",
        Channel.CHAT if by_tap else Channel.PAPER,
        at.astimezone(clinic.zone),
        row.withdrawn_at and row.withdrawn_at.astimezone(clinic.zone),
    )


History: TypeAlias = dict[tuple[type[Base], int], list[ConsentEvent]]
"""Of which row what became."""


async def history_of(session: AsyncSession, asker: PersonId, which: ColumnElement[bool]) -> History:
    """What became of consents, on the wall of their clinic, the first first."""
    found = await session.execute(
        select(ConsentEventRow, ClinicRow.zone)
        .join(ClinicRow, ClinicRow.id == ConsentEventRow.clinic_id)
        .where(which)
        .order_by(ConsentEventRow.id)
    )
    history: History = defaultdict(list)
    for row, zone in found:
        event = ConsentEvent(
            row.id,
            Action(row.action),
            Channel(row.channel),
            _who(row, asker),
            LegalBasis(row.legal_basis),
            row.at.astimezone(zone),
        )
        if row.consent_id:
            history[ConsentRow, row.consent_id].append(event)
        elif row.paper_consent_id:
            history[PaperConsentRow, row.paper_consent_id].append(event)
    return history


def _who(row: ConsentEventRow, asker: PersonId) -> Who:
    if row.post_id:
        return Who.SOMEBODY
    return Who.YOU if row.person_id == asker else Who.FAMILY
