"""Buttons. The children in a parent's care: see, add, correct, remove."""

from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import Id, PageNumber, Tap
from bot.flows.families.onboarding.taps import Enter
from services.model.ids import ChildId, ClinicId, DistrictId


class Children(Tap, prefix="children"):
    """The children in the person's care."""

    clinic_id: Annotated[ClinicId, Id]
    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Enter(clinic_id=self.clinic_id)


class AddChild(Tap, prefix="add-child"):
    """Name one more child."""

    clinic_id: Annotated[ClinicId, Id]

    def fallback(self) -> Tap:
        return Children(clinic_id=self.clinic_id)


class ChildCard(Tap, prefix="card"):
    """One child."""

    clinic_id: Annotated[ClinicId, Id]
    child_id: Annotated[ChildId, Id]

    def fallback(self) -> Tap:
        return Children(clinic_id=self.clinic_id)


class Rename(ChildCard, prefix="rename"):
    """Give a child another name."""


class ChangeBirthDate(ChildCard, prefix="born"):
    """Correct a birth date."""


class ChangeDistrict(ChildCard, prefix="district"):
    """Say anew where a child lives, or who the doctor is."""

    page: Annotated[int, PageNumber] = 0


class AskRemove(ChildCard, prefix="ask-remove"):
    """Ask once whether to remove a child."""


class Remove(ChildCard, prefix="remove"):
    """Remove a child."""

    seen: Annotated[int | None, Field(ge=0, le=2**31 - 1)] = None
    """`Removal.as_shown`, as it was."""

    def fallback(self) -> Tap:
        return AskRemove(clinic_id=self.clinic_id, child_id=self.child_id)


class ChooseDistrict(Tap, prefix="belongs"):
    """Say by the doctor's name where a child belongs."""

    child_id: Annotated[ChildId, Id]
    district_id: Annotated[DistrictId, Id]
