"""What people are written without having asked: reminders, and what the clinic changed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot.flows.common.parts import (
    brief,
    doctor_and_room,
    family_name,
    go_home,
    long_moment,
    moment,
    purpose,
    soon,
    with_initials,
)
from bot.flows.desk.attendance.views import doctor_late
from bot.flows.families.settings import taps as settings_taps
from bot.flows.visits.booking import taps as booking_taps
from bot.flows.visits.booking.views import booked, changes, handy
from bot.flows.visits.confirming.views import to_confirm
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.mine.views import for_calendar, offer_rows, offered
from bot.flows.visits.preparing import preparation
from bot.flows.visits.questions.views import answer_letter, wait_letter
from bot.flows.visits.search import taps as search_taps
from bot.telegram.screen import Button, Document, Screen, Style
from bot.words import Markup, _, clock, day, say, shorten
from services.model.clinic import Clinic
from services.model.letters import (
    ClinicAnswered,
    ClinicCancelled,
    ClinicMoved,
    ClinicNews,
    Confirmed,
    DoctorLate,
    Letter,
    NeedsTime,
    NotConfirmed,
    QuestionsWait,
    Reminder,
    StandsAgain,
    StillBooked,
    Substituted,
    ToConfirm,
)
from services.model.slots import Slot
from services.model.visits import Appointment
from services.visits.booking import Coming, Visit

_IN_CALENDAR = (
    ClinicMoved | ClinicCancelled | Confirmed | NotConfirmed | Substituted | NeedsTime | StandsAgain
)
LONGEST_PREPARATIONS = 2000
"""Characters for how to prepare, of all visits of a message together; each visit's own screen says
all of it."""


def letter(what: Letter) -> Screen:
    """The message itself; it stays, whatever is tapped on it."""
    return _VIEWS[type(what)](what)


def enclosed(what: Letter) -> Document | None:
    """The visit's file for the calendar, if the clinic changed what is in there.

    A discreet letter has none, as the file says all; its button gives it.
    """
    if isinstance(what, _IN_CALENDAR) and not what.discreet:
        return for_calendar(Visit(what.visit, what.now))
    return None


# Reminders


def reminder(what: Reminder) -> Screen:
    """Visits ahead of one day: come, move or cancel; who does not answer keeps them."""
    lines = [_times_alone(what) if what.discreet else _about(what)]
    if any(visit.coming_at is None for visit in what.visits):
        lines.append(say(_("No answer needed: the visit stays yours.")))
    return Screen(Markup("\n\n").join(lines), _answers(what), stays=True)


def coming(found: Coming, tapped: mine_taps.Coming) -> Screen:
    """The same reminder, answered."""
    visits = sorted(found.visits, key=lambda visit: visit.slot.starts_at)
    when = _moments(visits, found.now)
    if tapped.discreet:
        text = say(_("✅ <b>We are expecting you {moment}</b>"), moment=when)
    elif len(visits) == 1:
        heading = _("✅ <b>We are expecting {child} {moment}</b>")
        text = _with_facts(say(heading, child=visits[0].child.name, moment=when), visits)
    else:
        text = _with_facts(say(_("✅ <b>We are expecting you {moment}</b>"), moment=when), visits)
    rows = _what_else(visits, found.now, discreet=tapped.discreet)
    return Screen(text, rows, stays=True)


def _times_alone(what: Reminder) -> Markup:
    return say(_("🔔 Visit {moment}"), moment=_moments(what.visits, what.now))


def _about(what: Reminder) -> Markup:
    first = what.visits[0]
    if len(what.visits) == 1:
        heading = say(
            _("🔔 <b>{child} sees the doctor {moment}</b>"),
            child=first.child.name,
            moment=soon(first.slot, what.now),
        )
    else:
        heading = say(_("🔔 <b>Visits {day}</b>"), day=_day(first, what.now))
    return _with_facts(heading, what.visits)


def _with_facts(heading: Markup, visits: Sequence[Appointment]) -> Markup:
    facts = [_facts(visit, alone=len(visits) == 1) for visit in visits]
    return Markup("\n\n").join([heading, *facts, _place(visits[0]), _what_to_bring(visits)])


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


def _place(visit: Appointment) -> Markup:
    clinic = visit.slot.doctor.clinic
    return say(
        _("{clinic}, {address}\nRegistry: {phone}"),
        clinic=clinic.name,
        address=clinic.address,
        phone=clinic.phone,
    )


def _what_to_bring(visits: Sequence[Appointment]) -> Markup:
    """How to prepare: once for all, or for each child where that differs."""
    words = {preparation(visit) for visit in visits}
    if len(words) == 1:
        return say(_("<b>What to bring</b>\n{words}"), words=words.pop())
    room = LONGEST_PREPARATIONS // len(visits)
    each = [
        say("{child}: {words}", child=visit.child.name, words=shorten(preparation(visit), room))
        for visit in visits
    ]
    return say(_("<b>What to bring</b>\n{words}"), words=Markup("\n\n").join(each))


def _moments(visits: Sequence[Appointment], now: datetime) -> str:
    """ "завтра, 9:15 и 9:45"."""
    first, *others = visits
    return " ".join([soon(first.slot, now), *(_also(visit) for visit in others)])


def _also(visit: Appointment) -> str:
    return _("and {time}").format(time=clock(visit.slot.local_start))


def _day(visit: Appointment, now: datetime) -> str:
    wall = now.astimezone(visit.slot.doctor.clinic.zone)
    return day(visit.slot.local_start, wall)


def _answers(what: Reminder) -> list[list[Button]]:
    first = what.visits[0]
    rows = _what_else(what.visits, what.now, discreet=what.discreet)
    if any(visit.coming_at is None for visit in what.visits):
        come = mine_taps.Coming(
            appointment_id=first.id, all_day=len(what.visits) > 1, discreet=what.discreet
        )
        rows.insert(0, [Button(_("We will come"), come, Style.SUCCESS)])
    return rows


def _what_else(
    visits: Sequence[Appointment], now: datetime, *, discreet: bool = False
) -> list[list[Button]]:
    """Move and cancel; with several visits, each by itself."""
    if len(visits) == 1:
        return [changes(visits[0])]
    return [
        [Button(_named(visit, now, discreet=discreet), mine_taps.Visit(appointment_id=visit.id))]
        for visit in visits
    ]


def _named(visit: Appointment, now: datetime, *, discreet: bool) -> str:
    name = _("Visit") if discreet else visit.child.name
    return brief(name, visit.slot, now)


# What the clinic changed


def _moved(what: ClinicMoved) -> Screen:
    visit, before = what.visit, what.before
    if what.discreet:
        text = say(
            _("↪️ <b>The clinic moved your visit</b>\nWas: {before}\nNow: {after}"),
            before=moment(before),
            after=moment(visit.slot),
        )
    else:
        text = say(
            _(
                "↪️ <b>The clinic moved {child}'s visit</b>\nWas: {before}, {doctor_before}\n"
                "Now: <b>{after}, {doctor}</b>\n\n№ {number}\n{place}\n\n"
                "If this does not suit you, choose another time or call the registry."
            ),
            child=visit.child.name,
            before=moment(before),
            doctor_before=with_initials(before.doctor.name),
            after=moment(visit.slot),
            doctor=doctor_and_room(visit.slot.doctor, briefly=True),
            number=visit.number,
            place=_place(visit),
        )
    return Screen(text, [handy(visit), changes(visit)], stays=True)


def _cancelled(what: ClinicCancelled) -> Screen:
    visit = what.visit
    if what.as_asked:
        return _cancelled_as_asked(what)
    if what.discreet:
        text = say(
            _("✖️ <b>The clinic cancelled your visit on {moment}</b>"), moment=moment(visit.slot)
        )
    else:
        text = say(
            _(
                "✖️ <b>The clinic cancelled {child}'s visit: {moment}, № {number}</b>\n\n"
                "{doctor}\n{place}\n\nWe are sorry. Choose another time, or call the registry."
            ),
            child=visit.child.name,
            moment=long_moment(visit.slot),
            number=visit.number,
            doctor=doctor_and_room(visit.slot.doctor),
            place=_place(visit),
        )
    clinic_id = visit.slot.doctor.clinic.id
    again = search_taps.Doctors(child_id=visit.child.id, reason=visit.reason, clinic_id=clinic_id)
    return Screen(
        text,
        [
            [Button(_("Another time"), again, Style.PRIMARY)],
            [
                Button(_("Off the calendar"), mine_taps.CalendarFile(appointment_id=visit.id)),
                go_home(clinic_id),
            ],
        ],
        stays=True,
    )


def _cancelled_as_asked(what: ClinicCancelled) -> Screen:
    visit = what.visit
    if what.discreet:
        text = say(
            _("✖️ <b>Cancelled at your call: the visit {moment}</b>"), moment=moment(visit.slot)
        )
    else:
        text = say(
            _("✖️ <b>Cancelled at your call: {child}, {moment}, № {number}</b>\n{doctor}"),
            child=visit.child.name,
            moment=long_moment(visit.slot),
            number=visit.number,
            doctor=doctor_and_room(visit.slot.doctor),
        )
    clinic_id = visit.slot.doctor.clinic.id
    off = Button(_("Off the calendar"), mine_taps.CalendarFile(appointment_id=visit.id))
    return Screen(text, [[off, go_home(clinic_id)]], stays=True)


# The doctor's word


def _confirmed(what: Confirmed) -> Screen:
    """The same as what was booked at once, and who said so."""
    if not what.discreet:
        return booked(what.visit)
    text = say(_("✅ <b>Confirmed: the visit {moment}</b>"), moment=moment(what.visit.slot))
    return Screen(text, [changes(what.visit)], stays=True)


def _not_confirmed(what: NotConfirmed) -> Screen:
    """That there is no visit, and the times that there are."""
    visit = what.visit
    clinic_id = visit.slot.doctor.clinic.id
    elsewhere = search_taps.Doctors(
        child_id=visit.child.id, reason=visit.reason, clinic_id=clinic_id
    )
    rows = [
        *([_instead(visit, slot, what)] for slot in what.others),
        [Button(_("Another time"), elsewhere, Style.PRIMARY)],
        [
            Button(_("Off the calendar"), mine_taps.CalendarFile(appointment_id=visit.id)),
            go_home(clinic_id),
        ],
    ]
    if what.discreet:
        text = say(_("✖️ <b>Not confirmed: the visit {moment}</b>"), moment=moment(visit.slot))
        return Screen(text, rows, stays=True)
    why = (
        _("The doctor did not answer in time, so the time was given back. We are sorry.")
        if what.lapsed
        else _("The doctor cannot see you at this time. We are sorry.")
    )
    text = say(
        _(
            "✖️ <b>Not confirmed: {child}, {moment}, № {number}</b>\n\n{doctor}\n{place}\n\n"
            "{why} {way}"
        ),
        child=visit.child.name,
        moment=long_moment(visit.slot),
        number=visit.number,
        doctor=doctor_and_room(visit.slot.doctor),
        place=_place(visit),
        why=why,
        way=_("Choose another time, or call the registry."),
    )
    return Screen(text, rows, stays=True)


def _instead(visit: Appointment, slot: Slot, what: NotConfirmed) -> Button:
    tap = booking_taps.ChooseTime(child_id=visit.child.id, reason=visit.reason, slot_id=slot.id)
    name = _("Visit") if what.discreet else family_name(slot.doctor)
    return Button(brief(name, slot, what.now), tap)


# The doctor is absent


def _substituted(what: Substituted) -> Screen:
    """Another doctor, the same time: come, or look for something else."""
    visit, slot = what.visit, what.visit.slot
    if what.discreet:
        text = say(
            _("🤒 <b>The doctor is absent; another one sees you at the same time: {moment}</b>"),
            moment=soon(slot, what.now),
        )
    else:
        text = say(
            _(
                "🤒 <b>The doctor is absent: {doctor_before}</b>\n"
                "The time is the same, with another doctor:\n\n"
                "<b>{child}, {moment}</b>\n{doctor}\n{reason}, № {number}\n{place}\n\n"
                "No answer needed: the visit stays yours."
            ),
            doctor_before=with_initials(what.before.doctor.name),
            doctor=doctor_and_room(slot.doctor, briefly=True),
            child=visit.child.name,
            moment=soon(slot, what.now),
            reason=purpose(visit),
            number=visit.number,
            place=_place(visit),
        )
    come = mine_taps.Coming(appointment_id=visit.id, discreet=what.discreet)
    decline = mine_taps.DeclineSubstitute(appointment_id=visit.id)
    rows = [
        [Button(_("We will come"), come, Style.SUCCESS)],
        [Button(_("Does not suit us"), decline)],
    ]
    return Screen(text, rows, stays=True)


def _needs_time(what: NeedsTime) -> Screen:
    """The visit does not take place: other times, kept for this family alone."""
    visit = what.visit
    heading = say(
        _("🤒 <b>The doctor is absent; the visit {moment} does not take place</b>"),
        moment=soon(visit.slot, what.now),
    )
    if not what.discreet:
        heading = say(
            _(
                "🤒 <b>The doctor is absent: the visit does not take place</b>\n"
                "{child}, {moment}, № {number}\n{doctor}"
            ),
            doctor=with_initials(visit.slot.doctor.name),
            child=visit.child.name,
            moment=soon(visit.slot, what.now),
            number=visit.number,
        )
    found = Visit(visit, what.now, offers=what.offers)
    text = say("{heading}\n\n{offers}", heading=heading, offers=offered(found))
    return Screen(text, offer_rows(found, discreet=what.discreet), stays=True)


def _stands_again(what: StandsAgain) -> Screen:
    """The doctor comes after all."""
    visit = what.visit
    if what.discreet:
        text = say(
            _("✅ <b>The doctor comes after all: your visit {moment} stands</b>"),
            moment=soon(visit.slot, what.now),
        )
    else:
        text = say(
            _(
                "✅ <b>The doctor comes after all: {child}'s visit stands, {moment}</b>\n\n"
                "{doctor}\n{reason}, № {number}\n{place}"
            ),
            child=visit.child.name,
            moment=soon(visit.slot, what.now),
            doctor=doctor_and_room(visit.slot.doctor),
            reason=purpose(visit),
            number=visit.number,
            place=_place(visit),
        )
    return Screen(text, [handy(visit), changes(visit)], stays=True)


# What the clinic tells many


def news(clinic: Clinic, text: str, *, about_visit: bool) -> Screen:
    """A broadcast, as each of its families gets it; and its author, before."""
    if about_visit:
        heading = say(_("❗️ <b>About your visit</b>\n{clinic}"), clinic=clinic.name)
    else:
        heading = say(_("📣 <b>{clinic}</b>"), clinic=clinic.name)
    rows = [[Button(_("No more news"), settings_taps.NoNews(clinic_id=clinic.id))]]
    if about_visit:
        rows.insert(0, [Button(_("My visits"), mine_taps.Visits())])
    return Screen(say("{heading}\n\n{text}", heading=heading, text=text), rows, stays=True)


_VIEWS: dict[type[Letter], Callable[[Any], Screen]] = {
    StillBooked: lambda what: booked(what.visit),
    Reminder: reminder,
    ClinicMoved: _moved,
    ClinicCancelled: _cancelled,
    Confirmed: _confirmed,
    NotConfirmed: _not_confirmed,
    DoctorLate: doctor_late,
    ToConfirm: to_confirm,
    ClinicAnswered: answer_letter,
    QuestionsWait: wait_letter,
    Substituted: _substituted,
    NeedsTime: _needs_time,
    StandsAgain: _stands_again,
    ClinicNews: lambda what: news(what.clinic, what.text, about_visit=what.about_visit),
}
