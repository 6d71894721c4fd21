"""Buttons. The people around a child, at the registry's desk."""

from typing import Annotated

from bot.flows.common.taps import Id, PageNumber, Tap
from bot.flows.desk.day.taps import AtWork
from bot.flows.desk.search.taps import ChildAtDesk
from services.desk.people import Why
from services.model.ids import ChildId, PersonId


class PeopleAtDesk(AtWork, prefix="at-people"):
    """Who cares for a child."""

    child_id: Annotated[ChildId, Id]
    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return ChildAtDesk(post_id=self.post_id, child_id=self.child_id)


class CodeForChild(PeopleAtDesk, prefix="at-code-self"):
    """A code by which the child itself takes its visits into the bot."""

    def fallback(self) -> Tap:
        return PeopleAtDesk(post_id=self.post_id, child_id=self.child_id)


class OneAtDesk(AtWork, prefix="at-person"):
    """One of them, and why their care is to end."""

    child_id: Annotated[ChildId, Id]
    person_id: Annotated[PersonId, Id]

    def fallback(self) -> Tap:
        return PeopleAtDesk(post_id=self.post_id, child_id=self.child_id)


class EndCare(OneAtDesk, prefix="at-end"):
    """End it."""

    why: Why
