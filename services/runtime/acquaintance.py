"""Who the person behind an update is taken for, until the database has said so.

Who came lately is known from then: no transaction is needed to ask. The first one of the update
begins with the person's row, and where that says otherwise nothing was done yet.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic

from services.model.people import Person

MOST = 5_000
"""People who are known at one time."""
KEPT = 3600.0
"""Seconds for which somebody is: what was erased is in no process's memory for long (R74)."""


class NotAsKnown(Exception):
    """The person is not, or not any more, who they were taken for: they are to be met anew, and
    the update to be handled from its beginning."""


@dataclass(slots=True)
class Acquaintance:
    """A person as they were when they came last."""

    person: Person
    confirmed: bool = False
    """Whether a transaction found them so."""

    def confirm(self, found: Person | None) -> None:
        """Raises `NotAsKnown`."""
        if found != self.person:
            raise NotAsKnown
        self.confirmed = True


_acquaintance: ContextVar[Acquaintance | None] = ContextVar("acquaintance", default=None)


@contextmanager
def taken_for(person: Person) -> Iterator[None]:
    """Within it, the first transaction begins by asking whether the person is this one."""
    token = _acquaintance.set(Acquaintance(person))
    try:
        yield
    finally:
        _acquaintance.reset(token)


def to_be_confirmed() -> Acquaintance | None:
    """Who the next transaction has to ask for first; None if that was done, or nobody is there."""
    known = _acquaintance.get()
    return None if known is None or known.confirmed else known


class Lately:
    """The people who came to this process within the last hour, as they were then."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._people: OrderedDict[int, tuple[Person, float]] = OrderedDict()

    def known(self, telegram_id: int) -> Person | None:
        """Whoever it is, as they were."""
        self._forget()
        person, _since = self._people.get(telegram_id, (None, 0.0))
        return person

    def met(self, person: Person) -> None:
        """They are known for an hour now, whoever they were taken for before."""
        self._people.pop(person.telegram_id, None)
        self._people[person.telegram_id] = person, self._seconds()
        self._forget()

    def _forget(self) -> None:
        old = self._seconds() - KEPT
        while self._people:
            first = next(iter(self._people))
            if len(self._people) <= MOST and self._people[first][1] > old:
                return
            del self._people[first]
