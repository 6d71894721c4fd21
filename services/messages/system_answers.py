"""Who found a clinic's own system away asked to be told once it answers: one message, with the
times that there are then, or after a day that it still does not."""

from collections.abc import Collection
from datetime import datetime, timedelta

from services.model.clinic import Clinic
from services.model.ids import PersonId
from services.model.letters import EarliestFor, SystemAnswers
from services.model.messages import NotificationKind, NotificationState, Planned, Standing, Urgency
from services.model.people import Child
from services.model.visits import Appointment
from services.ports.transaction import Transaction
from services.rules.booking import wish_of
from services.rules.eligibility.kinds import usual_kind
from services.rules.quiet_hours import after_quiet

WAITS = timedelta(days=1)
"""How long it is waited for; then whoever asked hears that it does not answer, and may ask anew."""
WORTH_TELLING = timedelta(hours=12)
"""How long that is still worth it, if it could not be sent."""
SOON_AGAIN = timedelta(minutes=5)
"""When it is looked at again whether it answers, if it was away once more by the message's turn."""


async def tell_when_it_answers(
    tx: Transaction, person: PersonId, clinic: Clinic, now: datetime
) -> None:
    """Have the person told once; asking again while they are going to be changes nothing."""
    until = after_quiet(now + WAITS, clinic)
    await tx.notifications.ask_to_hear(
        Planned(
            NotificationKind.SYSTEM_ANSWERS,
            person,
            None,
            occasion="",
            due_at=until,
            useful_until=until + WORTH_TELLING,
            urgency=Urgency.REMINDER,
            clinic_id=clinic.id,
        )
    )


async def system_letter(
    tx: Transaction, standing: Standing, now: datetime
) -> SystemAnswers | NotificationState | datetime:
    """What is to be told; or why not, or when it is."""
    due, clinic = standing.notification, standing.clinic
    if clinic is None:
        return NotificationState.VOID
    calm = after_quiet(now, clinic)
    if calm > now:
        return min(calm, due.useful_until)
    answers = await _answers(tx, clinic, now)
    if not answers and now < due.useful_until - WORTH_TELLING:
        return now + SOON_AGAIN
    earliest = await _earliest(tx, due.person.id, clinic, now) if answers else []
    return SystemAnswers(due.person, clinic, answers, earliest, now, standing.wishes.discreet)


async def _answers(tx: Transaction, clinic: Clinic, now: datetime) -> bool:
    """A clinic that has let its system go keeps its times itself."""
    system = await tx.systems.of(clinic.id)
    return system is None or system.is_open(now)


async def _earliest(
    tx: Transaction, person: PersonId, clinic: Clinic, now: datetime
) -> list[EarliestFor]:
    there = await tx.families.at_clinic(person, clinic.id)
    planned = await tx.appointments.planned([child.id for child in there.bookable], after=now)
    found = [
        await _earliest_for(tx, person, child, clinic, planned, now) for child in there.bookable
    ]
    return [each for each in found if each]


async def _earliest_for(
    tx: Transaction,
    person: PersonId,
    child: Child,
    clinic: Clinic,
    planned: Collection[Appointment],
    now: datetime,
) -> EarliestFor | None:
    """What the child could have, if it has no visit ahead there."""
    ahead = [visit for visit in planned if visit.child.id == child.id]
    kind = usual_kind(child, clinic, now)
    if kind is None or any(visit.slot.doctor.clinic.id == clinic.id for visit in ahead):
        return None
    wish = wish_of(person, child, kind.key, clinic, ahead, now)
    slot = await tx.free_times.earliest(clinic.id, wish)
    return EarliestFor(child, kind.key, slot) if slot else None
