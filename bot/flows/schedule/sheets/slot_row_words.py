"""What a clinic is told about a sheet with a row for each time, and what such a sheet says.

Plain text, a line each: for a terminal, for a file, or to be escaped where it meets HTML.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from bot.documents.sheets.slot_rows import LONGEST_VISIT, Column, Problem, Reading, Trouble
from bot.documents.sheets.slot_rows_written import Words
from bot.flows.common.parts import reason
from bot.words import _, clock, day, long_date
from services.model.clinic import Reason
from services.model.slot_sync import Conflict, ConflictKind, There
from services.schedule.listed_times import DoctorImport, Imported

MOST_TOLD = 50
"""Problems that are told one by one; of the others only the rows."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many lines there is room for."""

    doctors: int
    conflicts: int
    """The others come up once these are settled."""
    remarks: int


AT_A_TERMINAL = Room(doctors=1000, conflicts=100, remarks=1000)


def planned(imported: Imported, reading: Reading, room: Room = AT_A_TERMINAL) -> list[str]:
    """What the sheet would do, doctor by doctor, before anybody agreed to it."""
    said = (
        _("create {n}"),
        _("take {n}"),
        _("release {n}"),
        _("close {n}"),
    )
    return [
        _heading(imported),
        *_changes(imported, said, room),
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
        yield f"  {_who(each)}: {_counted([each], said)}"
    if (more := len(imported.doctors) - room.doctors) > 0:
        yield "  " + _("and {n} more").format(n=more)
    if len(imported.doctors) > 1:
        yield _("In all: {changes}.").format(changes=_counted(imported.doctors, said))
    if imported.untouched:
        yield _("Not in the sheet, stay as they are: {names}.").format(
            names=", ".join(doctor.name for doctor in imported.untouched)
        )


def _who(each: DoctorImport) -> str:
    doctor = _("{doctor}, room\u00a0{room}").format(doctor=each.name, room=each.room)
    if each.new:
        return _("{doctor} (new)").format(doctor=doctor)
    if each.room_before is not None:
        return _("{doctor} (was in room {room})").format(doctor=doctor, room=each.room_before)
    return doctor


def _counted(doctors: Sequence[DoctorImport], said: Sequence[str]) -> str:
    """ "create 240, take 31; 3 disagreements": what is none is not said."""
    plans = [each.plan for each in doctors]
    numbers = (
        sum(plan.created for plan in plans),
        sum(plan.taken for plan in plans),
        sum(plan.released for plan in plans),
        sum(plan.closed for plan in plans),
    )
    changes = [words.format(n=n) for words, n in zip(said, numbers, strict=True) if n]
    parts = [", ".join(changes) or _("no time changes")]
    if conflicts := sum(len(plan.conflicts) for plan in plans):
        words = _("{n} disagreement", "{n} disagreements", conflicts)
        parts.append(words.format(n=conflicts))
    return "; ".join(parts)


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
    if reading.ignored:
        names = ", ".join(_("“{name}”").format(name=name) for name in reading.ignored)
        yield _("Columns that were not read: {names}.").format(names=names)


# What is wrong


def problems(found: Sequence[Problem], most: int = MOST_TOLD) -> list[str]:
    """What is wrong with the sheet, and where: the first of it in full, of the rest the rows."""
    told = [_problem(each) for each in found[:most]]
    if rest := sorted({each.row for each in found[most:] if each.row is not None}):
        told.append(
            _("There is something wrong in these rows, too: {rows}.").format(rows=_runs(rest))
        )
    return told


def _runs(rows: Sequence[int]) -> str:
    """ "7, 9–20001"."""
    runs = [
        [row for _place, row in run]
        for _key, run in groupby(enumerate(rows), key=lambda placed: placed[1] - placed[0])
    ]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def _problem(found: Problem) -> str:
    column = "" if found.column is None else _headings()[found.column]
    words = _reason_of(found.trouble).format(
        value=found.value, column=column, hours=int(LONGEST_VISIT.total_seconds()) // 3600
    )
    if found.row is None:
        return words
    if not found.heading:
        return _("Row {row}: {problem}").format(row=found.row, problem=words)
    place = _("Row {row}, column “{heading}”: {problem}")
    return place.format(row=found.row, heading=found.heading, problem=words)


def _reason_of(trouble: Trouble) -> str:
    return {
        Trouble.SEVERAL_TABLES: _(
            "Several sheets of the file hold times: leave one, or hide the others."
        ),
        Trouble.NO_COLUMN: _("there is no column “{column}”."),
        Trouble.NO_STATE: _("there is no column that says what is free: “State”."),
        Trouble.NO_END: _("there is no column “End”, and none with the length in minutes."),
        Trouble.COLUMN_TWICE: _("another column says the same."),
        Trouble.NO_ROWS: _("There is no time in the sheet."),
        Trouble.NO_NAME: _("whose time is this? The doctor's name is missing."),
        Trouble.BAD_NAME: _("“{value}” is not a name."),
        Trouble.TOO_LONG: _("the text is too long: “{value}…”"),
        Trouble.BAD_DATE: _("“{value}” is not a date: 01.12.2026, for example."),
        Trouble.TOO_FAR: _("{value} is more than a year ahead. Is the year right?"),
        Trouble.BAD_TIME: _("“{value}” is not a time: 9:15, for example."),
        Trouble.BAD_LENGTH: _("“{value}” is not how many minutes a visit takes: 15, for example."),
        Trouble.BACKWARDS: _(
            "“{value}”: the time ends before it begins, or takes more than {hours} hours."
        ),
        Trouble.BAD_STATE: _("this state is not known: “free”, “taken” or “closed” is wanted."),
        Trouble.YES_OR_NO: _(
            "“{value}” does not say what. Please call the column “Taken” or “Free”."
        ),
        Trouble.NOTHING_SAID: _("free or not? Please write 1 or 0."),
        Trouble.BAD_REFERENCE: _("this is not a number. Nobody's name belongs here."),
        Trouble.BAD_REASON: _("“{value}” is no kind of visit that is known here."),
        Trouble.FORMULA: _("there is a formula. Please write its value instead."),
        Trouble.ERROR: _("there is an error of the spreadsheet instead of a value."),
    }[trouble]


# The sheet itself


def sheet_words() -> Words:
    """The words of a sheet in the reader's language."""
    return Words(
        title=_("Times"),
        columns=_headings(),
        states=_states(),
        reasons={each: reason(each) for each in Reason},
        how_to_title=_("How to fill it in"),
        how_to=_how_to(),
        examples=_examples(),
    )


def _headings() -> dict[Column, str]:
    return {
        Column.DOCTOR: _("Doctor"),
        Column.DATE: _("Date"),
        Column.START: _("Start"),
        Column.END: _("End"),
        Column.MINUTES: _("Minutes"),
        Column.STATE: _("State"),
        Column.TAKEN: _("Taken"),
        Column.FREE: _("Free"),
        Column.ROOM: _("Room"),
        Column.REFERENCE: _("Booking number"),
        Column.REASONS: _("For what"),
    }


def _states() -> dict[There, str]:
    return {There.FREE: _("free"), There.TAKEN: _("taken"), There.CLOSED: _("closed")}


def _how_to() -> list[str]:
    return [
        _("A row is a time. The order of the columns and what stands above them are free."),
        _("Rows whose doctor begins with “Example” are not read: delete them or leave them."),
        _("Date: 26.11.2026. Start and end: 9:15; instead of the end a column “Minutes” will do."),
        _("State: “free”, “taken” or “closed”; empty is free. Or a column “Taken” with 1 and 0."),
        _("Booking number: how your system names who has the time; of our own visits “No. 1001”."),
        _("Names and phones of patients are not needed: such columns are not read."),
        _("For what: empty is anything; otherwise a kind of visit: {reasons}.").format(
            reasons=", ".join(reason(each) for each in Reason)
        ),
        _("On the days of the sheet its doctors have these times, and no other imported ones."),
        _("Booked visits stay in any case: where the two disagree, the times are listed."),
    ]


def _examples() -> list[dict[Column, str]]:
    common = {Column.DATE: "26.11.2026", Column.ROOM: "12"}
    states = _states()
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
            Column.REASONS: reason(Reason.INFANT_DAY),
        },
    ]
