"""What of FHIR a clinic's server leaves to us to know: the dialect's switches."""

from dataclasses import dataclass

from bot.systems.fhir import refusing
from bot.systems.talking.dialects import Dialect, Value

USUAL: dict[str, Value] = {
    "visit system": "urn:pediatrician-bot:visit",
    "scope": "system/Schedule.rs system/Slot.rus system/Appointment.crus system/Patient.crs",
    "page": 200,
    "if match": "as it says",
    "if none exist": "as it says",
    "hold": False,
    "hold minutes": 10,
    "one bundle": False,
    "changes": True,
    "overlap seconds": 5,
}
"""Every switch, and what it is unless the clinic's settings say otherwise."""
AS_IT_SAYS = "as it says"
_KNOWN = {AS_IT_SAYS: None, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Switches:
    """The switches of one server; docs/clinic-systems-adapters.md says what each is for."""

    dialect: Dialect
    visit_system: str
    """Whose our identifiers of visits are."""
    scope: str
    page: int
    """How many resources are asked for at once; 0: as many as the server gives by itself."""
    if_match: bool | None
    """Whether it refuses a change of what somebody else changed meanwhile; None: it says so."""
    if_none_exist: bool | None
    hold: bool
    hold_minutes: int
    one_bundle: bool
    """Whether visit and slot are sent in one transaction."""
    changes: bool
    """Whether it can say what changed since (_lastUpdated)."""
    overlap_seconds: int


def read_switches(dialect: Dialect) -> Switches:
    """The switches. Raises `ValueError` where one cannot be as it is, in one line."""
    dialect.check(USUAL, (refusing.STATUS,))
    refusing.check(dialect)
    return Switches(
        dialect,
        visit_system=dialect.text("visit system", USUAL),
        scope=dialect.text("scope", USUAL),
        page=dialect.number("page", USUAL),
        if_match=_says(dialect, "if match"),
        if_none_exist=_says(dialect, "if none exist"),
        hold=dialect.flag("hold", USUAL),
        hold_minutes=dialect.number("hold minutes", USUAL),
        one_bundle=dialect.flag("one bundle", USUAL),
        changes=dialect.flag("changes", USUAL),
        overlap_seconds=dialect.number("overlap seconds", USUAL),
    )


def _says(dialect: Dialect, name: str) -> bool | None:
    said = dialect.text(name, USUAL)
    if said not in _KNOWN:
        raise ValueError(f"dialect: {name!r} has to be one of {', '.join(_KNOWN)}")
    return _KNOWN[said]
