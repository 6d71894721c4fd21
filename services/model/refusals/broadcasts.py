"""Why many families are not written to."""

from services.model.refusals.base import Refusal


class NumberDiffers(Refusal):
    """What was typed is not how many would get the broadcast."""


class NobodyToTell(Refusal):
    """Nobody would get the broadcast."""


class BroadcastOver(Refusal):
    """The broadcast was sent, or stopped for good."""
