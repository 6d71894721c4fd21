"""Forgetting what is past its use, a little at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from services.model.privacy.retention import Forgotten, Kept


class RetentionRepository(Protocol):
    """What has a life of its own. Nothing goes that somebody still waits for."""

    async def forget(
        self, kept: Kept, before: datetime, after: int, most: int
    ) -> tuple[int, int | None]:
        """Forget some of what was over before a moment.

        Args:
            after: where to go on: 0, and then what was returned.
            most: how many rows are gone through at once.

        Returns:
            How many went, and where to go on; None: nothing is left.
        """
        ...

    async def note(self, kept: Kept, count: int, at: datetime) -> None:
        """Take down what became of a kind."""
        ...

    async def forgotten(self) -> Mapping[Kept, Forgotten]:
        """What became of each kind; nothing of one that was never looked for."""
        ...
