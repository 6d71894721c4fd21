"""Consents with the document that was shown, whether they were given in the chat or on paper."""

from typing import Any

from sqlalchemy import Select, and_, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from services.model.consents import Purpose
from services.model.privacy.family_data import Agreed, Basis
from storage.tables.clinic import ClinicRow
from storage.tables.consents import ConsentRow, ConsentTextRow, PaperConsentRow


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
    row: ConsentRow | PaperConsentRow, purpose: str, at: Any, text: str | None, clinic: ClinicRow
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
        Basis.CHAT if by_tap else Basis.PAPER,
        at.astimezone(clinic.zone),
        row.withdrawn_at and row.withdrawn_at.astimezone(clinic.zone),
    )
