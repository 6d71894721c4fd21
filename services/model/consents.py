"""What people agree to, and the texts that they are shown."""

from dataclasses import dataclass
from enum import StrEnum

from services.model.ids import ClinicId


class Purpose(StrEnum):
    """What a consent is for. Each purpose has a document of its own (152-FZ art. 9, 2025-09-01)."""

    PROCESSING = "processing"
    REMINDERS = "reminders"
    NEWS = "news"
    CHECK_UPS = "check-ups"
    """To be told when a check-up is due by the child's age."""
    PHONE_TO_CLINIC = "phone-to-clinic"
    """That the phone number is sent to the clinic's own system with a booking."""


class Action(StrEnum):
    """What became of a consent."""

    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """How somebody said so."""

    CHAT = "chat"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """The document a parent agrees to: a clinic's, for one purpose, in one version."""

    clinic_id: ClinicId
    purpose: Purpose
    version: int
    text: str
