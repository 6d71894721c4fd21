"""What a clinic is told about the sheet of its timetable, and what such a sheet says.

Plain text, a line each: for a terminal, for a file, or to be escaped where it meets HTML.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.documents.sheets.tables import Column
from bot.documents.sheets.timetable import WEEK, Reading
from bot.documents.sheets.timetable_written import COLUMNS, Words
from bot.flows.common.kinds import kind_name
from bot.flows.common.parts import told_of
from bot.flows.common.reserved import every_kept, hours_kept
from bot.flows.schedule.hours.lines import week_in_words
from bot.flows.schedule.sheets.sheet_words import (
    about_examples,
    about_reasons,
    not_read,
    only,
    untouched,
    who,
)
from bot.words import _, long_date
from services.model.reserved.times import ReservedFor
from services.model.settings.visit_kinds import VisitKind
from services.schedule.timetables import DoctorChange, TimetableOutcome


def planned(outcome: TimetableOutcome, reading: Reading, since: date, today: date) -> list[str]:
    """What the sheet would do, doctor by doctor, before anybody agreed to it."""
    until = today + timedelta(days=outcome.clinic.horizon_days + 1)
    counted = _("Counted are times up to {day}; later ones appear day by day.")
    return [
        _("{clinic}, from {day}:").format(clinic=outcome.clinic.name, day=long_date(since)),
        *_changes(outcome, _("create {created}, close {closed}")),
        counted.format(day=long_date(until)),
        _("How they receive then:"),
        *(
            f"  {each.name}: {week_in_words(each.rules, each.since, outcome.clinic.kinds)}"
            for each in reading.timetables
        ),
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
        doctor = change.doctor
        said = who(doctor.name, doctor.room, change.room_before, new=change.new)
        yield f"  {said}: {_what(change, counts)}"
        yield from _otherwise(change)
    for change in outcome.substitutes:
        name = _("{doctor} (substitutes)").format(doctor=change.doctor.name)
        yield f"  {name}: {_what(change, counts)}"
    yield from untouched(outcome.untouched)
    if told := sum(change.told for change in outcome.listed):
        yield told_of(told)
    if any(change.affected for change in [*outcome.listed, *outcome.substitutes]):
        yield _(
            "Visits that are affected stay booked, outside the new hours: agree on another time "
            "with these families."
        )


def _otherwise(change: DoctorChange) -> Iterator[str]:
    """Whom the sheet means where it writes a name otherwise."""
    for written in change.written:
        words = _("“{written}” in the sheet is {doctor}.")
        yield "  " + words.format(written=written, doctor=change.doctor.name)


def _what(change: DoctorChange, counts: str) -> str:
    if not (change.created or change.closed or change.affected):
        return _("no time changes")
    said = counts.format(created=change.created, closed=change.closed)
    if not change.affected:
        return said
    affected = _("{n} visit affected", "{n} visits affected", change.affected)
    return f"{said}, {affected.format(n=change.affected)}"


def remarks(reading: Reading) -> Iterator[str]:
    """What whoever made the sheet may not expect."""
    for name, rows in reading.joined.items():
        words = _("Rows {rows} are one doctor: {doctor}.")
        yield words.format(rows=", ".join(map(str, rows)), doctor=name)
    yield from not_read(reading.ignored)


def sheet_words(kinds: Sequence[VisitKind]) -> Words:
    """The words of a sheet in the reader's language."""
    return Words(
        title=_("Timetable"),
        columns=only(COLUMNS),
        reasons={kind.key: kind_name(kind) for kind in kinds},
        even=_("even"),
        odd=_("odd"),
        day_off=_("day off"),
        kept=every_kept(),
        how_to_title=_("How to fill it in"),
        how_to=_how_to(kinds),
        examples=_examples(),
    )


def _how_to(kinds: Sequence[VisitKind]) -> list[str]:
    return [
        _("A row is a doctor. The order of the columns and what stands above them are free."),
        about_examples(),
        _("Hours: 8:00–14:00, with a break 8:00–11:00, 15:00–18:00. No visits: “day off”."),
        _("Even and odd days count from Monday to Friday. A filled-in weekday goes before them."),
        _("Even and odd days of one weekday: “even 8:00–14:00; odd 14:00–20:00”."),
        _("Minutes per visit: a number, such as 15."),
        about_reasons(kinds),
        _("To keep hours for some children, write there: “{kept}”.").format(
            kept=hours_kept(ReservedFor.INFANTS)
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
