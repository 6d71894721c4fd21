"""For whom a time is kept, as a row says it, and who may have it, in SQL."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, true

from services.model.reserved.times import Reservation, ReservedFor
from services.model.slots import Wish
from storage.tables.slots import SlotRow

NOBODY = 0
_CODES = {
    ReservedFor.URGENT: 1,
    ReservedFor.INFANTS: 2,
    ReservedFor.DISTRICT: 3,
    ReservedFor.OBSERVED: 4,
    ReservedFor.DISABLED: 5,
}
"""They stand in databases: a new one gets a new number, and none ever changes."""
_WHOM = {code: whom for whom, code in _CODES.items()}


def columns_of(kept: Reservation | None) -> dict[str, object]:
    """What a row says of it."""
    if kept is None:
        return {"reserved_for": NOBODY, "released_at": None}
    return {"reserved_for": _CODES[kept.whom], "released_at": kept.until}


def code_of(whom: ReservedFor | None) -> int:
    """What stands in a row for whom a sheet names."""
    return NOBODY if whom is None else _CODES[whom]


def whom_of(code: int) -> ReservedFor | None:
    """Whom it means; None: nobody, or whom a newer version knows."""
    return _WHOM.get(code)


def reservation_of(code: int, released_at: datetime | None) -> Reservation | None:
    """What a row means; None: nothing is kept. What a newer version keeps for whom this one does
    not know is nobody's before its moment, as an urgent time is, and everybody's from then on."""
    if code == NOBODY or released_at is None:
        return None
    return Reservation(_WHOM.get(code, ReservedFor.URGENT), released_at)


def open_to(wish: Wish) -> ColumnElement[bool]:
    """The same as `rules.reservations.is_open_to`, in SQL."""
    rights = wish.rights
    if rights is None:
        return true()
    theirs = [
        and_(SlotRow.reserved_for == _CODES[whom], SlotRow.starts_at < until)
        for whom, until in sorted(rights.until.items())
    ]
    if rights.district_doctor is not None:
        own = SlotRow.doctor_id == rights.district_doctor
        theirs.append(and_(SlotRow.reserved_for == _CODES[ReservedFor.DISTRICT], own))
    return or_(SlotRow.reserved_for == NOBODY, SlotRow.released_at <= wish.now, *theirs)
