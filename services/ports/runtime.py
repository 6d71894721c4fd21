"""Conversations, updates and leases: what the bot itself keeps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.model.conversations import Conversation, Topic
from services.model.ids import PersonId, PostId


@dataclass(frozen=True, slots=True)
class OwedAnswer:
    """An answer that Telegram did not take: what is needed to give it again, and no typed word."""

    update_id: int
    """The update whose effect it shows."""
    telegram_id: int
    """The person, who is the private chat as well."""
    message_id: int | None
    """The message that was tapped; None: it cannot become the answer."""
    data: str
    """The tap's."""
    query: str
    """Telegram's name of the tap, whose button waits; empty for words."""
    due_at: datetime
    """Not before this."""
    until: datetime
    """After this nobody waits for it any more."""


class ConversationRepository(Protocol):
    """What each person was last asked to type."""

    async def of(self, person: PersonId) -> Conversation[Topic] | None:
        """What was asked last; None: nothing, or another version asked it in words of its own."""
        ...

    async def ask(self, person: PersonId, conversation: Conversation[Topic]) -> None:
        """Let this be the person's open question, in place of any other. Raises `NotFound`: the
        child that it is about is no more."""
        ...

    async def close(self, person: PersonId) -> None: ...

    async def forget_at(self, post_id: PostId) -> None:
        """Drop what was being typed at a post."""
        ...

    async def forget_at_work(self, before: datetime) -> int:
        """Drop what was asked at a post before a moment; return how many."""
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
    """Updates that took effect, those that could not, and answers that are owed."""

    async def is_done(self, update_id: int) -> bool:
        """Whether an update took effect."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop the record of updates handled before a moment; return how many."""
        ...

    async def set_aside(self, update_id: int, kind: str, error: str, at: datetime) -> None:
        """Keep the id, kind and error of an update that nobody could handle; nothing of its text.

        Doing it again changes nothing."""
        ...

    async def count_set_aside(self) -> int: ...

    async def owe(self, answer: OwedAnswer) -> None:
        """Take down an answer that is owed, or what is new of one that was."""
        ...

    async def owed(self, now: datetime, limit: int) -> list[OwedAnswer]:
        """The answers that are due, in the order of their updates."""
        ...

    async def claim_owed(self, now: datetime, until: datetime) -> list[OwedAnswer]:
        """The same of one person, to whom one is owed longest; kept from others until a moment."""
        ...

    async def owe_at_once(self, now: datetime) -> None:
        """All that is owed is due by now, whatever it waits for."""
        ...

    async def settle_owed(self, update_id: int) -> None:
        """An answer is owed no longer; nothing happens if it was not."""
        ...
