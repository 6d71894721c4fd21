"""What happened to each time that was freed, and what it comes to.

Times and numbers: nobody is named, so nothing is taken down in the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.access.posts import post_of
from services.model.access import REGISTRY, Post
from services.model.ids import PersonId, PostId
from services.model.waitlist.history import FreedStory, WaitFigures
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case

LOOKED_BACK = timedelta(days=30)
IN_A_SHEET = 5000
"""Freed times that one sheet has."""
A_PAGE = 8
"""Freed times that one screen shows."""


@dataclass(frozen=True, slots=True)
class FreedTimes:
    """A page of what was freed lately, the latest first, and what all of it comes to."""

    post: Post
    count: int
    """How many were freed, on all pages."""
    shown: Sequence[FreedStory]
    page: int
    """From 0 on."""
    figures: WaitFigures
    now: datetime

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // A_PAGE))


class FreedHistory:
    """What the registry looks at to see that no freed time is wasted."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def page(self, by: PersonId, post_id: PostId, page: int = 0) -> FreedTimes:
        """The times of the last thirty days; of what is past the end the last page.

        Raises `NotFound`: not of the registry."""
        now = self._clock()
        since = now - LOOKED_BACK
        async with self._transactions.reads() as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            clinic_id = post.clinic.id
            count = await tx.wait_history.count(clinic_id, since)
            figures = await tx.wait_history.figures(clinic_id, since, now)
            page = min(page, max(0, -(-count // A_PAGE) - 1))
            shown = await tx.wait_history.stories(clinic_id, since, A_PAGE, after=page * A_PAGE)
            return FreedTimes(post, count, shown, page, figures, now)

    @use_case
    async def everything(self, by: PersonId, post_id: PostId) -> FreedTimes:
        """All of them at once, for a sheet: at most the last `IN_A_SHEET`.

        Raises `NotFound`: not of the registry."""
        now = self._clock()
        since = now - LOOKED_BACK
        async with self._transactions.reads() as tx:
            post = await post_of(tx, by, post_id, REGISTRY)
            count = await tx.wait_history.count(post.clinic.id, since)
            figures = await tx.wait_history.figures(post.clinic.id, since, now)
            shown = await tx.wait_history.stories(post.clinic.id, since, IN_A_SHEET)
            return FreedTimes(post, count, shown, 0, figures, now)
