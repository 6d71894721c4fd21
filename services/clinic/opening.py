"""Clinics, their doctors, and the times that their schedules give."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from services.model.clinic import Addresses, Clinic, ClinicProfile, Doctor
from services.model.consents import ConsentText, Purpose
from services.model.ids import ClinicId
from services.model.refusals.base import NotFound
from services.model.schedule import Holiday, Leave, ScheduleException, ScheduleRule
from services.model.slots import Changes
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.runtime.one_by_one import OneByOne
from services.runtime.use_case import use_case
from services.schedule.generation import STEP, regenerate, remake, substitutes_of
from services.schedule.wall_times import differing_zones, note_zone


@dataclass(frozen=True, slots=True)
class NewDistrict:
    """A district of a doctor who is being added."""

    name: str
    addresses: Sequence[Addresses]


@dataclass(frozen=True, slots=True)
class NewDoctor:
    """A doctor, when they receive, and whose district doctor they are."""

    name: str
    room: str
    rules: Sequence[ScheduleRule]
    districts: Sequence[NewDistrict] = ()


class Clinics:
    """Opening clinics and keeping their times stored up to the horizon."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def open(
        self,
        profile: ClinicProfile,
        consents: Mapping[Purpose, str],
        doctors: Sequence[NewDoctor],
    ) -> Clinic:
        """Open a clinic with its consent texts, doctors and times; one that is there stays as is,
        but for texts of purposes that it had none for.

        A purpose without a text is not asked about; without that of processing nobody can book.
        """
        async with self._transactions.writes() as tx:
            earlier = await tx.clinics.by_code(profile.code)
            if earlier is None:
                await note_zone(tx, profile.zone.key, self._clock())
            clinic = earlier or await tx.clinics.add(profile)
            for purpose in consents.keys() - await tx.consents.purposes(clinic.id):
                await tx.consents.publish(ConsentText(clinic.id, purpose, 1, consents[purpose]))
            if earlier:
                return earlier
            for new in doctors:
                doctor = await tx.clinics.add_doctor(clinic, new.name, new.room)
                for rule in new.rules:
                    await tx.schedules.add_rule(doctor.id, rule)
                for district in new.districts:
                    await tx.districts.add(doctor, district.name, district.addresses)
                await self._refresh(tx, doctor)
        return clinic

    @use_case
    async def refresh_schedules(self) -> int:
        """Bring the stored times into line with the schedules; return how many are new.

        Doing it again adds nothing. A few hundred times of one doctor in a transaction, so that
        nobody waits for long. A clinic whose horizon or zone is another one is left to `follow`:
        whoever starts does not wait for all of its times.
        Where the clocks of a zone are others than those of what is stored, as in a process that is
        about to be replaced, nothing is made by them (R57).
        """
        async with self._transactions.reads() as tx:
            differing = await differing_zones(tx, self._clock())
            followed = await tx.clinics.making_times_anew()
            clinics = [
                each
                for each in await tx.clinics.all()
                if each.zone.key not in differing and each.id not in followed
            ]
            doctors = [d for clinic in clinics for d in await tx.clinics.doctors(clinic.id)]
        return sum([await self._refresh_in_steps(doctor, differing) for doctor in doctors])

    async def _refresh_in_steps(self, doctor: Doctor, differing: Collection[str]) -> int:
        """As the clinic is in each step: its zone may have been changed since the one before."""
        new = 0
        while True:
            async with self._transactions.writes() as tx:
                await tx.staff.lock(doctor.clinic.id)
                doctor = await tx.clinics.doctor(doctor.id)
                if doctor.clinic.times_apart or doctor.clinic.zone.key in differing:
                    return new
                done = await regenerate(tx, doctor, self._clock(), STEP)
            new += len(done.add)
            if done.count < STEP:
                return new

    @use_case
    async def follow(self) -> int:
        """Let stored times follow another horizon or zone of their clinic; in how many steps.

        A few hundred at a time: nobody who books meanwhile waits for all of them. Whoever is killed
        on the way has what was done, and it is gone on with. Of another zone's clocks it holds
        what `refresh_schedules` says.

        What one clinic's times cannot be made for is raised once the others' are.
        """
        async with self._transactions.reads() as tx:
            differing = await differing_zones(tx, self._clock())
            clinics = await tx.clinics.making_times_anew()
        steps, each = 0, OneByOne()  # no other clinic must stay closed for one
        for clinic_id in clinics:
            with each.turn():
                while await self._follow_some(clinic_id, differing):
                    steps += 1
        each.end()
        return steps

    async def _follow_some(self, clinic_id: ClinicId, differing: Collection[str]) -> bool:
        async with self._transactions.writes() as tx:
            doctor = await tx.clinics.whose_times_next(clinic_id)
            if doctor and doctor.clinic.zone.key in differing:
                return False
            if doctor is None:
                await tx.clinics.times_are_made(clinic_id, None)
            elif await remake(tx, doctor, self._clock()):
                await tx.clinics.times_are_made(clinic_id, doctor.id)
        return doctor is not None

    @use_case
    async def add_rule(self, doctor: Doctor, rule: ScheduleRule) -> Changes:
        """Let the doctor receive at these hours too; what it does to the stored times."""
        async with self._transactions.writes() as tx:
            await tx.schedules.add_rule(doctor.id, rule)
            for substitute in await substitutes_of(tx, [doctor], self._clock()):
                await self._refresh(tx, substitute)
            return await self._refresh(tx, doctor)

    @use_case
    async def add_exception(self, doctor: Doctor, exception: ScheduleException) -> Changes:
        """Let other hours, or none, count for some days; what it does to the stored times."""
        async with self._transactions.writes() as tx:
            await tx.schedules.add_exception(doctor.id, exception)
            return await self._refresh(tx, doctor)

    @use_case
    async def add_holiday(self, clinic: Clinic, holiday: Holiday) -> list[Changes]:
        """Close the clinic for some days; what it does to each doctor's stored times."""
        async with self._transactions.writes() as tx:
            await tx.schedules.add_holiday(clinic.id, holiday)
            doctors = await tx.clinics.doctors(clinic.id)
            return [await self._refresh(tx, doctor) for doctor in doctors]

    @use_case
    async def add_leave(self, doctor: Doctor, leave: Leave) -> list[Changes]:
        """Send a doctor on leave; what it does to theirs and to the substitute's stored times.

        Raises:
            NotFound: the clinic has no such substitute.
        """
        async with self._transactions.writes() as tx:
            concerned = [doctor]
            if leave.substitute is not None:
                substitute = await tx.clinics.doctor(leave.substitute)
                if substitute.clinic.id != doctor.clinic.id or substitute.id == doctor.id:
                    raise NotFound
                concerned.append(substitute)
            await tx.schedules.add_leave(doctor.id, leave)
            return [await self._refresh(tx, each) for each in concerned]

    async def _refresh(self, tx: Transaction, doctor: Doctor) -> Changes:
        return await regenerate(tx, doctor, self._clock())
