"""The clinic's hours: a day, a week, what is to be typed, what a change does."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from bot import taps
from bot.documents.typed_hours import (
    Words,
    write_reception,
    write_receptions,
    write_rules,
)
from bot.screen import Button, Document, Screen, Style
from bot.views.parts import (
    LONGEST_BUTTON,
    around,
    doctor_and_room,
    in_rows,
    reason,
    to_desk,
    with_initials,
)
from bot.views.refusals import words_of
from bot.words import Markup, _, capital, long_day, say, shorten, weekdays
from bot.words import day as day_words
from services.model.access import REGISTRY, Post, Role
from services.model.clinic import Doctor
from services.model.ids import DoctorId, PostId
from services.model.schedule import (
    Deviation,
    DeviationKind,
    Holiday,
    Leave,
    Reception,
    ScheduleException,
    ScheduleRule,
)
from services.schedule.changes import Asking, Covering, Effect, Outcome, Preview
from services.schedule.drafts import (
    About,
    Change,
    Closed,
    NewHours,
    OnLeave,
    OtherHours,
    Sheet,
    Undone,
)
from services.schedule.overview import Ahead, ClinicDay, DayHours, SheetDesk, Week

MOST_LINES = 15
"""Doctors of whom a change is told one by one."""
MOST_LISTS = 6
"""Buttons to lists of visits."""
MOST_AHEAD = 20
MOST_PROBLEMS = 10
MOST_REMARKS = 4
LONGEST_NAME = 40
LONGEST_LINE = 200
LONGEST_RULES = 1200


# Looking


def day(found: ClinicDay) -> Screen:
    """The hours of a day, doctor by doctor."""
    post_id = found.post.id
    lines = [
        say("<b>{doctor}</b>: {hours}", doctor=_named(doctor), hours=_line(hours, found.today))
        for doctor, hours in found.doctors
    ]
    rows = [
        [
            Button(
                shorten(with_initials(doctor.name), LONGEST_BUTTON),
                taps.WeekHours(post_id=post_id, doctor_id=doctor.id, day=found.day.toordinal()),
            )
        ]
        for doctor, _hours in found.doctors
    ]
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
            Button(_("By a sheet"), taps.Sheets(post_id=post.id)),
        ]
    if post.role is Role.ADMINISTRATOR:
        yield [Button(_("The clinic is closed"), taps.AskHoliday(post_id=post.id))]


def week(found: Week) -> Screen:
    """A doctor's week; whoever may change it taps a day."""
    lines = [
        say(
            "<b>{day}</b>: {hours}",
            day=_weekday_and_number(each.day),
            hours=_line(each, found.today),
        )
        for each in found.days
    ]
    first, last = found.days[0].day, found.days[-1].day
    heading = say(
        "🗓 <b>{doctor}</b>\n{first} – {last}\n",
        doctor=_with_room(found.doctor),
        first=day_words(first),
        last=day_words(last),
    )
    can_change = found.post.role in REGISTRY
    hint = [say(_("\nTap a day to change its hours."))] if can_change else []
    return Screen(
        Markup("\n").join([heading, *lines, *hint]),
        [
            *in_rows([_day_button(found, each) for each in _tappable(found)], 4),
            around(
                found.days[0].day,
                timedelta(days=7),
                lambda day: taps.WeekHours(
                    post_id=found.post.id, doctor_id=found.doctor.id, day=day
                ),
            ),
            *(_changes_of(found) if can_change else []),
            [to_desk(found.post.id)],
        ],
    )


def _tappable(found: Week) -> list[DayHours]:
    if found.post.role in REGISTRY:
        return [each for each in found.days if each.day >= found.today]
    return [each for each in found.days if each.load.taken]


def _day_button(found: Week, hours: DayHours) -> Button:
    """To change the day, or for a doctor, to see its visits."""
    ids = {
        "post_id": found.post.id,
        "doctor_id": found.doctor.id,
        "day": hours.day.toordinal(),
    }
    tap = taps.AskDayHours(**ids) if found.post.role in REGISTRY else taps.DayList(**ids)
    return Button(_weekday_and_number(hours.day), tap)


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
    spans = ", ".join(write_reception(each, None) for each in hours.receptions)
    return " · ".join([spans or _("no visits"), *_load(hours, today), *_notes(hours)])


def _load(hours: DayHours, today: date) -> Iterator[str]:
    load = hours.load
    if hours.day < today:
        if load.taken:
            yield _("{n} taken").format(n=load.taken)
    elif load.taken or load.free:
        yield _("{n} taken, {free} free").format(n=load.taken, free=load.free)


def _notes(hours: DayHours) -> Iterator[str]:
    if hours.exception:
        yield _("this day only")
    if hours.leave:
        yield _("on leave until {day}").format(day=day_words(hours.leave.last))
    if hours.holiday:
        yield _("the clinic is closed")
    if hours.covers:
        yield _("a colleague's hours, too")


def ahead(found: Ahead) -> Screen:
    """What is not as the rules say, and the way to take it back."""
    whose = with_initials(found.doctor.name) if found.doctor else found.post.clinic.name
    shown = found.deviations[:MOST_AHEAD]
    lines = [say("• {what}", what=_deviation(each.what, each.doctor_id, found)) for each in shown]
    left = len(found.deviations) - len(shown)
    more = [say(_("and {n} more").format(n=left))] if left else []
    empty = [say(_("All is as the regular hours say."))]
    heading = say(_("📌 <b>Changes ahead</b>\n{whose}\n"), whose=whose)
    rows = [
        [
            Button(
                _undo_label(each, found),
                taps.Undo(post_id=found.post.id, kind=each.kind, deviation_id=each.id),
            )
        ]
        for each in shown
        if each.kind is not DeviationKind.HOLIDAY or found.post.role is Role.ADMINISTRATOR
    ]
    return Screen(
        Markup("\n").join([heading, *(lines or empty), *more]),
        [*rows, [_back_to(found.post.id, found.doctor), to_desk(found.post.id)]],
    )


def _undo_label(each: Deviation, found: Ahead) -> str:
    """ "Убрать 01.12–14.12 Петрова": the doctor where there are several."""
    first, last = f"{each.what.first:%d.%m}", f"{each.what.last:%d.%m}"
    label = _("Drop {days}").format(days=first if first == last else f"{first}–{last}")
    if found.doctor or each.doctor_id is None:
        return label
    return shorten(f"{label} {found.doctors[each.doctor_id].name.split()[0]}", LONGEST_BUTTON)


def _deviation(
    what: ScheduleException | Leave | Holiday, doctor_id: DoctorId | None, found: Ahead | Outcome
) -> str:
    days = _days(what.first, what.last, found.today)
    if isinstance(what, Holiday) or doctor_id is None:
        return _("{days}: the clinic is closed").format(days=days)
    doctor = _named(found.doctors[doctor_id])
    if isinstance(what, ScheduleException):
        hours = _receptions(what.receptions)
        return _("{doctor}, {days}: {hours}").format(doctor=doctor, days=days, hours=hours)
    words = _("{doctor}: on leave {days}. {covering}")
    return words.format(doctor=doctor, days=days, covering=_covering(what, found))


def _covering(leave: Leave, found: Ahead | Outcome) -> str:
    if leave.substitute is None:
        return _("Nobody substitutes.")
    substitute = _named(found.doctors[leave.substitute])
    if leave.in_their_hours:
        return _("{doctor} substitutes, in these hours too.").format(doctor=substitute)
    return _("{doctor} substitutes, in own hours.").format(doctor=substitute)


# Asking


def ask(found: Asking) -> Screen:
    """What is to be typed, with how things stand and an example."""
    text = _asked(found)
    if found.problem:
        text = say("⚠️ {problem}\n\n{text}", problem=words_of(found.problem), text=text)
    doctor_id = found.doctor.id if found.doctor else 0
    back = Button(_("Back"), taps.Discard(post_id=found.post.id, doctor_id=doctor_id))
    return Screen(text, [*_shortcuts(found), [back]])


def _asked(found: Asking) -> Markup:
    if found.doctor is None:
        return _ask_holiday(found.post)
    if found.hours:
        return _ask_day(found.doctor, found.hours)
    if found.question.about is About.LEAVE:
        return _ask_leave(found.doctor)
    return _ask_rules(found.doctor, found.rules)


def _shortcuts(found: Asking) -> Iterator[list[Button]]:
    """What needs no words about a day."""
    if found.doctor and found.hours:
        ids = {
            "post_id": found.post.id,
            "doctor_id": found.doctor.id,
            "day": found.hours.day.toordinal(),
        }
        yield [Button(_("No visits that day"), taps.CloseDay(**ids))]
        if found.hours.load.taken:
            label = _("List of visits: {n}").format(n=found.hours.load.taken)
            yield [Button(label, taps.DayList(**ids))]


def _ask_day(doctor: Doctor, hours: DayHours) -> Markup:
    return say(
        _(
            "✏️ <b>{doctor}</b>\n{day}: {hours}\n\nWrite the hours of this day: <code>9-12</code>, "
            "<code>8:00-11:00, 15-18</code> or <code>9-12, 20 min</code>."
        ),
        doctor=_with_room(doctor),
        day=capital(long_day(hours.day)),
        hours=_receptions(hours.receptions),
    )


def _ask_rules(doctor: Doctor, rules: Sequence[ScheduleRule]) -> Markup:
    by_sheet = any(rule.reception.reasons or rule.valid_until for rule in rules)
    return say(
        _(
            "✏️ <b>{doctor}</b>, regular hours:\n<code>{hours}</code>\n\nWrite all of the new ones "
            "on one line, and from what day: <code>{example}</code>. To end them: "
            "<code>{end}</code>.{by_sheet}"
        ),
        doctor=_with_room(doctor),
        hours=shorten(write_rules(rules, _line_words()), LONGEST_RULES),
        example=_("mon wed fri 8-14, even 9-12, 15 min, from 1 December"),
        end=_("day off from 1 December"),
        by_sheet=_(
            "\n\nHours for some visits only, or until a day, are not written here: they come by a "
            "sheet, and a line would replace them."
        )
        if by_sheet
        else "",
    )


def _ask_leave(doctor: Doctor) -> Markup:
    return say(
        _(
            "🌴 <b>{doctor}</b>, leave\n\nWrite the first and the last day: "
            "<code>1.12–14.12</code> or <code>from 1 to 14 December</code>."
        ),
        doctor=_with_room(doctor),
    )


def _ask_holiday(post: Post) -> Markup:
    return say(
        _(
            "🚪 <b>{clinic}</b>\n\nOn which days is the clinic closed? Write "
            "<code>31.12–8.01</code> or <code>9 May</code>. Doctors with hours of their own for "
            "such a day still receive."
        ),
        clinic=post.clinic.name,
    )


# A change


def answered(found: Asking | Preview) -> Screen:
    """What typed words led to."""
    return ask(found) if isinstance(found, Asking) else preview(found)


def preview(found: Preview, remarks: Sequence[str] = ()) -> Screen:
    """What a change would do, before anybody agreed to it.

    With visits to look at it stays, so that there is a way back to it.
    """
    outcome = found.outcome
    text = Markup("\n").join(
        [
            say(_("<b>Nothing is changed yet</b>")),
            say("{what}\n", what=_what(outcome.change, outcome)),
            *_counts(outcome, _("create {created}, close {closed}")),
            *_hints(outcome, [shorten(each, LONGEST_LINE) for each in remarks][:MOST_REMARKS]),
        ]
    )
    post_id = outcome.post.id
    lists = _visit_lists(outcome)
    rows = [
        [Button(_("Apply"), taps.Apply(post_id=post_id, mark=found.mark), Style.PRIMARY)],
        *_about_substitutes(found),
        *lists,
        [Button(_("Do not change"), taps.Discard(post_id=post_id, doctor_id=_whose(outcome)))],
    ]
    return Screen(text, rows, stays=bool(lists))


def _about_substitutes(found: Preview) -> Iterator[list[Button]]:
    change, post_id = found.outcome.change, found.outcome.post.id
    if not isinstance(change, OnLeave):
        return
    yield [Button(_("Who substitutes?"), taps.WhoCovers(post_id=post_id, mark=found.mark))]
    if (substitute := change.leave.substitute) is not None:
        on = not change.leave.in_their_hours
        label = _("In these hours too") if on else _("In own hours only")
        tap = taps.Cover(post_id=post_id, mark=found.mark, doctor_id=substitute, on=on)
        yield [Button(label, tap)]


def who_covers(found: Covering) -> Screen:
    """Who sees the children meanwhile."""
    ids = {"post_id": found.post.id, "mark": found.mark}
    text = say(
        _("🌴 {doctor}: on leave {days}.\n\nWho sees the children meanwhile?"),
        doctor=_named(found.doctor),
        days=_days(found.leave.first, found.leave.last, found.today),
    )
    rows = [
        [
            Button(
                shorten(with_initials(each.name), LONGEST_BUTTON),
                taps.Cover(**ids, doctor_id=each.id),
            )
        ]
        for each in found.colleagues
    ]
    return Screen(text, [*rows, [Button(_("Nobody"), taps.Cover(**ids))]])


def done(found: Outcome) -> Screen:
    """What a change did; a message of its own."""
    text = Markup("\n").join(
        [
            say("✅ <b>{what}</b>\n", what=_what(found.change, found)),
            *_counts(found, _("created {created}, closed {closed}")),
            *_hints(found),
        ]
    )
    doctor = found.doctors.get(DoctorId(_whose(found)))
    back = [_back_to(found.post.id, doctor), to_desk(found.post.id)]
    return Screen(text, [*_visit_lists(found), back], stays=True)


def _what(change: Change, found: Outcome) -> str:
    """The change in a sentence."""
    match change:
        case OtherHours(doctor_id, exception):
            return _deviation(exception, doctor_id, found)
        case NewHours(doctor_id, since, rules):
            return _new_hours(found.doctors[doctor_id], _on(since, found.today), rules)
        case OnLeave(doctor_id, leave):
            return _deviation(leave, doctor_id, found)
        case Closed(holiday):
            return _deviation(holiday, None, found)
        case Undone() if found.undone:
            said = _deviation(found.undone.what, found.undone.doctor_id, found)
            return _("No longer so: {what}").format(what=said)
    return _("The hours of the sheet, from today")


def _new_hours(doctor: Doctor, since: str, rules: Sequence[ScheduleRule]) -> str:
    hours = shorten(write_rules(rules, _line_words()), LONGEST_RULES)
    words = _("{doctor}, from {day}: {hours}. Until then as before.")
    return words.format(doctor=_named(doctor), day=since, hours=hours)


def _counts(found: Outcome, counts: str) -> Iterator[Markup]:
    """The change in numbers: in sum, and doctor by doctor where there are several."""
    told = [each for each in found.effects if _changes_anything(each)]
    if not told:
        yield say(_("No time changes."))
        return
    everything = Effect(
        told[0].doctor,
        sum(each.created for each in told),
        sum(each.closed for each in told),
        {found.today: sum(map(_affected, told))},
    )
    yield say("<b>{numbers}.</b>", numbers=capital(_numbers(everything, counts)))
    if len(told) > 1 or isinstance(found.change, Sheet):
        for each in told[:MOST_LINES]:
            yield say("• {who}: {numbers}", who=_who(each), numbers=_numbers(each, counts))
        if len(told) > MOST_LINES:
            yield say(_("and {n} more").format(n=len(told) - MOST_LINES))


def _changes_anything(effect: Effect) -> bool:
    room = effect.room_before is not None
    return bool(effect.created or effect.closed or effect.affected or effect.new or room)


def _affected(effect: Effect) -> int:
    return sum(effect.affected.values())


def _numbers(effect: Effect, counts: str) -> str:
    said = counts.format(created=effect.created, closed=effect.closed)
    if not (count := _affected(effect)):
        return said
    affected = _("{n} visit affected", "{n} visits affected", count).format(n=count)
    return f"{said}, {affected}"


def _who(effect: Effect) -> str:
    doctor = _("{doctor}, room\u00a0{room}").format(
        doctor=_named(effect.doctor), room=effect.doctor.room
    )
    if effect.new:
        return _("{doctor} (new)").format(doctor=doctor)
    if effect.room_before is not None:
        return _("{doctor} (was in room {room})").format(doctor=doctor, room=effect.room_before)
    return doctor


def _hints(found: Outcome, remarks: Sequence[str] = ()) -> Iterator[Markup]:
    if any(map(_affected, found.effects)):
        yield say(
            _(
                "\nThese visits stay booked, outside the hours. The families are <b>not</b> told: "
                "call them and move the visits."
            )
        )
    if _goes_beyond(found):
        yield say(
            _("\nCounted are times up to {day}; later ones appear day by day."),
            day=day_words(found.counted_until),
        )
    if isinstance(found.change, Sheet) and found.untouched:
        names = ", ".join(_named(each) for each in found.untouched[:MOST_LINES])
        yield say(_("\nNot in the sheet, stay as they are: {names}."), names=names)
    for each in remarks:
        yield say("\n{remark}", remark=each)


def _goes_beyond(found: Outcome) -> bool:
    """Whether the change reaches days that have no times yet."""
    match found.change:
        case OtherHours(_, days) | OnLeave(_, days) | Closed(days):
            return days.last > found.counted_until
        case Undone() if found.undone:
            return found.undone.what.last > found.counted_until
    return True


def _visit_lists(found: Outcome) -> list[list[Button]]:
    """The way to the visits that are affected, by doctor and day."""
    days = (
        (effect.doctor, on, count)
        for effect in found.effects
        for on, count in effect.affected.items()
    )
    return [
        [
            Button(
                _list_label(doctor, on, count),
                taps.DayList(post_id=found.post.id, doctor_id=doctor.id, day=on.toordinal()),
            )
        ]
        for doctor, on, count in islice(days, MOST_LISTS)
    ]


def _list_label(doctor: Doctor, on: date, count: int) -> str:
    tail = f" {on:%d.%m} · {count}"
    return "👥 " + shorten(doctor.name.split()[0], LONGEST_BUTTON - 2 - len(tail)) + tail


# Sheets


def by_sheet(found: SheetDesk) -> Screen:
    """How timetables come in by a sheet, and go out."""
    post_id = found.post.id
    text = say(
        _(
            "📄 <b>Hours by a sheet</b>\n{clinic}\n\nSend me an .xlsx or .csv file here: the "
            "timetable, or the times of your own system, a row for each. I show first what it "
            "would change; nothing is done before you agree."
        ),
        clinic=found.post.clinic.name,
    )
    return Screen(
        text,
        [
            [
                Button(_("Template"), taps.SheetTemplate(post_id=post_id)),
                Button(_("Hours as a sheet"), taps.SheetExport(post_id=post_id)),
            ],
            [_back_to(post_id, None), to_desk(post_id)],
        ],
    )


def unreadable(found: SheetDesk, problems: Sequence[str]) -> Screen:
    """What is wrong with a sheet; nothing was changed."""
    lines = [say("• {problem}", problem=shorten(each, 300)) for each in problems[:MOST_PROBLEMS]]
    left = len(problems) - MOST_PROBLEMS
    more = [say(_("and {n} more").format(n=left))] if left > 0 else []
    text = Markup("\n").join(
        [
            say(_("⚠️ <b>The sheet cannot be taken over</b>\nNothing was changed.\n")),
            *lines,
            *more,
            say(_("\nPlease mend it and send it again.")),
        ]
    )
    rows = [[Button(_("Template"), taps.SheetTemplate(post_id=found.post.id))]]
    return Screen(text, [*rows, [_back_to(found.post.id, None), to_desk(found.post.id)]])


def template(content: bytes) -> Document:
    """An empty sheet to be filled in."""
    caption = say(_("Fill it in and send it back to me. How, is on its last page."))
    return Document("timetable-template.xlsx", content, caption)


def export(found: SheetDesk, content: bytes) -> Document:
    """The hours as they stand."""
    caption = say(_("The hours from today on. You can change the sheet and send it back to me."))
    return Document(f"timetable-{found.post.clinic.code}-{found.today}.xlsx", content, caption)


# Pieces


def _line_words() -> Words:
    return Words(
        weekdays=weekdays(),
        even=_("even"),
        odd=_("odd"),
        day_off=_("day off"),
        minutes=_("every {n} min"),
    )


def _receptions(receptions: Sequence[Reception]) -> str:
    """Hours of a day, with what they are for."""
    if not receptions:
        return _("no visits")
    hours = write_receptions(receptions, _line_words())
    purposes = sorted({each for reception in receptions for each in reception.reasons})
    if not purposes:
        return hours
    return _("{hours} ({reasons})").format(
        hours=hours, reasons=", ".join(reason(each) for each in purposes)
    )


def _named(doctor: Doctor) -> str:
    return shorten(with_initials(doctor.name), LONGEST_NAME)


def _with_room(doctor: Doctor) -> Markup:
    return doctor_and_room(doctor, briefly=True)


def _weekday_and_number(on: date) -> str:
    """ "пн 23"."""
    return f"{weekdays()[on.weekday()]} {on.day}"


def _on(on: date, today: date) -> str:
    """ "вт 1 декабря"; with the year where it is another one."""
    return day_words(on) if on.year == today.year else f"{day_words(on)} {on.year}"


def _days(first: date, last: date, today: date) -> str:
    """ "вт 1 декабря", or two of these."""
    if first == last:
        return _on(first, today)
    return f"{_on(first, today)} – {_on(last, today)}"


def _whose(found: Outcome) -> int:
    """The doctor whose week it leads back to; 0 where there are several."""
    match found.change:
        case OtherHours(doctor_id) | NewHours(doctor_id) | OnLeave(doctor_id):
            return doctor_id
        case Undone() if found.undone:
            return found.undone.doctor_id or 0
    return 0


def _back_to(post_id: PostId, doctor: Doctor | None) -> Button:
    if doctor is None:
        return Button(_("All doctors"), taps.ClinicHours(post_id=post_id))
    return Button(_("The week"), taps.WeekHours(post_id=post_id, doctor_id=doctor.id))
