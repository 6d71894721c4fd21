"""What is said of places in the list of those who wait, once its turn has come."""

from datetime import datetime, timedelta

from services.model.ids import TimeOfferId
from services.model.letters import TimeOffered, WaitChanged
from services.model.messages import NotificationKind, NotificationState, Standing
from services.model.refusals.base import NotFound
from services.model.waitlist.offers import Waiting
from services.model.waitlist.waits import Wait, WaitState
from services.ports.transaction import Transaction
from services.rules.quiet_hours import after_quiet
from services.rules.waitlist.timing import until_of

USUALLY_OF = timedelta(days=90)
"""Over how long it is looked how long families wait."""
LEAST_KNOWN = 5
"""Of fewer families than this nothing is told."""


async def wait_letter(
    tx: Transaction, standing: Standing, now: datetime
) -> TimeOffered | WaitChanged | NotificationState | datetime:
    """What is to be told; or why not, or when it is."""
    if standing.wait_id is None:
        return NotificationState.VOID
    wait = await tx.waits.get(standing.wait_id)
    if standing.notification.kind is NotificationKind.TIME_OFFERED:
        return await _offered(tx, standing, wait, now)
    calm = after_quiet(now, wait.clinic)
    if calm > now:
        return min(calm, standing.notification.useful_until)
    rests = standing.notification.kind is NotificationKind.WAIT_RESTS
    if wait.state is not (WaitState.RESTING if rests else WaitState.ENDED):
        return NotificationState.VOID
    due = standing.notification
    return WaitChanged(due.person, await waiting_of(tx, wait, now), standing.wishes.discreet)


async def _offered(
    tx: Transaction, standing: Standing, wait: Wait, now: datetime
) -> TimeOffered | NotificationState:
    """An offer, while it can be accepted: its time is looked at again."""
    due = standing.notification
    try:
        offer = await tx.freed.get_offer(TimeOfferId(int(due.occasion)), cared_for_by=None)
    except NotFound:
        return NotificationState.VOID
    free = all(slot.open and not slot.taken for slot in offer.slots)
    if not offer.is_live(now) or not free or not wait.is_live:
        return NotificationState.VOID
    waiting = await waiting_of(tx, wait, now)
    return TimeOffered(due.person, waiting, offer, until_of(offer, now), standing.wishes.discreet)


async def waiting_of(tx: Transaction, wait: Wait, now: datetime) -> Waiting:
    """What a family is told of its place."""
    moving = None
    if wait.wish.moves is not None:
        moving = await tx.appointments.get(wait.wish.moves, cared_for_by=None)
    offer = await tx.freed.live_offer(wait.id, now) if wait.is_live else None
    usually = await tx.waits.usually(wait.clinic.id, now - USUALLY_OF, LEAST_KNOWN)
    return Waiting(wait, now, moving, offer, usually, await _names(tx, wait))


async def _names(tx: Transaction, wait: Wait) -> list[str]:
    if not wait.wish.doctors:
        return []
    doctors = await tx.clinics.doctors(wait.clinic.id)
    return [doctor.name for doctor in doctors if doctor.id in wait.wish.doctors]
