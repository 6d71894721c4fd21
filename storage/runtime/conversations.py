"""What each person was last asked to type."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.conversations import (
    AboutVisit,
    AbsenceDays,
    AddressOf,
    Answering,
    BirthDateOf,
    CallingHelper,
    ClinicFact,
    Conversation,
    Correcting,
    DoctorFact,
    FamilyPhone,
    HoursDraft,
    KindFact,
    MaybeKnown,
    NamingChild,
    NewBirthDateOf,
    NewNameOf,
    NewsDraft,
    Searching,
    SecondCard,
    SheetWaiting,
    StaffNote,
    Topic,
)
from services.model.ids import ClinicId, PersonId, PostId
from services.model.refusals.base import NotFound
from storage.tables.runtime import ConversationRow

KINDS: Mapping[str, type[Topic]] = {
    "child-name": NamingChild,
    "birth-date": BirthDateOf,
    "maybe-known": MaybeKnown,
    "new-name": NewNameOf,
    "new-birth-date": NewBirthDateOf,
    "address": AddressOf,
    "about-visit": AboutVisit,
    "helper-word": CallingHelper,
    "whom": Searching,
    "family-phone": FamilyPhone,
    "correct-child": Correcting,
    "second-card": SecondCard,
    "clinic-fact": ClinicFact,
    "kind-fact": KindFact,
    "doctor-fact": DoctorFact,
    "schedule": HoursDraft,
    "times": SheetWaiting,
    "absence": AbsenceDays,
    "staff-note": StaffNote,
    "answer": Answering,
    "news": NewsDraft,
}
"""What `asked` says; whatever has no column of its own stands in `topic` as JSON."""
_NAMES = {kind: name for name, kind in KINDS.items()}
_FORMS: Mapping[type[Topic], TypeAdapter[Topic]] = {
    kind: TypeAdapter[Topic](kind) for kind in KINDS.values()
}


class StoredConversations:
    """Implements `services.ports.runtime.ConversationRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, person: PersonId) -> Conversation[Topic] | None:
        row = await self._session.scalar(
            select(ConversationRow).where(ConversationRow.person_id == person)
        )
        if row is None or (topic := _read(row)) is None:
            return None
        post_id = None if row.post_id is None else PostId(row.post_id)
        return Conversation(topic, ClinicId(row.clinic_id), row.asked_at, post_id)

    async def ask(self, person: PersonId, conversation: Conversation[Topic]) -> None:
        row = await self._session.get(ConversationRow, person)
        if row is None:
            row = ConversationRow(person_id=person)
            self._session.add(row)
        _write(row, conversation.topic)
        row.clinic_id = conversation.clinic_id
        row.asked_at = conversation.asked_at
        row.post_id = conversation.post_id
        try:
            await self._session.flush()
        except IntegrityError:  # the child was removed, or joined, since it was looked up
            raise NotFound from None

    async def close(self, person: PersonId) -> None:
        await self._session.execute(
            delete(ConversationRow).where(ConversationRow.person_id == person)
        )

    async def forget_at(self, post_id: PostId) -> None:
        await self._session.execute(
            delete(ConversationRow).where(ConversationRow.post_id == post_id)
        )

    async def forget_at_work(self, before: datetime) -> int:
        old = and_(ConversationRow.post_id.is_not(None), ConversationRow.asked_at < before)
        gone = delete(ConversationRow).where(old).returning(ConversationRow.person_id)
        return len((await self._session.scalars(gone)).all())


def _write(row: ConversationRow, topic: Topic) -> None:
    # What is as it usually is stays unsaid: the version before knows no new fields.
    told = _FORMS[type(topic)].dump_python(topic, mode="json", exclude_defaults=True)
    row.asked = _NAMES[type(topic)]
    row.child_id = told.pop("child_id", None)
    row.child_name = told.pop("child_name", "")
    row.topic = json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else ""


def _read(row: ConversationRow) -> Topic | None:
    """What was asked; None, which forgets it: another version of this house wrote it otherwise."""
    kind = KINDS.get(row.asked)
    if kind is None:
        return None
    try:
        told = _as_ours(json.loads(row.topic or "{}"))
        columns = {"child_id": row.child_id, "child_name": row.child_name}
        return _FORMS[kind].validate_python({**told, **columns})
    except (ValueError, TypeError):
        return None


def _as_ours(told: Any) -> Any:
    """JSON has lists where we have tuples."""
    if isinstance(told, dict):
        return {name: _as_ours(value) for name, value in told.items()}
    return tuple(map(_as_ours, told)) if isinstance(told, list) else told
