"""Why somebody is not let to work at a clinic."""

from services.model.clinic import Doctor
from services.model.refusals.base import Refusal


class InvitationInvalid(Refusal):
    """The invitation was used, is too old, or was never given."""


class LastAdministrator(Refusal):
    """Without this one nobody could invite or dismiss anybody."""


class AnotherDoctorsPost(Refusal):
    """The person is another doctor of this clinic: first that post has to end."""

    def __init__(self, doctor: Doctor) -> None:
        """`doctor`: whose post they have."""
        super().__init__(doctor)
        self.doctor = doctor
