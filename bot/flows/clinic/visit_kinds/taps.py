"""Buttons. What children can come to a clinic for, as its administrators arrange it."""

from typing import Annotated

from pydantic import Field

from bot.flows.clinic.editing.taps import ClinicDesk
from bot.flows.common.taps import KindName, KindNameOrNone, PageNumber, Tap
from bot.flows.desk.day.taps import AtWork
from services.clinic.visit_kinds import KindChange
from services.model.conversations import KindPart
from services.model.settings.visit_kinds import KindKey


class KindsOfVisit(AtWork, prefix="vk"):
    """All of them, in order."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return ClinicDesk(post_id=self.post_id)


class OneKind(AtWork, prefix="vk-one"):
    """One of them."""

    reason: Annotated[str, KindName]

    @property
    def key(self) -> KindKey:
        return KindKey(self.reason)

    def fallback(self) -> Tap:
        return KindsOfVisit(post_id=self.post_id)


class RaiseKind(OneKind, prefix="vk-up"):
    """Let it stand before the one before it."""

    place: Annotated[int, Field(ge=0, le=99)]
    """Where it stood, from 0 on."""
    page: Annotated[int, PageNumber] = 0


class ChangeKind(OneKind, prefix="vk-set"):
    """Change what is changed by a tap."""

    change: KindChange

    def fallback(self) -> Tap:
        return OneKind(post_id=self.post_id, reason=self.reason)


class OfKind(AtWork, prefix="-of-kind"):
    """What all taps carry that ask for words about a kind, or for a new one."""

    part: KindPart
    reason: Annotated[str, KindNameOrNone] = ""
    """Empty: a new one."""

    @property
    def key(self) -> KindKey | None:
        return KindKey(self.reason) if self.reason else None

    def fallback(self) -> Tap:
        if not self.reason:
            return KindsOfVisit(post_id=self.post_id)
        return OneKind(post_id=self.post_id, reason=self.reason)


class AskKind(OfKind, prefix="vk-ask"):
    """Type it."""


class LeaveKind(OfKind, prefix="vk-leave"):
    """Leave all as it is."""
