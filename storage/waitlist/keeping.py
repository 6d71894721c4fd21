"""Which times are kept for those who wait, in SQL: whoever lists or books asks this."""

from sqlalchemy import BindParameter, ColumnElement, and_, exists, not_, or_, text

from services.model.ids import ChildId
from storage.families.care import Moment
from storage.tables.slots import SlotRow
from storage.tables.visits import OfferRow
from storage.tables.waitlist.offers import LIVE, OPEN, FreedTimeRow, WaitOfferRow, WaitOfferTimeRow
from storage.tables.waitlist.waits import WaitChildRow

IS_OPEN = text(f"freed_times.{OPEN}")
IS_LIVE = text(f"wait_offers.{LIVE}")


def kept_for_list(
    now: Moment, child: ChildId | BindParameter[int] | None = None
) -> ColumnElement[bool]:
    """Whether a time goes through the list of those who wait, and is not offered to this child:
    who cares for several has it for the one that waits. It ends by the clock (R06): nobody has to
    look. As long as it is kept for who is owed a time, that alone counts, whatever is foreseen of
    it."""
    offered = _offered(now)
    promised = exists().where(OfferRow.slot_id == FreedTimeRow.slot_id, OfferRow.until > now)
    kept = (
        exists()
        .where(
            FreedTimeRow.slot_id == SlotRow.id,
            IS_OPEN,
            FreedTimeRow.held_from <= now,
            or_(FreedTimeRow.until > now, offered),
            not_(promised),
        )
        .correlate(SlotRow)
    )
    if child is None:
        return kept
    theirs = exists().where(
        WaitChildRow.wait_id == WaitOfferRow.wait_id, WaitChildRow.child_id == child
    )
    return and_(kept, not_(_offered(now, theirs)))


def _offered(now: Moment, *whom: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            WaitOfferTimeRow.slot_id == SlotRow.id,
            WaitOfferRow.id == WaitOfferTimeRow.offer_id,
            IS_LIVE,
            WaitOfferRow.until > now,
            *whom,
        )
        .correlate(SlotRow)
    )
