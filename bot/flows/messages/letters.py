"""Each letter to its view: reminders, news, and the file for the calendar that comes with some."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.flows.common.apart import visits_apart
from bot.flows.common.discreet import show_visit, where
from bot.flows.common.parts import (
    brief,
    dated,
    dated_day,
    doctor_and_room,
    go_home,
    ill_label,
    moment,
    purpose,
)
from bot.flows.desk.attendance.views import doctor_late
from bot.flows.families.check_ups.views import invitation
from bot.flows.families.groups.views import group_letter
from bot.flows.families.onboarding.outages import system_answers
from bot.flows.families.people.family_news import family_did
from bot.flows.families.people.views import helper_letter
from bot.flows.families.settings import taps as settings_taps
from bot.flows.messages import changes as clinic_changes
from bot.flows.visits.booking.views import booked, changes, ill_button, waits
from bot.flows.visits.confirming.views import to_confirm
from bot.flows.visits.ill import taps as ill_taps
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.mine.views import for_calendar
from bot.flows.visits.preparing import preparation
from bot.flows.visits.questions.views import answer_letter, wait_letter
from bot.flows.visits.waiting.views import time_offered, wait_changed
from bot.telegram.screen import Button, Document, Screen, Style
from bot.words import Markup, _, clock, say, shorten
from services.model.clinic import Clinic
from services.model.letters import (
    CardsJoined,
    CheckUpInvitation,
    ClinicAnswered,
    ClinicNews,
    DoctorLate,
    FamilyDid,
    GroupLetter,
    HelperLetter,
    Letter,
    QuestionsWait,
    Reminder,
    StillBooked,
    SystemAnswers,
    TimeOffered,
    ToConfirm,
    WaitChanged,
)
from services.model.visits import Appointment
from services.rules import visit_states
from services.visits.mine import Coming, Visit

MOST_TOLD = 4
"""Visits of a day that one message tells of; “My visits” has all."""
LONGEST_PREPARATIONS = 1600
"""Characters for how to prepare, of all visits of a message together; each visit's own screen says
all of it."""


def letter(what: Letter) -> Screen:
    """The message itself; it stays, whatever is tapped on it."""
    return _VIEWS[type(what)](what)


def enclosed(what: Letter) -> Document | None:
    """The visit's file for the calendar, if it was taken once and the clinic changed what it says.

    Who never took one gets it by the letter's button, and no second message. It comes with a
    discreet letter as well: its name and caption name nobody, and only who opens it reads it.
    """
    if isinstance(what, clinic_changes.Change) and what.visit.in_calendar:
        return for_calendar(Visit(what.visit, what.now))
    return None


def still_booked(what: StillBooked) -> Screen:
    """The answer to what was booked or moved, once more: whether they are booked or not yet."""
    visit = what.visit
    asks = [[_remind(visit)]] if what.may_ask else []
    if not what.discreet:
        shown = booked(visit)
        return replace(shown, rows=[*asks, *shown.rows])
    words = (
        _("⏳ <b>Not booked yet: {moment}</b>")
        if visit.is_pending
        else _("✅ <b>You are booked: {moment}</b>")
    )
    lines = [say(words, moment=moment(visit.slot)), where(visit)]
    if visit.is_pending:
        lines.append(say("\n{waits}", waits=waits(visit)))
    rows = [*asks, show_visit(visit), changes(visit), [ill_button(visit)]]
    return Screen(Markup("\n").join(lines), rows, stays=True, about=[visit])


def _remind(visit: Appointment) -> Button:
    ids = {"clinic_id": visit.slot.doctor.clinic.id, "child_id": visit.child.id}
    return Button(_("🔔 Remind me of the visit"), settings_taps.AboutReminders(**ids))


# Reminders


def reminder(what: Reminder) -> Screen:
    """Visits ahead of one day: come, move or cancel; who does not answer keeps them."""
    text = _question(what.visits, what.now, discreet=what.discreet)
    rows = _answers(what.visits, what.now, discreet=what.discreet)
    return Screen(text, rows, stays=True, about=what.visits)


def asked_again(found: Coming, tapped: mine_taps.AskComing) -> Screen:
    """What a reminder asks, about the day's visits as they are by now."""
    text = _question(found.visits, found.now, discreet=tapped.discreet)
    rows = _answers(found.visits, found.now, discreet=tapped.discreet)
    return Screen(text, rows, stays=True)


def _question(visits: Sequence[Appointment], now: datetime, *, discreet: bool) -> Markup:
    lines = [_times_alone(visits, now) if discreet else _about(visits, now)]
    if any(visit.coming_at is None for visit in visits):
        lines.append(say(_("No answer needed: the visit stays yours.")))
    return Markup("\n\n").join(lines)


def coming(found: Coming, tapped: mine_taps.Coming) -> Screen:
    """The same reminder, answered."""
    visits = sorted(found.visits, key=lambda visit: visit.slot.starts_at)
    when = _moments(visits, found.now)
    if tapped.discreet:
        expected = say(_("✅ <b>We are expecting you {moment}</b>"), moment=when)
        text = Markup("\n").join([expected, where(visits[0])])
    elif len(visits) == 1:
        heading = _("✅ <b>We are expecting {child} {moment}</b>")
        text = _with_facts(say(heading, child=visits[0].child.name, moment=when), visits)
    else:
        text = _with_facts(say(_("✅ <b>We are expecting you {moment}</b>"), moment=when), visits)
    rows = _what_else(visits, found.now, discreet=tapped.discreet)
    return Screen(text, rows, stays=True)


def _times_alone(visits: Sequence[Appointment], now: datetime) -> Markup:
    heading = say(_("🔔 Visit {moment}"), moment=_moments(visits, now))
    return Markup("\n").join([heading, where(visits[0]), say(_("What to bring: see the visit."))])


def _about(visits: Sequence[Appointment], now: datetime) -> Markup:
    first = visits[0]
    if len(visits) == 1:
        heading = say(
            _("🔔 <b>{child} sees the doctor {moment}</b>"),
            child=first.child.name,
            moment=dated(first.slot, now),
        )
    else:
        heading = say(_("🔔 <b>Visits {day}</b>"), day=dated_day(first.slot, now))
    return _with_facts(heading, visits)


def _with_facts(heading: Markup, visits: Sequence[Appointment]) -> Markup:
    facts = [_facts(visit, alone=len(visits) == 1) for visit in visits[:MOST_TOLD]]
    if more := len(visits) - len(facts):
        facts.append(say(_("and {n} more under “My visits”"), n=more))
    return Markup("\n\n").join(
        [heading, *facts, clinic_changes.place(visits[0]), _what_to_bring(visits)]
    )


def _facts(visit: Appointment, *, alone: bool = False) -> Markup:
    doctor = doctor_and_room(visit.slot.doctor)
    if alone:
        return say(
            _("{doctor}\n{reason}, № {number}"),
            doctor=doctor,
            reason=purpose(visit),
            number=visit.number,
        )
    return say(
        _("<b>{time}</b> · {child}\n{doctor}\n{reason}, № {number}"),
        time=clock(visit.slot.local_start),
        child=visit.child.name,
        doctor=doctor,
        reason=purpose(visit),
        number=visit.number,
    )


def _what_to_bring(visits: Sequence[Appointment]) -> Markup:
    """How to prepare: once for all, or for each child where that differs."""
    words = {preparation(visit) for visit in visits}
    if len(words) == 1:
        return say(_("<b>What to bring</b>\n{words}"), words=words.pop())
    visits = visits[:MOST_TOLD]
    room = LONGEST_PREPARATIONS // len(visits)
    each = [
        say("{child}: {words}", child=visit.child.name, words=shorten(preparation(visit), room))
        for visit in visits
    ]
    return say(_("<b>What to bring</b>\n{words}"), words=Markup("\n\n").join(each))


def _moments(visits: Sequence[Appointment], now: datetime) -> str:
    """ "завтра, 9:15 и 9:45"."""
    first, *others = visits[:MOST_TOLD]
    return " ".join([dated(first.slot, now), *(_also(visit) for visit in others)])


def _also(visit: Appointment) -> str:
    return _("and {time}").format(time=clock(visit.slot.local_start))


def _answers(visits: Sequence[Appointment], now: datetime, *, discreet: bool) -> list[list[Button]]:
    first, several = visits[0], len(visits) > 1
    rows = _what_else(visits, now, discreet=discreet)
    if any(visit.coming_at is None for visit in visits):
        come = mine_taps.Coming(
            appointment_id=first.id,
            all_day=several,
            discreet=discreet,
            seen=first.as_shown,
            seen_all=visit_states.together_as_shown(visits) if several else None,
        )
        rows.insert(0, [Button(_("We will come"), come, Style.SUCCESS)])
    return rows


def _what_else(
    visits: Sequence[Appointment], now: datetime, *, discreet: bool = False
) -> list[list[Button]]:
    """Move and cancel, and see what a discreet message leaves out; with several visits, each by
    itself."""
    if len(visits) == 1:
        seen = [show_visit(visits[0])] if discreet else []
        return [*seen, changes(visits[0]), [ill_button(visits[0])]]
    shown = visits[:MOST_TOLD]
    called = visits_apart(shown, lambda visit: _named(visit, now, discreet=discreet), now)
    each = [
        [Button(label, mine_taps.Visit(appointment_id=visit.id))]
        for visit, label in zip(shown, called, strict=True)
    ]
    ill = ill_taps.IllAtHome(clinic_id=visits[0].slot.doctor.clinic.id)
    return [*each, [Button(ill_label(), ill)]]


def _named(visit: Appointment, now: datetime, *, discreet: bool) -> str:
    name = _("Visit") if discreet else visit.child.name
    return brief(name, visit.slot, now)


# What the clinic tells many


def news(clinic: Clinic, text: str, *, about_visit: bool) -> Screen:
    """A broadcast, as each of its families gets it; and its author, before."""
    if about_visit:
        # whoever reads this has a visit there: so where, and not at which clinic (decision 71)
        heading = say(_("❗️ <b>About your visit</b>\n📍 {address}"), address=clinic.address)
    else:
        heading = say(_("📣 <b>{clinic}</b>"), clinic=clinic.name)
    rows = [[Button(_("No more news"), settings_taps.NoNews(clinic_id=clinic.id))]]
    if about_visit:
        rows.insert(0, [Button(_("My visits"), mine_taps.Visits())])
    return Screen(say("{heading}\n\n{text}", heading=heading, text=text), rows, stays=True)


def cards_joined(what: CardsJoined) -> Screen:
    """That the registry made one of two cards of a child; nothing of it is named."""
    text = say(
        _(
            "🔗 The registry had two cards of one child and made one of them. The "
            "visits of both are in one place now. If that is a mistake, please call: {phone}"
        ),
        phone=what.clinic.phone,
    )
    home = go_home(what.clinic.id)
    return Screen(text, [[Button(_("My visits"), mine_taps.Visits()), home]], stays=True)


_VIEWS: dict[type[Letter], Callable[[Any], Screen]] = {
    **clinic_changes.VIEWS,
    StillBooked: still_booked,
    Reminder: reminder,
    DoctorLate: doctor_late,
    ToConfirm: to_confirm,
    ClinicAnswered: answer_letter,
    QuestionsWait: wait_letter,
    CardsJoined: cards_joined,
    FamilyDid: family_did,
    HelperLetter: helper_letter,
    CheckUpInvitation: invitation,
    GroupLetter: group_letter,
    SystemAnswers: system_answers,
    TimeOffered: time_offered,
    WaitChanged: wait_changed,
    ClinicNews: lambda what: news(what.clinic, what.text, about_visit=what.about_visit),
}
