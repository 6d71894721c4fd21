"""Every button there is, typed, like the URL map of a site.

A tap carries all that it means, so a keyboard works after any restart and however old it is. Ids
come back from outside: they are user input, and the services authorise each of them every time.
"""

from datetime import date
from typing import Annotated, Self

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from services.model import AppointmentId, ChildId, ClinicId, DoctorId, Language, SlotId
from services.refusals import Refusal

STAYS = "+"
"""Stands before the data of a button whose message is not to be edited away."""

_Id = Field(ge=1, le=2**31 - 1)


class UnknownTap(Refusal):
    """A button that the bot does not know, or knew once."""


class Tap(CallbackData, prefix="-"):
    """A button's meaning."""

    def fallback(self) -> "Tap | None":
        """Where to lead the person when this tap is refused; None: there is no further back."""
        return Start()

    @classmethod
    def unpack(cls, value: str) -> Self:
        return super().unpack(value.removeprefix(STAYS))


def read(data: str) -> Tap:
    """The tap behind a button's data.

    Raises:
        UnknownTap: it is none of ours, or not any more.
    """
    prefix = data.removeprefix(STAYS).split(Tap.__separator__)[0]
    try:
        return BY_PREFIX[prefix].unpack(data)
    except (KeyError, ValueError, TypeError):
        raise UnknownTap from None


class Start(Tap, prefix="start"):
    """Where the person stands; what was being typed is forgotten."""

    def fallback(self) -> None:
        return None


class Clinics(Tap, prefix="clinics"):
    """The list of clinics."""


class Enter(Tap, prefix="clinic"):
    """Go to a clinic: consent, child or home, whichever is next."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Clinics()


class Consent(Tap, prefix="consent"):
    """Agree to the clinic's text, in the version that was shown."""

    clinic_id: Annotated[ClinicId, _Id]
    version: Annotated[int, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class NotNow(Tap, prefix="not-now"):
    """Do not agree."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Clinics()


class Home(Tap, prefix="home"):
    """The home screen of a clinic."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class AddChild(Tap, prefix="add-child"):
    """Name one more child."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class StopTyping(Tap, prefix="stop"):
    """Leave the open question unanswered."""

    clinic_id: Annotated[ClinicId, _Id]


class ChooseChild(Tap, prefix="child"):
    """Say for whom to book; with one child, straight to the doctors."""

    clinic_id: Annotated[ClinicId, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class Doctors(Tap, prefix="doctors"):
    """The clinic's doctors, for a child."""

    clinic_id: Annotated[ClinicId, _Id]
    child_id: Annotated[ChildId, _Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class Times(Tap, prefix="times"):
    """A doctor's times for a child, on a day or as soon as there are any."""

    child_id: Annotated[ChildId, _Id]
    doctor_id: Annotated[DoctorId, _Id]
    day: Annotated[int, Field(ge=0, le=date.max.toordinal())] = 0
    """The day's proleptic ordinal; 0 is the nearest."""

    @property
    def on(self) -> date | None:
        return date.fromordinal(self.day) if self.day else None


class TimesNear(Tap, prefix="near"):
    """The times around one that could not be had."""

    child_id: Annotated[ChildId, _Id]
    slot_id: Annotated[SlotId, _Id]


class ChooseTime(Tap, prefix="time"):
    """Look at one time before booking it."""

    child_id: Annotated[ChildId, _Id]
    slot_id: Annotated[SlotId, _Id]

    def fallback(self) -> Tap:
        return TimesNear(child_id=self.child_id, slot_id=self.slot_id)


class Confirm(ChooseTime, prefix="book"):
    """ "Не болеет — записать": book it."""


class Ill(Tap, prefix="ill"):
    """ "Ребёнок болеет": what the clinic says to that, whatever became of the time meanwhile."""

    clinic_id: Annotated[ClinicId, _Id]
    child_id: Annotated[ChildId, _Id]
    slot_id: Annotated[SlotId, _Id]


class Visits(Tap, prefix="visits"):
    """The visits ahead."""


class Visit(Tap, prefix="visit"):
    """One visit."""

    appointment_id: Annotated[AppointmentId, _Id]

    def fallback(self) -> Tap:
        return Visits()


class AskCancel(Visit, prefix="ask-cancel"):
    """Ask once whether to cancel."""


class Cancel(Visit, prefix="cancel"):
    """Cancel a visit."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class Speak(Tap, prefix="speak"):
    """Speak another language."""

    language: Language


def _every(base: type[Tap]) -> list[type[Tap]]:
    return [found for child in base.__subclasses__() for found in (child, *_every(child))]


BY_PREFIX = {tap.__prefix__: tap for tap in _every(Tap)}
