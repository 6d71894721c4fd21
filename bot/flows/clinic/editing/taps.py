"""Buttons. A clinic changed by its administrators, value by value, and its poster."""

from typing import Annotated

from pydantic import AfterValidator, Field

from bot.flows.common.taps import DraftMark, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from services.clinic.settings import FACTS, SIGNED_BY
from services.model.settings.setting import Group


def _known(key: str) -> str:
    if key not in FACTS:
        raise ValueError("no setting has this key")
    return key


class ClinicDesk(AtWork, prefix="c-desk"):
    """What the clinic says of itself, in short."""

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class ClinicGroup(ClinicDesk, prefix="c-group"):
    """Values that stand together, each with a button."""

    group: Group

    def fallback(self) -> Tap:
        return ClinicDesk(post_id=self.post_id)


class AskFact(ClinicDesk, prefix="c-ask"):
    """One value: what it is, and what it shall be."""

    fact: Annotated[str, AfterValidator(_known)]
    """A setting's key."""

    def fallback(self) -> Tap:
        return ClinicDesk(post_id=self.post_id)


class LeaveFact(AskFact, prefix="c-leave"):
    """Leave the value as it is."""


class ChooseFact(AskFact, prefix="c-choose"):
    """One of the values that are offered."""

    choice: Annotated[int, Field(ge=0, le=99)]

    def fallback(self) -> Tap:
        return AskFact(post_id=self.post_id, fact=self.fact)


class SignAgain(ClinicDesk, prefix="c-again"):
    """The doctor who signed looked at the same words anew."""

    def fallback(self) -> Tap:
        return AskFact(post_id=self.post_id, fact=SIGNED_BY)


class ProposedFact(AskFact, prefix="c-new"):
    """What was typed last, to be saved or not."""

    def fallback(self) -> Tap:
        return AskFact(post_id=self.post_id, fact=self.fact)


class SaveFact(AskFact, prefix="c-save"):
    """Save what was typed, if it and the value that it replaces are still those that were shown."""

    before: Annotated[int, DraftMark]
    after: Annotated[int, DraftMark]

    def fallback(self) -> Tap:
        return ProposedFact(post_id=self.post_id, fact=self.fact)


class CorrectFact(SaveFact, prefix="c-spell"):
    """The same, where it is only written otherwise: no family is told."""


class ClinicPoster(ClinicDesk, prefix="c-poster"):
    """The clinic's poster as a file."""
