"""The times of a clinic's doctors as its other system has them: taken over, and given out."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.access.asking import ask, drafted
from services.access.posts import post_of
from services.model.access import REGISTRY, Post
from services.model.clinic import Clinic, Doctor
from services.model.conversations import SheetWaiting
from services.model.ids import ClinicId, DoctorId, PersonId, PostId
from services.model.refusals.schedule import SheetGone
from services.model.slot_sync import Given, Known
from services.model.slots import Opening
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.slots import openings
from services.rules.typed.texts import draft_mark
from services.runtime.use_case import use_case
from services.schedule.listed_times import (
    DoctorImport,
    Imported,
    ListedDoctor,
    SheetPreview,
    SheetTaken,
    TimeThere,
    Work,
    begin_work,
    given_out,
    import_of,
    is_shown,
    left_open,
    meant_by,
    named_by,
    plan_of_work,
)
from services.schedule.reserving import reserve
from services.schedule.rooms import set_room, told_of_room

Progress = Callable[[int, int], None]
"""Is told how much is done, and of how much."""

_AT_ONCE = 500
"""Slots that are written between two words about the progress."""


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
            until = clinic.at(clinic.today(now) + timedelta(days=clinic.horizon_days + 2))
            stored = await tx.imports.stored([doctor.id for doctor in doctors], now, now, until)
        return [
            given_out(slot, doctor)
            for doctor in doctors
            for slot in stored.get(doctor.id, ())
            if slot.stretch.starts_at >= now and is_shown(slot)
        ]

    @use_case
    async def preview(
        self, clinic_id: ClinicId, doctors: Sequence[ListedDoctor], progress: Progress = _quiet
    ) -> Imported:
        """What `apply` would do just now; nothing is written.

        Raises:
            NotFound, SeveralDoctors, DoctorUnclear, RoomNeeded: as `apply` would.
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
            doctors: each name once; those that mean one doctor count together.
            progress: hears how many slots are written, and of how many.

        Raises:
            NotFound: there is no such clinic.
            SeveralDoctors: of a name the clinic has several.
            DoctorUnclear: whom a name means has to be asked.
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
        sheet: SheetWaiting,
        doctors: Sequence[ListedDoctor],
        progress: Progress = _quiet,
    ) -> SheetPreview:
        """Look at what a sheet does, and have it wait for a "yes"; it replaces what was asked.

        Raises:
            NotFound: not of the registry.
            SeveralDoctors, DoctorUnclear, RoomNeeded: as `apply` would; then nothing waits.
        """
        async with self._transactions.reads() as tx:  # planning takes a while: nobody waits for it
            post = await post_of(tx, person, post_id, REGISTRY)
            imported = await self._plan(tx, post.clinic.id, doctors, progress)
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, REGISTRY)
            await ask(tx, post, sheet, self._clock())
        return SheetPreview(post, imported, draft_mark(sheet))

    @use_case
    async def sent(self, person: PersonId, post_id: PostId, mark: int) -> SheetWaiting:
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
            SeveralDoctors, DoctorUnclear, RoomNeeded: as `apply`.
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
        total = sum(each.plan.size for each in planned.doctors)
        done = 0
        for each in planned.doctors:
            doctor = await _taken_in(tx, planned.clinic, each, self._clock())
            for part in each.plan.parts(_AT_ONCE):
                await tx.imports.carry_out(doctor, part, self._clock())
                done += part.size
                progress(done, total)
            await tx.reservations.name(doctor.id, each.keeps)
            await reserve(tx, doctor, self._clock(), wanted=await self._hours(tx, doctor))
        return planned

    async def _hours(self, tx: Transaction, doctor: Doctor) -> Sequence[Opening]:
        """What the doctor's own rules give from today on."""
        today = doctor.clinic.today(self._clock())
        last = today + timedelta(days=doctor.clinic.horizon_days + 1)
        schedule = await tx.schedules.of(doctor, today)
        return await asyncio.to_thread(openings, schedule, doctor.clinic.zone, today, last)

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
        absent = await _absent(tx, clinic, now)
        works = [
            begin_work(
                meant, listed, clinic, absent.get(meant.known.id, ()) if meant.known else (), now
            )
            for meant, listed in meant_by(doctors, present)
        ]
        days = frozenset[date]().union(*(work.days for work in works))
        stored = await self._stored(tx, works, days, clinic, now, lock=lock)
        total, done = sum(len(each.times) for each in doctors), 0
        found = []
        for work in works:
            given = await self._given(tx, work.known, days, clinic)
            slots = stored.get(work.known.id, []) if work.known else []
            plan = await asyncio.to_thread(plan_of_work, work, slots, given, days, now)
            left = left_open(work, slots, plan, days, now)
            each = import_of(work, plan, named_by(work, slots, plan), left)
            if work.known and each.room_before is not None:
                told = await told_of_room(tx, work.known, each.room, now)
                each = replace(each, told=told)
            found.append(each)
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
        works: Iterable[Work],
        days: frozenset[date],
        clinic: Clinic,
        now: datetime,
        *,
        lock: bool,
    ) -> Mapping[DoctorId, list[Known]]:
        whose = [work.known.id for work in works if work.known]
        if not (days and whose):
            return {}
        first = clinic.at(min(days))
        until = clinic.at(max(days) + timedelta(days=1))
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


async def _absent(
    tx: Transaction, clinic: Clinic, now: datetime
) -> Mapping[DoctorId, Sequence[tuple[date, date]]]:
    """Days ahead on which doctors turned out not to come."""
    found: dict[DoctorId, list[tuple[date, date]]] = {}
    for each in await tx.absences.since(clinic.id, clinic.today(now)):
        found.setdefault(each.doctor.id, []).append((each.first, each.last))
    return found


async def _sent(
    tx: Transaction, person: PersonId, post_id: PostId, mark: int
) -> tuple[Post, SheetWaiting]:
    """The sheet that a button was made for. Raises `NotFound`, `DraftReplaced`."""
    post = await post_of(tx, person, post_id, REGISTRY)
    return post, await drafted(tx, post, SheetWaiting, mark)


async def _taken_in(
    tx: Transaction, clinic: Clinic, planned: DoctorImport, now: datetime
) -> Doctor:
    known = planned.known
    if known is None:
        return await tx.clinics.add_doctor(clinic, planned.name, planned.room)
    if planned.room != known.room:
        await set_room(tx, known, planned.room, now)
    return known
