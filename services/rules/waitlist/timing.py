"""When and how freed times are offered, and until when they are kept."""

from datetime import datetime, time, timedelta

from services.model.clinic import Clinic
from services.model.slots import Slot
from services.model.waitlist.offers import Offering, TimeOffer
from services.rules.quiet_hours import after_quiet

GRACE = timedelta(minutes=5)
"""How long a time stays kept whose turn to be passed on has come: if nobody does it, since the
house is down, it is everybody's by then, whoever looks."""
TO_BE_SENT = timedelta(minutes=10)
"""An offer whose message was not accepted by Telegram within this is passed on."""
EARLIEST = time(6)
"""From when on who allowed it is written to about that morning's times."""


def offering(clinic: Clinic, slot: Slot, now: datetime) -> Offering | None:
    """To how many families at once a time is offered now, and for how long; None: to nobody, it is
    too near."""
    terms = clinic.waitlist
    near = slot.starts_at - now <= terms.near
    bookable = slot.starts_at - clinic.notice - now
    lasts = min(terms.together if near else terms.alone, bookable)
    if lasts <= timedelta():
        return None
    return Offering(terms.families if near else 1, lasts)


def may_offer_at(clinic: Clinic, slot: Slot, now: datetime, *, early: bool) -> datetime:
    """When somebody may be written to about a time: now, or after quiet hours.

    Args:
        early: whether they allowed to be written to from `EARLIEST` on about that morning's times.
    """
    calm = after_quiet(now, clinic)
    if not early or calm == now or slot.local_start.date() != clinic.today(calm):
        return calm
    return min(calm, max(now, clinic.at(clinic.today(calm), EARLIEST)))


def until_of(offer: TimeOffer, now: datetime) -> datetime:
    """Until when an offer can be accepted whose message is accepted by Telegram now; of one that
    was told already, as it stands."""
    if offer.sent_at is not None:
        return offer.until
    return min(now + offer.lasts, offer.latest)
