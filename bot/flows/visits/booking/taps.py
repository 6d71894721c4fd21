"""Buttons. Hold, book, move."""

from typing import Annotated

from bot.flows.common.taps import Id, Seen, Tap
from bot.flows.visits.mine.taps import Visit
from bot.flows.visits.search.taps import TimesNear
from services.model.ids import SlotId


class ChooseTime(TimesNear, prefix="time"):
    """Look at one time before booking it: it is held meanwhile."""

    def fallback(self) -> Tap:
        return TimesNear(**self.model_dump())


class Confirm(ChooseTime, prefix="book"):
    """ "Не болеет — записать": book it."""


class MoveTo(ChooseTime, prefix="move"):
    """Give the visit this time instead of its own."""

    seen: Seen = None

    def fallback(self) -> Tap:
        return ChooseTime(**self.model_dump())


class TakeOffered(Visit, prefix="take"):
    """Take a time that is kept for the family of a visit that needs one."""

    slot_id: Annotated[SlotId, Id]

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)
