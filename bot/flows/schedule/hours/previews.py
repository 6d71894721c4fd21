"""What a change of hours would do, or did: in numbers, and whom it concerns."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from bot.documents.typed.hour_lines import write_rules
from bot.flows.common.apart import colleagues_apart
from bot.flows.common.kinds import too_long_in_words
from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import LONGEST_BUTTON, to_desk, told_of, with_initials
from bot.flows.desk.day import taps as day_taps
from bot.flows.schedule.hours import taps
from bot.flows.schedule.hours.asking import ask
from bot.flows.schedule.hours.lines import (
    LONGEST_NAME,
    LONGEST_RULES,
    back_to,
    days_in_words,
    deviation_line,
    line_words,
    named,
    week_in_words,
    whose,
)
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, dated, say, shorten
from bot.words import day as day_words
from services.model.clinic import Doctor
from services.model.ids import DoctorId
from services.model.schedule import (
    Closed,
    HoursChange,
    NewHours,
    OnLeave,
    OtherHours,
    ScheduleRule,
    Sheet,
    Timetable,
    Undone,
    receptions_in,
)
from services.model.settings.visit_kinds import VisitKind
from services.rules.eligibility.kinds import too_long_for
from services.schedule.changes import Asking, Covering
from services.schedule.effects import Effect, Outcome, Preview

MOST_LINES = 10
"""Doctors of whom a change is told one by one."""
MOST_OTHERWISE = 3
"""Names that a sheet writes otherwise; a preview has to fit."""
MOST_LISTS = 6
"""Buttons to lists of visits."""
MOST_REMARKS = 4
LONGEST_LINE = 200
LONGEST_TEXT = 4000
"""Of a message; Telegram takes 4,096."""


def answered(found: Asking | Preview) -> Screen:
    """What typed words led to."""
    return ask(found) if isinstance(found, Asking) else preview(found)


def preview(found: Preview, remarks: Sequence[str] = ()) -> Screen:
    """What a change would do, before anybody agreed to it.

    With visits to look at it stays, so that there is a way back to it.
    """
    outcome = found.outcome
    lines = [
        say(_("<b>Nothing is changed yet</b>")),
        say("{what}\n", what=_what(outcome.change, outcome)),
        *_counts(outcome, _("create {created}, close {closed}")),
        *_hints(outcome, [shorten(each, LONGEST_LINE) for each in remarks][:MOST_REMARKS]),
    ]
    if isinstance(outcome.change, Sheet):
        room = LONGEST_TEXT - sum(len(each) + 1 for each in lines)
        lines += _weeks(outcome.change.timetables, outcome.post.clinic.kinds, room)
    text = Markup("\n").join(lines)
    post_id = outcome.post.id
    lists = _visit_lists(outcome)
    rows = [
        [Button(_("Apply"), taps.Apply(post_id=post_id, mark=found.mark), Style.PRIMARY)],
        *_about_substitutes(found),
        *lists,
        [Button(_("Do not change"), taps.Discard(post_id=post_id, doctor_id=whose(outcome)))],
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


def who_covers(found: Covering, page: int = 0) -> Screen:
    """Who sees the children meanwhile."""
    ids = {"post_id": found.post.id, "mark": found.mark}
    text = say(
        _("🌴 {doctor}: on leave {days}.\n\nWho sees the children meanwhile?"),
        doctor=named(found.doctor),
        days=days_in_words(found.leave.first, found.leave.last, found.today),
    )
    labels = colleagues_apart(found.colleagues)
    part = page_of(list(zip(found.colleagues, labels, strict=True)), page)
    rows = [[Button(label, taps.Cover(**ids, doctor_id=each.id))] for each, label in part.shown]
    rows += turning(part, lambda to: taps.WhoCovers(**ids, page=to))
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
    doctor = found.doctors.get(DoctorId(whose(found)))
    back = [back_to(found.post.id, doctor), to_desk(found.post.id)]
    return Screen(text, [*_visit_lists(found), back], stays=True)


def _what(change: HoursChange, found: Outcome) -> str:
    """The change in a sentence."""
    match change:
        case OtherHours(doctor_id, exception):
            return deviation_line(exception, doctor_id, found)
        case NewHours(doctor_id, since, rules):
            return _new_hours(found.doctors[doctor_id], dated(since, found.today), rules)
        case OnLeave(doctor_id, leave):
            return deviation_line(leave, doctor_id, found)
        case Closed(holiday):
            return deviation_line(holiday, None, found)
        case Undone() if found.undone:
            said = deviation_line(found.undone.what, found.undone.doctor_id, found)
            return _("No longer so: {what}").format(what=said)
    return _("The hours of the sheet, from today")


def _new_hours(doctor: Doctor, since: str, rules: Sequence[ScheduleRule]) -> str:
    hours = shorten(write_rules(rules, line_words(doctor.clinic.kinds)), LONGEST_RULES)
    words = _("{doctor}, from {day}: {hours}. Until then as before.")
    return words.format(doctor=named(doctor), day=since, hours=hours)


def _counts(found: Outcome, counts: str) -> Iterator[Markup]:
    """The change in numbers: in sum, and doctor by doctor where there are several."""
    told = [each for each in found.effects if _changes_anything(each)]
    kept = sum(each.kept for each in found.effects)
    if not told and kept:  # the same times, for somebody from now on
        words = _(
            "Kept until their hour: {n} free time.", "Kept until their hour: {n} free times.", kept
        )
        yield say("🔒 {words}", words=words.format(n=kept))
        return
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
    if kept:
        words = _("{n} is kept until its hour.", "{n} are kept until their hour.", kept)
        yield say("🔒 {words}", words=words.format(n=kept))
    if len(told) > 1 or isinstance(found.change, Sheet):
        for each in told[:MOST_LINES]:
            yield say("• {who}: {numbers}", who=_who(each), numbers=_numbers(each, counts))
        if len(told) > MOST_LINES:
            yield say(_("and {n} more").format(n=len(told) - MOST_LINES))


def _weeks(
    timetables: Sequence[Timetable], kinds: Sequence[VisitKind], room: int
) -> Iterator[Markup]:
    """The resulting week of each doctor of a sheet, as many as there is room for."""
    heading = say(_("\n<b>How they receive then</b>"))
    more = say(_("and {n} more").format(n=len(timetables)))
    room -= len(heading) + len(more) + 2
    yield heading
    for number, each in enumerate(timetables):
        week = shorten(week_in_words(each.rules, each.since, kinds), LONGEST_RULES)
        line = say("• {doctor}: {week}", doctor=with_initials(each.name), week=week)
        room -= len(line) + 1
        if room < 0:
            yield say(_("and {n} more").format(n=len(timetables) - number))
            return
        yield line


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
        doctor=named(effect.doctor), room=effect.doctor.room
    )
    if effect.new:
        return _("{doctor} (new)").format(doctor=doctor)
    if effect.room_before is not None:
        return _("{doctor} (was in room {room})").format(doctor=doctor, room=effect.room_before)
    return doctor


def _hints(found: Outcome, remarks: Sequence[str] = ()) -> Iterator[Markup]:
    times = ((each.visit, each.reasons) for each in receptions_in(found.change))
    for too_long in too_long_for(times, found.post.clinic.kinds)[:MOST_REMARKS]:
        yield say("\n{words}", words=too_long_in_words(too_long))
    if any(map(_affected, found.effects)):
        yield say(
            _(
                "\nThese visits stay booked, outside the hours. The families are <b>not</b> told: "
                "call them and move the visits."
            )
        )
    if told := sum(each.told for each in found.effects):
        yield say("\n🔔 {told}", told=told_of(told))
    if _goes_beyond(found):
        yield say(
            _("\nCounted are times up to {day}; later ones appear day by day."),
            day=day_words(found.counted_until),
        )
    otherwise = ((written, each.doctor) for each in found.effects for written in each.written)
    for written, doctor in islice(otherwise, MOST_OTHERWISE):
        line = say(
            _("“{written}” in the sheet is {doctor}."),
            written=shorten(written, 40),
            doctor=shorten(doctor.name, LONGEST_NAME),
        )
        yield say("\n{line}", line=line)
    if isinstance(found.change, Sheet) and found.untouched:
        names = ", ".join(named(each) for each in found.untouched[:MOST_LINES])
        yield say(_("\nNot in the sheet, stay as they are: {names}"), names=names)
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
                day_taps.DayList(post_id=found.post.id, doctor_id=doctor.id, day=on.toordinal()),
            )
        ]
        for doctor, on, count in islice(days, MOST_LISTS)
    ]


def _list_label(doctor: Doctor, on: date, count: int) -> str:
    tail = f" {on:%d.%m} · {count}"
    return "👥 " + shorten(doctor.name.split()[0], LONGEST_BUTTON - 2 - len(tail)) + tail
