"""How full the weeks ahead are: a picture with a caption, a sheet, lines for a terminal."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.documents.pictures.values import Cell, Chart, Week
from bot.documents.sheets.grids import Written, make_csv
from bot.flows.common.parts import with_initials
from bot.flows.desk.day import taps as day_taps
from bot.flows.desk.occupancy import taps
from bot.telegram.screen import Button, Document, Picture
from bot.words import Markup, _, day, days_between, say, weekdays
from services.desk.occupancy import DAYS_COUNTED, Load
from services.model.clinic import Doctor
from services.model.ids import PostId
from services.model.slots import DayLoad
from services.model.visits import IllStep

WEEK = timedelta(days=7)
LEGIBLE_ROWS = 32
"""Of a picture on a phone: Telegram makes a higher one smaller."""
MOST_DOCTORS = 200
"""In a picture, which may be twenty times as high as it is wide."""


def picture(found: Load, post_id: PostId, drawn: bytes) -> Picture:
    """The picture, and below it in words what it comes to."""
    lines = [
        say(_("📊 <b>Load, {days}</b>"), days=days_between(found.first, found.last)),
        say("{line}", line=_total(found)),
        *(say("{line}", line=line) for line in [*_fullest(found), *_kept(found), *_left(found)]),
        *([] if _is_whole(found) else [say(_("Not all of it is on the picture: see the sheet."))]),
        Markup(),
        say("⏱ {line}", line=_norm(found)),
        *(say("🤒 {line}", line=line) for line in _ill(found)),
    ]
    month = [Button(_("The month in one picture"), taps.Month(post_id=post_id))]
    rows = [
        [Button(_("As a sheet (XLSX)"), taps.LoadSheet(post_id=post_id))],
        *([month] if found.has_month else []),
        [Button(_("Desk"), day_taps.Desk(post_id=post_id))],
    ]
    return Picture(_file_name(found, "png"), drawn, Markup("\n").join(lines), rows)


def sheet(found: Load, workbook: bytes) -> Document:
    """The same as numbers that can be added up."""
    caption = say(_("Load, {days}"), days=days_between(found.first, found.last))
    return Document(_file_name(found, "xlsx"), workbook, caption)


def _file_name(found: Load, kind: str) -> str:
    return f"load-{found.clinic.code}-{found.first.isoformat()}.{kind}"


def in_words(found: Load) -> list[str]:
    """A line for each day on which somebody receives, and what it comes to."""
    days = [f"{day(on)}: {who}" for on in found.dates if (who := _on_day(found, on))]
    return [
        f"{found.clinic.name}, {days_between(found.first, found.last)}",
        *days,
        _total(found),
        *_fullest(found),
        *_kept(found),
        *_left(found),
        _norm(found),
        *_ill(found),
    ]


def _on_day(found: Load, on: date) -> str:
    return ", ".join(
        f"{with_initials(doctor.name)} {_in_short(full)}"
        for doctor in found.doctors
        if (full := found.days.get((doctor.id, on)))
    )


def _in_short(full: DayLoad) -> str:
    if full.closed:
        return _closed(full)
    return f"{full.taken}/{full.all}" + (f" 🔒{full.kept}" if full.kept else "")


def _closed(full: DayLoad) -> str:
    """That nobody is received then, and what stands there all the same."""
    if not full.taken:
        return _("closed")
    words = _("closed, {n} visit is left", "closed, {n} visits are left", full.taken)
    return words.format(n=full.taken)


def _total(found: Load) -> str:
    if not found.open:
        return _("There are no times on these days.")
    return _("Taken: {taken} of {open}, {percent} %.").format(
        taken=found.taken, open=found.open, percent=_percent(found.taken, found.open)
    )


def _fullest(found: Load) -> list[str]:
    if found.fullest is None:
        return []
    doctor_id, on = found.fullest
    full = found.days[found.fullest]
    doctor = next(doctor for doctor in found.doctors if doctor.id == doctor_id)
    words = _("Fullest: {day}, {doctor}: {taken} of {open}.")
    name = with_initials(doctor.name)
    return [words.format(day=day(on), doctor=name, taken=full.taken, open=full.all)]


def _kept(found: Load) -> list[str]:
    """What is free, and not to everybody yet."""
    if not found.kept:
        return []
    n = found.kept
    words = _("Kept until their hour: {n} free time.", "Kept until their hour: {n} free times.", n)
    return [words.format(n=n)]


def _left(found: Load) -> list[str]:
    """What counts nowhere above, and is to be seen to."""
    if not found.left:
        return []
    words = _(
        "{n} visit is left on closed days.", "{n} visits are left on closed days.", found.left
    )
    return [words.format(n=found.left)]


def _norm(found: Load) -> str:
    """For how many children a time was asked for lately, and for how many there was one."""
    children = sum(asked.children for asked in found.asked)
    late = sum(asked.late for asked in found.asked)
    if not children:
        words = _("In the last {days} days nobody asked for a time.")
    elif not late:
        words = _(
            "Asked for a time in the last {days} days: {children} (a child counts once a day). "
            "There was one within 24 hours every time."
        )
    else:
        words = _(
            "Asked for a time in the last {days} days: {children} (a child counts once a day). "
            "There was one within 24 hours for {in_time}, there was none for {late}."
        )
    return words.format(days=DAYS_COUNTED, children=children, in_time=children - late, late=late)


def _ill(found: Load) -> list[str]:
    """How often it was said lately that a child is ill, and what was done then. Who called, nobody
    here knows."""
    if not found.ill_in_all(IllStep.SAID):
        return []
    words = _(
        "Said “ill” in the last {days} days: {said}. Then: times for ill children {time}, another "
        "day {later}, time given back {given_back}."
    )
    return [
        words.format(
            days=DAYS_COUNTED,
            said=found.ill_in_all(IllStep.SAID),
            time=found.ill_in_all(IllStep.TIME),
            later=found.ill_in_all(IllStep.LATER),
            given_back=found.ill_in_all(IllStep.GIVEN_BACK),
        )
    ]


def _percent(taken: int, of: int) -> int:
    """Rounded down: it is full when all is taken."""
    return 100 * taken // of


# The picture


def chart(found: Load) -> Chart:
    """What is to be drawn: as many whole weeks as can be read."""
    mondays = _mondays(found)[: _weeks_shown(found)]
    until = min(found.last, mondays[-1] + WEEK - timedelta(days=1))
    doctors = found.doctors[:MOST_DOCTORS]
    return Chart(
        found.clinic.name,
        f"{_('Load')}, {days_between(found.first, until)}",
        [with_initials(doctor.name) for doctor in doctors],
        [_week(found, doctors, monday) for monday in mondays],
        _("Share of times taken"),
        _("no reception"),
        _("closed"),
        _("+3: free, kept until their hour") if found.kept else "",
    )


def _is_whole(found: Load) -> bool:
    return len(_mondays(found)) <= _weeks_shown(found) and len(found.doctors) <= MOST_DOCTORS


def _mondays(found: Load) -> list[date]:
    return sorted({on - timedelta(days=on.weekday()) for on in found.dates})


def _weeks_shown(found: Load) -> int:
    """Each has a row for every doctor, and headings that are as high as two."""
    return max(1, LEGIBLE_ROWS // (len(found.doctors) + 2))


def _week(found: Load, doctors: Sequence[Doctor], monday: date) -> Week:
    days = [monday + timedelta(days=number) for number in range(7)]
    return Week(
        days_between(days[0], days[-1]),
        [f"{weekday} {on.day}" for weekday, on in zip(weekdays(), days, strict=True)],
        [[_cell(found, doctor, on) for on in days] for doctor in doctors],
    )


def _cell(found: Load, doctor: Doctor, on: date) -> Cell | None:
    if not found.first <= on <= found.last:
        return None
    full = found.days.get((doctor.id, on))
    return Cell(full.taken, full.all, full.closed, full.kept) if full else Cell()


# The sheet


def workbook(found: Load) -> bytes:
    """The load, and on a second sheet the norm day by day."""
    from bot.documents.sheets import workbooks  # their library takes its time to be loaded

    return workbooks.make(
        {
            _("Load"): workbooks.Page(_of_days(found), [12, 6, 36, 10, 9, 9, 11, 11, 26]),
            _("24 hours"): workbooks.Page(_of_norm(found), [12, 22, 22, 22]),
        }
    )


def table(found: Load) -> bytes:
    """The load alone, as CSV."""
    return make_csv(_of_days(found))


def _of_days(found: Load) -> list[Sequence[Written]]:
    heading = [
        _("Date"),
        _("Day"),
        _("Doctor"),
        _("Room"),
        _("Times"),
        _("Taken"),
        _("Free"),
        _("Taken, %"),
        _("Remark"),
    ]
    rows = [
        _row(doctor, on, full)
        for on in found.dates
        for doctor in found.doctors
        if (full := found.days.get((doctor.id, on)))
    ]
    return [heading, *rows]


def _row(doctor: Doctor, on: date, full: DayLoad) -> list[Written]:
    """A day; of a closed one no numbers, which somebody would add up."""
    whose: list[Written] = [on, weekdays()[on.weekday()], doctor.name, doctor.room]
    if full.closed:
        return [*whose, "", "", "", "", _closed(full)]
    return [*whose, full.all, full.taken, full.free, _percent(full.taken, full.all), *_remark(full)]


def _remark(full: DayLoad) -> list[Written]:
    return [_("kept: {n}").format(n=full.kept)] if full.kept else []


def _of_norm(found: Load) -> list[Sequence[Written]]:
    heading = [_("Date"), _("Children asked for"), _("Time within 24 hours"), _("No such time")]
    rows: list[list[Written]] = [
        [asked.day, asked.children, asked.in_time, asked.late] for asked in found.asked
    ]
    return [heading, *rows]
