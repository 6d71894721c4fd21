"""Times as a sheet lists them, and what such a sheet does to a clinic's own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from services.model.access import Post
from services.model.clinic import Clinic, Doctor
from services.model.refusals.schedule import RoomNeeded
from services.model.reserved.times import ReservedFor
from services.model.settings.visit_kinds import KindKey
from services.model.slot_sync import Conflict, ConflictKind, Given, Known, Plan, Source, There, Told
from services.model.slots import Stretch, Taker
from services.rules.slot_sync import reconcile
from services.rules.slots import instant_of
from services.schedule.doctors_meant import Meant, Written, doctors_meant


@dataclass(frozen=True, slots=True)
class ListedTime:
    """A time on the clinic's wall, as a sheet lists it."""

    starts: datetime
    """Without a zone: the clinic's wall is meant."""
    length: timedelta
    there: There
    reference: str = ""
    reasons: frozenset[KindKey] | None = None
    """None: the sheet says nothing about that, nor for whom it is kept."""
    kept_for: ReservedFor | None = None


@dataclass(frozen=True, slots=True)
class ListedDoctor:
    """A doctor and the times that a sheet lists."""

    name: str
    rooms: Sequence[str]
    """Every room that is named, in order; none: as it was."""
    times: Sequence[ListedTime]
    rows: Sequence[int] = field(default=(), compare=False)
    """The first row that names the doctor so, where it is known."""


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
    told: int = 0
    """How many visits ahead have families who are told of another room."""
    written: Sequence[str] = ()
    """How the sheet calls the doctor otherwise, such as by initials."""
    known: Doctor | None = None
    """As the clinic had the doctor before."""
    gives: Sequence[Stretch] = ()
    """When the sheet has the doctor receive, in order; adjacent times are one."""
    keeps: Mapping[Stretch, ReservedFor | None] = field(default_factory=dict)
    """For whom the sheet names times, where they were named otherwise; None: for nobody."""
    left_open: Sequence[Stretch] = ()
    """What stays open on the sheet's days by the doctor's own rules, and stands in no row."""


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
            each.plan.size or each.keeps or each.new or each.room_before is not None
            for each in self.doctors
        )


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
    reasons: frozenset[KindKey]
    named_for: ReservedFor | None = None
    """For whom a sheet said that it is kept."""


@dataclass(frozen=True, slots=True)
class Work:
    """A doctor on the way to a plan."""

    listed: ListedDoctor
    known: Doctor | None
    written: Sequence[str]
    told: Sequence[Told]
    skipped: Sequence[Conflict]
    days: frozenset[date]


def meant_by(
    doctors: Sequence[ListedDoctor], present: Sequence[Doctor]
) -> list[tuple[Meant[Doctor], ListedDoctor]]:
    """Whom a sheet means, and all that it says of them. Raises `SeveralDoctors`, `DoctorUnclear`.

    What it says under several names counts together."""
    found = doctors_meant([Written(each.name, each.rows) for each in doctors], present)
    return [(meant, _as_one(meant, [doctors[place] for place in meant.places])) for meant in found]


def _as_one(meant: Meant[Doctor], listed: Sequence[ListedDoctor]) -> ListedDoctor:
    rooms = dict.fromkeys(room for each in listed for room in each.rooms)
    return ListedDoctor(meant.name, list(rooms), [time for each in listed for time in each.times])


def begin_work(
    meant: Meant[Doctor],
    listed: ListedDoctor,
    clinic: Clinic,
    absent: Sequence[tuple[date, date]],
    now: datetime,
) -> Work:
    """What a sheet says of one doctor's times.

    Args:
        absent: first and last days on which the doctor turned out not to come: what is free there
            is closed here, whenever the sheet was made.
    """
    told, skipped, days = [], [], set()
    for time in listed.times:
        starts_at = instant_of(time.starts, clinic.zone)
        if starts_at is None:
            about = time.starts.replace(tzinfo=clinic.zone)
            stretch = Stretch(about, about + time.length)
            skipped.append(Conflict(ConflictKind.NO_SUCH_TIME, stretch))
        elif starts_at >= now:
            stretch, day = Stretch(starts_at, starts_at + time.length), time.starts.date()
            days.add(day)
            if time.there is There.FREE and any(first <= day <= last for first, last in absent):
                skipped.append(Conflict(ConflictKind.CLOSED_HERE, stretch))
            else:
                told.append(Told(stretch, time.there, time.reference, time.reasons, time.kept_for))
    return Work(listed, meant.known, meant.otherwise, told, skipped, frozenset(days))


def plan_of_work(
    work: Work, slots: Sequence[Known], given: Given, days: frozenset[date], now: datetime
) -> Plan:
    ahead = [slot for slot in slots if slot.day in days and slot.stretch.starts_at >= now]
    around = [slot for slot in slots if not (slot.day in days and slot.stretch.starts_at >= now)]
    plan = reconcile(ahead, work.told, given, around)
    return replace(plan, conflicts=[*work.skipped, *plan.conflicts])


def named_by(work: Work, slots: Sequence[Known], plan: Plan) -> dict[Stretch, ReservedFor | None]:
    """For whom the sheet names what is free there and stored after the plan, as far as it was named
    otherwise."""
    before = {each.stretch: None for each in plan.add} | {
        slot.stretch: slot.named_for for slot in slots
    }
    return {
        each.stretch: each.kept_for
        for each in work.told
        if each.there is There.FREE and each.reasons is not None
        if each.stretch in before and each.kept_for is not before[each.stretch]
    }


def left_open(
    work: Work, slots: Sequence[Known], plan: Plan, days: frozenset[date], now: datetime
) -> list[Stretch]:
    """What the rules give on the sheet's days beside its rows, and can be had after the plan."""
    listed = {each.stretch for each in work.told}
    gone = {*plan.withdraw, *(slot_id for slot_id, _ in plan.take)}
    again = {each.id for each in plan.open}
    return joined(
        slot.stretch
        for slot in slots
        if slot.day in days
        and slot.stretch.starts_at >= now
        and slot.source is Source.SCHEDULE
        and not slot.claimed
        and slot.stretch not in listed
        and (slot.id in again or (slot.open and slot.id not in gone))
    )


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order, without seams: what touches or overlaps is one."""
    found: list[Stretch] = []
    for each in sorted(stretches, key=lambda each: each.starts_at):
        if found and each.starts_at <= found[-1].ends_at:
            found[-1] = Stretch(found[-1].starts_at, max(found[-1].ends_at, each.ends_at))
        else:
            found.append(each)
    return found


def import_of(
    work: Work,
    plan: Plan,
    keeps: Mapping[Stretch, ReservedFor | None],
    left: Sequence[Stretch] = (),
) -> DoctorImport:
    gives = joined(each.stretch for each in work.told if each.there is not There.CLOSED)
    rooms = work.listed.rooms
    if work.known is None:
        if not rooms:
            raise RoomNeeded(work.listed.name)
        return DoctorImport(
            work.listed.name,
            rooms[0],
            plan,
            new=True,
            rooms=_several(rooms),
            written=work.written,
            gives=gives,
            keeps=keeps,
        )
    before = work.known.room
    room = rooms[0] if len(rooms) == 1 else before
    return DoctorImport(
        work.known.name,
        room,
        plan,
        room_before=before if room != before else None,
        rooms=_several(rooms),
        written=work.written,
        known=work.known,
        gives=gives,
        keeps=keeps,
        left_open=left,
    )


def _several(rooms: Sequence[str]) -> Sequence[str]:
    return rooms if len(rooms) > 1 else ()


# Giving out


def is_shown(slot: Known) -> bool:
    """Whether it is anything to anybody: open, somebody's, or closed by the clinic's hand."""
    if slot.visit or slot.taking:
        return True
    return slot.source is not Source.OTHER and not slot.withdrawn


def given_out(slot: Known, doctor: Doctor) -> TimeThere:
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
        slot.named_for,
    )


def _state_of(slot: Known) -> There:
    if slot.visit or slot.taking:
        return There.TAKEN
    return There.FREE if slot.open else There.CLOSED
