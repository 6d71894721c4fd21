"""Buttons of broadcasts: for their authors, and for who wants no more of them."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import _FIRST_DAY, _LAST_DAY, Id, IdOrNone, PageNumber, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from services.broadcasts.writing import MOST_DAYS
from services.model.broadcasts import Audience, Whom
from services.model.ids import BroadcastId


class Broadcasts(AtWork, prefix="news"):
    """Where a broadcast begins; what was being written is forgotten."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class WhomToTell(Broadcasts, prefix="news-whom"):
    """Choose the district, the doctor or the day."""

    whom: Whom
    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Broadcasts(post_id=self.post_id)


class AskNews(Broadcasts, prefix="news-ask"):
    """Type what these families shall be told."""

    whom: Whom
    subject: Annotated[int, IdOrNone] = 0
    day: Annotated[int, Field(ge=0, le=_LAST_DAY)] = 0
    """The first of the days; 0, and whatever no schedule has, is none."""
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 1

    @property
    def audience(self) -> Audience:
        if self.day < _FIRST_DAY:
            return Audience(self.whom, self.subject)
        first = date.fromordinal(self.day)
        return Audience(self.whom, self.subject, first, first + timedelta(days=self.days - 1))


class Broadcast(Broadcasts, prefix="news-one"):
    """How far a broadcast is."""

    broadcast_id: Annotated[BroadcastId, Id]

    def fallback(self) -> Tap:
        return Broadcasts(post_id=self.post_id)


class PauseNews(Broadcast, prefix="news-pause"):
    """Send no more of it for now."""

    def fallback(self) -> Tap:
        return Broadcast(post_id=self.post_id, broadcast_id=self.broadcast_id)


class ResumeNews(PauseNews, prefix="news-on"):
    """Go on sending it."""


class StopNews(PauseNews, prefix="news-stop"):
    """Send no more of it, for good."""
