"""How late a doctor is, for the staff; and what families are told of it."""

from datetime import timedelta

from bot.flows.common.discreet import show_visit
from bot.flows.common.parts import doctor_and_room, go_home, in_rows, soon, to_desk, with_initials
from bot.flows.common.refusals import again
from bot.flows.desk.attendance import taps
from bot.flows.desk.day import taps as day_taps
from bot.flows.visits.booking.views import changes
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, clock, say
from services.desk.attendance import LONGEST_STAFF_NOTE, STEPS, AskNote, Lateness
from services.model.letters import DoctorLate


def ask_note(found: AskNote) -> Screen:
    """What whoever opens the door has to know."""
    visit = found.at.visit
    question = say(
        _(
            "📝 <b>{child}</b>, {moment}\n\nWrite a note of up to {most} characters: only the "
            "clinic's staff sees it. “-” takes it away.{now}"
        ),
        child=visit.child.name,
        moment=soon(visit.slot, found.at.now),
        most=LONGEST_STAFF_NOTE,
        now=say(_("\n\nNow: {note}"), note=found.at.note) if found.at.note else "",
    )
    back = day_taps.StaffVisit(post_id=found.at.post.id, appointment_id=visit.id)
    return Screen(again(found.problem, question), [[Button(_("Back"), back)]])


def ask_late(found: Lateness) -> Screen:
    """By how much; one tap tells everybody concerned."""
    words = _(
        "The families who come within three hours are told at once, and those who wait already; "
        "not those who are in."
    )
    lines = [
        say(_("⏱ <b>Late by how much?</b>\n{doctor}"), doctor=with_initials(found.doctor.name)),
        *_as_said(found),
        say(words),
    ]
    ids = {"post_id": found.post.id, "doctor_id": found.doctor.id}
    steps = [
        Button(_minutes(minutes), taps.Late(**ids, minutes=minutes))
        for minutes in STEPS
        if found.delay is None or minutes != found.delay.minutes
    ]
    on_time = [[Button(_("On time again"), taps.Late(**ids, minutes=0))]] if found.is_late else []
    rows = [*in_rows(steps, 3), *on_time, [to_desk(found.post.id)]]
    return Screen(Markup("\n\n").join(lines), rows)


def _as_said(found: Lateness) -> list[Markup]:
    if found.delay is None or not found.delay.minutes:
        return []
    return [say(_("Said last: {minutes}."), minutes=_minutes(found.delay.minutes))]


def _minutes(count: int) -> str:
    return _("{n} minute", "{n} minutes", count).format(n=count)


def _told(told: int, missed: int) -> Markup:
    if not told and not missed:
        return say(_("Nobody has a visit in the next hours: there is nobody to tell."))
    return say(_("{n} family is told.", "{n} families are told.", told), n=told)


def late(found: Lateness) -> Screen:
    """What was said, and to how many."""
    words = _("⏱ <b>On time again</b>\n{doctor}")
    if found.is_late:
        words = _("⏱ <b>Late by {minutes}</b>\n{doctor}")
    told, missed = found.concerned - found.by_phone, found.by_phone
    lines = [
        say(
            words,
            minutes=_minutes(found.delay.minutes if found.delay else 0),
            doctor=with_initials(found.doctor.name),
        ),
        _told(told, missed),
    ]
    if missed:
        by_phone = _("📵 {n} is not in the bot.", "📵 {n} are not in the bot.", missed)
        lines.append(say(by_phone, n=missed))
    today = found.doctor.clinic.today(found.now).toordinal()
    ids = {"post_id": found.post.id, "doctor_id": found.doctor.id}
    return Screen(
        Markup("\n\n").join(lines),
        [
            [Button(_("Other minutes"), taps.AskLate(**ids))],
            [
                Button(_("The day's list"), day_taps.DayList(**ids, day=today)),
                to_desk(found.post.id),
            ],
        ],
    )


def doctor_late(what: DoctorLate) -> Screen:
    """Their visit stands, and begins later."""
    visit = what.visit
    facts = {
        "child": visit.child.name,
        "moment": soon(visit.slot, what.now),
        "minutes": _minutes(what.minutes),
        "begins": clock(visit.slot.local_start + timedelta(minutes=what.minutes)),
        "doctor": doctor_and_room(visit.slot.doctor, briefly=True),
        "phone": visit.slot.doctor.clinic.phone,
    }
    rows = [changes(visit)] if what.can_be_changed else [[go_home(visit.slot.doctor.clinic.id)]]
    if what.discreet:
        rows.insert(0, show_visit(visit))
    return Screen(say(_lateness(what), **facts), rows, stays=True)


def _lateness(what: DoctorLate) -> str:
    if what.discreet and what.minutes:
        return _(
            "⏱ <b>The visit {moment} begins about {minutes} later</b>\n"
            "At about {begins}. Your visit stands."
        )
    if what.discreet:
        return _("⏱ <b>The visit {moment} is on time again</b>")
    if what.minutes:
        return _(
            "⏱ <b>The doctor is about {minutes} late</b>\n\n{child}, {moment}: begins at about "
            "{begins}\n{doctor}\n\nYour visit stands. Registry: {phone}"
        )
    return _(
        "⏱ <b>The doctor is on time again</b>\n\n{child}, {moment}\n{doctor}\n\nRegistry: {phone}"
    )
