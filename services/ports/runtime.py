"""Conversations, updates and leases: what the bot itself keeps."""

from datetime import datetime
from typing import Protocol

from services.model.conversations import Conversation, Topic
from services.model.ids import PersonId, PostId


class ConversationRepository(Protocol):
    """What each person was last asked to type."""

    async def of(self, person: PersonId) -> Conversation[Topic] | None:
        """What was asked last; None: nothing, or another version asked it in words of its own."""
        ...

    async def ask(self, person: PersonId, conversation: Conversation[Topic]) -> None: ...

    async def close(self, person: PersonId) -> None: ...

    async def forget_at(self, post_id: PostId) -> None:
        """Drop what was being typed at a post."""
        ...

    async def forget(self, *, at_work_before: datetime, others_before: datetime) -> int:
        """Drop what was asked at a post, or of a parent, before a moment; return how many."""
        ...


class LeaseRepository(Protocol):
    """What one process at a time may do."""

    async def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take a lease, or renew one's own; False: somebody else has it."""
        ...

    async def give_back(self, name: str, holder: str) -> None:
        """Let others have it at once; nothing happens if it is not one's own."""
        ...


class UpdateRepository(Protocol):
    """Updates that took effect, and those that could not."""

    async def forget(self, before: datetime) -> int:
        """Drop the record of updates handled before a moment; return how many."""
        ...

    async def set_aside(self, update_id: int, kind: str, error: str, at: datetime) -> None:
        """Keep the id, kind and error of an update that nobody could handle; nothing of its text.

        Doing it again changes nothing."""
        ...

    async def count_set_aside(self) -> int: ...
