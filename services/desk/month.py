"""The month of a clinic's owner in numbers: what the bot did, what the desk did, what came of it.

Numbers of visits: nobody is named, so nothing is taken down in the journal.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.access.posts import post_of
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.ids import PersonId, PostId
from services.model.slots import Counted
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """Of the visits of a month's days, whenever they were booked."""

    clinic: Clinic
    first: date
    last: date
    counted: Counted
    taken: int
    """Times that somebody had, callers without a name included."""
    open: int
    """All times that there were."""
    now: datetime

    @property
    def is_running(self) -> bool:
        return self.last >= self.clinic.today(self.now)

    @property
    def before(self) -> date:
        """The first day of the month before."""
        return (self.first - ONE_DAY).replace(day=1)


class Months:
    """What the head of a clinic looks at."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def month(self, person: PersonId, post_id: PostId, first: date | None) -> Month:
        """A month of the clinic; None: the one that is running.

        Raises `NotFound`: not of its administrators."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, frozenset({Role.ADMINISTRATOR}))
            clinic = post.clinic
            begins = (first or clinic.today(now)).replace(day=1)
            ends = (begins + timedelta(days=31)).replace(day=1)
            counted = await tx.load.month(clinic.id, clinic.at(begins), clinic.at(ends))
            loads = await tx.slots.loads(clinic.id, begins, ends - ONE_DAY)
        given = [day for day in loads.values() if not day.closed]
        taken, every = sum(day.taken for day in given), sum(day.all for day in given)
        return Month(clinic, begins, ends - ONE_DAY, counted, taken, every, now)
