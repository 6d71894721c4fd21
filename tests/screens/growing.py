"""Samples with thousands of what they have a few of, and with the longest names.

Whoever adds a screen adds a sample of it; where the sample has a list, the screen is drawn with a
long one, too, so that nobody has to remember that a list needs an end (R54, decision 48).
"""

from dataclasses import fields, is_dataclass, replace
from typing import Any

BOUNDED = {
    "DeskOffer.bent": "one of each rule of the clinic",
    "Week.days": "seven",
    "Reasons.kinds": "the kinds of visit",
    "DeskReasons.kinds": "the kinds of visit",
    "ReasonsTogether.kinds": "the kinds of visit",
    "KindList.kinds": "thirty",
    "Clinic.kinds": "thirty",
    "ClinicProfile.kinds": "thirty",
    "GroupsAtDesk.groups": "one of each group",
    "GroupsAtDesk.asked_for": "the groups",
    "FamilyGroups.groups": "one of each group",
    "ToSeeTo.shown": "a page, which the service cuts",
    "PlacesAtDesk.shown": "a page, which the service cuts",
    "FreedTimes.shown": "a page, which the service cuts",
    "ChildInList.kinds": "the kinds of visit",
}
"""Fields that hold few things by what they are, and why."""
FEWER = {"Card.active": 200}
"""Fields whose things are compared each with each: so many of them are too many for a screen
already."""
NAMED = {
    "Child": 60,
    "Doctor": 50,
    "District": 50,
    "Clinic": 50,
    "ClinicProfile": 50,
    "Post": 60,
    "VisitKind": 40,
}
"""Whose names are typed, and how many characters such a name may have: each of these counts as two
where Telegram counts."""
LONG = "🧸"
INSIDE = 20
"""How long a list within a list is made."""


def grown(value: Any, many: int) -> Any:
    """The value with so many of whatever it has at least one of, all with the longest names."""
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **_changed(value, many))
    if isinstance(value, list | tuple) and value:
        return type(value)(_long(value, many)) if type(value) in (list, tuple) else value
    return value


def is_list(value: Any) -> bool:
    """Whether there is anything to be made long in it."""
    if is_dataclass(value) and not isinstance(value, type):
        return any(is_list(getattr(value, name)) for name in _growing(value))
    if type(value) is tuple:
        return any(map(is_list, value))
    return type(value) is list and bool(value)


def _growing(value: Any) -> list[str]:
    """The fields of a dataclass that may hold any number of things."""
    kind = type(value).__name__
    return [
        each.name for each in fields(value) if each.init and f"{kind}.{each.name}" not in BOUNDED
    ]


def _changed(value: Any, many: int) -> dict[str, Any]:
    kind = type(value).__name__
    changed = {}
    for name in _growing(value):
        before = getattr(value, name)
        after = grown(before, min(many, FEWER.get(f"{kind}.{name}", many)))
        if name == "name" and kind in NAMED:
            after = LONG * NAMED[kind]
        if after is not before:
            changed[name] = after
    return changed


def _long(value: list[Any] | tuple[Any, ...], many: int) -> list[Any]:
    """As many, in their order; a pair or a triple of different things is no list."""
    inside = [grown(each, min(many, INSIDE)) for each in value]
    if isinstance(value, tuple):
        return inside
    return [inside[at * len(inside) // many] for at in range(many)]
