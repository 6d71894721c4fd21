"""The clock of an offer begins when Telegram accepts its message, in the very transaction in which
that is noted; who cannot be written to is passed at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.messages import Notification, NotificationKind, NotificationState
from services.model.waitlist.offers import TimeOfferState
from services.rules.waitlist.timing import GRACE
from storage.tables.messages import PLANNED, NotificationRow
from storage.tables.waitlist.offers import FreedTimeRow, WaitOfferRow, WaitOfferTimeRow
from storage.waitlist.keeping import IS_LIVE

_IS_PLANNED = text(f"notifications.{PLANNED}")


async def note_told(
    session: AsyncSession,
    told: Sequence[Notification],
    state: NotificationState,
    at: datetime,
) -> None:
    """What became of messages that may be about offers: after it was noted of themselves."""
    for each in told:
        if each.kind is not NotificationKind.TIME_OFFERED:
            continue
        if state is NotificationState.SENT:
            await _begin(session, int(each.occasion), at)
        else:
            await _give_up(session, each, at)


async def _begin(session: AsyncSession, offer_id: int, at: datetime) -> None:
    row = await session.scalar(
        select(WaitOfferRow).where(
            WaitOfferRow.id == offer_id, WaitOfferRow.state == TimeOfferState.MADE
        )
    )
    if row is None:
        return
    row.state, row.sent_at = TimeOfferState.SENT, at
    row.until = min(at + timedelta(seconds=row.lasts), row.latest)
    await session.flush()
    await _keep_times(session, offer_id, row.until)


async def _keep_times(session: AsyncSession, offer_id: int, until: datetime) -> None:
    times = select(WaitOfferTimeRow.freed_id).where(WaitOfferTimeRow.offer_id == offer_id)
    await session.execute(
        update(FreedTimeRow)
        .where(FreedTimeRow.id.in_(times))
        .values(next_at=until, until=until + GRACE)
        .execution_options(synchronize_session=False)
    )


async def _give_up(session: AsyncSession, told: Notification, at: datetime) -> None:
    """Nobody of the family could be written to, unless somebody still can."""
    others = exists().where(
        NotificationRow.kind == NotificationKind.TIME_OFFERED,
        NotificationRow.occasion == told.occasion,
        NotificationRow.id != told.id,
        _IS_PLANNED,
    )
    given_up = await session.execute(
        update(WaitOfferRow)
        .where(
            WaitOfferRow.id == int(told.occasion),
            WaitOfferRow.state == TimeOfferState.MADE,
            IS_LIVE,
            ~others,
        )
        .values(state=TimeOfferState.UNREACHED, settled_at=at)
        .returning(WaitOfferRow.id)
        .execution_options(synchronize_session=False)
    )
    if given_up.one_or_none() is None:
        return
    times = select(WaitOfferTimeRow.freed_id).where(WaitOfferTimeRow.offer_id == int(told.occasion))
    await session.execute(
        update(FreedTimeRow)
        .where(FreedTimeRow.id.in_(times))
        .values(next_at=at)
        .execution_options(synchronize_session=False)
    )
