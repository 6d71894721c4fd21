"""The clinic's hours: a day, a week, what is unusual ahead."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.documents.typed.hour_lines import write_reception
from bot.flows.common.apart import colleagues_apart
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import LONGEST_BUTTON, around, in_rows, to_desk, with_initials
from bot.flows.desk.day import taps as day_taps
from bot.flows.schedule.hours import taps
from bot.flows.schedule.hours.lines import (
    back_to,
    deviation_line,
    weekday_and_number,
    with_room,
)
from bot.flows.schedule.sheets import taps as sheets_taps
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, capital, dated, long_day, say, shorten
from bot.words import day as day_words
from services.model.access import REGISTRY, Post, Role
from services.model.schedule import (
    Deviation,
    DeviationKind,
    Reception,
)
from services.schedule.overview import Ahead, ClinicDay, DayHours, Week

LONGEST_SPANS = 200
"""Characters for the hours of a day."""


def day(found: ClinicDay, page: int = 0) -> Screen:
    """The hours of a day, doctor by doctor."""
    post_id = found.post.id
    labels = colleagues_apart([doctor for doctor, _hours in found.doctors])
    part = page_of(list(zip(found.doctors, labels, strict=True)), page)
    lines = [
        say("<b>{doctor}</b>: {hours}", doctor=label, hours=_line(hours, found.today))
        for (_doctor, hours), label in part.shown
    ]
    rows = [
        [
            Button(
                label,
                taps.WeekHours(post_id=post_id, doctor_id=doctor.id, day=found.day.toordinal()),
            )
        ]
        for (doctor, _hours), label in part.shown
    ]
    on = found.day.toordinal()
    rows += turning(part, lambda to: taps.ClinicHours(post_id=post_id, day=on, page=to))
    heading = say("🗓 <b>{day}</b>\n", day=capital(long_day(found.day)))
    return Screen(
        Markup("\n").join([heading, *lines]),
        [
            *rows,
            around(
                found.day, timedelta(days=1), lambda day: taps.ClinicHours(post_id=post_id, day=day)
            ),
            *_for_the_clinic(found.post),
            [to_desk(post_id)],
        ],
    )


def _for_the_clinic(post: Post) -> Iterator[list[Button]]:
    if post.role in REGISTRY:
        yield [
            Button(_("Changes ahead"), taps.Ahead(post_id=post.id)),
            Button(_("By a sheet"), sheets_taps.Sheets(post_id=post.id)),
        ]
    if post.role is Role.ADMINISTRATOR:
        yield [Button(_("The clinic is closed"), taps.AskHoliday(post_id=post.id))]


def week(found: Week) -> Screen:
    """A doctor's week; whoever may change it taps a day."""
    lines = [
        say(
            "<b>{day}</b>: {hours}",
            day=weekday_and_number(each.day),
            hours=_line(each, found.today),
        )
        for each in found.days
    ]
    first, last = found.days[0].day, found.days[-1].day
    heading = say(
        "🗓 <b>{doctor}</b>\n{first} – {last}\n",
        doctor=with_room(found.doctor),
        first=day_words(first),
        last=day_words(last),
    )
    hint = [say(_("\nTap a day to change its hours."))] if found.can_be_changed else []
    return Screen(
        Markup("\n").join([heading, *lines, *hint]),
        [
            *in_rows([_day_button(found, each) for each in found.opened], 4),
            around(
                found.days[0].day,
                timedelta(days=7),
                lambda day: taps.WeekHours(
                    post_id=found.post.id, doctor_id=found.doctor.id, day=day
                ),
            ),
            *(_changes_of(found) if found.can_be_changed else []),
            [to_desk(found.post.id)],
        ],
    )


def _day_button(found: Week, hours: DayHours) -> Button:
    """To change the day, or for a doctor, to see its visits."""
    ids = {
        "post_id": found.post.id,
        "doctor_id": found.doctor.id,
        "day": hours.day.toordinal(),
    }
    tap = taps.AskDayHours(**ids) if found.can_be_changed else day_taps.DayList(**ids)
    return Button(weekday_and_number(hours.day), tap)


def _changes_of(found: Week) -> list[list[Button]]:
    ids = {"post_id": found.post.id, "doctor_id": found.doctor.id}
    return [
        [
            Button(_("Regular hours"), taps.AskRules(**ids)),
            Button(_("Leave"), taps.AskLeave(**ids)),
        ],
        [
            Button(_("Changes ahead"), taps.Ahead(**ids)),
            Button(_("All doctors"), taps.ClinicHours(post_id=found.post.id)),
        ],
    ]


def _line(hours: DayHours, today: date) -> str:
    """ "9:00–12:00 · 3 taken, 9 free · on leave until 14 December"."""
    spans = shorten(", ".join(map(_span, hours.receptions)), LONGEST_SPANS)
    return " · ".join([spans or _("no visits"), *_load(hours, today), *_notes(hours, today)])


def _span(each: Reception) -> str:
    """With the mark of hours that are kept for some."""
    return f"{'🔒 ' if each.kept_for else ''}{write_reception(each, None)}"


def _load(hours: DayHours, today: date) -> Iterator[str]:
    load = hours.load
    if hours.day < today:
        if load.taken:
            yield _("{n} taken").format(n=load.taken)
    elif load.taken or load.free:
        yield _("{n} taken, {free} free").format(n=load.taken, free=load.free)


def _notes(hours: DayHours, today: date) -> Iterator[str]:
    if hours.exception:
        yield _("this day only")
    if hours.leave:
        yield _("on leave until {day}").format(day=dated(hours.leave.last, today))
    if hours.holiday:
        yield _("the clinic is closed")
    if hours.covers:
        yield _("a colleague's hours, too")


def ahead(found: Ahead, page: int = 0) -> Screen:
    """What is not as the rules say, and the way to take it back."""
    whose = with_initials(found.doctor.name) if found.doctor else found.post.clinic.name
    part = page_of(found.deviations, page)
    lines = [
        say("• {what}", what=deviation_line(each.what, each.doctor_id, found))
        for each in part.shown
    ]
    empty = [say(_("All is as the regular hours say."))]
    heading = say(_("📌 <b>Changes ahead</b>\n{whose}\n"), whose=whose)
    doctor_id = found.doctor.id if found.doctor else 0

    def to_page(number: int) -> taps.Ahead:
        return taps.Ahead(post_id=found.post.id, doctor_id=doctor_id, page=number)

    rows = [
        [
            Button(
                _undo_label(each, found),
                taps.Undo(post_id=found.post.id, kind=each.kind, deviation_id=each.id),
            )
        ]
        for each in part.shown
        if each.kind is not DeviationKind.HOLIDAY or found.post.role is Role.ADMINISTRATOR
    ]
    return Screen(
        Markup("\n").join([heading, *(lines or empty)]),
        [
            *rows,
            *turning(part, to_page),
            [back_to(found.post.id, found.doctor), to_desk(found.post.id)],
        ],
    )


def _undo_label(each: Deviation, found: Ahead) -> str:
    """ "Убрать 01.12–14.12 Петрова": the doctor where there are several."""
    first, last = f"{each.what.first:%d.%m}", f"{each.what.last:%d.%m}"
    label = _("Drop {days}").format(days=first if first == last else f"{first}–{last}")
    if found.doctor or each.doctor_id is None:
        return label
    return shorten(f"{label} {found.doctors[each.doctor_id].name.split()[0]}", LONGEST_BUTTON)
