"""Clinics, their doctors, and the times that their schedules give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.model import (
    Clinic,
    ClinicProfile,
    ConsentText,
    Doctor,
    Purpose,
    ScheduleRule,
)
from services.once import use_case
from services.ports import Clock, Transaction, Transactions
from services.schedule import stretches


@dataclass(frozen=True, slots=True)
class NewDoctor:
    """A doctor and when they receive."""

    name: str
    room: str
    rules: Sequence[ScheduleRule]


class Clinics:
    """Opening clinics and keeping their times stored up to the horizon."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def open(
        self, profile: ClinicProfile, consent: str, doctors: Sequence[NewDoctor]
    ) -> Clinic:
        """Open a clinic with its consent text, doctors and times; one that is there stays as is."""
        async with self._transactions.writes() as tx:
            if earlier := await tx.clinics.by_code(profile.code):
                return earlier
            clinic = await tx.clinics.add(profile)
            await tx.consents.publish(ConsentText(clinic.id, Purpose.PROCESSING, 1, consent))
            for new in doctors:
                doctor = await tx.clinics.add_doctor(clinic, new.name, new.room)
                for rule in new.rules:
                    await tx.clinics.add_rule(doctor.id, rule)
                await self._extend(tx, doctor)
        return clinic

    @use_case
    async def extend_schedules(self) -> int:
        """Store the times that the doctors' rules give up to the horizon; return how many are new.

        Doing it again adds nothing. One transaction per doctor, so that nobody waits for long.
        """
        async with self._transactions.reads() as tx:
            clinics = await tx.clinics.all()
            doctors = [d for clinic in clinics for d in await tx.clinics.doctors(clinic.id)]
        new = 0
        for doctor in doctors:
            async with self._transactions.writes() as tx:
                new += await self._extend(tx, doctor)
        return new

    async def _extend(self, tx: Transaction, doctor: Doctor) -> int:
        today = self._clock().astimezone(doctor.clinic.zone).date()
        last = today + timedelta(days=doctor.clinic.horizon_days)
        schedule = await tx.clinics.schedule(doctor.id)
        return await tx.slots.add_missing(
            doctor, stretches(schedule, doctor.clinic.zone, today, last)
        )
