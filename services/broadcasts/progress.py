"""What a broadcast's authors see: whom it can be to, what is asked, how far it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.model.access import Post
from services.model.broadcasts import Audience, Broadcast, BroadcastState, Reach, Whom
from services.model.clinic import District, Doctor
from services.model.ids import PostId
from services.model.messages import NotificationState
from services.model.refusals.base import Refusal
from services.rules.quiet_hours import after_quiet

SHOWN = 5
"""Broadcasts that are listed."""
PER_SECOND = 26
"""Messages that go out while people tap, about (decision 29)."""

Subject = District | Doctor | None
"""Whose families are meant, where they are somebody's."""


@dataclass(frozen=True, slots=True)
class BroadcastsPage:
    """Where a broadcast begins, and the latest ones."""

    post: Post
    latest: Sequence[Broadcast]


@dataclass(frozen=True, slots=True)
class WhomToTell:
    """The districts, doctors or days that can be chosen."""

    post: Post
    whom: Whom
    districts: Sequence[District]
    doctors: Sequence[Doctor]
    now: datetime
    """On the clinic's wall."""


@dataclass(frozen=True, slots=True)
class NewsQuestion:
    """What shall be told?"""

    post: Post
    audience: Audience
    subject: Subject
    reach: Reach
    problem: Refusal | None = None
    """Why what was typed will not do."""


@dataclass(frozen=True, slots=True)
class NewsPreview:
    """A broadcast before it is confirmed."""

    post: Post
    audience: Audience
    subject: Subject
    text: str
    reach: Reach
    begins_at: datetime
    now: datetime
    problem: Refusal | None = None
    """Why it was not sent."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast is, as its messages tell."""

    broadcast: Broadcast
    post_id: PostId
    """Of whom it is shown to."""
    subject: Subject
    counts: Mapping[NotificationState, int]
    now: datetime

    def count(self, *states: NotificationState) -> int:
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def sent(self) -> int:
        return self.count(NotificationState.SENT)

    @property
    def blocked(self) -> int:
        """Who blocked the bot, or is gone."""
        return self.count(NotificationState.UNREACHABLE)

    @property
    def failed(self) -> int:
        """Who could not be told, for other reasons."""
        return self.count(NotificationState.FAILED, NotificationState.PAST)

    @property
    def dropped(self) -> int:
        """Who was not told because it was stopped, or took their consent back, or the visit was
        not there any more."""
        unplanned = 0 if self.broadcast.all_planned else self._unplanned
        stopped = self.broadcast.state is BroadcastState.STOPPED
        return self.count(NotificationState.VOID) + (unplanned if stopped else 0)

    @property
    def left(self) -> int:
        """Who is still to be told."""
        if self.broadcast.state is BroadcastState.STOPPED:
            return 0
        unplanned = 0 if self.broadcast.all_planned else self._unplanned
        return self.count(NotificationState.PLANNED, NotificationState.HELD) + unplanned

    @property
    def _unplanned(self) -> int:
        return max(self.broadcast.total - sum(self.counts.values()), 0)

    @property
    def to_go(self) -> timedelta:
        """How long it takes from now on, about, while it is not paused."""
        return timedelta(seconds=self.left / PER_SECOND)

    @property
    def sleeps_until(self) -> datetime | None:
        """When quiet hours are over that it waits for; None: it does not wait."""
        morning = after_quiet(self.now, self.broadcast.clinic)
        waits = self.broadcast.audience.needs_consent and morning > self.now
        return morning if waits else None


Answer = NewsQuestion | NewsPreview | Progress
