"""Why the clinic says no. Nothing was written when one of these is raised.

`bot.errors` turns each into words; a test proves that none was forgotten.
"""

from services.model import Appointment


class Refusal(Exception):
    """A request that the rules of the house do not allow, in the clinic's language."""


class NotFound(Refusal):
    """There is no such thing, or it is not this person's: the two are told alike."""


class NoSuchClinic(Refusal):
    """A poster link names a clinic that is not here."""


class AlreadyDone(Refusal):
    """This very update took effect before; what it asked for no longer stands."""


class NoConsent(Refusal):
    """The person has not agreed that this clinic keeps data about the family."""


class ConsentChanged(Refusal):
    """The text that was agreed to is no longer the clinic's text."""


class NoChild(Refusal):
    """Nothing can be booked before a child is named."""


class SlotTaken(Refusal):
    """Somebody else has this time."""


class SlotPassed(Refusal):
    """This time is over or has begun."""


class SlotClosed(Refusal):
    """The doctor does not receive at this time any more."""


class TooLate(Refusal):
    """The clinic takes no bookings so shortly before a visit."""


class TooFar(Refusal):
    """The clinic has not opened this day yet."""


class ChildIsBusy(Refusal):
    """The child has another visit at an overlapping time."""


class AlreadyWithDoctor(Refusal):
    """The child has a visit with this doctor ahead, and the clinic allows one."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(appointment.id)
        self.appointment = appointment


class VisitPassed(Refusal):
    """The visit has begun or is over: it cannot be cancelled any more."""


class NameUnclear(Refusal):
    """What was typed is no name: empty, without a letter."""


class NameTooLong(Refusal):
    """The name does not fit."""

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.longest = longest


class DateUnclear(Refusal):
    """What was typed cannot be read as a date."""


class NoSuchDay(Refusal):
    """What was typed is a date, but of no calendar: 31.02."""


class BornInFuture(Refusal):
    """The birth date has not come yet."""


class NoLongerAChild(Refusal):
    """Eighteen or older: a pediatrician sees children up to their 18th birthday."""
