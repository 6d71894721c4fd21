"""Buttons. Visits: see, take along, cancel."""

from typing import Annotated

from bot.flows.common.taps import DraftMark, Id, PageNumber, Seen, Tap
from services.model.ids import AppointmentId


class Visits(Tap, prefix="visits"):
    """The visits ahead."""

    page: Annotated[int, PageNumber] = 0


class PastVisits(Visits, prefix="past"):
    """The visits that are over, or were cancelled."""


class Visit(Tap, prefix="visit"):
    """One visit."""

    appointment_id: Annotated[AppointmentId, Id]

    def fallback(self) -> Tap:
        return Visits()


class HideVisit(Visit, prefix="hide"):
    """Show the visit to no helper, or to all again."""

    hidden: bool

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class CalendarFile(Visit, prefix="calendar"):
    """The visit as a file for the person's calendar."""


class AskCancel(Visit, prefix="ask-cancel"):
    """Ask once whether to cancel."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class Cancel(Visit, prefix="cancel"):
    """Cancel a visit."""

    seen: Seen = None

    def fallback(self) -> Tap:
        return AskCancel(appointment_id=self.appointment_id)


class DeclineSubstitute(Visit, prefix="decline-sub"):
    """ "Не подходит": not with the substitute; the visit stays until something else is chosen."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class AskComing(Visit, prefix="ask-coming"):
    """Ask anew whether they come, with all visits of the family's that day at the clinic."""

    discreet: bool = False
    """Whether to say nothing but the times."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class Coming(Visit, prefix="coming"):
    """ "Придём", on a reminder."""

    all_day: bool = False
    """Whether it is about all visits of the family's that day at the clinic."""
    discreet: bool = False
    """Whether the reminder says nothing but the times, and goes on to do so."""
    seen: Seen = None
    seen_all: Annotated[int | None, DraftMark] = None
    """`visit_states.together_as_shown`, of all visits of the reminder."""

    def fallback(self) -> Tap:
        if self.all_day:
            return AskComing(appointment_id=self.appointment_id, discreet=self.discreet)
        return Visit(appointment_id=self.appointment_id)
