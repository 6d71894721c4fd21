"""What is on its way into clinics' own systems, from its rows."""

from sqlalchemy import Select, select

from services.model.ids import AppointmentId, PersonId
from services.model.systems.outbox import Step, SystemBooking, SystemBookingId
from services.model.systems.values import ForeignRef, Refused
from storage.clinic.rows import to_clinic, to_doctor
from storage.schedule.conditions import to_slot
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.slots import SlotRow
from storage.tables.systems.bookings import SystemBookingRow


def whole() -> Select[SystemBookingRow, SlotRow, DoctorRow, ClinicRow]:
    """A booking and all that it is of."""
    return (
        select(SystemBookingRow, SlotRow, DoctorRow, ClinicRow)
        .join(SlotRow, SlotRow.id == SystemBookingRow.slot_id)
        .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
        .join(ClinicRow, ClinicRow.id == SystemBookingRow.clinic_id)
    )


def to_booking(
    row: SystemBookingRow, slot: SlotRow, doctor: DoctorRow, clinic: ClinicRow
) -> SystemBooking:
    """As the house sees it."""
    at = to_clinic(clinic)
    has_ref = row.ref_system is not None and row.ref_value is not None
    return SystemBooking(
        SystemBookingId(row.id),
        row.key,
        at,
        AppointmentId(row.appointment_id) if row.appointment_id else None,
        to_slot(slot, to_doctor(doctor, at), taken=True),
        Step(row.step),
        row.attempts,
        row.asked_at,
        PersonId(row.asked_by) if row.asked_by else None,
        row.sent_at,
        row.in_doubt,
        row.promised_at,
        row.told_late,
        ForeignRef(row.ref_system or "", row.ref_value or "") if has_ref else None,
        Refused(row.why) if row.why else None,
        together=row.together or "",
    )
