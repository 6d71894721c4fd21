"""Buttons. From /start to home: clinic, consent, child; and the language."""

from typing import Annotated

from bot.flows.clinic.card.taps import Clinics
from bot.flows.common.taps import Id, PageNumber, Tap
from services.model.ids import ClinicId
from services.model.people import Language


class Enter(Tap, prefix="clinic"):
    """Go to a clinic: consent, child or home, whichever is next."""

    clinic_id: Annotated[ClinicId, Id]

    def fallback(self) -> Tap:
        return Clinics()


class Consent(Tap, prefix="consent"):
    """Agree to the clinic's text, in the version that was shown."""

    clinic_id: Annotated[ClinicId, Id]
    version: Annotated[int, Id]

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class NotNow(Tap, prefix="not-now"):
    """Do not agree."""

    clinic_id: Annotated[ClinicId, Id]

    def fallback(self) -> Tap:
        return Clinics()


class Home(Tap, prefix="home"):
    """The home screen of a clinic."""

    clinic_id: Annotated[ClinicId, Id]
    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class TellWhenAnswers(Tap, prefix="answers"):
    """ "Сообщить, когда появится": be told once the clinic's own system answers again."""

    clinic_id: Annotated[ClinicId, Id]

    def fallback(self) -> Tap:
        return Home(clinic_id=self.clinic_id)


class StopTyping(Tap, prefix="stop"):
    """Leave the open question unanswered."""

    clinic_id: Annotated[ClinicId, Id]


class NameIsRight(Tap, prefix="name-is"):
    """What was typed is a name, though it may not look like one."""

    words: Annotated[int, Id]
    """Names the words, see `services.rules.typed.texts`."""


class AnotherChild(Tap, prefix="another"):
    """The child who is being added is not the one who is there."""

    words: Annotated[int, Id]
    """Names the child's name, see `services.rules.typed.texts`."""


class SameChild(AnotherChild, prefix="same-child"):
    """They are that one."""


class Languages(Tap, prefix="languages"):
    """Choose a language."""


class Speak(Tap, prefix="speak"):
    """Speak another language."""

    language: Language
