"""Why somebody is not let to work at a clinic."""

from services.model.refusals.base import Refusal


class InvitationInvalid(Refusal):
    """The invitation was used, is too old, or was never given."""


class LastAdministrator(Refusal):
    """Without this one nobody could invite or dismiss anybody."""
