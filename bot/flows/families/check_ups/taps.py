"""Buttons. Check-ups: had already, no invitations for a child, invitations again."""

from typing import Annotated

from bot.flows.common.taps import Id, Tap
from bot.flows.families.settings.taps import Settings
from services.model.ids import CheckUpId, ChildId, ClinicId


class Passed(Tap, prefix="cu-passed"):
    """ "Уже прошли", on an invitation."""

    check_up_id: Annotated[CheckUpId, Id]


class Invite(Tap, prefix="cu-invite"):
    """Be invited for a child, or not."""

    clinic_id: Annotated[ClinicId, Id]
    child_id: Annotated[ChildId, Id]
    on: bool

    def fallback(self) -> Tap:
        return Settings(clinic_id=self.clinic_id)


class DoNotInvite(Tap, prefix="cu-never"):
    """ "Не предлагать", on an invitation: for its child, at every clinic."""

    check_up_id: Annotated[CheckUpId, Id]
