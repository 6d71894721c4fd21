"""Buttons. Settings: consents of each purpose, when to be reminded, the phone."""

from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import NEVER, Id, IdOrNone, PageNumber, Tap
from bot.flows.families.onboarding.taps import Enter
from services.model.consents import Purpose
from services.model.ids import ChildId, ClinicId


class Settings(Tap, prefix="settings"):
    """What the person agreed to at a clinic, and how they are reminded."""

    clinic_id: Annotated[ClinicId, Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class OfPurpose(Settings, prefix="-purpose"):
    """What all taps carry that are about one purpose."""

    purpose: Purpose

    def fallback(self) -> Tap:
        return Settings(clinic_id=self.clinic_id)


class AskToAgree(OfPurpose, prefix="ask-agree"):
    """Show the text of a purpose."""


class Agree(OfPurpose, prefix="agree"):
    """Agree to it, in the version that was shown."""

    version: Annotated[int, Id]
    child_id: Annotated[int, IdOrNone] = 0
    """With whose visit it was asked for; then the answer is short."""


class AboutReminders(Settings, prefix="about-reminders"):
    """Read the document before answering whether to be reminded."""

    child_id: Annotated[ChildId, Id]

    def fallback(self) -> Tap:
        return Settings(clinic_id=self.clinic_id)


class Decline(OfPurpose, prefix="decline"):
    """ "Не нужно": do not ask again."""


class Withdraw(OfPurpose, prefix="withdraw"):
    """Take an agreement back."""


class NoNews(Settings, prefix="no-news"):
    """ "Не присылать новости", on every broadcast."""

    def fallback(self) -> Tap:
        return Settings(clinic_id=self.clinic_id)


class EveningHours(Settings, prefix="evenings"):
    """Choose when to be reminded on the evening before."""

    def fallback(self) -> Tap:
        return Settings(clinic_id=self.clinic_id)


class RemindInTheEvening(EveningHours, prefix="evening"):
    """Be reminded on the evening before, at an hour or never."""

    hour: Annotated[int, Field(ge=0, le=NEVER)]


class HoursBefore(EveningHours, prefix="befores"):
    """Choose how long before a visit to be reminded once more."""


class RemindBefore(EveningHours, prefix="before"):
    """Be reminded so many hours before, or not once more."""

    hours: Annotated[int, Field(ge=1, le=NEVER)]


class Discreet(EveningHours, prefix="discreet"):
    """Let messages say nothing but the time, or all."""

    on: bool


class WhomToInvite(EveningHours, prefix="cu-invited"):
    """For which children the person is invited to check-ups."""

    page: Annotated[int, PageNumber] = 0


class Phone(EveningHours, prefix="phone"):
    """The person's phone number, and what it is for; without one, it is asked for."""


class NoPhone(EveningHours, prefix="no-phone"):
    """Give no number; its keyboard is put away."""


class RemovePhone(EveningHours, prefix="drop-phone"):
    """Have one's number removed."""
