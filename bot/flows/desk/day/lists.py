"""The day at a glance: how many each doctor has, whom, and the same on paper."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.flows.common.apart import colleagues_apart, told_apart
from bot.flows.common.pages import Page, first_from, minute, page_of, turning
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    LONGEST_IN_LIST,
    around,
    child_with_age,
    doctor_and_room,
    from_to,
    in_rows,
    purpose,
    to_desk,
)
from bot.flows.common.taps import number_of
from bot.flows.desk.attendance import taps as attendance_taps
from bot.flows.desk.booking import taps as desk_booking_taps
from bot.flows.desk.day import taps
from bot.flows.desk.reserved import taps as reserved_taps
from bot.telegram.screen import Button, Document, Screen
from bot.words import Markup, _, capital, clock, long_day, say, shorten
from bot.words import day as day_words
from services.desk.day import Day, DayList
from services.model.access import REGISTRY
from services.model.settings.texts import length
from services.model.slots import GridTime, Slot, Taker
from services.model.visits import Appointment, AppointmentState
from services.rules.reserved.times import is_kept
from services.rules.visit_states import is_unmarked

NAME_ROOM = LONGEST_BUTTON - 5
"""Characters of a doctor's name on a button that has a count, too."""
NOTES_ROOM = 600
"""Characters for all notes in a list of the day."""
LONGEST_NAME = 30
"""Characters of a child's name in a list of the day."""
LONGEST_BESIDE = 7
"""Of a child's name beside a time on a button."""
LONG = 9
"""Characters of a button of which no four fit beside each other."""
ROOM = 20
"""Visits on a page of it."""
MOST_RUNS = 12
"""Stretches of free times that are named."""
STILL_IN = timedelta(minutes=30)
"""Who came so long before now may be in, and stands on the page that is opened."""

Entry = Appointment | GridTime
"""What the list says and opens: a visit, or a time without a name."""


def day(found: Day, page: int = 0) -> Screen:
    """How many visits each doctor has; no child is named, so nothing is taken down."""
    ids = {"post_id": found.post.id, "day": found.day.toordinal()}
    doctors = [doctor for doctor, _count in found.doctors]
    labels = colleagues_apart(doctors, NAME_ROOM)
    named = colleagues_apart(doctors, LONGEST_IN_LIST)
    part = page_of(list(zip(found.doctors, labels, named, strict=True)), page)
    lines = [
        say(
            _("{doctor}: <b>{n} visit</b>", "{doctor}: <b>{n} visits</b>", count),
            doctor=name,
            n=count,
        )
        for (_doctor, count), _label, name in part.shown
    ]
    rows = [
        [Button(f"{label} · {count}", taps.DayList(**ids, doctor_id=doctor.id))]
        for (doctor, count), label, _name in part.shown
    ]
    rows += turning(part, lambda to: taps.Day(**ids, page=to))
    text = Markup("\n").join([say("📅 <b>{day}</b>", day=capital(long_day(found.day))), *lines])
    return Screen(
        text,
        [
            *rows,
            around(
                found.day, timedelta(days=1), lambda day: taps.Day(post_id=found.post.id, day=day)
            ),
            [
                Button(_("Another day"), taps.WorkMonth(post_id=found.post.id)),
                to_desk(found.post.id),
            ],
        ],
    )


def day_list(found: DayList, near: int = 0) -> Screen:
    """The visits of a doctor's day, as they come to the door: the page with this minute of the day,
    or with the present one."""
    heading = say(
        _("📋 <b>{doctor}</b>\n{day}"),
        doctor=doctor_and_room(found.doctor, briefly=True),
        day=capital(long_day(found.day)),
    )
    part = _page_of(found, near)
    lines = [_line(each, found) for each in part.shown]
    empty = [say(_("No visits."))]
    visits = [each for each in part.shown if isinstance(each, Appointment)]
    legend = []
    if any(visit.coming_at for visit in visits):
        legend.append(say(_("👍 the family answered that it comes")))
    if any(visit.awaits_system for visit in visits):
        legend.append(say(_("⏳ waits for the clinic's system: no booking yet")))
    if any(visit.is_pending and not visit.awaits_system for visit in visits):
        legend.append(say(_("⏳ waits for the doctor's word: no booking yet")))
    if any(visit.child.id in found.not_in_bot for visit in visits):
        legend.append(say(_("📵 the family is not in the bot")))
    free = [say(_("Free: {times}"), times=runs_of(found.free))] if found.free else []
    free += _kept(found)
    buttons = _told_apart([(each, button) for each in part.shown if (button := _open(each, found))])
    ids = {"post_id": found.post.id, "doctor_id": found.doctor.id, "day": found.day.toordinal()}
    sheet = [Button(_("Sheet to print"), taps.DaySheet(**ids))]
    if found.is_today:
        late = attendance_taps.AskLate(post_id=found.post.id, doctor_id=found.doctor.id)
        label = _("I am late") if found.post.doctor else _("The doctor is late")
        sheet.append(Button(label, late))
    back = taps.Day(post_id=found.post.id, day=found.day.toordinal())
    month = taps.WorkMonth(
        post_id=found.post.id, doctor_id=found.doctor.id, month=number_of(found.day)
    )
    return Screen(
        Markup("\n\n").join([heading, Markup("\n").join(lines or empty), *free, *legend]),
        [
            *in_rows(buttons, 4 if all(length(button.text) < LONG for button in buttons) else 3),
            *turning(part, lambda to: taps.DayList(**ids, page=_minute(part.on(to)[0])), _from_to),
            sheet,
            *_open_kept(found),
            around(found.day, timedelta(days=1), lambda day: taps.DayList(**ids | {"day": day})),
            [Button(_("Another day"), month)],
            [Button(_("Back"), back), to_desk(found.post.id)],
        ],
    )


def _kept(found: DayList) -> list[Markup]:
    """What of it not everybody can have yet."""
    kept = [slot for slot in found.free if is_kept(slot, found.now)]
    return [say(_("🔒 kept of it: {times}"), times=runs_of(kept))] if kept else []


def _open_kept(found: DayList) -> list[list[Button]]:
    n = sum(is_kept(slot, found.now) for slot in found.free)
    if not n or found.post.role not in REGISTRY:
        return []
    tap = reserved_taps.KeptOfDay(
        post_id=found.post.id, doctor_id=found.doctor.id, day=found.day.toordinal()
    )
    return [[Button(_("🔒 Kept times: {n}").format(n=n), tap)]]


def _told_apart(entries: Sequence[tuple[Entry, Button]]) -> list[Button]:
    """By the time; where several have one, by the child's name too, or by the visit's number."""

    def named(entry: tuple[Entry, Button]) -> str:
        each, button = entry
        if not isinstance(each, Appointment):
            return button.text
        return f"{button.text} {shorten(each.child.name, LONGEST_BESIDE)}"

    def numbered(entry: tuple[Entry, Button]) -> str:
        each, button = entry
        if not isinstance(each, Appointment):
            return button.text
        return f"{button.text} №\u00a0{each.number}"

    labels = told_apart(entries, lambda entry: entry[1].text, named, numbered)
    return [
        replace(button, text=label) for (_each, button), label in zip(entries, labels, strict=True)
    ]


def runs_of(free: Sequence[Slot]) -> str:
    """ "9:15, 10:00–11:30 (6)": times that follow each other as one, and of many the first."""
    runs: list[list[Slot]] = []
    for slot in free:
        if runs and runs[-1][-1].stretch.ends_at == slot.starts_at:
            runs[-1].append(slot)
        else:
            runs.append([slot])
    said = ", ".join(_run(run) for run in runs[:MOST_RUNS])
    return said if len(runs) <= MOST_RUNS else said + "…"


def _run(run: Sequence[Slot]) -> str:
    if len(run) == 1:
        return clock(run[0].local_start)
    ends = run[-1].doctor.clinic.wall(run[-1].stretch.ends_at)
    return f"{clock(run[0].local_start)}–{clock(ends)} ({len(run)})"


def _page_of(found: DayList, near: int) -> Page[Entry]:
    """In order of time."""
    every: list[Entry] = [*found.visits, *found.nameless]
    every.sort(key=lambda each: each.slot.starts_at)
    if found.is_today:
        near = near or minute(found.post.clinic.wall(found.now - STILL_IN))
    useful = first_from([_minute(each) for each in every], near)
    return page_of(every, 0, ROOM, abreast=4, useful=useful)


def _minute(each: Entry) -> int:
    return minute(each.slot.local_start)


def _from_to(entries: Sequence[Entry]) -> str:
    return from_to([each.slot for each in entries])


def _line(each: Entry, found: DayList) -> Markup:
    return _visit_line(each, found) if isinstance(each, Appointment) else _nameless_line(each)


def _open(each: Entry, found: DayList) -> Button | None:
    return _open_visit(each, found) if isinstance(each, Appointment) else _open_taken(each, found)


def _visit_line(visit: Appointment, found: DayList) -> Markup:
    named = shorten(visit.child.name, LONGEST_NAME)
    with_age = child_with_age(visit.child, found.now, found.post.clinic)
    return say(
        "<b>{time}</b> {child}{age} · {reason}{extra}{mark}{note}",
        time=clock(visit.slot.local_start),
        child=named,
        age=with_age.removeprefix(visit.child.name),
        reason=purpose(visit),
        extra=_(" · extra") if visit.slot.extra else "",
        mark=_marks(visit, found.now) + (" 📵" if visit.child.id in found.not_in_bot else ""),
        note=_note(visit, found),
    )


def _note(visit: Appointment, found: DayList) -> Markup:
    """What colleagues wrote, below the line; all of them share the room that a message has."""
    if visit.id not in found.notes:
        return Markup()
    room = NOTES_ROOM // min(len(found.notes), ROOM)
    return say("\n📝 <i>{note}</i>", note=shorten(found.notes[visit.id], room))


def _marks(visit: Appointment, now: datetime) -> str:
    if is_unmarked(visit, now):
        return _(" · not noted")
    marks = {
        AppointmentState.PENDING: " ⏳",
        AppointmentState.FULFILLED: " ☑️",
        AppointmentState.NO_SHOW: " ➖",
    }
    return marks.get(visit.state) or (" 👍" if visit.coming_at else "")


def _open_visit(visit: Appointment, found: DayList) -> Button:
    tap = taps.StaffVisit(post_id=found.post.id, appointment_id=visit.id)
    return Button(clock(visit.slot.local_start), tap)


def _nameless_line(time: GridTime) -> Markup:
    if time.taking and time.taking.taker is Taker.ELSEWHERE:
        return say(_("<b>{time}</b> taken elsewhere"), time=clock(time.slot.local_start))
    return say(_("<b>{time}</b> without a name"), time=clock(time.slot.local_start))


def _open_taken(time: GridTime, found: DayList) -> Button | None:
    if found.post.role not in REGISTRY:
        return None
    tap = desk_booking_taps.TakenTime(post_id=found.post.id, slot_id=time.slot.id)
    return Button(f"{clock(time.slot.local_start)} 🔒", tap)


def day_sheet(found: DayList) -> Document:
    """The day on paper; loads what draws it, and takes its time."""
    from bot.documents.paper.day_sheet import DaySheet, draw

    visits = [(visit.slot.starts_at, _on_paper(visit, found)) for visit in found.visits]
    nameless = [
        (time.slot.starts_at, (clock(time.slot.local_start), _("without a name"), "", ""))
        for time in found.nameless
    ]
    free = [(slot.starts_at, (clock(slot.local_start), _("free"), "", "")) for slot in found.free]
    now = found.post.clinic.wall(found.now)
    sheet = DaySheet(
        capital(long_day(found.day)),
        f"{found.post.clinic.name} · {doctor_and_room(found.doctor).unescape()}",
        [row for _at, row in sorted([*visits, *nameless, *free])],
        _("No visits."),
        _("□ is a letter that cannot be printed: the screen shows it."),
        _("printed at {time}, {day}").format(time=clock(now), day=day_words(now)),
    )
    return Document(
        f"{found.day}.pdf", draw(sheet), say(_("To print, and not to leave lying about."))
    )


def _on_paper(visit: Appointment, found: DayList) -> tuple[str, str, str, str]:
    child = child_with_age(visit.child, found.now, found.post.clinic)
    return clock(visit.slot.local_start), child, purpose(visit), f"№ {visit.number}"
