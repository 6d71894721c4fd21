"""Finding a time, booking it, seeing it, giving it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services import places, rules
from services.model import (
    Appointment,
    AppointmentId,
    AppointmentState,
    Child,
    ChildId,
    Clinic,
    ClinicId,
    Doctor,
    DoctorId,
    PersonId,
    Slot,
    SlotId,
)
from services.once import use_case
from services.ports import Clock, Transaction, Transactions


@dataclass(frozen=True, slots=True)
class Doctors:
    """Whom a child can see at a clinic, and when first."""

    clinic: Clinic
    child: Child
    doctors: Sequence["DoctorRow"]
    now: datetime


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """A doctor in a list: with the first time, or the visit that stands in the way of another."""

    doctor: Doctor
    earliest: Slot | None
    visit: Appointment | None


@dataclass(frozen=True, slots=True)
class Day:
    """A doctor's times on one day, and the days with times before and after it.

    `day` is None when the doctor has no times at all.
    """

    child: Child
    doctor: Doctor
    day: date | None
    slots: Sequence[Slot]
    earlier: date | None
    later: date | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that can be booked for a child, before anybody said yes."""

    child: Child
    slot: Slot
    now: datetime


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits ahead of all children in a person's care, in order of time."""

    visits: Sequence[Appointment]
    now: datetime


class Booking:
    """What a receptionist does when a parent asks for a time."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def children(self, person: PersonId, clinic_id: ClinicId) -> list[Child]:
        """For whom the person can book at the clinic; raises `NotFound`, `NoConsent`, `NoChild`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            home = await places.home(tx, person, clinic, self._clock())
        return [row.child for row in home.children]

    @use_case
    async def doctors(self, person: PersonId, child_id: ChildId, clinic_id: ClinicId) -> Doctors:
        """The clinic's doctors with their first times; raises `NotFound`, `NoConsent`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            child, clinic = await self._admitted(tx, person, child_id, clinic_id)
            planned = await tx.appointments.planned([child.id], after=now)
            wish = rules.wish_of(clinic, planned, now)
            earliest = await tx.slots.earliest_by_doctor(clinic.id, wish)
            doctors = await tx.clinics.doctors(clinic.id)
        visits = {visit.slot.doctor.id: visit for visit in planned}
        rows = [
            DoctorRow(
                doctor,
                earliest.get(doctor.id),
                visits.get(doctor.id) if doctor.id in wish.seen_by else None,
            )
            for doctor in doctors
        ]
        return Doctors(clinic, child, rows, now)

    @use_case
    async def times(
        self, person: PersonId, child_id: ChildId, doctor_id: DoctorId, day: date | None = None
    ) -> Day:
        """The doctor's times on a day, or on the nearest day after it that has any.

        Raises:
            NotFound: no such doctor, or not a child in the person's care.
            NoConsent: the doctor's clinic has to be consented to first.
            AlreadyWithDoctor: the child has a visit with this doctor and may have but one.
        """
        now = self._clock()
        async with self._transactions.reads() as tx:
            doctor = await tx.clinics.doctor(doctor_id)
            child, clinic = await self._admitted(tx, person, child_id, doctor.clinic.id)
            planned = await tx.appointments.planned([child.id], after=now)
            wish = rules.wish_of(clinic, planned, now)
            rules.check_doctor(doctor, planned)
            slots = await tx.slots.of_doctor(doctor, wish)
        return _day_of(child, doctor, slots, day, now)

    @use_case
    async def times_near(self, person: PersonId, child_id: ChildId, slot_id: SlotId) -> Day:
        """The times around one that could not be had; raises as `times` does."""
        async with self._transactions.reads() as tx:
            slot = await tx.slots.get(slot_id)
        return await self.times(person, child_id, slot.doctor.id, slot.local_start.date())

    @use_case
    async def offer(self, person: PersonId, child_id: ChildId, slot_id: SlotId) -> Offer:
        """One time for one child, to be confirmed. Raises what `book` raises."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            slot = await tx.slots.get(slot_id)
            child, _ = await self._admitted(tx, person, child_id, slot.doctor.clinic.id)
            planned = await tx.appointments.planned([child.id], after=now)
            rules.check_bookable(slot, planned, now)
        return Offer(child, slot, now)

    @use_case
    async def book(self, person: PersonId, child_id: ChildId, slot_id: SlotId) -> Appointment:
        """Book a free slot for a child in the person's care.

        Asking again for what is booked already gives the same appointment.

        Raises:
            NotFound, NoConsent: not this person's to book.
            SlotTaken, SlotPassed, SlotClosed, TooLate, TooFar: the slot cannot be had.
            ChildIsBusy, AlreadyWithDoctor: the child has another visit.
            AlreadyDone: this update booked it before, and it was cancelled since.
        """
        now = self._clock()
        async with self._transactions.writes() as tx:
            child = await tx.families.child(child_id, cared_for_by=person, lock=True)
            slot = await tx.slots.get(slot_id, lock=True)
            await places.require_consent(tx, person, slot.doctor.clinic.id)
            if earlier := await tx.appointments.active(child.id, slot.id):
                return earlier
            rules.check_bookable(slot, await tx.appointments.planned([child.id], after=now), now)
            return await tx.appointments.add(child, slot, booked_by=person, at=now)

    @use_case
    async def visits(self, person: PersonId) -> Visits:
        """The visits ahead."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            children = await tx.families.children(cared_for_by=person)
            ids = [child.id for child in children]
            return Visits(await tx.appointments.planned(ids, after=now), now)

    @use_case
    async def visit(self, person: PersonId, appointment_id: AppointmentId) -> Appointment:
        """One visit, whatever became of it; raises `NotFound`."""
        async with self._transactions.reads() as tx:
            return await tx.appointments.get(appointment_id, cared_for_by=person)

    @use_case
    async def cancellable(self, person: PersonId, appointment_id: AppointmentId) -> Appointment:
        """A visit that can still be cancelled; raises `NotFound`, `VisitPassed`."""
        async with self._transactions.reads() as tx:
            appointment = await tx.appointments.get(appointment_id, cared_for_by=person)
        if appointment.state is not AppointmentState.CANCELLED:
            rules.check_cancellable(appointment, self._clock())
        return appointment

    @use_case
    async def cancel(self, person: PersonId, appointment_id: AppointmentId) -> Appointment:
        """Give a time back; doing it again changes nothing. Raises `NotFound`, `VisitPassed`."""
        async with self._transactions.writes() as tx:
            appointment = await tx.appointments.get(appointment_id, cared_for_by=person, lock=True)
            if appointment.state is AppointmentState.CANCELLED:
                return appointment
            rules.check_cancellable(appointment, self._clock())
            return await tx.appointments.move_on(appointment, AppointmentState.CANCELLED)

    async def _admitted(
        self, tx: Transaction, person: PersonId, child_id: ChildId, clinic_id: ClinicId
    ) -> tuple[Child, Clinic]:
        """The child and the clinic, if the person may book this child there."""
        clinic = await tx.clinics.get(clinic_id)
        child = await tx.families.child(child_id, cared_for_by=person)
        await places.require_consent(tx, person, clinic.id)
        return child, clinic


def _day_of(
    child: Child, doctor: Doctor, slots: Sequence[Slot], wanted: date | None, now: datetime
) -> Day:
    days = sorted({slot.local_start.date() for slot in slots})
    if not days:
        return Day(child, doctor, None, [], None, None, now)
    shown = next((day for day in days if wanted is None or day >= wanted), days[-1])
    at = days.index(shown)
    return Day(
        child,
        doctor,
        shown,
        [slot for slot in slots if slot.local_start.date() == shown],
        days[at - 1] if at > 0 else None,
        days[at + 1] if at + 1 < len(days) else None,
        now,
    )
