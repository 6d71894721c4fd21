"""Families by the thousand, written into a database at once, with visits and their reminders.

The chat would take its time. What is planned is what the rules plan; rows and ids are our own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase

from services.families.home import USUAL
from services.messages.planning import reminders
from services.model.clinic import Clinic, Doctor, Hours
from services.model.consents import Purpose
from services.model.ids import AppointmentId, ChildId, DoctorId, PersonId, SlotId
from services.model.messages import NotificationState
from services.model.people import Child, ReminderWishes
from services.model.slots import Slot, Stretch
from services.model.visits import Appointment, AppointmentState
from storage.tables.clinic import DoctorRow
from storage.tables.consents import ConsentRow
from storage.tables.families import CareRow, ChildRow, PersonRow
from storage.tables.messages import NotificationRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow
from tests.conftest import CONSENTS, ROMASHKA, House

FIRST = 1_000_000
"""The id of the first person, child, doctor, slot and visit, and of the first chat: nobody else's
are so high."""
VISIT = timedelta(minutes=1)
BOOKED_AGO = timedelta(days=7)
AT_ONCE = 10_000
"""Rows."""
NEVER_QUIET = Hours(time(0), time(0))


async def never_quiet(house: House) -> Clinic:
    """A clinic that writes to families at any hour."""
    return await house.services.clinics.open(replace(ROMASHKA, quiet=NEVER_QUIET), CONSENTS, [])


async def settle_in(
    house: House,
    clinic: Clinic,
    starts: Iterable[datetime],
    wishes: ReminderWishes = ReminderWishes(),  # noqa: B008 - frozen
) -> list[Appointment]:
    """A family for each of these moments, whose visit begins then and was booked a week before.

    There are as many doctors as visits begin at one moment. Moments are minutes apart, or the same.
    """
    doctors: Counter[datetime] = Counter()
    visits = []
    for number, moment in enumerate(starts, FIRST):
        visits.append(_visit(clinic, number, DoctorId(FIRST + doctors[moment]), moment))
        doctors[moment] += 1
    async with house.engines.writing.begin() as connection:
        await _write(connection, DoctorRow, _doctor_rows(visits))
        await _write(connection, PersonRow, (_person_row(visit, clinic) for visit in visits))
        await _write(connection, ChildRow, map(_child_row, visits))
        await _write(connection, CareRow, map(_care_row, visits))
        await _write(connection, SlotRow, map(_slot_row, visits))
        await _write(connection, AppointmentRow, map(_visit_row, visits))
        await _write(connection, NotificationRow, _reminder_rows(visits, wishes))
    return visits


def _visit(clinic: Clinic, number: int, doctor_id: DoctorId, starts_at: datetime) -> Appointment:
    doctor = Doctor(doctor_id, clinic, "Врач Имя", "1")
    stretch = Stretch(starts_at, starts_at + VISIT)
    return Appointment(
        AppointmentId(number),
        Child(ChildId(number), f"Ребёнок {number}", date(2024, 3, 12)),
        Slot(SlotId(number), doctor, stretch, open=True, taken=True),
        AppointmentState.BOOKED,
        USUAL,
        str(UUID(int=number)),
        0,
        starts_at - BOOKED_AGO,
    )


async def _write(
    connection: AsyncConnection, table: type[DeclarativeBase], rows: Iterator[dict[str, Any]]
) -> None:
    while some := list(islice(rows, AT_ONCE)):
        await connection.execute(insert(table), some)


def _doctor_rows(visits: Sequence[Appointment]) -> Iterator[dict[str, Any]]:
    doctors = {visit.slot.doctor.id: visit.slot.doctor for visit in visits}
    for doctor in doctors.values():
        yield {
            "id": doctor.id,
            "clinic_id": doctor.clinic.id,
            "name": doctor.name,
            "room": doctor.room,
        }


def _person_row(visit: Appointment, clinic: Clinic) -> dict[str, Any]:
    return {
        "id": visit.id,
        "telegram_id": visit.id,
        "language": "ru",
        "clinic_id": clinic.id,
    }


def _child_row(visit: Appointment) -> dict[str, Any]:
    child = visit.child
    return {"id": child.id, "name": child.name, "birth_date": child.birth_date}


def _care_row(visit: Appointment) -> dict[str, Any]:
    return {"person_id": visit.id, "child_id": visit.child.id, "since": visit.changed_at}


def _slot_row(visit: Appointment) -> dict[str, Any]:
    slot = visit.slot
    return {
        "id": slot.id,
        "clinic_id": slot.doctor.clinic.id,
        "doctor_id": slot.doctor.id,
        "starts_at": slot.stretch.starts_at,
        "ends_at": slot.stretch.ends_at,
        "day": slot.local_start.date(),
        "source": "import",
        "open": True,
        "withdrawn": False,
        "reasons": 0,
    }


def _visit_row(visit: Appointment) -> dict[str, Any]:
    return {
        "id": visit.id,
        "child_id": visit.child.id,
        "slot_id": visit.slot.id,
        "starts_at": visit.slot.stretch.starts_at,
        "ends_at": visit.slot.stretch.ends_at,
        "state": visit.state,
        "reason": visit.reason,
        "booked_by": visit.id,
        "booked_at": visit.changed_at,
        "changed_at": visit.changed_at,
        "uid": visit.uid,
        "sequence": 0,
    }


def _reminder_rows(
    visits: Sequence[Appointment], wishes: ReminderWishes
) -> Iterator[dict[str, Any]]:
    for visit in visits:
        for planned in reminders(visit, PersonId(visit.id), wishes):
            yield {
                "kind": planned.kind,
                "person_id": planned.person,
                "appointment_id": planned.appointment_id,
                "occasion": planned.occasion,
                "due_at": planned.due_at,
                "try_at": planned.due_at,
                "useful_until": planned.useful_until,
                "urgency": planned.urgency,
                "bundle": planned.bundle,
                "state": NotificationState.PLANNED,
                "attempts": 0,
            }


async def agree_to_news(house: House, clinic: Clinic, visits: Sequence[Appointment]) -> None:
    """Let the families of these visits have agreed to all that a broadcast needs."""
    rows = (
        {
            "person_id": visit.id,
            "clinic_id": clinic.id,
            "purpose": purpose,
            "version": 1,
            "text_sha256": "",
            "given_at": visit.changed_at,
        }
        for visit in visits
        for purpose in (Purpose.PROCESSING, Purpose.NEWS)
    )
    async with house.engines.writing.begin() as connection:
        await _write(connection, ConsentRow, rows)
