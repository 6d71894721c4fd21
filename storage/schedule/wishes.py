"""Wishes in statements that are written once: of one shape, whoever asks, and whenever."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam

from services.model.ids import AppointmentId, PersonId
from services.model.slots import Stretch, Wish

_EVER = datetime.min.replace(tzinfo=UTC)
_SOMEWHERE_ELSE = Stretch(_EVER, _EVER)
SHAPES = 500
"""How many are kept of each statement."""


def shape_of(wish: Wish) -> Wish:
    """The wish without what differs from one family to the next: a statement is made of the rest,
    and whatever a wish is given one day is part of the rest until it is said here."""
    return replace(
        wish,
        person=None if wish.person is None else PersonId(0),
        now=_EVER,
        earliest=_EVER,
        latest=_EVER,
        busy=(_SOMEWHERE_ELSE,) * len(wish.busy),
        moves=None if wish.moves is None else AppointmentId(0),
    )


def standing_for(shape: Wish) -> Wish:
    """A wish of this shape with names in place of what differs, for the rules in SQL."""
    busy: list[Any] = [
        (bindparam(f"busy_{number}_from"), bindparam(f"busy_{number}_until"))
        for number in range(len(shape.busy))
    ]
    named: Mapping[str, Any] = {
        "person": None if shape.person is None else bindparam("person"),
        "now": bindparam("now"),
        "earliest": bindparam("earliest"),
        "latest": bindparam("latest"),
        "busy": [Stretch(begins, ends) for begins, ends in busy],
        "moves": None if shape.moves is None else bindparam("moves"),
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
    }
    for number, busy in enumerate(wish.busy):
        values |= {f"busy_{number}_from": busy.starts_at, f"busy_{number}_until": busy.ends_at}
    return values
