"""Buttons. The people around a child: seen, invited, said yes to, let go."""

from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import Id, PageNumber, Tap
from bot.flows.families.children.taps import ChildCard
from services.families.people import Called, Until
from services.model.ids import ChildId, ClinicId, HelperInvitationId, PersonId


class People(ChildCard, prefix="people"):
    """Who cares for a child."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return ChildCard(clinic_id=self.clinic_id, child_id=self.child_id)


class _AroundChild(Tap, prefix="-around"):
    clinic_id: Annotated[ClinicId, Id]
    child_id: Annotated[ChildId, Id]

    def fallback(self) -> Tap:
        return People(clinic_id=self.clinic_id, child_id=self.child_id)


class WhoAmI(_AroundChild, prefix="who-am-i"):
    """Choose what the family calls the person."""


class CallMe(_AroundChild, prefix="call-me"):
    """Say what the family calls the person."""

    called: Called


class WhoHelps(_AroundChild, prefix="who-helps"):
    """Choose who is to be invited."""


class OwnWord(_AroundChild, prefix="own-word"):
    """Type what the family calls them."""


class HowFar(_AroundChild, prefix="how-far"):
    """Choose whether they may book, too."""

    called: Called
    key: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    """Names the words that were typed, see `services.rules.typed.texts`."""


class HowLong(HowFar, prefix="how-long"):
    """Choose for how long."""

    may_book: bool


class MakeLink(HowLong, prefix="helper"):
    """Make the link for them."""

    until: Until


class _Invited(_AroundChild, prefix="-invited"):
    invitation: Annotated[HelperInvitationId, Id]


class WhoOpened(_Invited, prefix="opened"):
    """An invitation: whether who opened it is who was meant."""


class Admit(_Invited, prefix="admit"):
    """Say that it is."""

    def fallback(self) -> Tap:
        return People(clinic_id=self.clinic_id, child_id=self.child_id)


class Refuse(_Invited, prefix="refuse"):
    """Let the invitation be worth nothing."""


class OnePerson(_AroundChild, prefix="person"):
    """Somebody else who cares for the child."""

    person_id: Annotated[PersonId, Id]


class Revoke(OnePerson, prefix="revoke"):
    """End a helper's care."""
