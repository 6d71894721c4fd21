"""Why somebody does not wait for a time, or cannot have what was offered."""

from services.model.refusals.base import Refusal


class OfferOver(Refusal):
    """The time that was kept is kept no more: its moment is over, or it was refused."""


class OfferLost(Refusal):
    """Another family was quicker, or the time is none any more; the place in the list stays."""


class WaitOver(Refusal):
    """The place in the list is no more."""


class IllNeverWait(Refusal):
    """An ill child is not put on a list: the clinic has a page for it."""


class NoList(Refusal):
    """The clinic has no list of those who wait."""


class NoDaysToWaitFor(Refusal):
    """None of the days that were named is ahead and open for booking by then."""


class TooManyWaits(Refusal):
    """The person waits for as much as the clinic allows.

    Attributes:
        most: how much that is.
    """

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
