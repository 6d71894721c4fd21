"""One question to a clinic's own system: which one it is, and what its answer means.

Nothing is retried blindly. What may have been done there is looked for first: by our key where the
system keeps it, by the visit's reference where it moves visits, otherwise in its schedule, where a
time that has become taken meanwhile is for people to settle.
"""

from datetime import datetime, timedelta

from services.model.systems.outbox import BY_HAND, Errand, Step
from services.model.systems.values import (
    FINAL,
    Capabilities,
    ForeignState,
    ForeignVisit,
    Refused,
    TimeState,
    Window,
)
from services.ports.systems.clinic_system import ClinicSystem, SystemRefused
from services.systems.outcomes import Booked, Elsewhere, Gone, Later, No, Outcome, Stuck

MOST_ATTEMPTS = 30
"""After so many one that is in doubt, or cannot be taken back, is for people to settle."""
WHY = "cancelled by the family or the clinic"
"""What another system is told of why a visit is taken back: nobody's words."""


async def ask(system: ClinicSystem, errand: Errand, now: datetime) -> Outcome:
    """Take an errand one step further. No transaction may be open."""
    try:
        if errand.booking.step is Step.LEAVING:
            return await _take_back(system, errand)
        capable = await system.capabilities()
        if errand.booking.step is Step.ASKED:
            return await _book(system, errand, capable)
        return await _find_out(system, errand, capable, now)
    except SystemRefused as refused:
        return _after(errand, refused)


async def _take_back(system: ClinicSystem, errand: Errand) -> Outcome:
    if errand.booking.ref is None or errand.booking.ref.system == BY_HAND:
        return Stuck(Refused.UNKNOWN)
    if await _is_its_own(system, errand):
        return Gone(Step.LEFT)
    await system.cancel(errand.booking.ref, WHY)
    return Gone(Step.LEFT)


async def _is_its_own(system: ClinicSystem, errand: Errand) -> bool:
    """Whether what is to be taken back was moved, as people found, and is the visit's new time."""
    now = errand.old
    found = now and now.ref and now.ref.system == BY_HAND and not now.together
    return bool(found) and (await system.capabilities()).move


async def _book(system: ClinicSystem, errand: Errand, capable: Capabilities) -> Outcome:
    booking, patient = errand.booking, errand.patient
    if patient is None:
        return No(Refused.UNKNOWN_PATIENT)
    try:
        if _is_move(errand, capable) and errand.old and errand.old.ref:
            there = await system.move(errand.old.ref, errand.there, patient, booking.key)
            return _read(errand, there, moved=True)
        time = await system.hold(errand.there, booking.key) if capable.hold else errand.there
        return _read(errand, await system.book(time, patient, booking.key))
    except SystemRefused as refused:
        if refused.why in FINAL and not refused.in_doubt and booking.in_doubt:
            return await _was_it_ours(system, errand, capable, refused.why)
        if refused.in_doubt:
            return Later(refused.why, Step.SENT, refused.after, in_doubt=True)
        raise


async def _was_it_ours(
    system: ClinicSystem, errand: Errand, capable: Capabilities, why: Refused
) -> Outcome:
    """A no after an earlier silence: what is in the way may be what we asked for then."""
    if _is_move(errand, capable):
        return No(why)
    if not capable.keyed:
        return Stuck(why)
    there = await system.look_up(errand.booking.key)
    if there and there.state is ForeignState.BOOKED:
        return _read(errand, there)
    if there and there.state is ForeignState.PENDING:
        await system.cancel(there.ref, WHY)
    return No(why)


async def _find_out(
    system: ClinicSystem, errand: Errand, capable: Capabilities, now: datetime
) -> Outcome:
    """What became of a request that nobody answered."""
    booking = errand.booking
    settled = 2 * timedelta(seconds=errand.settings.patience_seconds)
    quiet = booking.sent_at is None or now >= booking.sent_at + settled
    if booking.attempts > MOST_ATTEMPTS:
        return Stuck(Refused.AWAY)
    if _is_move(errand, capable):
        return await _where_moved(system, errand, capable, now, quiet=quiet)
    if capable.keyed:
        return await _by_key(system, errand, capable, now, quiet=quiet)
    window = Window([errand.there.doctor], errand.there.stretch)
    same = [time for time in await system.find(window) if time.stretch == errand.there.stretch]
    if not any(time.state is TimeState.FREE for time in same):
        return Stuck(Refused.AWAY)
    return await _nothing_there(system, errand, capable, now, quiet=quiet)


async def _where_moved(
    system: ClinicSystem, errand: Errand, capable: Capabilities, now: datetime, *, quiet: bool
) -> Outcome:
    """Where it cannot be told, it is asked for again, as that does the same once more."""
    old = errand.old
    if old is None or old.ref is None:
        return Stuck(Refused.UNKNOWN)
    try:
        there = await system.whereabouts(old.ref, errand.there)
    except SystemRefused as refused:
        if refused.why is not Refused.UNKNOWN or not errand.wanted:
            raise
        return await _nothing_there(system, errand, capable, now, quiet=quiet)
    is_back = errand.visit and errand.visit.is_active and errand.visit.slot.id == old.slot.id
    if there is None or (is_back and _is_asked(errand, there)):
        return Stuck(Refused.UNKNOWN)
    if there.state is ForeignState.CANCELLED or _is_asked(errand, there):
        return _read(errand, there, moved=True)
    return await _nothing_there(system, errand, capable, now, quiet=quiet)


async def _by_key(
    system: ClinicSystem, errand: Errand, capable: Capabilities, now: datetime, *, quiet: bool
) -> Outcome:
    there = await system.look_up(errand.booking.key)
    if there is None:
        # Under the same key it can be asked again at once: there will be one of it.
        return await _nothing_there(system, errand, capable, now, quiet=quiet or errand.wanted)
    if there.state is ForeignState.PENDING:
        if errand.wanted:
            return await _book(system, errand, capable)
        await system.cancel(there.ref, WHY)
        return Gone(Step.LEFT)
    return _read(errand, there)


async def _nothing_there(
    system: ClinicSystem, errand: Errand, capable: Capabilities, now: datetime, *, quiet: bool
) -> Outcome:
    """Not yet, or never: what is still on its way there may arrive. A time that has begun
    meanwhile is asked for no more."""
    if not quiet:
        return Later(Refused.AWAY, Step.SENT, in_doubt=True)
    if errand.wanted and now >= errand.booking.slot.starts_at:
        return No(Refused.AWAY)
    if errand.wanted:
        return await _book(system, errand, capable)
    return Gone(Step.DROPPED)


def _is_move(errand: Errand, capable: Capabilities) -> bool:
    """Whoever comes with others keeps the old time until all have their new ones."""
    ref = errand.old.ref if errand.old and not errand.booking.together else None
    return capable.move and ref is not None and ref.system != BY_HAND


def _is_asked(errand: Errand, there: ForeignVisit) -> bool:
    return (there.stretch, there.doctor) == (errand.there.stretch, errand.there.doctor)


def _read(errand: Errand, there: ForeignVisit, *, moved: bool = False) -> Outcome:
    if there.state is ForeignState.PENDING:
        return Later(Refused.UNKNOWN, Step.SENT, in_doubt=True)
    if there.state is ForeignState.CANCELLED:
        return No(Refused.TAKEN)
    if not _is_asked(errand, there):
        return Elsewhere(there)
    return Booked(there, moved)


def _after(errand: Errand, refused: SystemRefused) -> Outcome:
    booking = errand.booking
    if booking.step is Step.LEAVING:
        if booking.attempts > MOST_ATTEMPTS:
            return Stuck(refused.why)
        return Later(refused.why, Step.LEAVING, refused.after)
    if refused.why in FINAL and not refused.in_doubt:
        return No(refused.why)
    if booking.step is Step.ASKED and not booking.in_doubt and not refused.in_doubt:
        return Later(refused.why, Step.ASKED, refused.after)
    return Later(refused.why, Step.SENT, refused.after, in_doubt=True)
