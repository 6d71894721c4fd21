"""A child who was entered twice: the two entries become one."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from services.model.ids import ChildId, ClinicId, PostId


class JoiningRepository(Protocol):
    """Two entries of one child. Whoever joins them has locked both."""

    async def lock(self, child_ids: Collection[ChildId]) -> None:
        """Have whoever else writes anything about the children wait for the end of this
        transaction, also who only points at one of them."""
        ...

    async def join(
        self,
        gone: ChildId,
        kept: ChildId,
        phone: tuple[ClinicId, ChildId] | None,
        by: PostId | None,
        at: datetime,
    ) -> None:
        """Let all that is kept of one entry be the other one's, and the first be no more. What
        cannot be changed, the journal, is read as the other one's from now on.

        Args:
            phone: whose number stays where a clinic noted two; None: the later one. See
                `PhoneRepository.hand_over`.

        Raises:
            ChildIsBusy: they have visits at overlapping times; nothing was written.
            PhonesLocked: a number cannot be read.
        """
        ...

    async def into(self, gone: ChildId) -> ChildId | None:
        """Under which id a child goes on that was joined with another entry."""
        ...
