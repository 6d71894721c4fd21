"""Buttons. What is kept about a family, taking it along, and leaving a clinic."""

from typing import Annotated

from bot.flows.common.taps import DraftMark, Id, PageNumber, Start, Tap
from services.model.ids import ClinicId


class MyData(Tap, prefix="my-data"):
    """What is kept about the family, in short."""

    def fallback(self) -> Tap:
        return Start()


class OfMyData(Tap, prefix="-of-my-data"):
    """What all taps carry that lead back there: nothing."""

    def fallback(self) -> Tap:
        return MyData()


class AskExport(OfMyData, prefix="ask-my-file"):
    """Say what is in the file before it is given."""


class Export(OfMyData, prefix="my-file"):
    """Give the file."""


class ExportLink(OfMyData, prefix="my-file-link"):
    """Give a link to it instead, for an hour."""


class Consents(OfMyData, prefix="consents"):
    """Everything that was agreed to, with dates."""

    page: Annotated[int, PageNumber] = 0


class ConsentGiven(OfMyData, prefix="consent-given"):
    """One consent, with the document as it was shown."""

    consent_id: Annotated[int, Id]


class AskLeave(OfMyData, prefix="ask-depart"):
    """Say what it means to withdraw the main consent at a clinic."""

    clinic_id: Annotated[ClinicId, Id]


class Leave(AskLeave, prefix="depart"):
    """Withdraw it."""

    seen: Annotated[int, DraftMark]
    """`Departure.as_shown`."""

    def fallback(self) -> Tap:
        return AskLeave(clinic_id=self.clinic_id)


class AskErase(OfMyData, prefix="ask-erase"):
    """Say what goes and what stays, before anything is erased."""


class Erase(OfMyData, prefix="erase"):
    """Erase everything, a day from now."""

    seen: Annotated[int, DraftMark]
    """`Farewell.as_shown`."""

    def fallback(self) -> Tap:
        return AskErase()


class KeepData(OfMyData, prefix="keep-data"):
    """Erase nothing after all."""
