"""Buttons. A child who is ill, or was in contact; `search.taps.Ill` leads here, too."""

from typing import Annotated

from bot.flows.common.taps import Id, PageNumber, Seen, Tap
from bot.flows.families.onboarding.taps import Enter
from bot.flows.visits.mine.taps import Visit
from bot.flows.visits.search.taps import Days, Doctors
from services.model.ids import ClinicId


class IllAtHome(Tap, prefix="ill-home"):
    """What the clinic says, whichever child it is."""

    clinic_id: Annotated[ClinicId, Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class WhoIsIll(IllAtHome, prefix="ill-who"):
    """Say which of several children needs a time."""

    page: Annotated[int, PageNumber] = 0


class TimeForIll(Doctors, prefix="ill-time"):
    """The doctors who receive ill children."""


class WhenWell(Days, prefix="ill-later"):
    """Move a visit to a day on which the child is well again."""


class AskGiveBack(Visit, prefix="ill-ask"):
    """Ask once whether to give the time of a visit back."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class GiveBack(AskGiveBack, prefix="ill-back"):
    """Give it back."""

    seen: Seen = None

    def fallback(self) -> Tap:
        return AskGiveBack(appointment_id=self.appointment_id)
