"""A family hears that the clinic changed its visit: by the bot, or by phone where it cannot."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from services.messages.planning import (
    about_change,
    about_place,
    may_be_told,
    place_occasion,
    plan_reminders,
)
from services.messages.questions import plan_questions
from services.model.ids import ChildId, PersonId
from services.model.messages import CHANGES, NotificationKind, Planned, Urgency
from services.model.people import HelperInvitation, Scope
from services.model.visits import Appointment
from services.ports.transaction import Transaction
from services.rules.quiet_hours import after_quiet

AS_WISHED = frozenset({NotificationKind.CANCELLED_AS_ASKED, NotificationKind.CONFIRMED})
"""What the family asked for, or takes for granted: nobody phones because of it."""

TAKE_BACK = frozenset({NotificationKind.MOVED, NotificationKind.STANDS_AGAIN})
"""What may bring a visit back to where its family believes it to be."""
JOINED_FOR = timedelta(days=7)
"""How long it is worth telling that two cards became one."""
UNHEARD_FOR = timedelta(days=30)
"""How long a change can be one of which nobody heard: less than it is kept who was told what."""


async def tell_family(
    tx: Transaction,
    kind: NotificationKind,
    visit: Appointment,
    now: datetime,
    *,
    sooner: datetime | None = None,
    at_once: bool = False,
) -> None:
    """Everybody who cares for the child hears of a change; what was not wished for is told by phone
    where the bot cannot (R52). Reminders and questions follow the visit.

    Nobody hears of a change that brings the visit back to where its family believes it to be:
    reminders come as if nothing had been.

    Args:
        visit: as it is now.
        sooner: the earlier of its old and its new time, before which it must be heard of.
        at_once: in quiet hours too, since somebody of the family waits for it.
    """
    if visit.awaits_system:  # whoever is to hear of it hears what the system says
        await tx.notifications.replan(visit.id, CHANGES, [], now)
        await plan_reminders(tx, visit, now)
        return
    if kind in TAKE_BACK and await _is_no_news(tx, visit, now):
        return
    if kind not in AS_WISHED:
        await tx.calls.want(visit, now)
    clinic = visit.slot.doctor.clinic
    due = now if at_once else may_be_told(clinic, sooner or visit.slot.starts_at, now)
    carers = await tx.families.carers(visit.child.id, Scope.TOLD)
    wanted = [about_change(kind, visit, person, due) for person in carers]
    await tx.notifications.replan(visit.id, CHANGES, wanted, now)
    await plan_reminders(tx, visit, now)
    await plan_questions(tx, visit, now)  # the visit may be another doctor's now


async def _is_no_news(tx: Transaction, visit: Appointment, now: datetime) -> bool:
    """Whether the visit is as its family knows it, which heard of nothing in between.

    Where it is by now may have been in the letters that are not sent then: of that it hears."""
    known = await tx.hearing.heard(visit, now - UNHEARD_FOR)
    if (known.slot_id, known.state) != (visit.slot.id, visit.state):
        return False
    visit = await tx.hearing.as_heard(visit, known)
    await tx.notifications.replan(visit.id, CHANGES, [], now)
    if visit.told_at and visit.told_at > known.changed_at:
        await tell_place(tx, visit, now)
    await plan_reminders(tx, visit, now, since=known.since)
    await plan_questions(tx, visit, now)
    return True


async def tell_joined(
    tx: Transaction,
    gone: ChildId,
    visit: Appointment,
    persons: Collection[PersonId],
    now: datetime,
) -> None:
    """People who look after a child hear that the registry made one of two cards of it.

    Args:
        gone: whose card is no more; of each it is told once.
        visit: one of the child's at the clinic that did it.
    """
    due = after_quiet(now, visit.slot.doctor.clinic)
    wanted = [
        Planned(
            NotificationKind.JOINED,
            person,
            visit.id,
            occasion=f"joined {gone}",
            due_at=due,
            useful_until=due + JOINED_FOR,
            urgency=Urgency.REMINDER,
        )
        for person in persons
    ]
    await tx.notifications.replan(visit.id, (NotificationKind.JOINED,), wanted, now)


async def tell_place(tx: Transaction, visit: Appointment, now: datetime) -> None:
    """Everybody who cares for the child hears where, or to whom, a visit is by now: in the letter
    about another change, where one is still to be sent, or in one of its own; by phone where the
    bot cannot (R52, R56). Who has heard it from the bot does not hear it again.

    Args:
        visit: as it is now, told anew.
    """
    carers = await tx.families.carers(visit.child.id, Scope.TOLD)
    heard = {
        *await tx.notifications.to_hear(visit.id),
        *await tx.notifications.told(visit.id, place_occasion(visit)),
    }
    rest = [person for person in carers if person not in heard]
    if carers and not rest:
        return
    await tx.calls.want_news(visit, now)
    due = may_be_told(visit.slot.doctor.clinic, visit.slot.starts_at, now)
    wanted = [about_place(visit, person, due) for person in rest]
    await tx.notifications.replan(visit.id, (NotificationKind.PLACE,), wanted, now)


async def news_for_others(
    tx: Transaction,
    kind: NotificationKind,
    visit: Appointment,
    by: PersonId,
    now: datetime,
    first: Appointment | None = None,
) -> list[Planned]:
    """What the others who care for the child hear of what one of them did; whoever did it is not
    told, and nobody in quiet hours where that leaves time. See `news_for`."""
    carers = await tx.families.carers(visit.child.id, Scope.TOLD)
    return news_for(carers, kind, visit, by, now, first)


def news_for(
    carers: Iterable[PersonId],
    kind: NotificationKind,
    visit: Appointment,
    by: PersonId,
    now: datetime,
    first: Appointment | None = None,
) -> list[Planned]:
    """The same, where it is known who is told of the child.

    Args:
        first: of several visits with which one did this in one go, the first: they are told in one
            message (R72). None: this one was alone, whatever else was done in that second.
    """
    due = may_be_told(visit.slot.doctor.clinic, visit.slot.starts_at, now)
    at_once = f"{kind} {first.id} {int(now.timestamp())}" if first else ""
    return [about_change(kind, visit, person, due, at_once) for person in carers if person != by]


async def tell_of_helper(
    tx: Transaction,
    kind: NotificationKind,
    invitation: HelperInvitation,
    whom: Sequence[PersonId],
    now: datetime,
) -> None:
    """Have people told how an invitation of a helper stands; each once."""
    await tx.notifications.begin(
        [
            Planned(
                kind,
                person,
                None,
                occasion="",
                due_at=now,
                useful_until=invitation.expires_at,
                urgency=Urgency.REMINDER,
                invitation_id=invitation.id,
            )
            for person in whom
        ]
    )
