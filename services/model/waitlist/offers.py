"""Times that became free, and what is offered of them to those who wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.model.ids import FreedTimeId, TimeOfferId
from services.model.slots import Slot
from services.model.visits import Appointment
from services.model.waitlist.waits import Wait


class FreedWhy(StrEnum):
    """How a time became free."""

    CANCELLED = "cancelled"
    """Or moved away from."""
    DECLINED = "declined"
    """Somebody said no, or nobody said anything in time."""
    UNTAKEN = "untaken"
    """It was kept for a family that was owed a time, and did not take it."""
    GIVEN_BACK = "given-back"
    """A caller's, or another system's."""
    NEW = "new"
    """The schedule gave it, for the first time or once more."""
    RELEASED = "released"
    """It was kept for some children, and is everybody's now."""
    STANDING = "standing"
    """It was free, and somebody came to wait for it."""


class FreedState(StrEnum):
    """What became of a time that was freed."""

    OPEN = "open"
    """It goes through the list."""
    TAKEN = "taken"
    """Somebody who waited has it."""
    PUBLIC = "public"
    """Nobody who waits wants it, or there is no time to ask: it is everybody's."""
    GONE = "gone"
    """It is no free time any more."""


@dataclass(frozen=True, slots=True)
class FreedTime:
    """A time that became free, on its way through the list of those who wait."""

    id: FreedTimeId
    slot: Slot
    why: FreedWhy
    freed_at: datetime
    until: datetime
    """Kept from everybody else up to then, whatever becomes of the house meanwhile."""
    state: FreedState


class RankReason(StrEnum):
    """Why somebody was offered a time before others."""

    OWED = "owed"
    MOVED_UP = "moved-up"
    LONGEST = "longest"
    """Waits for longer than any head start."""
    GROUP = "group"
    RESIDENCE = "residence"
    WAITING = "waiting"
    """In the order of the list."""


class TimeOfferState(StrEnum):
    """What became of an offer."""

    MADE = "made"
    """Its message is on its way: the clock stands still."""
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    LOST = "lost"
    """Another family was quicker, or the time is none any more: it costs nothing."""
    UNREACHED = "unreached"
    """The family could not be written to."""


LIVE_OFFERS = frozenset({TimeOfferState.MADE, TimeOfferState.SENT})
LET_GO = frozenset({TimeOfferState.REFUSED, TimeOfferState.EXPIRED})
"""What a family had its say about: it is not offered the same time again."""


@dataclass(frozen=True, slots=True)
class TimeOffer:
    """A freed time, or several that lie together, kept for a family that waits."""

    id: TimeOfferId
    wait: Wait
    slots: Sequence[Slot]
    """One for each child, in their order."""
    state: TimeOfferState
    made_at: datetime
    until: datetime
    """Of one whose message is on its way: when it is given up."""
    among: int
    """How many families were offered the time at once."""
    rank: RankReason
    lasts: timedelta
    """From when its message is accepted."""
    latest: datetime
    """Whenever that is, it can be accepted no later."""
    sent_at: datetime | None = None

    @property
    def is_alone(self) -> bool:
        """Whether the time is kept for this family alone."""
        return self.among == 1

    def is_live(self, now: datetime) -> bool:
        """Whether it can be accepted."""
        return self.state in LIVE_OFFERS and now < self.until


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a family is told of its place in the list."""

    wait: Wait
    now: datetime
    moving: Appointment | None = None
    """The visit that is held meanwhile."""
    offer: TimeOffer | None = None
    """What is kept for it just now."""
    usually: timedelta | None = None
    """How long it usually takes at this clinic; None: too few know."""
    doctors: Sequence[str] = ()
    """The names of those for whom it waits."""


@dataclass(frozen=True, slots=True)
class Offering:
    """How a time is offered: to how many at once, and for how long."""

    among: int
    lasts: timedelta
