"""Whoever sends a message, and how it can fail."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol, TypeAlias

from services.model.letters import Letter
from services.model.messages import Untrue, Urgency
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


class Unanswered(Exception):
    """Nobody said whether the message arrived, though others are answered: it may come twice."""


Following: TypeAlias = Callable[[], Awaitable[None]]
"""Sends what comes with a message that was accepted. It fails for nobody."""


class Corrector(Protocol):
    """Lets messages that stand in chats say what is so by now."""

    async def correct(self, what: Untrue) -> None:
        """Edit a message, behind all that is more urgent.

        Raises:
            Unreachable, Hopeless: it cannot be edited any more.
            NotNow: it may be tried again, and so may the others.
        """
        ...


class Notifier(Protocol):
    """Tells people what they must be told."""

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """Wait until the person may be written to, behind whatever is more urgent.

        Raises `NotNow` where that would take long."""
        ...

    async def tell(self, letter: Letter) -> Following | None:
        """Send a letter in its person's language, with the permit that was waited for; it is told
        when this returns, and what it returns sends the file that comes with it, if one does.

        Raises:
            Unreachable, Hopeless: it is given up.
            NotNow: it may be tried again.
            Unanswered: the same, some times.
        """
        ...
