"""What a clinic is told about the sheet of its timetable, and what such a sheet says.

Plain text, a line each: for a terminal, for a file, or to be escaped where it meets HTML.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.documents.sheets.grids import MOST_BYTES, MOST_COLUMNS, BadFile, FileTrouble
from bot.documents.sheets.timetable import WEEK, Column, Problem, Reading, Trouble
from bot.documents.sheets.timetable_written import Words
from bot.flows.common.parts import reason
from bot.words import _, capital, long_date, weekdays
from services.model.clinic import Doctor, Reason
from services.schedule.timetables import DoctorChange, TimetableOutcome


def planned(outcome: TimetableOutcome, reading: Reading, since: date, today: date) -> list[str]:
    """What the sheet would do, doctor by doctor, before anybody agreed to it."""
    until = today + timedelta(days=outcome.clinic.horizon_days + 1)
    counted = _("Counted are times up to {day}; later ones appear day by day.")
    return [
        _("{clinic}, from {day}:").format(clinic=outcome.clinic.name, day=long_date(since)),
        *_changes(outcome, _("create {created}, close {closed}")),
        counted.format(day=long_date(until)),
        *remarks(reading),
    ]


def done(outcome: TimetableOutcome) -> list[str]:
    """What the sheet did."""
    return [
        _("The timetable is taken over."),
        *_changes(outcome, _("created {created}, closed {closed}")),
    ]


def _changes(outcome: TimetableOutcome, counts: str) -> Iterator[str]:
    for change in outcome.listed:
        yield f"  {_who(change)}: {_what(change, counts)}"
    for change in outcome.substitutes:
        name = _("{doctor} (substitutes)").format(doctor=change.doctor.name)
        yield f"  {name}: {_what(change, counts)}"
    if outcome.untouched:
        yield _("Not in the sheet, stay as they are: {names}.").format(
            names=_names(outcome.untouched)
        )
    if any(change.affected for change in [*outcome.listed, *outcome.substitutes]):
        yield _(
            "Visits that are affected stay booked, outside the new hours: agree on another time "
            "with these families."
        )


def _who(change: DoctorChange) -> str:
    doctor = _("{doctor}, room\u00a0{room}").format(
        doctor=change.doctor.name, room=change.doctor.room
    )
    if change.new:
        return _("{doctor} (new)").format(doctor=doctor)
    if change.room_before is not None:
        return _("{doctor} (was in room {room})").format(doctor=doctor, room=change.room_before)
    return doctor


def _what(change: DoctorChange, counts: str) -> str:
    if not (change.created or change.closed or change.affected):
        return _("no time changes")
    said = counts.format(created=change.created, closed=change.closed)
    if not change.affected:
        return said
    affected = _("{n} visit affected", "{n} visits affected", change.affected)
    return f"{said}, {affected.format(n=change.affected)}"


def _names(doctors: Sequence[Doctor]) -> str:
    return ", ".join(doctor.name for doctor in doctors)


def remarks(reading: Reading) -> Iterator[str]:
    """What whoever made the sheet may not expect."""
    for name, rows in reading.joined.items():
        words = _("Rows {rows} are one doctor: {doctor}.")
        yield words.format(rows=", ".join(map(str, rows)), doctor=name)
    if reading.ignored:
        names = ", ".join(_("“{name}”").format(name=name) for name in reading.ignored)
        yield _("Columns that were not read: {names}.").format(names=names)


def ask() -> str:
    """What is asked before the schedule is changed."""
    return _("Change the schedule? [y/N]")


def unchanged() -> str:
    return _("Nothing was changed.")


def file_trouble(bad: BadFile) -> str:
    """Why a file was not read at all."""
    return {
        FileTrouble.TOO_LARGE: _("The file is larger than {megabytes} MB, or holds too much."),
        FileTrouble.TOO_MANY_ROWS: _("There are more than {rows} rows in the sheet."),
        FileTrouble.TOO_MANY_COLUMNS: _("There are more than {columns} columns in the sheet."),
        FileTrouble.OLD_EXCEL: _(
            "This is a workbook of an old Excel (.xls). Please save it as .xlsx."
        ),
        FileTrouble.NOT_A_SHEET: _("This is no sheet that can be read: .xlsx or .csv is wanted."),
    }[bad.trouble].format(megabytes=MOST_BYTES // 1024**2, rows=bad.most_rows, columns=MOST_COLUMNS)


def problem(found: Problem) -> str:
    """What is wrong with the sheet, and where."""
    words = _reason_of(found).format(value=found.value, column=_column_named(found.column))
    if found.row is None:
        return words
    if not found.heading:
        return _("Row {row}: {problem}").format(row=found.row, problem=words)
    place = _("Row {row}, column “{heading}”: {problem}")
    return place.format(row=found.row, heading=found.heading, problem=words)


def _column_named(column: Column | None) -> str:
    return "" if column is None else _headings()[column]


def _reason_of(found: Problem) -> str:
    return {
        Trouble.NO_HEADING: _(
            "There is no schedule in the file: a row of headings is wanted, with “Doctor” and "
            "“Mon” to “Sun” or “Even” and “Odd”; or, a row for each time, with “Doctor”, “Date” "
            "and “Start”."
        ),
        Trouble.SEVERAL_TABLES: _(
            "Several sheets of the file hold a timetable: leave one, or hide the others."
        ),
        Trouble.NO_COLUMN: _("there is no column “{column}”."),
        Trouble.COLUMN_TWICE: _("the column is there twice."),
        Trouble.NO_DOCTORS: _("There is no doctor in the timetable."),
        Trouble.NO_NAME: _("whose hours are these? The doctor's name is missing."),
        Trouble.BAD_NAME: _("“{value}” is not a name."),
        Trouble.NO_ROOM: _("the room is missing."),
        Trouble.OTHER_ROOM: _("room “{value}”, but the doctor is in another one in a row above."),
        Trouble.TOO_LONG: _("the text is too long: “{value}…”"),
        Trouble.BAD_MINUTES: _("“{value}” is not how many minutes a visit takes: 15, for example."),
        Trouble.BAD_HOURS: _("“{value}” is not hours: 8:00–14:00, for example, or “day off”."),
        Trouble.NO_SUCH_TIME: _("“{value}”: a day has no such time."),
        Trouble.BACKWARDS: _(
            "“{value}”: these hours end before they begin, or run into each other."
        ),
        Trouble.HOURS_ARE_A_DATE: _(
            "the spreadsheet made the date {value} of the hours. Please make the cell a text and "
            "write 8:00–12:00."
        ),
        Trouble.NO_VISIT_FITS: _("“{value}”: these hours are shorter than one visit."),
        Trouble.NO_HOURS: _(
            "{value} has no hours. Please write “day off” if the doctor does not receive."
        ),
        Trouble.EVERY_DAY_OFF: _("“{value}”, but every day from Monday to Friday says otherwise."),
        Trouble.BAD_REASON: _("“{value}” is no kind of visit that is known here."),
        Trouble.BAD_DATE: _("“{value}” is not a date: 01.12.2026, for example."),
        Trouble.ENDS_BEFORE_IT_BEGINS: _("{value} is before the first day."),
        Trouble.OVER: _("{value} is over when the sheet begins to count. Please drop the row."),
        Trouble.FORMULA: _("there is a formula. Please write its value instead."),
        Trouble.ERROR: _("there is an error of the spreadsheet instead of a value."),
    }[found.trouble]


def sheet_words() -> Words:
    """The words of a sheet in the reader's language."""
    return Words(
        title=_("Timetable"),
        columns=_headings(),
        reasons={each: reason(each) for each in Reason},
        even=_("even"),
        odd=_("odd"),
        day_off=_("day off"),
        how_to_title=_("How to fill it in"),
        how_to=_how_to(),
        examples=_examples(),
    )


def _headings() -> dict[Column, str]:
    days = dict(zip(WEEK, map(capital, weekdays()), strict=True))
    return days | {
        Column.DOCTOR: _("Doctor"),
        Column.ROOM: _("Room"),
        Column.MINUTES: _("Minutes per visit"),
        Column.EVEN: _("Even days"),
        Column.ODD: _("Odd days"),
        Column.REASONS: _("For what"),
        Column.FROM: _("From what day"),
        Column.UNTIL: _("Until what day"),
    }


def _how_to() -> list[str]:
    return [
        _("A row is a doctor. The order of the columns and what stands above them are free."),
        _("Rows whose doctor begins with “Example” are not read: delete them or leave them."),
        _("Hours: 8:00–14:00, with a break 8:00–11:00, 15:00–18:00. No visits: “day off”."),
        _("Even and odd days count from Monday to Friday. A filled-in weekday goes before them."),
        _("Even and odd days of one weekday: “even 8:00–14:00; odd 14:00–20:00”."),
        _("Minutes per visit: a number, such as 15."),
        _("For what: empty is anything; otherwise a kind of visit: {reasons}.").format(
            reasons=", ".join(reason(each) for each in Reason)
        ),
        _("From and until what day: empty is from the import on, until further notice."),
        _("A doctor can have several rows: with visits of another length, or for infants."),
        _("Doctors who are not in the sheet stay as they are. Booked visits stay in any case."),
    ]


def _examples() -> list[dict[Column, str]]:
    monday, tuesday, wednesday, thursday, friday, saturday, _sunday = WEEK
    morning = dict.fromkeys((monday, wednesday, friday), "8:00–14:00")
    evening = dict.fromkeys((tuesday, thursday), "14:00–20:00")
    return [
        {
            Column.DOCTOR: _("Example: even and odd days, with a break"),
            Column.ROOM: "12",
            Column.MINUTES: "15",
            Column.EVEN: "8:00–11:00, 11:20–14:00",
            Column.ODD: "14:00–20:00",
            saturday: "9:00–12:00",
        },
        {
            Column.DOCTOR: _("Example: weekdays"),
            Column.ROOM: "14",
            Column.MINUTES: "20",
            **morning,
            **evening,
            saturday: _("day off"),
        },
    ]
