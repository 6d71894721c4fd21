"""What a clinic is told about a sheet of any kind, and what any sheet says.

Plain text, a line each: for a terminal, for a file, or to be escaped where it meets HTML.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.documents.sheets.grids import MOST_BYTES, MOST_COLUMNS, BadFile, FileTrouble
from bot.documents.sheets.rows import Problem, Trouble
from bot.documents.sheets.slot_rows import LONGEST_VISIT
from bot.documents.sheets.tables import Column
from bot.documents.sheets.timetable import WEEK
from bot.flows.common.kinds import kind_name
from bot.words import _, capital, weekdays
from services.model.clinic import Doctor
from services.model.settings.visit_kinds import VisitKind

MOST_TOLD = 50
"""Problems that are told one by one; of the others only the rows."""


def ask() -> str:
    """What is asked before the schedule is changed."""
    return _("Change the schedule? [y/N]")


def unchanged() -> str:
    return _("Nothing was changed.")


def file_trouble(bad: BadFile) -> str:
    """Why a file was not read at all."""
    return {
        FileTrouble.TOO_LARGE: _("The file is larger than {megabytes} MB."),
        FileTrouble.TOO_MUCH: _(
            "This file holds far more than a schedule. Please copy the table alone into a new "
            "workbook and send that."
        ),
        FileTrouble.TOO_MANY_ROWS: _("There are more than {rows} rows in the sheet."),
        FileTrouble.TOO_MANY_COLUMNS: _("There are more than {columns} columns in the sheet."),
        FileTrouble.OLD_EXCEL: _(
            "This is a workbook of an old Excel (.xls). Please save it as .xlsx."
        ),
        FileTrouble.NOT_A_SHEET: _("This is no sheet that can be read: .xlsx or .csv is wanted."),
    }[bad.trouble].format(megabytes=MOST_BYTES // 1024**2, rows=bad.most_rows, columns=MOST_COLUMNS)


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
    column = "" if found.column is None else headings()[found.column]
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
        Trouble.NO_HEADING: _(
            "There is no schedule in the file: a row of headings is wanted, with “Doctor” and "
            "“Mon” to “Sun” or “Even” and “Odd”; or, a row for each time, with “Doctor”, “Date” "
            "and “Start”."
        ),
        Trouble.SEVERAL_TABLES: _(
            "Several sheets of the file hold a schedule: leave one, or hide the others."
        ),
        Trouble.NO_COLUMN: _("there is no column “{column}”."),
        Trouble.NO_STATE: _("there is no column that says what is free: “State”."),
        Trouble.NO_END: _("there is no column “End”, and none with the length in minutes."),
        Trouble.COLUMN_TWICE: _("another column says the same."),
        Trouble.NO_ROWS: _("Below the headings there is no doctor."),
        Trouble.NO_NAME: _("whose row is this? The doctor's name is missing."),
        Trouble.BAD_NAME: _("“{value}” is not a name."),
        Trouble.NO_ROOM: _("the room is missing."),
        Trouble.OTHER_ROOM: _("room “{value}”, but the doctor is in another one in a row above."),
        Trouble.TOO_LONG: _("the text is too long: “{value}…”"),
        Trouble.BAD_LENGTH: _("“{value}” is not how many minutes a visit takes: 15, for example."),
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
        Trouble.TOO_FAR: _("{value} is more than a year ahead. Is the year right?"),
        Trouble.ENDS_BEFORE_IT_BEGINS: _("{value} is before the first day."),
        Trouble.OVER: _("{value} is over when the sheet begins to count. Please drop the row."),
        Trouble.BAD_TIME: _("“{value}” is not a time: 9:15, for example."),
        Trouble.BAD_STRETCH: _(
            "“{value}”: the time ends before it begins, or takes more than {hours} hours."
        ),
        Trouble.BAD_STATE: _("this state is not known: “free”, “taken” or “closed” is wanted."),
        Trouble.YES_OR_NO: _(
            "“{value}” does not say what. Please call the column “Taken” or “Free”."
        ),
        Trouble.NOTHING_SAID: _("free or not? Please write 1 or 0."),
        Trouble.BAD_REFERENCE: _("this is not a number. Nobody's name belongs here."),
        Trouble.FORMULA: _("there is a formula. Please write its value instead."),
        Trouble.ERROR: _("there is an error of the spreadsheet instead of a value."),
    }[trouble]


def who(name: str, room: str, room_before: str | None, *, new: bool) -> str:
    """A doctor of the sheet, and what becomes another one."""
    doctor = _("{doctor}, room\u00a0{room}").format(doctor=name, room=room)
    if new:
        return _("{doctor} (new)").format(doctor=doctor)
    if room_before is not None:
        return _("{doctor} (was in room {room})").format(doctor=doctor, room=room_before)
    return doctor


def untouched(doctors: Sequence[Doctor]) -> Iterator[str]:
    """Who is not in the sheet."""
    if doctors:
        names = ", ".join(doctor.name for doctor in doctors)
        yield _("Not in the sheet, stay as they are: {names}.").format(names=names)


def not_read(headings: Sequence[str]) -> Iterator[str]:
    """Columns that mean nothing here."""
    if headings:
        names = ", ".join(_("“{name}”").format(name=name) for name in headings)
        yield _("Columns that were not read: {names}.").format(names=names)


# The sheet itself


def headings() -> dict[Column, str]:
    """What stands above the columns."""
    days = dict(zip(WEEK, map(capital, weekdays()), strict=True))
    return days | {
        Column.DOCTOR: _("Doctor"),
        Column.DATE: _("Date"),
        Column.START: _("Start"),
        Column.END: _("End"),
        Column.STATE: _("State"),
        Column.TAKEN: _("Taken"),
        Column.FREE: _("Free"),
        Column.ROOM: _("Room"),
        Column.MINUTES: _("Minutes per visit"),
        Column.REFERENCE: _("Booking number"),
        Column.EVEN: _("Even days"),
        Column.ODD: _("Odd days"),
        Column.REASONS: _("For what"),
        Column.FROM: _("From what day"),
        Column.UNTIL: _("Until what day"),
    }


def only(columns: Sequence[Column]) -> dict[Column, str]:
    """What stands above these columns."""
    named = headings()
    return {column: named[column] for column in columns}


def about_examples() -> str:
    """That they are none."""
    return _("Rows whose doctor begins with “Example” are not read: delete them or leave them.")


def about_reasons(kinds: Sequence[VisitKind]) -> str:
    """How it is said what a row is for."""
    return _("For what: empty is anything; otherwise a kind of visit: {reasons}.").format(
        reasons=", ".join(kind_name(kind) for kind in kinds if not kind.hidden)
    )
