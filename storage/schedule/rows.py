"""Stored times as their rows are read, in statements that are written once."""

from typing import Any

from sqlalchemy import Row, Select, select

from services.model.slots import Slot
from storage.clinic.clinics import to_clinic, to_doctor
from storage.database.parts import Parts
from storage.schedule.conditions import to_slot
from storage.tables.base import table_of
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.slots import SlotRow

_WITH_DOCTOR = Parts(SlotRow, DoctorRow, ClinicRow)
_slots, _doctors, _clinics = (table_of(row) for row in (SlotRow, DoctorRow, ClinicRow))
SLOTS: Select[*tuple[Any, ...]] = select(*_WITH_DOCTOR.columns).select_from(
    _slots.join(_doctors, _doctors.c.id == _slots.c.doctor_id).join(
        _clinics, _clinics.c.id == _doctors.c.clinic_id
    )
)
"""Times with their doctors and clinics; `read_free` takes what it finds."""
ALONE = Parts(SlotRow)
"""Times of a doctor who is known."""


def read_free(found: Row[*tuple[Any, ...]]) -> Slot:
    """A time that nobody has, of a statement made of `SLOTS`."""
    slot, doctor, clinic = _WITH_DOCTOR.of(found)
    return to_slot(slot, to_doctor(doctor, to_clinic(clinic)), taken=False)
