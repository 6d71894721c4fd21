"""What people are asked to type: asked, expected by whoever takes the words, and left again.

The one place that says whether what was asked is what an answer, or a button, is for.
"""

from datetime import datetime
from typing import TypeVar

from services.model.access import REGISTRY, Post, Role
from services.model.conversations import Conversation, Searching, Topic
from services.model.ids import PersonId, PostId
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.schedule import DraftReplaced
from services.ports.transaction import Transaction
from services.rules.typed.texts import draft_mark

T = TypeVar("T", bound=Topic)


async def ask(tx: Transaction, post: Post, topic: Topic, now: datetime) -> None:
    """Take what is typed next for this, at this post; a replay has asked already."""
    if not tx.replay:
        asked = Conversation(topic, post.clinic.id, now, post.id)
        await tx.conversations.ask(post.person, asked)


async def listen(tx: Transaction, post: Post, now: datetime) -> None:
    """Be asked for nothing any more; what is typed at a registry's desk is whom to look for."""
    await tx.conversations.close(post.person)
    if post.role in REGISTRY:
        await ask(tx, post, Searching(), now)


async def leave(tx: Transaction, person: PersonId, *kinds: type[Topic]) -> bool:
    """Forget what was asked if it was one of these; whether it was. A replay has done so."""
    asked = await tx.conversations.of(person)
    is_left = asked is not None and isinstance(asked.topic, kinds) and not tx.replay
    if is_left:
        await tx.conversations.close(person)
    return is_left


async def expected(
    tx: Transaction,
    person: PersonId,
    kind: type[T],
    post_id: PostId | None = None,
    otherwise: type[Refusal] = NotFound,
) -> Conversation[T]:
    """What was asked of the person, which must be of this kind; and in this post, if one is named.

    Raises:
        NotFound: it was something else, or nothing; or whatever `otherwise` says.
    """
    asked = await tx.conversations.of(person)
    if asked is None or not isinstance(asked.topic, kind):
        raise otherwise
    if post_id is not None and asked.post_id != post_id:
        raise otherwise
    return Conversation(asked.topic, asked.clinic_id, asked.asked_at, asked.post_id)


async def desk_of(tx: Transaction, person: PersonId, roles: frozenset[Role]) -> Post:
    """Where the person works with such a role: in the post they were asked in last, else the first.

    Raises:
        NotFound: none of their posts is of these.
    """
    posts = [post for post in await tx.staff.of_person(person) if post.role in roles]
    asked = await tx.conversations.of(person)
    last = [post for post in posts if asked and asked.post_id == post.id]
    for post in [*last, *posts]:
        return post
    raise NotFound


async def drafted(tx: Transaction, post: Post, kind: type[T], mark: int) -> T:
    """The draft that a button was made for.

    Raises:
        DraftReplaced: it is another one by now, or none.
    """
    asked = await expected(tx, post.person, kind, post.id, DraftReplaced)
    if draft_mark(asked.topic) != mark:
        raise DraftReplaced
    return asked.topic
