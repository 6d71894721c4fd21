"""Why a time cannot be had, or a visit not changed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.model.clinic import Clinic
from services.model.refusals.base import Refusal
from services.model.reserved.times import OpensLater, Reservation
from services.model.settings.no_shows import Missed
from services.model.settings.visit_kinds import VisitKind
from services.model.visits import Appointment


class SlotTaken(Refusal):
    """Somebody else has this time."""

    def __init__(self, kept: Appointment | None = None) -> None:
        super().__init__()
        self.kept = kept
        """The visit that was to be moved there, and stays where it is."""


class SlotHeld(SlotTaken):
    """Another family is looking at this time just now: it may be free again in minutes."""


class SlotPassed(Refusal):
    """This time is over or has begun."""


class SlotClosed(Refusal):
    """The doctor does not receive at this time any more."""


class TooLate(Refusal):
    """The clinic takes no bookings so shortly before a visit."""


class TooFar(Refusal):
    """The clinic has not opened this day yet."""


class NotForThisReason(Refusal):
    """The doctor keeps this time for visits of another kind."""


class TimeReserved(Refusal):
    """The time is kept for other children until a moment, and everybody's from then on."""

    def __init__(self, kept: Reservation, wall: datetime) -> None:
        super().__init__(kept.whom)
        self.kept = kept
        self.wall = wall
        """When it was asked for, by the clinic's clock."""


class NotForThisAge(Refusal):
    """Visits of this kind are for younger children."""


class CallNow(Refusal):
    """So young a child that is ill is not booked: the clinic is to be called at once."""


class NotYetThisAge(NotForThisAge):
    """Visits of this kind are for older children."""

    def __init__(self, kind: VisitKind, child: str, day: date) -> None:
        super().__init__(day)
        self.kind = kind
        self.child = child
        self.day = day
        """The first on which the child can come."""


class TimeTooShort(NotForThisReason):
    """Visits of this kind take longer."""

    def __init__(self, length: timedelta) -> None:
        super().__init__(length)
        self.length = length


class KindNotHere(Refusal):
    """The clinic books no visits of this kind, or not any more."""


class KindAtDesk(Refusal):
    """Visits of this kind are booked by the registry."""

    def __init__(self, phone: str) -> None:
        super().__init__(phone)
        self.phone = phone


class DayFull(Refusal):
    """The doctor receives on this day, but has no time left."""

    def __init__(
        self, day: date, later: Sequence[OpensLater] = (), wall: datetime | None = None
    ) -> None:
        super().__init__(day)
        self.day = day
        self.later = later
        """What opens of the day to everybody, the first first."""
        self.wall = wall
        """When it was asked for, by the clinic's clock."""


class DayClosed(Refusal):
    """The doctor does not receive on this day, or it is not open for booking."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class NoFreeTimes(Refusal):
    """Nobody at the clinic has a time that would do."""


class ChildIsBusy(Refusal):
    """The child has another visit at an overlapping time."""


class AlreadyWithDoctor(Refusal):
    """The child has a visit with this doctor ahead, and the clinic allows one."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(appointment.id)
        self.appointment = appointment


class TooManyVisits(Refusal):
    """The person's children have as many visits ahead as the clinic allows."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class MissedTooOften(Refusal):
    """The child did not come so often that the clinic's registry alone books for it now."""

    def __init__(self, missed: Missed, phone: str) -> None:
        super().__init__(missed.count)
        self.missed = missed
        self.phone = phone


class VisitPassed(Refusal):
    """The visit has begun or is over: it cannot be moved or cancelled any more."""


class NotBegun(Refusal):
    """The visit's time has not come: nobody can say yet whether the child came."""


class MovedMeanwhile(Refusal):
    """The family has moved the visit since it was shown."""


class VisitChanged(Refusal):
    """What was to be done was asked about the visit as it stood before."""


class NotOffered(Refusal):
    """The time was not offered to the visit's family, or is not any more."""


class AlreadyConfirmed(Refusal):
    """The visit was confirmed: the doctor's word does not take it back."""


class VisitCancelled(Refusal):
    """The visit was cancelled before: there is nothing to move."""


class SystemAway(Refusal):
    """The clinic's own system has not answered for so long that nobody knows what is free."""

    def __init__(self, clinic: Clinic) -> None:
        super().__init__(clinic.id)
        self.clinic = clinic
