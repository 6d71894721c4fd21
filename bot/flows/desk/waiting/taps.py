"""Buttons. The list of those who wait, at the registry's desk."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import Id, IdOrNone, KindName, PageNumber, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from bot.flows.desk.search.taps import ChildAtDesk
from bot.flows.visits.waiting.taps import Part, Span
from services.desk.waiting.places import CallerWish, WhyUp
from services.model.ids import ChildId, DoctorId, WaitId
from services.model.settings.visit_kinds import KindKey

SPANS = {
    Span.DAYS: timedelta(days=3),
    Span.WEEK: timedelta(days=7),
    Span.MONTH: timedelta(days=30),
}


class WaitsAtDesk(AtWork, prefix="at-waits"):
    """Who waits at the clinic."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class FreedAtDesk(AtWork, prefix="at-freed"):
    """What happened to the times that were freed."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return WaitsAtDesk(post_id=self.post_id)


class FreedPicture(AtWork, prefix="at-freed-pic"):
    """What it comes to, as a picture."""

    def fallback(self) -> Tap:
        return FreedAtDesk(post_id=self.post_id)


class FreedSheet(FreedPicture, prefix="at-freed-sheet"):
    """Each of the times, as a sheet."""


class OneAtDesk(AtWork, prefix="at-wait"):
    """One place in the list."""

    wait_id: Annotated[WaitId, Id]

    def fallback(self) -> Tap:
        return WaitsAtDesk(post_id=self.post_id)


class AskTakeOff(OneAtDesk, prefix="wd-ask-off"):
    """Ask once whether the family is taken off."""


class TakeOff(OneAtDesk, prefix="wd-off"):
    """Take the family off the list."""

    def fallback(self) -> Tap:
        return OneAtDesk(post_id=self.post_id, wait_id=self.wait_id)


class AskWhyUp(OneAtDesk, prefix="wd-ask-up"):
    """Say why a family is moved up."""


class MoveUp(OneAtDesk, prefix="wd-up"):
    """Move it up, for this reason."""

    why: WhyUp

    def fallback(self) -> Tap:
        return OneAtDesk(post_id=self.post_id, wait_id=self.wait_id)


class ChildInList(AtWork, prefix="wd-child"):
    """What a caller's child waits for, and what it could."""

    child_id: Annotated[ChildId, Id]

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class AskPutOn(ChildInList, prefix="wd-ask-on"):
    """Say what a caller waits for; each button changes one thing of it."""

    reason: Annotated[str, KindName]
    doctor: Annotated[int, IdOrNone] = 0
    """0: anybody would do."""
    terms: Annotated[str, Field(pattern="^[dwm][ame]$", examples=["ma"])] = "ma"
    """A `Span` and a `Part`, as families choose them."""

    @property
    def span(self) -> Span:
        return Span(self.terms[0])

    @property
    def part(self) -> Part:
        return Part(self.terms[1])

    @property
    def wish(self) -> CallerWish:
        """The same as the services take it."""
        since, until = self.part.hours
        doctor = DoctorId(self.doctor) if self.doctor else None
        return CallerWish(KindKey(self.reason), doctor, SPANS[self.span], since, until)

    def fallback(self) -> Tap:
        return ChildInList(post_id=self.post_id, child_id=self.child_id)


class AskWhom(AskPutOn, prefix="wd-who"):
    """Choose the doctor of that wish."""

    page: Annotated[int, PageNumber] = 0


class PutOn(AskPutOn, prefix="wd-on"):
    """Put the child on the list for just that."""
