"""What parents are told of their child's groups: what the registry put down, and when it ends."""

from datetime import date, datetime, time, timedelta

from services.model.clinic import Clinic
from services.model.ids import ChildGroupId, ChildId
from services.model.letters import GroupLetter
from services.model.messages import NotificationKind, NotificationState, Planned, Standing, Urgency
from services.model.people import Scope
from services.ports.transaction import Transaction
from services.rules.quiet_hours import after_quiet

TOLD_BEFORE_END = timedelta(days=14)
"""Time enough for another paper."""
BY_DAY = time(10)
WORTH_TELLING = timedelta(days=7)
"""How long an answer that could not be sent is still worth it."""


async def tell_of_group(
    tx: Transaction,
    kind: NotificationKind,
    group: ChildGroupId,
    child: ChildId,
    clinic: Clinic,
    until: date,
    now: datetime,
) -> None:
    """Have everybody who decides for the child told how it stands with one of its groups, by day.

    Args:
        group: what is kept by now; whoever ends or replaces it takes the message back with it.
        until: its last day, before which `GROUP_ENDS` is told.
    """
    ends = kind is NotificationKind.GROUP_ENDS
    due = _before_end(clinic, until) if ends else after_quiet(now, clinic)
    useful_until = clinic.at(until) if ends else due + WORTH_TELLING
    carers = await tx.families.carers(child, Scope.DECIDE)
    await tx.notifications.begin(
        [
            Planned(
                kind,
                person,
                None,
                occasion="",
                due_at=due,
                useful_until=useful_until,
                urgency=Urgency.REMINDER,
                group_id=group,
            )
            for person in carers
        ]
    )


def group_letter(standing: Standing, now: datetime) -> GroupLetter | NotificationState | datetime:
    """What is to be told of a group; or why not, or when it is."""
    due, about = standing.notification, standing.group
    if about is None:
        return NotificationState.VOID
    calm = after_quiet(now, about.clinic)
    if due.kind is NotificationKind.GROUP_ENDS:  # another paper may have come since
        calm = max(calm, _before_end(about.clinic, about.until))
    if calm > now:
        return min(calm, due.useful_until)
    return GroupLetter(due.person, due.kind, about, standing.wishes.discreet)


def _before_end(clinic: Clinic, until: date) -> datetime:
    return after_quiet(clinic.at(until - TOLD_BEFORE_END, BY_DAY), clinic)
