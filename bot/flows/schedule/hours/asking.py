"""What is to be typed to change hours, and how it may be written."""

from collections.abc import Iterator, Sequence

from bot.documents.typed.hour_lines import write_rules
from bot.flows.common.refusals import words_of
from bot.flows.desk.day import taps as day_taps
from bot.flows.schedule.hours import taps
from bot.flows.schedule.hours.lines import LONGEST_RULES, line_words, receptions_in_words, with_room
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, capital, long_day, say, shorten
from services.model.access import Post
from services.model.clinic import Doctor
from services.model.schedule import About, ScheduleRule
from services.schedule.changes import Asking
from services.schedule.overview import DayHours


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
            yield [Button(label, day_taps.DayList(**ids))]


def _ask_day(doctor: Doctor, hours: DayHours) -> Markup:
    return say(
        _(
            "✏️ <b>{doctor}</b>\n{day}: {hours}\n\nWrite the hours of this day: <code>9-12</code>, "
            "<code>8:00-11:00, 15-18</code> or <code>9-12, 20 min</code>."
        ),
        doctor=with_room(doctor),
        day=capital(long_day(hours.day)),
        hours=shorten(receptions_in_words(hours.receptions, doctor.clinic.kinds), LONGEST_RULES),
    )


def _ask_rules(doctor: Doctor, rules: Sequence[ScheduleRule]) -> Markup:
    by_sheet = any(rule.valid_until for rule in rules)
    return say(
        _(
            "✏️ <b>{doctor}</b>, regular hours:\n<code>{hours}</code>\n\nWrite all of the new ones "
            "on one line, and from what day: <code>{example}</code>. To end them: "
            "<code>{end}</code>.\n\nHours for some visits alone, with their name behind them, are "
            "added to the others: <code>{kind}</code>. So are hours that are kept for some "
            "children: <code>{kept}</code>.{by_sheet}"
        ),
        doctor=with_room(doctor),
        hours=shorten(write_rules(rules, line_words(doctor.clinic.kinds)), LONGEST_RULES),
        example=_("mon wed fri 8-14, even 9-12, 15 min, from 1 December"),
        end=_("day off from 1 December"),
        kind=_("mon 9-12, 10 min, infants"),
        kept=_("mon-fri 9-10 kept for district"),
        by_sheet=_(
            "\n\nHours until a day are not written here: they come by a sheet, and a line would "
            "replace them."
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
        doctor=with_room(doctor),
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
