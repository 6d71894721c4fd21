"""What became of consents: each time by one row, written beside what stands."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, insert, literal, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.consents import Action, Channel, ConsentText, Purpose
from services.model.ids import PersonId, PostId
from storage.database.types import UtcDateTime
from storage.tables.clinic import ClinicRow
from storage.tables.consents import ConsentEventRow, ConsentRow, PaperConsentRow

_COLUMNS = (
    ConsentEventRow.clinic_id,
    ConsentEventRow.person_id,
    ConsentEventRow.consent_id,
    ConsentEventRow.paper_consent_id,
    ConsentEventRow.purpose,
    ConsentEventRow.version,
    ConsentEventRow.text_sha256,
    ConsentEventRow.action,
    ConsentEventRow.channel,
    ConsentEventRow.post_id,
    ConsentEventRow.legal_basis,
    ConsentEventRow.at,
)


async def took_place(
    session: AsyncSession,
    table: type[ConsentRow | PaperConsentRow],
    which: ColumnElement[bool],
    action: Action,
    at: datetime,
    *,
    channel: Channel = Channel.CHAT,
    by: PersonId | None = None,
    post: PostId | None = None,
) -> None:
    """Write down what becomes of all the rows that a condition finds, before it does.

    Args:
        by: who did it to one on paper; one of the chat is its person's.
        post: who recorded it at the clinic.
    """
    in_chat = table is ConsentRow
    found = (
        select(
            table.clinic_id,
            ConsentRow.person_id if in_chat else literal(by),
            table.id if in_chat else null(),
            null() if in_chat else table.id,
            ConsentRow.purpose if in_chat else literal(Purpose.PROCESSING.value),
            table.version,
            table.text_sha256,
            literal(action.value),
            literal(channel.value),
            literal(post),
            ClinicRow.legal_basis,
            literal(at, UtcDateTime),
        )
        .join(ClinicRow, ClinicRow.id == table.clinic_id)
        .where(which)
        .order_by(table.id)
    )
    await session.execute(insert(ConsentEventRow).from_select(_COLUMNS, found))


async def was_declined(
    session: AsyncSession, person: PersonId, text: ConsentText, at: datetime
) -> None:
    """Write down that somebody said no to a text."""
    basis = select(ClinicRow.legal_basis).where(ClinicRow.id == text.clinic_id).scalar_subquery()
    await session.execute(
        insert(ConsentEventRow).values(
            clinic_id=text.clinic_id,
            person_id=person,
            purpose=text.purpose,
            version=text.version,
            text_sha256=hash_of(text),
            action=Action.DECLINED,
            channel=Channel.CHAT,
            legal_basis=basis,
            at=at,
        )
    )


def hash_of(text: ConsentText) -> str:
    """By which it can be shown later what was agreed to."""
    return sha256(text.text.encode()).hexdigest()
