"""Wishes in statements that are written once: of one shape, whoever asks, and whenever."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam

from services.model.ids import AppointmentId, ChildId, DoctorId, PersonId
from services.model.reserved.times import ReservedFor, Rights
from services.model.settings.visit_kinds import usual
from services.model.slots import Stretch, Wish

_EVER = datetime.min.replace(tzinfo=UTC)
_SOMEWHERE_ELSE = Stretch(_EVER, _EVER)
SHAPES = 500
"""How many are kept of each statement."""


def shape_of(wish: Wish) -> Wish:
    """The wish without what differs from one family to the next: a statement is made of the rest,
    and whatever a wish is given one day is part of the rest until it is said here."""
    kind = replace(usual(wish.kind.key), length=wish.kind.length, named_only=wish.kind.named_only)
    return replace(
        wish,
        kind=kind,
        rights=_shape_of_rights(wish.rights),
        person=None if wish.person is None else PersonId(0),
        now=_EVER,
        earliest=_EVER,
        latest=_EVER,
        busy=(_SOMEWHERE_ELSE,) * len(wish.busy),
        moves=None if wish.moves is None else AppointmentId(0),
        child=None if wish.child is None else ChildId(0),
    )


def standing_for(shape: Wish) -> Wish:
    """A wish of this shape with names in place of what differs, for the rules in SQL."""
    busy: list[Any] = [
        (bindparam(f"busy_{number}_from"), bindparam(f"busy_{number}_until"))
        for number in range(len(shape.busy))
    ]
    named: Mapping[str, Any] = {
        "rights": _standing_for_rights(shape.rights),
        "person": None if shape.person is None else bindparam("person"),
        "now": bindparam("now"),
        "earliest": bindparam("earliest"),
        "latest": bindparam("latest"),
        "busy": [Stretch(begins, ends) for begins, ends in busy],
        "moves": None if shape.moves is None else bindparam("moves"),
        "child": None if shape.child is None else bindparam("child"),
    }
    return replace(shape, **named)


def values_of(wish: Wish) -> dict[str, object]:
    """What a statement made of the wish's shape is told."""
    values: dict[str, object] = {
        "person": wish.person,
        "now": wish.now,
        "earliest": wish.earliest,
        "latest": wish.latest,
        "moves": wish.moves,
        "child": wish.child,
    }
    if wish.rights is not None:
        values |= {_until(whom): until for whom, until in wish.rights.until.items()}
        values["district_doctor"] = wish.rights.district_doctor
    for number, busy in enumerate(wish.busy):
        values |= {f"busy_{number}_from": busy.starts_at, f"busy_{number}_until": busy.ends_at}
    return values


def _shape_of_rights(rights: Rights | None) -> Rights | None:
    if rights is None:
        return None
    own = None if rights.district_doctor is None else DoctorId(0)
    return Rights(dict.fromkeys(rights.until, _EVER), own)


def _standing_for_rights(shape: Rights | None) -> Rights | None:
    if shape is None:
        return None
    until: dict[ReservedFor, Any] = {whom: bindparam(_until(whom)) for whom in shape.until}
    own: Any = None if shape.district_doctor is None else bindparam("district_doctor")
    return Rights(until, own)


def _until(whom: ReservedFor) -> str:
    return f"{whom.value}_until"
