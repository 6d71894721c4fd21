"""What each person was last asked to type."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.conversations import Asked, Conversation
from services.model.ids import ChildId, ClinicId, PersonId, PostId
from storage.tables.runtime import ConversationRow


class StoredConversations:
    """Implements `services.ports.runtime.ConversationRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, person: PersonId) -> Conversation | None:
        row = await self._session.scalar(
            select(ConversationRow).where(ConversationRow.person_id == person)
        )
        if row is None:
            return None
        return Conversation(
            Asked(row.asked),
            ClinicId(row.clinic_id),
            row.asked_at,
            row.child_name,
            None if row.child_id is None else ChildId(row.child_id),
            None if row.post_id is None else PostId(row.post_id),
            row.topic,
        )

    async def ask(self, person: PersonId, conversation: Conversation) -> None:
        row = await self._session.get(ConversationRow, person)
        if row is None:
            row = ConversationRow(person_id=person)
            self._session.add(row)
        row.asked = conversation.asked
        row.clinic_id = conversation.clinic_id
        row.child_name = conversation.child_name
        row.child_id = conversation.child_id
        row.asked_at = conversation.asked_at
        row.post_id = conversation.post_id
        row.topic = conversation.topic
        await self._session.flush()

    async def close(self, person: PersonId) -> None:
        await self._session.execute(
            delete(ConversationRow).where(ConversationRow.person_id == person)
        )
