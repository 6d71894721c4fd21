"""What a clinic is told about a sheet with a row for each time, and what such a sheet says.

Plain text, a line each: for a terminal, for a file, or to be escaped where it meets HTML.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from bot.documents.sheets.slot_rows import Reading
from bot.documents.sheets.slot_rows_written import COLUMNS, Words
from bot.documents.sheets.tables import Column
from bot.flows.common.kinds import kind_name, too_long_in_words
from bot.flows.common.parts import told_of
from bot.flows.common.reserved import every_kept, hours_kept
from bot.flows.schedule.sheets.sheet_words import (
    about_examples,
    about_reasons,
    not_read,
    only,
    untouched,
    who,
)
from bot.words import _, clock, day, long_date
from services.model.clinic import Clinic
from services.model.reserved.times import ReservedFor
from services.model.settings.visit_kinds import Reason, VisitKind
from services.model.slot_sync import Conflict, ConflictKind, There
from services.model.slots import Stretch
from services.rules.eligibility.kinds import too_long_for
from services.schedule.listed_times import DoctorImport, Imported


@dataclass(frozen=True, slots=True)
class Room:
    """How many lines there is room for."""

    doctors: int
    conflicts: int
    """The others come up once these are settled."""
    remarks: int
    hours: int
    """Of days as the sheet gives them."""
    left_open: int
    """Of days on which more stays open than the sheet gives."""


_DAYS_IN_A_LINE = 3

AT_A_TERMINAL = Room(doctors=1000, conflicts=100, remarks=1000, hours=1000, left_open=1000)


def planned(imported: Imported, reading: Reading, room: Room = AT_A_TERMINAL) -> list[str]:
    """What the sheet would do, doctor by doctor, before anybody agreed to it."""
    said = (
        _("create {n}"),
        _("take {n}"),
        _("release {n}"),
        _("close {n}"),
        _("keep {n} in reserve"),
        _("take {n} out of reserve"),
    )
    return [
        _heading(imported),
        *_changes(imported, said, room),
        *_first(_hours(imported), room.hours),
        *_left_open(imported, room),
        *_conflicts(imported, room),
        *islice(_remarks(imported, reading), room.remarks),
    ]


def done(imported: Imported, room: Room = AT_A_TERMINAL) -> list[str]:
    """What the sheet did."""
    said = (
        _("created {n}"),
        _("taken {n}"),
        _("released {n}"),
        _("closed {n}"),
        _("kept {n} in reserve"),
        _("took {n} out of reserve"),
    )
    return [
        _("The times are taken over."),
        *_changes(imported, said, room),
        *_conflicts(imported, room),
    ]


def progress(done: int, of: int) -> str:
    """How far it is."""
    return _("Times: {done} of {of}").format(done=done, of=of)


def _heading(imported: Imported) -> str:
    if imported.first is None or imported.last is None:
        words = _("{clinic}: there is no time ahead in the sheet.")
        return words.format(clinic=imported.clinic.name)
    words = _("{clinic}, {first}:")
    if imported.last > imported.first:
        words = _("{clinic}, from {first} to {last}:")
    return words.format(
        clinic=imported.clinic.name,
        first=long_date(imported.first),
        last=long_date(imported.last),
    )


def _changes(imported: Imported, said: Sequence[str], room: Room) -> Iterator[str]:
    for each in imported.doctors[: room.doctors]:
        doctor = who(each.name, each.room, each.room_before, new=each.new)
        yield f"  {doctor}: {_counted([each], said)}"
    if (more := len(imported.doctors) - room.doctors) > 0:
        yield "  " + _("and {n} more").format(n=more)
    if len(imported.doctors) > 1:
        yield _("In all: {changes}.").format(changes=_counted(imported.doctors, said))
    if told := sum(each.told for each in imported.doctors):
        yield told_of(told)
    yield from untouched(imported.untouched)


def _counted(doctors: Sequence[DoctorImport], said: Sequence[str]) -> str:
    """ "create 240, take 31; 3 disagreements": what is none is not said."""
    plans = [each.plan for each in doctors]
    named = [whom for each in doctors for whom in each.keeps.values()]
    numbers = (
        sum(plan.created for plan in plans),
        sum(plan.taken for plan in plans),
        sum(plan.released for plan in plans),
        sum(plan.closed for plan in plans),
        sum(whom is not None for whom in named),
        sum(whom is None for whom in named),
    )
    changes = [words.format(n=n) for words, n in zip(said, numbers, strict=True) if n]
    parts = [", ".join(changes) or _("no time changes")]
    if conflicts := sum(len(plan.conflicts) for plan in plans):
        words = _("{n} disagreement", "{n} disagreements", conflicts)
        parts.append(words.format(n=conflicts))
    return "; ".join(parts)


def _hours(imported: Imported) -> list[str]:
    return [
        f"  {each.name}, {words}"
        for each in imported.doctors
        for words in _by_hours(each.gives, imported.clinic)
    ]


def _left_open(imported: Imported, room: Room) -> Iterator[str]:
    lines = [
        f"  {each.name}, {words}"
        for each in imported.doctors
        for words in _by_hours(each.left_open, imported.clinic)
    ]
    if lines:
        yield _("Not in the sheet, and stays open by the doctor's own hours:")
        yield from _first(lines, room.left_open)


def _by_hours(stretches: Sequence[Stretch], clinic: Clinic) -> Iterator[str]:
    """Days of the same hours in a line: "24 ноября, 25 ноября: 9:00–12:00"."""
    days: dict[date, list[str]] = {}
    for each in stretches:
        begins, ends = clinic.wall(each.starts_at), clinic.wall(each.ends_at)
        days.setdefault(begins.date(), []).append(f"{clock(begins)}–{clock(ends)}")
    alike: dict[str, list[date]] = {}
    for when, hours in days.items():
        alike.setdefault(", ".join(hours), []).append(when)
    for words, those in alike.items():
        named = ", ".join(day(each) for each in those[:_DAYS_IN_A_LINE])
        if (more := len(those) - _DAYS_IN_A_LINE) > 0:
            named += " " + _("and {n} more").format(n=more)
        yield f"{named}: {words}"


def _first(lines: Sequence[str], most: int) -> Iterator[str]:
    yield from lines[:most]
    if (more := len(lines) - most) > 0:
        yield "  " + _("and {n} more").format(n=more)


def _conflicts(imported: Imported, room: Room) -> Iterator[str]:
    found = imported.conflicts
    if not found:
        return
    yield _("To be settled by hand; here these times stay as they are:")
    for name, conflict in found[: room.conflicts]:
        starts_at = imported.clinic.wall(conflict.stretch.starts_at)
        yield f"  {name}, {day(starts_at)}, {clock(starts_at)}: {_disagreement(conflict)}"
    if (more := len(found) - room.conflicts) > 0:
        yield "  " + _("and {n} more").format(n=more)


def _disagreement(conflict: Conflict) -> str:
    if conflict.visit is None:
        return {
            ConflictKind.TAKEN_THERE: _("taken there, and a family is booking it here just now"),
            ConflictKind.CLOSED_THERE: _("closed there, and a family is booking it here just now"),
            ConflictKind.NOT_THERE: _("not there, and a family is booking it here just now"),
            ConflictKind.CLOSED_HERE: _("free there, and closed here by hand"),
            ConflictKind.OVERLAPS: _("free there, and overlaps another time"),
            ConflictKind.NO_SUCH_TIME: _("the clock skips this time"),
        }[conflict.kind]
    return {
        ConflictKind.TAKEN_THERE: _("taken there, and ours is visit No. {number}"),
        ConflictKind.CLOSED_THERE: _("closed there, and ours is visit No. {number}"),
        ConflictKind.NOT_THERE: _("not there, and ours is visit No. {number}"),
        ConflictKind.OVERLAPS: _("free there, and overlaps our visit No. {number}"),
    }[conflict.kind].format(number=conflict.visit)


def _remarks(imported: Imported, reading: Reading) -> Iterator[str]:
    times = (
        (each.length, each.reasons or ())
        for doctor in reading.doctors
        for each in doctor.times
        if each.there is There.FREE
    )
    yield from map(too_long_in_words, too_long_for(times, imported.clinic.kinds))
    for each in imported.doctors:
        for written in each.written:
            words = _("“{written}” in the sheet is {doctor}.")
            yield words.format(written=written, doctor=each.name)
        if each.rooms:
            words = _("{doctor}: the sheet names several rooms ({rooms}); room {room} counts.")
            yield words.format(doctor=each.name, rooms=", ".join(each.rooms), room=each.room)
    if past := reading.past + imported.begun:
        words = _(
            "{n} row is over and was passed by.", "{n} rows are over and were passed by.", past
        )
        yield words.format(n=past)
    yield from not_read(reading.ignored)


# The sheet itself


def sheet_words(kinds: Sequence[VisitKind]) -> Words:
    """The words of a sheet in the reader's language."""
    return Words(
        title=_("Doctors' times"),
        columns=only(COLUMNS),
        states=_states(),
        reasons={kind.key: kind_name(kind) for kind in kinds},
        kept=every_kept(),
        how_to_title=_("How to fill it in"),
        how_to=_how_to(kinds),
        examples=_examples(kinds),
    )


def _states() -> dict[There, str]:
    return {There.FREE: _("free"), There.TAKEN: _("taken"), There.CLOSED: _("closed")}


def _how_to(kinds: Sequence[VisitKind]) -> list[str]:
    return [
        _("A row is a time. The order of the columns and what stands above them are free."),
        about_examples(),
        _("Date: 26.11.2026. Start and end: 9:15; instead of the end a column “Minutes” will do."),
        _("State: “free”, “taken” or “closed”; empty is free. Or a column “Taken” with 1 and 0."),
        _("Booking number: how your system names who has the time; of our own visits “No. 1001”."),
        _("Names and phones of patients are not needed: such columns are not read."),
        about_reasons(kinds),
        _("To keep a time for some children, write there: “{kept}”.").format(
            kept=hours_kept(ReservedFor.DISTRICT)
        ),
        _("On the days of the sheet its doctors have these times, and no other imported ones."),
        _("Booked visits stay in any case: where the two disagree, the times are listed."),
    ]


def _examples(kinds: Sequence[VisitKind]) -> list[dict[Column, str]]:
    common = {Column.DATE: "26.11.2026", Column.ROOM: "12"}
    states = _states()
    infants = next(kind_name(kind) for kind in kinds if kind.key == Reason.INFANT_DAY)
    return [
        {
            **common,
            Column.DOCTOR: _("Example: a free time"),
            Column.START: "9:00",
            Column.END: "9:15",
            Column.STATE: states[There.FREE],
        },
        {
            **common,
            Column.DOCTOR: _("Example: somebody has it"),
            Column.START: "9:15",
            Column.END: "9:30",
            Column.STATE: states[There.TAKEN],
            Column.REFERENCE: "A-4821",
        },
        {
            **common,
            Column.DOCTOR: _("Example: infants only"),
            Column.START: "9:30",
            Column.END: "9:45",
            Column.STATE: states[There.FREE],
            Column.REASONS: infants,
        },
    ]
