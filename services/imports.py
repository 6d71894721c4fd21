"""The times of a clinic's doctors as its other system has them: taken over, and given out."""

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.marks import mark
from services.model import (
    Asked,
    Clinic,
    ClinicId,
    Conversation,
    Doctor,
    DoctorId,
    PersonId,
    Post,
    PostId,
    Reason,
    Stretch,
    Taker,
)
from services.once import use_case
from services.ports import Clock, Transaction, Transactions
from services.reconciling import (
    Conflict,
    ConflictKind,
    Given,
    Known,
    Plan,
    Source,
    There,
    Told,
    reconcile,
)
from services.refusals import DraftReplaced, RoomNeeded, SeveralDoctors, SheetGone
from services.rules import midnight
from services.schedule import instant_of, openings
from services.staff import REGISTRY, post_of
from services.timetables import known_doctors, name_key

Progress = Callable[[int, int], None]
"""Is told how much is done, and of how much."""

_AT_ONCE = 500
"""Slots that are written between two words about the progress."""


@dataclass(frozen=True, slots=True)
class ListedTime:
    """A time on the clinic's wall, as a sheet lists it."""

    starts: datetime
    """Without a zone: the clinic's wall is meant."""
    length: timedelta
    there: There
    reference: str = ""
    reasons: frozenset[Reason] | None = None
    """None: the sheet says nothing about that."""


@dataclass(frozen=True, slots=True)
class ListedDoctor:
    """A doctor and the times that a sheet lists."""

    name: str
    rooms: Sequence[str]
    """Every room that is named, in order; none: as it was."""
    times: Sequence[ListedTime]


@dataclass(frozen=True, slots=True)
class DoctorImport:
    """What a sheet does to one doctor's times."""

    name: str
    room: str
    plan: Plan
    new: bool = False
    """Whether the clinic did not have the doctor before."""
    room_before: str | None = None
    """Where the doctor received before, if that was elsewhere."""
    rooms: Sequence[str] = ()
    """The rooms that the sheet names, where it names several: no one of them is believed."""
    written: Sequence[str] = ()
    """How the sheet calls a known doctor, where that is by initials."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a sheet does to a clinic's times."""

    clinic: Clinic
    doctors: Sequence[DoctorImport]
    """In the order of the sheet."""
    untouched: Sequence[Doctor]
    """Whom the sheet does not name."""
    first: date | None
    """The first day about which it speaks; None: it speaks of none ahead."""
    last: date | None
    begun: int
    """How many of its times have begun, and so are ignored."""

    @property
    def conflicts(self) -> list[tuple[str, Conflict]]:
        """Where the clinic has to settle something, and with whose times."""
        return [(each.name, conflict) for each in self.doctors for conflict in each.plan.conflicts]

    @property
    def changes_anything(self) -> bool:
        return any(
            each.plan.size or each.new or each.room_before is not None for each in self.doctors
        )


@dataclass(frozen=True, slots=True)
class SentSheet:
    """A sheet that somebody sent: where it is kept, and what tells it from any other.

    Twenty thousand times are no text for a conversation: the file stays where it was sent to, and
    is read again for its "yes".
    """

    file: str
    """By which it can be had again."""
    digest: str
    """Of its content."""

    @property
    def mark(self) -> int:
        """Tells this sheet from others, in what a button can carry; never 0."""
        return mark(_written(self))


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """What a sheet would do, and the mark of what waits for a "yes"."""

    post: Post
    imported: Imported
    mark: int


@dataclass(frozen=True, slots=True)
class SheetTaken:
    """What a sheet did."""

    post: Post
    imported: Imported


@dataclass(frozen=True, slots=True)
class TimeThere:
    """A stored time as it is given out: without anybody's name."""

    doctor: Doctor
    starts_at: datetime
    ends_at: datetime
    """Both on the clinic's wall."""
    there: There
    visit: str | None
    """The number of our visit, if a family has it."""
    reference: str
    """How the other system names who has it."""
    reasons: frozenset[Reason]


@dataclass(frozen=True, slots=True)
class _Work:
    """A doctor on the way to a plan."""

    listed: ListedDoctor
    known: Doctor | None
    written: Sequence[str]
    told: Sequence[Told]
    skipped: Sequence[Conflict]
    days: frozenset[date]


def _quiet(_done: int, _of: int) -> None:
    """Tells nobody."""


class Imports:
    """Reconciles a clinic's times with those of its other system.

    At the command line for whoever has the machine; in the chat for the registry, which is checked
    every time.
    """

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def times(self, clinic_id: ClinicId) -> list[TimeThere]:
        """The times ahead as far as they are kept, by doctor and start; nobody is named."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            doctors = await tx.clinics.doctors(clinic_id)
            clinic = await tx.clinics.get(clinic_id)
            until = midnight(_today(clinic, now) + timedelta(days=clinic.horizon_days + 2), clinic)
            stored = await tx.imports.stored([doctor.id for doctor in doctors], now, now, until)
        return [
            _given_out(slot, doctor)
            for doctor in doctors
            for slot in stored.get(doctor.id, ())
            if slot.stretch.starts_at >= now and _is_shown(slot)
        ]

    @use_case
    async def preview(
        self, clinic_id: ClinicId, doctors: Sequence[ListedDoctor], progress: Progress = _quiet
    ) -> Imported:
        """What `apply` would do just now; nothing is written.

        Raises:
            NotFound, SeveralDoctors, RoomNeeded: as `apply` would.
        """
        async with self._transactions.reads() as tx:
            return await self._plan(tx, clinic_id, doctors, progress)

    @use_case
    async def apply(
        self, clinic_id: ClinicId, doctors: Sequence[ListedDoctor], progress: Progress = _quiet
    ) -> Imported:
        """Let the stored times of these doctors agree with a sheet's, on the days that it names.

        All days that the sheet names count for all its doctors: one who has no row on a day has no
        times there. What families have, or are looking at, stays and is listed where the two
        disagree; so does what the clinic closed by hand. What has begun stays, too. Doing the same
        again changes nothing.

        Args:
            doctors: each name once; by initials is one of the clinic's doctors meant, if any is.
            progress: hears how many slots are written, and of how many.

        Raises:
            NotFound: there is no such clinic.
            SeveralDoctors: of a name the clinic has several, or of these initials.
            RoomNeeded: a doctor is new, and the sheet does not say where they receive.
        """
        async with self._transactions.writes() as tx:
            return await self._carry_out(tx, clinic_id, doctors, progress)

    # In the chat

    @use_case
    async def propose(
        self,
        person: PersonId,
        post_id: PostId,
        sheet: SentSheet,
        doctors: Sequence[ListedDoctor],
        progress: Progress = _quiet,
    ) -> SheetPreview:
        """Look at what a sheet does, and have it wait for a "yes"; it replaces what was asked.

        Raises:
            NotFound: not of the registry.
            SeveralDoctors, RoomNeeded: as `apply` would; then nothing waits.
        """
        async with self._transactions.reads() as tx:  # planning takes a while: nobody waits for it
            post = await post_of(tx, person, post_id, REGISTRY)
            imported = await self._plan(tx, post.clinic.id, doctors, progress)
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, REGISTRY)
            if not tx.replay:
                await tx.conversations.ask(person, _waiting(post, sheet, self._clock()))
        return SheetPreview(post, imported, sheet.mark)

    @use_case
    async def sent(self, person: PersonId, post_id: PostId, mark: int) -> SentSheet:
        """The sheet that waits for its "yes", to be read again.

        Raises:
            NotFound: not of the registry.
            DraftReplaced: it was taken over already, or something else was asked since.
        """
        async with self._transactions.reads() as tx:
            _, sheet = await _sent(tx, person, post_id, mark)
            return sheet

    @use_case
    async def take_over(
        self,
        person: PersonId,
        post_id: PostId,
        mark: int,
        digest: str,
        doctors: Sequence[ListedDoctor],
        progress: Progress = _quiet,
    ) -> SheetTaken:
        """Take over the sheet that was looked at, once: as `apply`, all or nothing.

        Args:
            digest: of what these doctors were read from.

        Raises:
            NotFound: not of the registry.
            DraftReplaced: it was taken over already, or something else was asked since.
            SheetGone: this is not what was looked at.
            SeveralDoctors, RoomNeeded: as `apply`.
        """
        async with self._transactions.writes(person) as tx:
            post, sheet = await _sent(tx, person, post_id, mark)
            if digest != sheet.digest:
                raise SheetGone
            await tx.conversations.close(person)
            return SheetTaken(post, await self._carry_out(tx, post.clinic.id, doctors, progress))

    async def _carry_out(
        self,
        tx: Transaction,
        clinic_id: ClinicId,
        doctors: Sequence[ListedDoctor],
        progress: Progress,
    ) -> Imported:
        planned = await self._plan(tx, clinic_id, doctors, _quiet, lock=True)
        known = known_doctors(
            await tx.clinics.doctors(clinic_id), [each.name for each in planned.doctors]
        )
        total = sum(each.plan.size for each in planned.doctors)
        done = 0
        for each in planned.doctors:
            doctor = await _taken_in(tx, planned.clinic, each, known.get(name_key(each.name)))
            for part in each.plan.parts(_AT_ONCE):
                await tx.imports.carry_out(doctor, part, self._clock())
                done += part.size
                progress(done, total)
        return planned

    async def _plan(
        self,
        tx: Transaction,
        clinic_id: ClinicId,
        doctors: Sequence[ListedDoctor],
        progress: Progress,
        *,
        lock: bool = False,
    ) -> Imported:
        now = self._clock()
        present = await tx.clinics.doctors(clinic_id, lock=lock)
        clinic = await tx.clinics.get(clinic_id)
        works = [_begin(each, clinic, now) for each in _meant(doctors, present)]
        days = frozenset[date]().union(*(work.days for work in works))
        stored = await self._stored(tx, works, days, clinic, now, lock=lock)
        total, done = sum(len(each.times) for each in doctors), 0
        found = []
        for work in works:
            given = await self._given(tx, work.known, days, clinic)
            slots = stored.get(work.known.id, []) if work.known else []
            plan = await asyncio.to_thread(_plan_of, work, slots, given, days, now)
            found.append(_import_of(work, plan))
            done += len(work.listed.times)
            progress(done, total)
        return Imported(
            clinic=clinic,
            doctors=found,
            untouched=[each for each in present if each not in [work.known for work in works]],
            first=min(days, default=None),
            last=max(days, default=None),
            begun=total - sum(len(work.told) + len(work.skipped) for work in works),
        )

    async def _stored(
        self,
        tx: Transaction,
        works: Iterable[_Work],
        days: frozenset[date],
        clinic: Clinic,
        now: datetime,
        *,
        lock: bool,
    ) -> Mapping[DoctorId, list[Known]]:
        whose = [work.known.id for work in works if work.known]
        if not (days and whose):
            return {}
        first = midnight(min(days), clinic)
        until = midnight(max(days) + timedelta(days=1), clinic)
        return await tx.imports.stored(whose, now, first, until, lock=lock)

    async def _given(
        self, tx: Transaction, doctor: Doctor | None, days: frozenset[date], clinic: Clinic
    ) -> Given:
        """What the doctor's own rules give on these days."""
        if not (doctor and days):
            return {}
        schedule = await tx.schedules.of(doctor, min(days))
        found = await asyncio.to_thread(
            openings, schedule, clinic.zone, min(days) - timedelta(days=1), max(days)
        )
        return {opening.stretch: opening.reasons for opening in found}


async def _sent(
    tx: Transaction, person: PersonId, post_id: PostId, mark: int
) -> tuple[Post, SentSheet]:
    """The sheet that a button was made for. Raises `NotFound`, `DraftReplaced`."""
    post = await post_of(tx, person, post_id, REGISTRY)
    asked = await tx.conversations.of(person)
    if asked and asked.asked is Asked.TIMES and asked.post_id == post_id:
        sheet = SentSheet(*json.loads(asked.topic))
        if sheet.mark == mark:
            return post, sheet
    raise DraftReplaced


def _waiting(post: Post, sheet: SentSheet, now: datetime) -> Conversation:
    return Conversation(Asked.TIMES, post.clinic.id, now, post_id=post.id, topic=_written(sheet))


def _written(sheet: SentSheet) -> str:
    return json.dumps([sheet.file, sheet.digest])


def _today(clinic: Clinic, now: datetime) -> date:
    return now.astimezone(clinic.zone).date()


@dataclass(slots=True)
class _Meant:
    """Whom the sheet means, perhaps under several names."""

    listed: ListedDoctor
    known: Doctor | None
    written: list[str]

    def add(self, listed: ListedDoctor) -> None:
        rooms = list(dict.fromkeys([*self.listed.rooms, *listed.rooms]))
        times = [*self.listed.times, *listed.times]
        self.listed = ListedDoctor(self.listed.name, rooms, times)


def _meant(doctors: Sequence[ListedDoctor], present: Sequence[Doctor]) -> list[_Meant]:
    known = known_doctors(present, [each.name for each in doctors])
    found: dict[DoctorId | str, _Meant] = {}
    for listed in doctors:
        key = name_key(listed.name)
        doctor = known.get(key) or _by_initials(listed.name, present)
        meant = found.get(doctor.id if doctor else key)
        if meant is None:
            meant = found[doctor.id if doctor else key] = _Meant(listed, doctor, [])
        else:
            meant.add(listed)
        if doctor and key != name_key(doctor.name):
            meant.written.append(listed.name)
    return list(found.values())


def _by_initials(name: str, present: Sequence[Doctor]) -> Doctor | None:
    found = [doctor for doctor in present if may_be(name, doctor.name)]
    if len(found) > 1:
        raise SeveralDoctors(name)
    return found[0] if found else None


def may_be(one: str, other: str) -> bool:
    """Whether one of the names is the other with initials: "Петрова А. С."."""
    (family, *given), (other_family, *other_given) = _words_of(one), _words_of(other)
    pairs = list(zip(given, other_given, strict=False))
    return (
        family == other_family
        and any(len(mine) != len(theirs) for mine, theirs in pairs)
        and all(
            mine == theirs or (1 in (len(mine), len(theirs)) and mine[0] == theirs[0])
            for mine, theirs in pairs
        )
    )


def _words_of(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", name.casefold().replace("ё", "е")) or [""]


def _begin(meant: _Meant, clinic: Clinic, now: datetime) -> _Work:
    told, skipped, days = [], [], set()
    for time in meant.listed.times:
        starts_at = instant_of(time.starts, clinic.zone)
        if starts_at is None:
            about = time.starts.replace(tzinfo=clinic.zone)
            stretch = Stretch(about, about + time.length)
            skipped.append(Conflict(ConflictKind.NO_SUCH_TIME, stretch))
        elif starts_at >= now:
            stretch = Stretch(starts_at, starts_at + time.length)
            told.append(Told(stretch, time.there, time.reference, time.reasons))
            days.add(time.starts.date())
    return _Work(meant.listed, meant.known, meant.written, told, skipped, frozenset(days))


def _plan_of(
    work: _Work, slots: Sequence[Known], given: Given, days: frozenset[date], now: datetime
) -> Plan:
    ahead = [slot for slot in slots if slot.day in days and slot.stretch.starts_at >= now]
    around = [slot for slot in slots if not (slot.day in days and slot.stretch.starts_at >= now)]
    plan = reconcile(ahead, work.told, given, around)
    return replace(plan, conflicts=[*work.skipped, *plan.conflicts])


def _import_of(work: _Work, plan: Plan) -> DoctorImport:
    rooms = work.listed.rooms
    if work.known is None:
        if not rooms:
            raise RoomNeeded(work.listed.name)
        return DoctorImport(work.listed.name, rooms[0], plan, new=True, rooms=_several(rooms))
    before = work.known.room
    room = rooms[0] if len(rooms) == 1 else before
    return DoctorImport(
        work.known.name,
        room,
        plan,
        room_before=before if room != before else None,
        rooms=_several(rooms),
        written=work.written,
    )


def _several(rooms: Sequence[str]) -> Sequence[str]:
    return rooms if len(rooms) > 1 else ()


async def _taken_in(
    tx: Transaction, clinic: Clinic, planned: DoctorImport, known: Doctor | None
) -> Doctor:
    if known is None:
        return await tx.clinics.add_doctor(clinic, planned.name, planned.room)
    if planned.room != known.room:
        await tx.clinics.set_room(known.id, planned.room)
    return known


# Giving out


def _is_shown(slot: Known) -> bool:
    """Whether it is anything to anybody: open, somebody's, or closed by the clinic's hand."""
    if slot.visit or slot.taking:
        return True
    return slot.source is not Source.OTHER and not slot.withdrawn


def _given_out(slot: Known, doctor: Doctor) -> TimeThere:
    zone = doctor.clinic.zone
    taking = slot.taking
    return TimeThere(
        doctor,
        slot.stretch.starts_at.astimezone(zone),
        slot.stretch.ends_at.astimezone(zone),
        _state_of(slot),
        slot.visit,
        taking.reference if taking and taking.taker is Taker.ELSEWHERE else "",
        slot.reasons,
    )


def _state_of(slot: Known) -> There:
    if slot.visit or slot.taking:
        return There.TAKEN
    return There.FREE if slot.open else There.CLOSED
