"""A clinic as it says itself: entered as a whole, looked at, and changed as a whole."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from services.clinic.kinds_entered import NamesKind, kinds_entered
from services.clinic.opening import NewDistrict
from services.clinic.signing import signed
from services.messages.planning import plan_reminders_of_all
from services.model.clinic import Addresses, Clinic, ClinicProfile, District
from services.model.consents import ConsentText, Purpose
from services.model.ids import ClinicId
from services.model.refusals.clinic import NoSuchClinic, ZoneInUse
from services.model.refusals.schedule import RoomsDiffer
from services.model.settings.visit_kinds import USUAL_KINDS
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.names import name_key
from services.rules.typed.texts import is_spelling
from services.runtime.use_case import use_case
from services.schedule.doctors_meant import Meant, Written, doctors_meant
from services.schedule.rooms import set_room
from services.schedule.wall_times import note_zone

STEP = 200
"""Visits whose reminders one transaction plans anew."""


@dataclass(frozen=True, slots=True)
class DoctorEntry:
    """A doctor, and the districts that are theirs."""

    name: str
    """Names the doctor at the clinic, however it is spelled."""
    room: str
    districts: Sequence[NewDistrict] = ()
    """The name of each is its own at the clinic."""


@dataclass(frozen=True, slots=True)
class ClinicEntry:
    """All that a clinic says of itself."""

    profile: ClinicProfile
    consents: Mapping[Purpose, str]
    doctors: Sequence[DoctorEntry] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry does to a clinic."""

    before: ClinicEntry | None
    """None: the clinic is new."""
    after: ClinicEntry
    versions: Mapping[Purpose, int] = field(default_factory=dict)
    """Of the consent texts that are published."""
    reminded_anew: int = 0
    """Visits ahead whose reminders will be planned anew."""
    told: int = 0
    """Visits ahead whose families are told of another address or room."""
    spelling: bool = False
    """Whether addresses and rooms are only written otherwise: nobody is told."""

    @property
    def moves_clocks(self) -> bool:
        """Whether the clinic's times are at other hours then, see `Clinics.follow`."""
        before, after = self.before, self.after
        return before is not None and before.profile.zone.key != after.profile.zone.key

    @property
    def makes_times_anew(self) -> bool:
        """Whether they follow the clinic's zone, horizon or reservations, see `Clinics.follow`."""
        before, after = self.before, self.after
        if before is None:
            return False
        longer = before.profile.horizon_days != after.profile.horizon_days
        keeps = before.profile.reserved != after.profile.reserved
        return self.moves_clocks or longer or keeps

    @property
    def is_nothing(self) -> bool:
        return self.before == self.after


class Profiles:
    """Entering, showing and changing clinics."""

    def __init__(self, transactions: Transactions, clock: Clock, named: NamesKind) -> None:
        self._transactions = transactions
        self._clock = clock
        self._named = named

    @use_case
    async def all(self) -> list[Clinic]:
        """Every clinic, by name."""
        async with self._transactions.reads() as tx:
            return await tx.clinics.all()

    @use_case
    async def clinic(self, code: str) -> Clinic:
        """The clinic with this code. Raises `NoSuchClinic`."""
        async with self._transactions.reads() as tx:
            return await _found(tx, code)

    @use_case
    async def entered(self, code: str) -> ClinicEntry:
        """All that a clinic says of itself; entered again it changes nothing.

        Raises `NoSuchClinic`."""
        async with self._transactions.reads() as tx:
            return await entry_of(tx, await _found(tx, code))

    @use_case
    async def preview(self, entry: ClinicEntry, *, spelling: bool = False) -> Change:
        """What entering this would do; nothing is written.

        Args:
            spelling: addresses and rooms are the same, written otherwise: nobody is told of them.

        Raises:
            ZoneInUse, SeveralDoctors, DoctorUnclear, TooManyKinds, KindIsThere: it could not be
                entered.
        """
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.by_code(entry.profile.code)
            entry = self._with_kinds(clinic, entry)
            return await planned(tx, clinic, entry, self._clock(), spelling=spelling)

    @use_case
    async def enter(self, entry: ClinicEntry, *, spelling: bool = False) -> Change:
        """Open the clinic, or let it be as the entry says.

        What the entry is silent about stays: doctors and kinds of visit that it does not name,
        consent texts that it does not have. A consent text that is another one is published as the
        next version; consents that were given stand. A doctor's district that is not named any more
        loses its addresses and keeps its children.

        Args:
            spelling: addresses and rooms are the same, written otherwise: nobody is told of them.

        Raises:
            ZoneInUse: there are visits ahead, callers' times or kept ones, whose hours would be
                others; nothing was written.
            SeveralDoctors: of a name the clinic has several; nothing was written.
            DoctorUnclear: whom a name means has to be asked; nothing was written.
            TooManyKinds, KindIsThere: as `kinds_entered` says; nothing was written.
        """
        now = self._clock()
        async with self._transactions.writes() as tx:
            clinic = await tx.clinics.by_code(entry.profile.code, lock=True)
            if clinic:
                await clear_for(tx, clinic, entry.profile, now)
            entry = self._with_kinds(clinic, entry)
            change = await planned(tx, clinic, entry, now, spelling=spelling)
            await make(tx, clinic, change, now)
        return change

    def _with_kinds(self, clinic: Clinic | None, entry: ClinicEntry) -> ClinicEntry:
        stored = clinic.kinds if clinic else USUAL_KINDS
        kinds = kinds_entered(self._named, stored, entry.profile.kinds)
        return replace(entry, profile=replace(entry.profile, kinds=kinds))

    @use_case
    async def remind_anew(self) -> int:
        """Plan the reminders of visits ahead as their clinics want them by now; of how many visits.

        A few hundred at a time: nobody who books meanwhile waits for all of them. Whoever is killed
        on the way has what was done, and it is gone on with.
        """
        async with self._transactions.reads() as tx:
            clinics = await tx.notifications.to_replan()
        done = 0
        for clinic_id in clinics:
            while step := await self._remind_some_anew(clinic_id):
                done += step
        return done

    async def _remind_some_anew(self, clinic_id: ClinicId) -> int:
        now = self._clock()
        async with self._transactions.writes() as tx:
            through = await tx.notifications.replanned_through(clinic_id)
            if through is None:
                return 0
            found = await tx.clinic_visits.starting(clinic_id, max(through, now), STEP)
            # A family may be moving a visit just now.
            await tx.families.lock_children({visit.child.id for visit in found})
            visits = await tx.appointments.some([visit.id for visit in found])
            await plan_reminders_of_all(tx, clinic_id, list(visits.values()), now)
            until = found[-1].slot.starts_at if found else None
            await tx.notifications.note_replanned(clinic_id, until)
        return len(found)


async def clear_for(tx: Transaction, clinic: Clinic, profile: ClinicProfile, now: datetime) -> None:
    """Let nobody be about to book a time of a clinic, whose row is locked, if it gets other
    clocks: what they were shown would be another hour."""
    if clinic.zone.key != profile.zone.key:
        await tx.slots.clear_ahead(clinic.id, now)


async def planned(
    tx: Transaction,
    clinic: Clinic | None,
    entry: ClinicEntry,
    now: datetime,
    *,
    spelling: bool = False,
) -> Change:
    """What an entry would do to a clinic, or to none that is there yet.

    Raises:
        ZoneInUse, SeveralDoctors, DoctorUnclear: it cannot be entered.
    """
    if clinic is None:
        new = _signed(None, merged(None, entry), now)
        return Change(None, new, dict.fromkeys(entry.consents, 1))
    before = await entry_of(tx, clinic)
    after = _signed(before, merged(before, entry), now)
    ahead = await tx.clinic_visits.ahead(clinic.id, now)
    if clinic.zone.key != entry.profile.zone.key and (
        ahead or await tx.slots.are_promised(clinic.id, now)
    ):
        raise ZoneInUse
    return Change(
        before,
        after,
        await _next_versions(tx, clinic.id, before, after),
        len(ahead) if _reminds_otherwise(before.profile, after.profile) else 0,
        0 if spelling else await _told(tx, clinic, before, after, now),
        spelling,
    )


def _signed(before: ClinicEntry | None, after: ClinicEntry, now: datetime) -> ClinicEntry:
    was, profile = before.profile if before else None, after.profile
    return replace(after, profile=signed(was, profile, profile.today(now)))


async def _told(
    tx: Transaction, clinic: Clinic, before: ClinicEntry, after: ClinicEntry, now: datetime
) -> int:
    """How many visits ahead are elsewhere then."""
    if not is_spelling(before.profile.address, after.profile.address):
        return await tx.hearing.count_ahead(clinic.id, None, now)
    rooms = {doctor.name: doctor.room for doctor in after.doctors}
    elsewhere = [
        doctor.id
        for doctor in await tx.clinics.doctors(clinic.id)
        if not is_spelling(doctor.room, rooms.get(doctor.name, doctor.room))
    ]
    return await tx.hearing.count_ahead(clinic.id, elsewhere, now) if elsewhere else 0


async def make(tx: Transaction, clinic: Clinic | None, change: Change, now: datetime) -> None:
    """Let a clinic, whose row is locked, or a new one be as a change says."""
    if change.is_nothing:
        return
    await note_zone(tx, change.after.profile.zone.key, now)
    if clinic:
        clinic = await tx.clinics.change(clinic.id, change.after.profile)
    else:
        clinic = await tx.clinics.add(change.after.profile)
    for purpose, version in change.versions.items():
        text = change.after.consents[purpose]
        await tx.consents.publish(ConsentText(clinic.id, purpose, version, text))
    if change.reminded_anew:
        await tx.notifications.replan_from(clinic.id, now)  # see `Profiles.remind_anew`
    await _arrange(tx, clinic, change, now)
    if change.before:
        address = change.before.profile.address
        if not (change.spelling or is_spelling(address, clinic.address)):
            await tx.clinics.tell_otherwise(clinic.id, None, now)
    if change.makes_times_anew:
        await tx.clinics.make_times_anew(clinic.id, apart=change.moves_clocks)


def merged(before: ClinicEntry | None, entry: ClinicEntry) -> ClinicEntry:
    """What a clinic is once an entry was made; what the entry is silent about stays.

    Raises `SeveralDoctors`, `DoctorUnclear`: whom it names is not clear."""
    consents = dict(before.consents) if before else {}
    for purpose, text in entry.consents.items():
        if consents.get(purpose, "").strip() != text.strip():
            consents[purpose] = text
    stored = before.doctors if before else ()
    if entry.doctors == stored:
        return ClinicEntry(entry.profile, consents, stored)
    return ClinicEntry(entry.profile, consents, _by_name(_merged_doctors(stored, entry.doctors)))


def _merged_doctors(
    stored: Sequence[DoctorEntry], told: Sequence[DoctorEntry]
) -> Iterator[DoctorEntry]:
    meant = doctors_meant([Written(each.name) for each in told], stored)
    named = {
        each.name: _as_one(each, [told[place] for place in each.places], stored) for each in meant
    }
    given = {district.name for doctor in named.values() for district in doctor.districts}
    for doctor in stored:
        rest = [district for district in doctor.districts if district.name not in given]
        if entry := named.pop(doctor.name, None):
            emptied = [replace(district, addresses=()) for district in rest]
            yield _doctor(doctor.name, entry.room or doctor.room, [*entry.districts, *emptied])
        else:
            yield _doctor(doctor.name, doctor.room, rest)
    yield from named.values()


def _as_one(
    meant: Meant[DoctorEntry], told: Sequence[DoctorEntry], stored: Sequence[DoctorEntry]
) -> DoctorEntry:
    """What several names of one doctor say together, under the names that are stored.

    Raises `RoomsDiffer`."""
    rooms = dict.fromkeys(each.room for each in told if each.room)
    if len(rooms) > 1:
        raise RoomsDiffer(meant.name, ())
    known = [district.name for doctor in stored for district in doctor.districts]
    districts = [
        replace(district, name=_as_known(district.name, known))
        for each in told
        for district in each.districts
    ]
    return _doctor(meant.name, next(iter(rooms), ""), districts)


def _as_known(name: str, known: Sequence[str]) -> str:
    """The name of a district as it is stored, however it is spelled here."""
    spelled = [each for each in known if name_key(each) == name_key(name)]
    return name if name in known or len(spelled) != 1 else spelled[0]


def _doctor(name: str, room: str, districts: Iterable[NewDistrict]) -> DoctorEntry:
    """In the one form that can be compared."""
    told = [NewDistrict(district.name, tuple(district.addresses)) for district in districts]
    return DoctorEntry(name, room, tuple(sorted(told, key=lambda district: district.name)))


def _by_name(doctors: Iterable[DoctorEntry]) -> tuple[DoctorEntry, ...]:
    return tuple(sorted(doctors, key=lambda doctor: doctor.name))


def _reminds_otherwise(before: ClinicProfile, after: ClinicProfile) -> bool:
    return (before.reminding, before.quiet) != (after.reminding, after.quiet)


async def _found(tx: Transaction, code: str) -> Clinic:
    clinic = await tx.clinics.by_code(code)
    if clinic is None:
        raise NoSuchClinic
    return clinic


async def entry_of(tx: Transaction, clinic: Clinic) -> ClinicEntry:
    """All that a clinic says of itself."""
    profile = ClinicProfile(
        **{each.name: getattr(clinic, each.name) for each in fields(ClinicProfile)}
    )
    consents = {
        purpose: (await tx.consents.text(clinic.id, purpose)).text
        for purpose in sorted(await tx.consents.purposes(clinic.id))
    }
    parts = await tx.districts.addresses(clinic.id)
    districts = [
        (district.doctor.id, NewDistrict(district.name, _addresses_of(district, parts)))
        for district in await tx.districts.of_clinic(clinic.id)
    ]
    doctors = [
        _doctor(doctor.name, doctor.room, [each for whose, each in districts if whose == doctor.id])
        for doctor in await tx.clinics.doctors(clinic.id)
    ]
    return ClinicEntry(profile, consents, _by_name(doctors))


def _addresses_of(
    district: District, parts: Iterable[tuple[District, Addresses]]
) -> tuple[Addresses, ...]:
    return tuple(part for whose, part in parts if whose.id == district.id)


async def _next_versions(
    tx: Transaction, clinic_id: ClinicId, before: ClinicEntry, after: ClinicEntry
) -> dict[Purpose, int]:
    versions = {}
    for purpose, text in after.consents.items():
        if purpose not in before.consents:
            versions[purpose] = 1
        elif before.consents[purpose] != text:
            versions[purpose] = (await tx.consents.text(clinic_id, purpose)).version + 1
    return versions


async def _arrange(tx: Transaction, clinic: Clinic, change: Change, now: datetime) -> None:
    """Bring doctors and districts into line with what the clinic is now."""
    stored = {doctor.name: doctor for doctor in await tx.clinics.doctors(clinic.id)}
    districts = {each.name: each for each in await tx.districts.of_clinic(clinic.id)}
    earlier = {doctor.name: doctor for doctor in change.before.doctors} if change.before else {}
    for entry in change.after.doctors:
        if entry == earlier.get(entry.name):
            continue
        doctor = stored.get(entry.name)
        if doctor is None:
            doctor = await tx.clinics.add_doctor(clinic, entry.name, entry.room)
        elif doctor.room != entry.room:
            await set_room(tx, doctor, entry.room, now, spelling=change.spelling)
        for told in entry.districts:
            if known := districts.get(told.name):
                await tx.districts.change(known.id, doctor, told.addresses)
            else:
                await tx.districts.add(doctor, told.name, told.addresses)
