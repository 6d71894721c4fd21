"""What stands in a clinic's tables as chance has it, told as values and written as rows.

Rules and SQL are proven one by it: a rule is asked about the values, the database about the rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import DeclarativeBase

from services.model.clinic import Clinic, Doctor, Reason, Unanswered
from services.model.ids import AppointmentId, ChildId, DistrictId, DoctorId, PersonId, SlotId
from services.model.people import Child
from services.model.reserved.times import Reservation, ReservedFor
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot, Stretch
from services.model.visits import ACTIVE, Appointment, AppointmentState, Deadline
from storage.schedule.reasons import to_bits
from storage.schedule.reserved import columns_of
from storage.tables.clinic import DistrictRow, DoctorRow
from storage.tables.families import CareRow, ChildRow, PersonRow
from storage.tables.slots import HoldRow, SlotRow, TakenSlotRow
from storage.tables.visits import AppointmentRow, OfferRow
from tests.conftest import House

FIRST = 1_000_000
"""The first id of what chance makes: nobody else's are so high."""
LONG = timedelta(minutes=30)
"""A time of a doctor, if it is not shorter; the next one of the same doctor begins two hours
later."""
KINDS = (*Reason, KindKey("k9"), KindKey("k30"))
"""What times and visits are for: what every clinic has, and what some have added."""
APART = timedelta(hours=2)
LATER = (timedelta(0), timedelta(minutes=10), LONG)
"""By how much a doctor's times begin after the others': some overlap, some touch."""


@dataclass
class Chance:
    """Doctors, families, times and visits, and who keeps which time for whom."""

    seed: int
    clinics: Sequence[Clinic]
    now: datetime
    """What is told as past or ahead is so at this moment."""
    random: Random = field(init=False)
    doctors: list[Doctor] = field(default_factory=list)
    districts: list[DistrictId] = field(default_factory=list)
    persons: list[PersonId] = field(default_factory=list)
    unreachable: set[PersonId] = field(default_factory=set)
    children: dict[ChildId, Child] = field(default_factory=dict)
    cares: set[tuple[PersonId, ChildId]] = field(default_factory=set)
    slots: dict[SlotId, Slot] = field(default_factory=dict)
    """Whether they are taken or held is to be found out."""
    open_rows: set[SlotId] = field(default_factory=set)
    withdrawn_rows: set[SlotId] = field(default_factory=set)
    nameless: set[SlotId] = field(default_factory=set)
    """Taken by somebody whom nobody here knows."""
    visits: list[Appointment] = field(default_factory=list)
    """As their rows have them: nobody has looked at the clock."""
    visits_on: dict[SlotId, list[Appointment]] = field(default_factory=lambda: defaultdict(list))
    holds: dict[SlotId, tuple[PersonId, datetime]] = field(default_factory=dict)
    offers: dict[SlotId, tuple[AppointmentId, datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311 - no secret

    def about(self, moment: datetime) -> datetime:
        """The moment itself, or one just before it or after it, or further off."""
        off = self.random.choice([0, 0, -1, 1, -60, 60])
        return moment + timedelta(minutes=off)

    def some(self, likely: float) -> bool:
        return self.random.random() < likely

    # Who there is

    def add_doctors(self, each: int) -> None:
        for clinic in self.clinics:
            for _ in range(each):
                doctor_id = DoctorId(FIRST + len(self.doctors))
                self.doctors.append(Doctor(doctor_id, clinic, "Врач Имя", "1"))
                self.districts.append(DistrictId(doctor_id))  # each has one

    def add_persons(self, count: int) -> None:
        for number in range(count):
            person = PersonId(FIRST + number)
            self.persons.append(person)
            if self.some(0.3):
                self.unreachable.add(person)

    def add_child(self, born: date, *carers: PersonId, district: DistrictId | None = None) -> Child:
        doctor = DoctorId(district) if district else None  # they have one number
        child = Child(ChildId(FIRST + len(self.children)), "Ребёнок", born, district, doctor)
        self.children[child.id] = child
        self.cares |= {(person, child.id) for person in carers}
        return child

    # Times

    def add_times(self, first: datetime, count: int) -> None:
        """So many of each doctor: open, closed, withdrawn or squeezed in, for one reason or all."""
        for place, doctor in enumerate(self.doctors):
            for number in range(count):
                starts_at = first + number * APART + LATER[place % len(LATER)]
                lasts = self.random.choice([LONG / 2, LONG])
                self._add_time(doctor, Stretch(starts_at, starts_at + lasts))

    def _add_time(self, doctor: Doctor, stretch: Stretch) -> None:
        slot_id = SlotId(FIRST + len(self.slots))
        extra = self.some(0.1)
        reasons = self.random.sample(KINDS, self.random.choice([0, 0, 1, 3]))
        if self.some(0.8) and not extra:
            self.open_rows.add(slot_id)
        if self.some(0.1):
            self.withdrawn_rows.add(slot_id)
        self.slots[slot_id] = Slot(
            slot_id,
            doctor,
            stretch,
            open=slot_id in self.open_rows - self.withdrawn_rows,
            taken=False,
            reasons=frozenset(reasons),
            extra=extra,
            reservation=self._reservation(stretch),
        )

    def _reservation(self, stretch: Stretch) -> Reservation | None:
        """Whether the time is kept, or was until it opened."""
        if self.some(0.5):
            return None
        opens = self.random.choice([self.now, stretch.starts_at - timedelta(hours=1)])
        return Reservation(self.random.choice(list(ReservedFor)), self.about(opens))

    # Visits

    def add_visit(self, child: Child, slot: Slot) -> Appointment | None:
        """A visit in some state, decided or not; None where the database would not have it."""
        state = self.random.choice([AppointmentState.PENDING, *AppointmentState])
        if state in ACTIVE and not self._may_have(child, slot):
            return None
        waits = state is AppointmentState.PENDING and self.some(0.9)
        deadline = Deadline(self.about(self.now), self.random.choice(list(Unanswered)))
        number = FIRST + len(self.visits)
        visit = Appointment(
            AppointmentId(number),
            child,
            replace(slot, taken=state in ACTIVE),
            state,
            self.random.choice(KINDS),
            str(UUID(int=number)),
            self.random.randrange(3),
            self.now - timedelta(days=7),
            deadline=deadline if waits else None,
            needs_time=state is AppointmentState.CANCELLED and self.some(0.5),
        )
        self.visits.append(visit)
        self.visits_on[slot.id].append(visit)
        return visit

    def visit(self, visit_id: AppointmentId) -> Appointment:
        """As its row has it."""
        return self.visits[visit_id - FIRST]

    def _may_have(self, child: Child, slot: Slot) -> bool:
        return slot.id not in self.nameless and not any(
            visit.slot.id == slot.id
            or (visit.child.id == child.id and visit.slot.stretch.overlaps(slot.stretch))
            for visit in self.visits
            if visit.is_active
        )

    def take_without_a_name(self, slot: Slot) -> None:
        """Before anybody is given it. What is taken so is closed."""
        self.slots[slot.id] = replace(slot, open=False)
        self.open_rows.discard(slot.id)
        self.withdrawn_rows.discard(slot.id)
        self.nameless.add(slot.id)

    # Their rows

    async def settle_in(self, house: House, more: Mapping[type[DeclarativeBase], Any] = {}) -> None:
        """Write all of it, and rows of other tables behind it."""
        tables: dict[type[DeclarativeBase], Iterable[dict[str, Any]]] = {
            DoctorRow: [
                {"id": each.id, "clinic_id": each.clinic.id, "name": each.name, "room": each.room}
                for each in self.doctors
            ],
            DistrictRow: [
                {"id": district, "doctor_id": district, "name": "Участок"}
                for district in self.districts
            ],
            PersonRow: map(self._person_row, self.persons),
            ChildRow: [
                {
                    "id": child.id,
                    "name": child.name,
                    "birth_date": child.birth_date,
                    "district_id": child.district_id,
                }
                for child in self.children.values()
            ],
            CareRow: [
                {"person_id": person, "child_id": child, "since": self.now}
                for person, child in sorted(self.cares)
            ],
            SlotRow: map(self._slot_row, self.slots.values()),
            TakenSlotRow: [
                {"slot_id": slot, "taker": "caller", "reference": "", "taken_at": self.now}
                for slot in sorted(self.nameless)
            ],
            AppointmentRow: map(self._visit_row, self.visits),
            HoldRow: [
                {"slot_id": slot, "person_id": person, "until": until}
                for slot, (person, until) in self.holds.items()
            ],
            OfferRow: [
                {"slot_id": slot, "appointment_id": visit, "until": until}
                for slot, (visit, until) in self.offers.items()
            ],
            **more,
        }
        async with house.engines.writing.begin() as connection:
            for table, rows in tables.items():
                if written := list(rows):
                    await connection.execute(insert(table), written)

    def _person_row(self, person: PersonId) -> dict[str, Any]:
        gone = self.now if person in self.unreachable else None
        return {"id": person, "telegram_id": person, "language": "ru", "unreachable_since": gone}

    def _slot_row(self, slot: Slot) -> dict[str, Any]:
        return {
            "id": slot.id,
            "clinic_id": slot.doctor.clinic.id,
            "doctor_id": slot.doctor.id,
            "starts_at": slot.stretch.starts_at,
            "ends_at": slot.stretch.ends_at,
            "day": slot.local_start.date(),
            "source": "extra" if slot.extra else self.random.choice(["schedule", "import"]),
            "open": slot.id in self.open_rows,
            "withdrawn": slot.id in self.withdrawn_rows,
            "reasons": to_bits(slot.reasons),
            **columns_of(slot.reservation),
        }

    def _visit_row(self, visit: Appointment) -> dict[str, Any]:
        return {
            "id": visit.id,
            "child_id": visit.child.id,
            "slot_id": visit.slot.id,
            "starts_at": visit.slot.stretch.starts_at,
            "ends_at": visit.slot.stretch.ends_at,
            "state": visit.state,
            "reason": visit.reason,
            "booked_by": self.persons[0],
            "booked_at": visit.changed_at,
            "changed_at": visit.changed_at,
            "uid": visit.uid,
            "sequence": visit.sequence,
            "confirm_by": visit.deadline.at if visit.deadline else None,
            "unanswered": visit.deadline.then if visit.deadline else None,
            "needs_time": visit.needs_time,
        }
