"""Whoever sends a message, and how it can fail."""

from datetime import timedelta
from typing import Protocol

from services.model.letters import Letter
from services.model.messages import Urgency
from services.model.people import Person


class Unreachable(Exception):
    """The person cannot be written to: they blocked the bot, or are gone."""


class Hopeless(Exception):
    """This message cannot be sent, and trying again is of no use."""


class NotNow(Exception):
    """The message could not be sent just now: it is to be tried again."""

    def __init__(self, after: timedelta | None = None) -> None:
        super().__init__()
        self.after = after
        """How long to wait, where that is known; the message itself was not at fault then."""


class Notifier(Protocol):
    """Tells people what they must be told."""

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """Wait until the person may be written to, behind whatever is more urgent.

        Raises `NotNow` where that would take long."""
        ...

    async def tell(self, letter: Letter) -> None:
        """Send a letter in its person's language, with the permit that was waited for.

        Raises:
            Unreachable, Hopeless: it is given up.
            NotNow: it may be tried again.
        """
        ...
