"""When families are told: the moments of reminders, quiet hours, and what is planned with a visit.

A reminder is planned in the transaction of what it follows from: a visit that is booked, moved or
cancelled, a consent, a wish. So the table of notifications is right at every commit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.model.clinic import Clinic
from services.model.ids import ClinicId, PersonId
from services.model.messages import REMINDERS, NotificationKind, Planned, Urgency
from services.model.people import ReminderWishes
from services.model.visits import Appointment, AppointmentState
from services.ports.transaction import Transaction
from services.rules.quiet_hours import after_quiet

FRESH = timedelta(hours=2)
"""A reminder that would come so soon after a visit was booked or moved is left out: it is fresh in
everybody's mind."""
LEAST_AHEAD = timedelta(minutes=30)
"""A reminder that quiet hours would put off until later than this before the visit is left out."""
TIME_TO_REACT = timedelta(hours=3)
"""What changes a visit that begins sooner than this after quiet hours is told in them."""


def reminders(visit: Appointment, person: PersonId, wishes: ReminderWishes) -> list[Planned]:
    """The reminders of a visit that a person gets, whenever now is; at most one of each kind.

    The evening's is of use until the second one is due, or until the visit if there is none.
    """
    starts_at = visit.slot.starts_at
    soon = _soon(visit, wishes)
    evening = _evening(visit, wishes)
    planned = []
    if evening and evening < (soon or starts_at):
        until = soon or starts_at
        planned.append(_reminder(NotificationKind.EVENING, visit, person, evening, until))
    if soon:
        planned.append(_reminder(NotificationKind.SOON, visit, person, soon, starts_at))
    return planned


def reminders_of(
    visit: Appointment, told: Mapping[PersonId, ReminderWishes | None]
) -> list[Planned]:
    """The reminders of all who agreed to be reminded; of what is no booking yet there are none."""
    if visit.state is not AppointmentState.BOOKED:
        return []
    return [
        planned
        for person, wishes in told.items()
        if wishes is not None
        for planned in reminders(visit, person, wishes)
    ]


def _evening(visit: Appointment, wishes: ReminderWishes) -> datetime | None:
    if not wishes.evening:
        return None
    clinic = visit.slot.doctor.clinic
    day_before = visit.slot.local_start.date() - timedelta(days=1)
    hour = wishes.evening_at or clinic.reminding.evening
    return _settled(visit, clinic.at(day_before, hour))


def _soon(visit: Appointment, wishes: ReminderWishes) -> datetime | None:
    if not wishes.soon:
        return None
    clinic = visit.slot.doctor.clinic
    before = clinic.reminding.before if wishes.before is None else wishes.before
    return _settled(visit, visit.slot.starts_at - before)


def _settled(visit: Appointment, moment: datetime) -> datetime | None:
    """The moment, after quiet hours; None where a reminder would come too soon or too late."""
    moment = after_quiet(moment, visit.slot.doctor.clinic)
    is_fresh = moment < visit.changed_at + FRESH
    is_late = moment > visit.slot.starts_at - LEAST_AHEAD
    return None if is_fresh or is_late else moment


def _reminder(
    kind: NotificationKind,
    visit: Appointment,
    person: PersonId,
    due_at: datetime,
    useful_until: datetime,
) -> Planned:
    clinic = visit.slot.doctor.clinic
    return Planned(
        kind,
        person,
        visit.id,
        occasion=f"{visit.slot.starts_at:%Y-%m-%dT%H:%M}",
        due_at=due_at,
        useful_until=useful_until,
        urgency=Urgency.REMINDER,
        bundle=f"{clinic.id} {visit.slot.local_start.date()}",
    )


def may_be_told(clinic: Clinic, starts_at: datetime, now: datetime) -> datetime:
    """When a family is told that the clinic changed a visit: at once, or after quiet hours if that
    leaves time to react before it starts (R22)."""
    morning = after_quiet(now, clinic)
    return now if starts_at < morning + TIME_TO_REACT else morning


def about_change(
    kind: NotificationKind,
    visit: Appointment,
    person: PersonId,
    due_at: datetime,
    bundle: str = "",
) -> Planned:
    """That a visit was booked, moved or cancelled; it is of use while somebody may still come."""
    return Planned(
        kind,
        person,
        visit.id,
        occasion=str(visit.sequence),
        due_at=due_at,
        useful_until=visit.slot.stretch.ends_at,
        urgency=Urgency.URGENT,
        bundle=bundle,
    )


def about_place(visit: Appointment, person: PersonId, due_at: datetime) -> Planned:
    """That it is elsewhere: of use until it begins. A cancelled visit of today goes first."""
    return Planned(
        NotificationKind.PLACE,
        person,
        visit.id,
        occasion=place_occasion(visit),
        due_at=due_at,
        useful_until=visit.slot.starts_at,
        urgency=Urgency.REMINDER,
    )


def place_occasion(visit: Appointment) -> str:
    """Which news of its place a family heard last."""
    return f"told {visit.told}"


async def plan_reminders(
    tx: Transaction, visit: Appointment, now: datetime, since: datetime | None = None
) -> None:
    """Bring what is planned to remind of a visit into line with how it stands now (R21).

    What is due already and was not sent yet stays due; what would have been due earlier and was not
    planned then is not made up for.

    Args:
        since: from when on the visit stood otherwise, and nobody heard of it: what would have been
            due meanwhile is due now.
    """
    await plan_reminders_of_all(tx, visit.slot.doctor.clinic.id, [visit], now, since)


async def plan_reminders_of_all(
    tx: Transaction,
    clinic_id: ClinicId,
    visits: Sequence[Appointment],
    now: datetime,
    since: datetime | None = None,
) -> None:
    """The same for visits at one clinic, in as many statements as for one."""
    # Of what is no booking yet nobody is reminded.
    booked = [visit for visit in visits if visit.state is AppointmentState.BOOKED]
    told = {visit.child.id for visit in booked}
    whom = await tx.families.to_remind_of(told, clinic_id) if told else {}
    wanted = [
        replace(planned, due_at=now) if since and since <= planned.due_at < now else planned
        for visit in booked
        for person, wishes in whom.get(visit.child.id, ())
        for planned in reminders(visit, person, wishes)
    ]
    await tx.notifications.replan_all([visit.id for visit in visits], REMINDERS, wanted, now)


async def plan_reminders_of(tx: Transaction, person: PersonId, now: datetime) -> None:
    """The same for every visit ahead of the children in a person's care."""
    children = [child.id for child in await tx.families.children(person)]
    for child_id in children:  # another adult may be moving a visit just now
        await tx.families.child(child_id, cared_for_by=person, lock=True)
    for visit in await tx.appointments.planned(children, after=now):
        await plan_reminders(tx, visit, now)
