"""What a change of hours does to stored times and visits, and whose hours it concerns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.model.access import Post
from services.model.clinic import Clinic, Doctor
from services.model.ids import DoctorId, SlotId
from services.model.schedule import (
    Closed,
    Deviation,
    DeviationKind,
    HoursChange,
    HoursQuestion,
    Leave,
    NewHours,
    OnLeave,
    OtherHours,
    ScheduleException,
    Sheet,
    Undone,
)
from services.model.slots import Changes
from services.ports.transaction import Transaction
from services.schedule.generation import substitutes_of
from services.schedule.timetables import DoctorChange, whom_they_mean


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to one doctor's stored times."""

    doctor: Doctor
    created: int
    closed: int
    affected: Mapping[date, int]
    """Visits that are outside the hours by this change, by their day. They stay."""
    new: bool = False
    """Whether the clinic did not have the doctor before."""
    room_before: str | None = None
    written: Sequence[str] = ()
    """How a sheet calls the doctor otherwise, such as by initials."""
    told: int = 0
    """How many visits ahead have families who are told of another room."""
    kept: int = 0
    """How many times are kept for some children by it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change does, or did."""

    post: Post
    change: HoursChange
    effects: Sequence[Effect]
    untouched: Sequence[Doctor]
    """Whom a sheet does not name."""
    doctors: Mapping[DoctorId, Doctor]
    """All whom the change speaks of."""
    undone: Deviation | None
    """What is taken back."""
    counted_until: date
    """Later days have no times yet: they will come as the change says."""
    today: date


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do, and the mark of its draft."""

    outcome: Outcome
    question: HoursQuestion | None
    mark: int


def whose_hours(
    change: HoursChange, undone: Deviation | None, everybody: Sequence[Doctor]
) -> list[Doctor]:
    """Whose own hours are changed. Raises `SeveralDoctors`, `DoctorUnclear`: of a sheet's names."""
    match change:
        case OtherHours(doctor_id) | NewHours(doctor_id) | OnLeave(doctor_id):
            return [each for each in everybody if each.id == doctor_id]
        case Sheet(timetables):
            meant = whom_they_mean(timetables, everybody)
            named = {each.known.id for each in meant if each.known}
            return [each for each in everybody if each.id in named]
    if undone and undone.doctor_id:
        return [each for each in everybody if each.id == undone.doctor_id]
    return list(everybody)


async def who_covers_them(
    tx: Transaction, change: HoursChange, named: Sequence[Doctor], now: datetime
) -> list[Doctor]:
    """Who else's hours change with theirs."""
    match change:
        case OnLeave(_, Leave(substitute=substitute)):
            found = [await tx.clinics.doctor(substitute)] if substitute else []
        case NewHours() | Sheet() | Undone(DeviationKind.LEAVE):
            found = await substitutes_of(tx, named, now)
        case _:
            return []
    present = {each.id for each in named}
    return [each for each in found if each.id not in present]


async def write_down(tx: Transaction, clinic: Clinic, change: HoursChange) -> None:
    match change:
        case OtherHours(doctor_id, exception):
            await _forget_hours_on(tx, clinic, doctor_id, exception)
            await tx.schedules.add_exception(doctor_id, exception)
        case NewHours(doctor_id, since, rules):
            await tx.schedules.end_rules(doctor_id, since - timedelta(days=1))
            for rule in rules:
                await tx.schedules.add_rule(doctor_id, rule)
        case OnLeave(doctor_id, leave):
            await tx.schedules.add_leave(doctor_id, leave)
        case Closed(holiday):
            await tx.schedules.add_holiday(clinic.id, holiday)
        case Undone(kind, deviation_id):
            await tx.schedules.remove(kind, deviation_id)


async def _forget_hours_on(
    tx: Transaction, clinic: Clinic, doctor_id: DoctorId, exception: ScheduleException
) -> None:
    """Drop other hours of exactly these days: they would never count again."""
    for each in await tx.schedules.deviations(clinic.id, exception.first):
        same = (each.what.first, each.what.last) == (exception.first, exception.last)
        if each.kind is DeviationKind.HOURS and each.doctor_id == doctor_id and same:
            await tx.schedules.remove(each.kind, each.id)


async def effect_of(
    tx: Transaction, done: DoctorChange, before: Changes | None, now: datetime
) -> Effect:
    """What this change did, and not an earlier one: visits outside the hours are named again by
    every regeneration. One that was outside them already, or was squeezed in beside them, is when
    the doctor does not receive that day at all any more."""
    affected = done.changes.outside - (before.outside if before else frozenset())
    affected |= done.changes.deserted - (before.deserted if before else frozenset())
    await tx.seeing.look_again(affected)
    return Effect(
        done.doctor,
        done.created,
        done.closed,
        await _by_day(tx, done.doctor, affected, now),
        done.new,
        done.room_before,
        done.written,
        done.told,
        done.changes.kept,
    )


async def _by_day(
    tx: Transaction, doctor: Doctor, slots: AbstractSet[SlotId], now: datetime
) -> Mapping[date, int]:
    if not slots:
        return {}
    stored = await tx.slots.stored(doctor.id, now)
    starts = (each.opening.stretch.starts_at for each in stored if each.id in slots)
    return dict(sorted(Counter(doctor.clinic.today(each) for each in starts).items()))
