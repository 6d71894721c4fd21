"""What a button says to wait for, as the services take it."""

from datetime import timedelta

from bot.flows.visits.waiting import taps
from services.model.waitlist.waits import WaitWish
from services.waitlist.waiting import CanWait, doctors_of

SPANS = {
    taps.Span.DAYS: timedelta(days=3),
    taps.Span.WEEK: timedelta(days=7),
    taps.Span.MONTH: timedelta(days=30),
}


def wish_of(said: taps.AskWait | taps.Join, found: CanWait) -> WaitWish:
    """From today on, up to as long as was said; before a visit that is held, up to its day.

    Raises:
        NotFound: the clinic has no such doctor.
    """
    today = found.clinic.today(found.now)
    last = today + SPANS[said.span]
    if found.moving is not None and found.moving.is_active:
        last = min(last, found.moving.slot.local_start.date())
    since, until = said.part.hours
    return WaitWish(
        [child.id for child in found.children],
        found.kind.key,
        today,
        last,
        doctors_of(found, said.doctor_id),
        since_hour=since,
        until_hour=until,
        notice=found.clinic.waitlist.notice,
        moves=said.visit_id,
    )
