"""What became of freed times, and figures of it."""

from datetime import datetime
from typing import Protocol

from services.model.ids import ClinicId
from services.model.waitlist.history import FreedStory, ListHealth, WaitFigures


class WaitHistory(Protocol):
    """Only reads, and names nobody."""

    async def count(self, clinic_id: ClinicId, since: datetime) -> int:
        """How many times were freed at a clinic since a moment."""
        ...

    async def stories(
        self, clinic_id: ClinicId, since: datetime, most: int, after: int = 0
    ) -> list[FreedStory]:
        """Some of them, the latest first."""
        ...

    async def figures(self, clinic_id: ClinicId, since: datetime, now: datetime) -> WaitFigures:
        """What they come to, and who waits at this moment."""
        ...

    async def health(self, now: datetime) -> ListHealth:
        """How the lists of all clinics are doing at this moment."""
        ...
