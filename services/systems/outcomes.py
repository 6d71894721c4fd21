"""What came of asking a clinic's own system, and what of it the family hears."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from services.messages.planning import about_change, plan_reminders, reminders_of
from services.messages.questions import plan_questions
from services.messages.telling import news_for
from services.model.ids import PersonId
from services.model.messages import CHANGES, REMINDERS, NotificationKind
from services.model.people import Scope
from services.model.refusals.visits import ChildIsBusy, SlotTaken
from services.model.systems.outbox import Step, SystemBooking
from services.model.systems.values import ForeignVisit, Refused
from services.model.visits import Appointment
from services.ports.transaction import Transaction
from services.systems.who_waits import wait_again

SHOWN_WITHIN = timedelta(seconds=4)
"""Who asked so lately may still be looking at the answer to their tap."""
SEEN_AFTER = timedelta(seconds=20)
"""Then it is told once more so much later, unless it is known by then that they saw it."""


@dataclass(frozen=True, slots=True)
class Booked:
    """It stands there."""

    there: ForeignVisit
    moved: bool = False
    """In place of the visit's old time, under the same reference."""


@dataclass(frozen=True, slots=True)
class No:
    """It does not, and will not."""

    why: Refused


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """It stands there at another time than was asked for: it is taken back."""

    there: ForeignVisit


@dataclass(frozen=True, slots=True)
class Later:
    """It is to be asked again."""

    why: Refused
    step: Step
    after: timedelta | None = None
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing of it is there any more, or ever was."""

    step: Step


@dataclass(frozen=True, slots=True)
class Stuck:
    """Only people can find out."""

    why: Refused


Outcome: TypeAlias = Booked | No | Elsewhere | Later | Gone | Stuck


def is_wanted(booking: SystemBooking, visit: Appointment | None) -> bool:
    """Whether a visit still stands here on this time."""
    return visit is not None and visit.is_active and visit.slot.id == booking.slot.id


async def visit_of(tx: Transaction, booking: SystemBooking) -> Appointment | None:
    """None: it is no more."""
    if booking.visit_id is None:
        return None
    return (await tx.appointments.some([booking.visit_id])).get(booking.visit_id)


async def locked_visit(tx: Transaction, booking: SystemBooking) -> Appointment | None:
    """As it stands once nobody else can change it, nor what was asked for with it."""
    visit = await visit_of(tx, booking)
    if visit is None:
        return None
    with_it = [await visit_of(tx, other) for other in await others_of(tx, booking)]
    children = {each.child.id for each in [visit, *with_it] if each}
    await tx.families.lock_children(sorted(children))
    return await visit_of(tx, booking)


async def others_of(tx: Transaction, booking: SystemBooking) -> Sequence[SystemBooking]:
    """What was asked for in one go with it."""
    return await tx.outbox.together(booking) if booking.together else []


async def say_no(
    tx: Transaction, booking: SystemBooking, visit: Appointment | None, now: datetime
) -> None:
    """There is no visit at this time, nor at those that were asked for with it; one that was to be
    moved stays where it stands there. The family hears it once."""
    if visit is None or not _awaits(booking, visit):
        return
    for other in await others_of(tx, booking):
        with_it = await visit_of(tx, other)
        if with_it and _awaits(other, with_it):
            if other.step is Step.BOOKED:
                await tx.outbox.settle(other, Step.LEAVING, due_at=now)
            if (said := await _undone(tx, other, with_it, now)) is not None:
                await plan_reminders(tx, said[1], now)
    if (said := await _undone(tx, booking, visit, now)) is not None:
        kind, after = said
        await tell_not(tx, kind, booking, after, now)


def _awaits(booking: SystemBooking, visit: Appointment) -> bool:
    return is_wanted(booking, visit) and visit.awaits_system


async def _undone(
    tx: Transaction, booking: SystemBooking, visit: Appointment, now: datetime
) -> tuple[NotificationKind, Appointment] | None:
    """The visit at its old time, or none, and which of the two. Who waited for a time, or was owed
    one, has the place in the list again. None: somebody else has decided it."""
    owed = await wait_again(tx, visit, booking.asked_at, now)
    old = await tx.outbox.standing(visit.id)
    if old and old.slot.starts_at > now:
        try:
            kept = await tx.system_visits.stays(visit, old.slot, now)
        except (SlotTaken, ChildIsBusy):
            pass  # the child has another visit then: the old time is taken back there
        else:
            return (NotificationKind.KEPT_THERE, kept) if kept else None
    after = await tx.system_visits.decline(visit, now, owed=owed)
    return (NotificationKind.REFUSED_THERE, after) if after else None


async def stands_there(
    tx: Transaction, booking: SystemBooking, visit: Appointment, now: datetime, *, is_move: bool
) -> None:
    """What stands there is booked here, once all stands that was asked for in one go; what the
    family gave up since is not waited for."""
    whole = [(booking, visit)]
    for other in await others_of(tx, booking):
        with_it = await visit_of(tx, other)
        if with_it and _awaits(other, with_it):
            if other.step is not Step.BOOKED:
                return
            whole.append((other, with_it))
    several = sorted((each for _, each in whole), key=lambda each: each.slot.starts_at)
    first = several[0] if len(several) > 1 else None
    for each, its in whole:
        if confirmed := await tx.system_visits.confirm(its, now):
            await tell_booked(tx, each, confirmed, now, is_move=is_move, first=first)


async def tell_booked(
    tx: Transaction,
    booking: SystemBooking,
    visit: Appointment,
    now: datetime,
    *,
    is_move: bool,
    first: Appointment | None = None,
) -> None:
    """Whoever asked for it hears that they are booked, and the others of the family that one of
    them has. What the clinic itself booked, everybody hears.

    Args:
        first: of those that were asked for in one go.
    """
    told = await tx.families.to_tell(visit.child.id, visit.slot.doctor.clinic.id)
    asked_by = booking.asked_by
    if asked_by in told:
        lately = now - booking.asked_at < SHOWN_WITHIN
        due = now + SEEN_AFTER if lately else now
        kind = NotificationKind.FAMILY_MOVED if is_move else NotificationKind.FAMILY_BOOKED
        wanted = [
            about_change(NotificationKind.BOOKED, visit, asked_by, due),
            *news_for(told, kind, visit, asked_by, now, first),
        ]
    else:
        wanted = [about_change(NotificationKind.BOOKED, visit, person, now) for person in told]
        if not told:  # the registry asked for it, and nobody of the family is in the bot
            await tx.calls.want(visit, now)
    reminders = [each for each in reminders_of(visit, told) if each.due_at >= now]
    await tx.notifications.replan(visit.id, [*CHANGES, *REMINDERS], [*wanted, *reminders], now)
    await plan_questions(tx, visit, now)


async def tell_not(
    tx: Transaction,
    kind: NotificationKind,
    booking: SystemBooking,
    visit: Appointment,
    now: datetime,
) -> None:
    """Whoever asked for it hears that it was not to be, or is not known; of what the clinic itself
    asked for, everybody does, by phone where the bot cannot."""
    carers = await tx.families.carers(visit.child.id, Scope.TOLD)
    whom: Sequence[PersonId] = carers
    if booking.asked_by in carers:
        whom = [booking.asked_by]
    else:
        await tx.calls.want(visit, now)
    lately = now - booking.asked_at < SHOWN_WITHIN and booking.asked_by in carers
    due = now + SEEN_AFTER if lately else now
    wanted = [about_change(kind, visit, person, due) for person in whom]
    await tx.notifications.replan(visit.id, CHANGES, wanted, now)
    await plan_reminders(tx, visit, now)
