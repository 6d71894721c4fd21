"""Whether a family wants to be reminded: asked once, after a visit was booked."""

from dataclasses import dataclass

from services.model.clinic import Clinic
from services.model.consents import ConsentText, Purpose
from services.model.ids import AppointmentId, ChildId, PersonId
from services.model.refusals.base import NotFound
from services.ports.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ReminderQuestion:
    """Whether a person wants to be reminded: asked once, after a visit was booked."""

    clinic: Clinic
    text: ConsentText
    child_id: ChildId


async def reminder_question(
    tx: Transaction, person: PersonId, visit_id: AppointmentId
) -> ReminderQuestion | None:
    """What to ask once a visit was booked; nothing if it was answered before."""
    try:
        visit = await tx.appointments.get(visit_id, cared_for_by=person)
        clinic = visit.slot.doctor.clinic
        text = await tx.consents.text(clinic.id, Purpose.REMINDERS)
    except NotFound:
        return None
    if not visit.is_active or await tx.consents.is_answered(person, clinic.id, Purpose.REMINDERS):
        return None
    return ReminderQuestion(clinic, text, visit.child.id)
