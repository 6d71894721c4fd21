"""A clinic's weekly timetable as it hangs on its doors: taken over and given out as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.model.clinic import Clinic, Doctor
from services.model.ids import ClinicId
from services.model.refusals.clinic import NoSuchClinic
from services.model.refusals.schedule import RoomsDiffer
from services.model.schedule import Timetable
from services.model.slots import Changes
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.runtime.use_case import use_case
from services.schedule.doctors_meant import Meant, Written, doctors_meant
from services.schedule.generation import regenerate, substitutes_of
from services.schedule.rooms import set_room, told_of_room


@dataclass(frozen=True, slots=True)
class DoctorChange:
    """What a timetable does to one doctor."""

    doctor: Doctor
    changes: Changes
    new: bool = False
    """Whether the clinic did not have the doctor before."""
    room_before: str | None = None
    """Where the doctor received before, if that was elsewhere."""
    written: Sequence[str] = ()
    """How the timetables call the doctor otherwise, such as by initials."""
    told: int = 0
    """How many visits ahead have families who are told of that."""

    @property
    def created(self) -> int:
        """How many times are open that were not."""
        return len(self.changes.add) + len(self.changes.reopen)

    @property
    def closed(self) -> int:
        """How many free times are open no more."""
        return len(self.changes.withdraw)

    @property
    def affected(self) -> int:
        """How many times that families have are outside the hours now. They stay theirs."""
        return len(self.changes.outside)


@dataclass(frozen=True, slots=True)
class TimetableOutcome:
    """What timetables do to a clinic."""

    clinic: Clinic
    listed: Sequence[DoctorChange]
    """Of the doctors whose timetables they are, in that order."""
    substitutes: Sequence[DoctorChange]
    """Of others, who receive in the hours of these."""
    untouched: Sequence[Doctor]
    """Whom no timetable names: they receive as before."""


class Timetables:
    """Takes over the timetables of a clinic's doctors, and gives them out."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def clinic(self, code: str) -> Clinic:
        """The clinic with this code. Raises `NoSuchClinic`."""
        async with self._transactions.reads() as tx:
            if clinic := await tx.clinics.by_code(code):
                return clinic
            raise NoSuchClinic

    @use_case
    async def of_clinic(self, clinic_id: ClinicId) -> list[Timetable]:
        """The doctors' timetables as they stand from today on, by name."""
        async with self._transactions.reads() as tx:
            return await timetables_of(tx, clinic_id, self._clock())

    @use_case
    async def preview(
        self, clinic_id: ClinicId, timetables: Sequence[Timetable]
    ) -> TimetableOutcome:
        """What `replace` would do just now; nothing is written.

        Raises:
            NotFound, SeveralDoctors, DoctorUnclear, RoomsDiffer: as `replace` would.
        """
        async with self._transactions.trial() as tx:
            return await take_over(tx, clinic_id, timetables, self._clock())

    @use_case
    async def replace(
        self, clinic_id: ClinicId, timetables: Sequence[Timetable]
    ) -> TimetableOutcome:
        """Let each of these doctors receive as their timetable says, from its day on.

        Doctors are known by their names, however these are spelled; those that the clinic does not
        have are added. What families have booked stays. The past stays, too: no timetable begins
        before today.

        Args:
            timetables: of each name at most one; those that mean one doctor count together.

        Raises:
            NotFound: there is no such clinic.
            SeveralDoctors: of a name the clinic has several; nothing was written.
            DoctorUnclear: whom a name means has to be asked; nothing was written.
            RoomsDiffer: two names mean one doctor, who is in two rooms; nothing was written.
        """
        async with self._transactions.writes() as tx:
            return await take_over(tx, clinic_id, timetables, self._clock())


async def timetables_of(tx: Transaction, clinic_id: ClinicId, now: datetime) -> list[Timetable]:
    """The timetables of a clinic's doctors as they stand from today on, by name."""
    found = []
    for doctor in await tx.clinics.doctors(clinic_id):
        today = doctor.clinic.today(now)
        rules = (await tx.schedules.of(doctor, today)).rules
        found.append(Timetable(doctor.name, doctor.room, today, rules))
    return found


async def take_over(
    tx: Transaction, clinic_id: ClinicId, timetables: Sequence[Timetable], now: datetime
) -> TimetableOutcome:
    """What `Timetables.replace` does, within a transaction of a use case."""
    present = await tx.clinics.doctors(clinic_id, lock=True)
    clinic = await tx.clinics.get(clinic_id)
    listed: list[tuple[Doctor, Meant[Doctor]]] = []
    for meant in whom_they_mean(timetables, present):
        timetable = _as_one(meant, [timetables[place] for place in meant.places])
        doctor = await _take_in(tx, clinic, meant.known, timetable, now)
        await _replace_rules(tx, doctor, timetable, clinic.today(now))
        listed.append((doctor, meant))
    named = {doctor.id for doctor, _ in listed}
    covering = await substitutes_of(tx, [doctor for doctor, _ in listed], now)
    return TimetableOutcome(
        clinic,
        [await _change(tx, doctor, meant, now) for doctor, meant in listed],
        [
            DoctorChange(doctor, await regenerate(tx, doctor, now))
            for doctor in covering
            if doctor.id not in named
        ],
        [doctor for doctor in present if doctor.id not in named],
    )


def whom_they_mean(
    timetables: Sequence[Timetable], present: Sequence[Doctor]
) -> list[Meant[Doctor]]:
    """Whose timetables these are. Raises `SeveralDoctors`, `DoctorUnclear`."""
    return doctors_meant([Written(each.name, each.rows) for each in timetables], present)


def _as_one(meant: Meant[Doctor], timetables: Sequence[Timetable]) -> Timetable:
    """What several names of one doctor say together. Raises `RoomsDiffer`."""
    rooms = dict.fromkeys(each.room for each in timetables if each.room)
    if len(rooms) > 1:
        raise RoomsDiffer(meant.name, [row for each in timetables for row in each.rows])
    return Timetable(
        meant.name,
        next(iter(rooms), ""),
        min(each.since for each in timetables),
        [rule for each in timetables for rule in each.rules],
    )


async def _take_in(
    tx: Transaction, clinic: Clinic, known: Doctor | None, timetable: Timetable, now: datetime
) -> Doctor:
    """The doctor of the timetable, new or known, in the room that it names."""
    if known is None:
        return await tx.clinics.add_doctor(clinic, timetable.name, timetable.room)
    if timetable.room in ("", known.room):
        return known
    await set_room(tx, known, timetable.room, now)
    return replace(known, room=timetable.room)


async def _replace_rules(
    tx: Transaction, doctor: Doctor, timetable: Timetable, today: date
) -> None:
    since = max(timetable.since, today)
    await tx.schedules.end_rules(doctor.id, since - timedelta(days=1))
    for rule in timetable.rules:
        begins = replace(rule, valid_from=max(rule.valid_from, since))
        await tx.schedules.add_rule(doctor.id, begins)


async def _change(
    tx: Transaction, doctor: Doctor, meant: Meant[Doctor], now: datetime
) -> DoctorChange:
    changes = await regenerate(tx, doctor, now)
    before = meant.known
    if before is None or before.room == doctor.room:
        return DoctorChange(doctor, changes, new=before is None, written=meant.otherwise)
    told = await told_of_room(tx, before, doctor.room, now)
    return DoctorChange(
        doctor, changes, room_before=before.room, written=meant.otherwise, told=told
    )
