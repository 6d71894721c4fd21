"""Why a clinic, or a change of it, is not taken."""

from services.model.refusals.base import Refusal
from services.model.refusals.families import NameUnclear
from services.model.refusals.typed import BadValue


class NoSuchClinic(Refusal):
    """A poster link names a clinic that is not here."""


class ZoneInUse(Refusal):
    """Somebody was told an hour: of a visit, a caller's time or one that is kept for a family.
    Another time zone would make it another one."""


class SameAsBefore(BadValue):
    """The clinic says so already."""


class NothingToSign(BadValue):
    """There are no words yet that a doctor could sign."""


class DoctorNameUnclear(NameUnclear):
    """There is no letter in what was typed as a doctor's name."""


class DoctorIsThere(BadValue):
    """Another doctor of the clinic is called so."""


class KindIsThere(BadValue):
    """Another kind of visit of the clinic is called so, or is commonly."""


class TooManyKinds(BadValue):
    """The clinic has had as many kinds of visit as times can tell apart."""


class TypedAnew(Refusal):
    """Something else was typed since, or the question was left."""


class ChangedMeanwhile(Refusal):
    """Another administrator has changed the value since it was shown."""
