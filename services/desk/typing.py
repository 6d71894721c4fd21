"""Whose what somebody types is: the open question's, else of who they are."""

from services.access.posts import posts_at_work
from services.families.places import is_waited_for
from services.model.access import Role
from services.model.conversations import Topic
from services.model.ids import PersonId
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case


class Typing:
    """Looks at who types, and reads no word of it."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def whose(self, person: PersonId) -> Topic | Role | None:
        """What the person was asked, if the answer is still waited for; else their role, if they
        are here for their work alone; None: the words are a parent's, and nobody asked for them."""
        async with self._transactions.reads() as tx:
            asked = await tx.conversations.of(person)
            if asked and await is_waited_for(tx, person, asked, self._clock()):
                return asked.topic
            posts = await posts_at_work(tx, person)
            return posts[0].role if posts else None
