"""What families are told of what the clinic changed."""

from collections.abc import Callable
from typing import Any, TypeAlias

from bot.flows.common import discreet
from bot.flows.common.apart import times_apart
from bot.flows.common.pages import ROWS
from bot.flows.common.parts import (
    dated,
    doctor_and_room,
    family_name,
    go_home,
    long_moment,
    moment,
    purpose,
    with_initials,
)
from bot.flows.visits.booking import taps as booking_taps
from bot.flows.visits.booking.views import booked, changes, handy
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.mine.views import offer_rows, offered
from bot.flows.visits.search import taps as search_taps
from bot.flows.visits.siblings.standing import none_booked_there
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, say
from services.model.letters import (
    ClinicCancelled,
    ClinicMoved,
    Confirmed,
    Letter,
    NeedsTime,
    NotConfirmed,
    PlaceChanged,
    StandsAgain,
    Substituted,
    SystemSaid,
)
from services.model.messages import NotificationKind, Untrue
from services.model.visits import Appointment, AppointmentState
from services.visits.mine import Visit

Change: TypeAlias = (
    ClinicMoved
    | ClinicCancelled
    | Confirmed
    | NotConfirmed
    | Substituted
    | NeedsTime
    | StandsAgain
    | PlaceChanged
)
MOST_LINES = 20
"""Visits of which a message that is corrected says how they stand."""


def place(visit: Appointment) -> Markup:
    clinic = visit.slot.doctor.clinic
    return say(
        _("{clinic}, {address}\nRegistry: {phone}"),
        clinic=clinic.name,
        address=clinic.address,
        phone=clinic.phone,
    )


def _unsaid(what: Change) -> list[list[Button]]:
    """The way to what a discreet letter leaves out."""
    return [discreet.show_visit(what.visit)] if what.discreet else []


# What the clinic changed


def _moved(what: ClinicMoved) -> Screen:
    visit, before = what.visit, what.before
    if what.discreet and before.starts_at == visit.slot.starts_at:
        text = say(
            _(
                "↪️ <b>The clinic changed your visit</b>\nThe time stays: <b>{after}</b>\n"
                "The doctor or the room is another one: see the visit.\n{where}\n\n"
                "We are sorry. If this does not suit you, choose another time.\n{phone}"
            ),
            after=moment(visit.slot),
            where=discreet.where(visit),
            phone=discreet.phone(visit),
        )
    elif what.discreet:
        text = say(
            _(
                "↪️ <b>The clinic moved your visit</b>\nWas: {before}\nNow: <b>{after}</b>\n"
                "{where}\n\nWe are sorry. If this does not suit you, choose another time.\n{phone}"
            ),
            before=moment(before),
            after=moment(visit.slot),
            where=discreet.where(visit),
            phone=discreet.phone(visit),
        )
    else:
        text = say(
            _(
                "↪️ <b>The clinic moved {child}'s visit</b>\nWas: {before}, {doctor_before}\n"
                "Now: <b>{after}, {doctor}</b>\n\n№ {number}\n{place}\n\n"
                "We are sorry. If this does not suit you, choose another time or call the registry."
            ),
            child=visit.child.name,
            before=moment(before),
            doctor_before=with_initials(before.doctor.name),
            after=moment(visit.slot),
            doctor=doctor_and_room(visit.slot.doctor, briefly=True),
            number=visit.number,
            place=place(visit),
        )
    return Screen(text, _around(what), stays=True, about=[visit])


def _around(what: Change) -> list[list[Button]]:
    """What there is to do about a visit that stands."""
    return [*_unsaid(what), handy(what.visit), changes(what.visit)]


def _cancelled(what: ClinicCancelled) -> Screen:
    visit = what.visit
    if what.as_asked:
        return _cancelled_as_asked(what)
    if what.discreet:
        text = say(
            _(
                "✖️ <b>The clinic cancelled your visit on {moment}</b>\n\n"
                "We are sorry. Choose another time, or call the registry.\n{phone}"
            ),
            moment=moment(visit.slot),
            phone=discreet.phone(visit),
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
            place=place(visit),
        )
    clinic_id = visit.slot.doctor.clinic.id
    again = search_taps.Doctors(child_id=visit.child.id, reason=visit.reason, clinic_id=clinic_id)
    return Screen(
        text,
        [
            [Button(_("Another time"), again, Style.PRIMARY)],
            *_unsaid(what),
            [_off_the_calendar(visit), go_home(clinic_id)],
        ],
        stays=True,
    )


def _off_the_calendar(visit: Appointment) -> Button:
    return Button(_("Off the calendar"), mine_taps.CalendarFile(appointment_id=visit.id))


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
    way_out = [_off_the_calendar(visit), go_home(visit.slot.doctor.clinic.id)]
    return Screen(text, [*_unsaid(what), way_out], stays=True)


# The doctor's word


def _confirmed(what: Confirmed) -> Screen:
    """The same as what was booked at once, and who said so."""
    if not what.discreet:
        return booked(what.visit)
    text = say(
        _("✅ <b>Confirmed: the visit {moment}</b>\n{where}"),
        moment=moment(what.visit.slot),
        where=discreet.where(what.visit),
    )
    rows = [*_unsaid(what), changes(what.visit)]
    return Screen(text, rows, stays=True, about=[what.visit])


def _not_confirmed(what: NotConfirmed) -> Screen:
    """That there is no visit, and the times that there are."""
    visit = what.visit
    clinic_id = visit.slot.doctor.clinic.id
    elsewhere = search_taps.Doctors(
        child_id=visit.child.id, reason=visit.reason, clinic_id=clinic_id
    )
    rows = [
        *_instead(visit, what),
        [Button(_("Another time"), elsewhere, Style.PRIMARY)],
        *_unsaid(what),
        [_off_the_calendar(visit), go_home(clinic_id)],
    ]
    why = (
        _("The doctor did not answer in time, so the time was given back. We are sorry.")
        if what.lapsed
        else _("The doctor cannot see you at this time. We are sorry.")
    )
    way = _("Choose another time, or call the registry.")
    if what.discreet:
        words = _("✖️ <b>Not confirmed: the visit {moment}</b>\n\n{why} {way}\n{phone}")
        text = say(words, moment=moment(visit.slot), why=why, way=way, phone=discreet.phone(visit))
        return Screen(text, rows, stays=True)
    text = say(
        _(
            "✖️ <b>Not confirmed: {child}, {moment}, № {number}</b>\n\n{doctor}\n{place}\n\n"
            "{why} {way}"
        ),
        child=visit.child.name,
        moment=long_moment(visit.slot),
        number=visit.number,
        doctor=doctor_and_room(visit.slot.doctor),
        place=place(visit),
        why=why,
        way=way,
    )
    return Screen(text, rows, stays=True)


def _instead(visit: Appointment, what: NotConfirmed | SystemSaid) -> list[list[Button]]:
    slots = what.others[:ROWS]
    child_id, reason = visit.child.id, visit.reason
    return [
        [
            Button(
                label,
                booking_taps.ChooseTime(child_id=child_id, reason=reason, slot_id=slot.id),
            )
        ]
        for slot, label in zip(
            slots,
            times_apart(slots, what.now, discreet.unnamed if what.discreet else family_name),
            strict=True,
        )
    ]


# The doctor is absent


def _substituted(what: Substituted) -> Screen:
    """Another doctor, the same time: come, or look for something else."""
    visit, slot = what.visit, what.visit.slot
    if what.discreet:
        text = say(
            _(
                "🔁 <b>The doctor does not receive, another one sees you at the same time: "
                "{moment}</b>\n{where}\n\n"
                "We are sorry for the change. No answer needed: the visit stays yours."
            ),
            moment=dated(slot, what.now),
            where=discreet.where(visit),
        )
    else:
        text = say(
            _(
                "🔁 <b>The doctor does not receive: {doctor_before}</b>\n"
                "The time is the same, with another doctor. We are sorry for the change.\n\n"
                "<b>{child}, {moment}</b>\n{doctor}\n{reason}, № {number}\n{place}\n\n"
                "No answer needed: the visit stays yours."
            ),
            doctor_before=with_initials(what.before.doctor.name),
            doctor=doctor_and_room(slot.doctor, briefly=True),
            child=visit.child.name,
            moment=dated(slot, what.now),
            reason=purpose(visit),
            number=visit.number,
            place=place(visit),
        )
    come = mine_taps.Coming(appointment_id=visit.id, discreet=what.discreet, seen=visit.as_shown)
    decline = mine_taps.DeclineSubstitute(appointment_id=visit.id)
    rows = [
        [Button(_("We will come"), come, Style.SUCCESS)],
        [Button(_("Does not suit us"), decline)],
        *_unsaid(what),
        handy(visit),
    ]
    return Screen(text, rows, stays=True, about=[visit])


def _needs_time(what: NeedsTime) -> Screen:
    """The visit does not take place: other times, kept for this family alone."""
    visit = what.visit
    heading = say(
        _(
            "❗️ <b>The visit {moment} does not take place</b>\n"
            "The doctor does not receive. We are sorry."
        ),
        moment=dated(visit.slot, what.now),
    )
    if not what.discreet:
        heading = say(
            _(
                "❗️ <b>The doctor does not receive: the visit does not take place</b>\n"
                "{child}, {moment}, № {number}\n{doctor}\n\nWe are sorry."
            ),
            doctor=with_initials(visit.slot.doctor.name),
            child=visit.child.name,
            moment=dated(visit.slot, what.now),
            number=visit.number,
        )
    found = Visit(visit, what.now, offers=what.offers)
    text = say("{heading}\n\n{offers}", heading=heading, offers=offered(found))
    rows = [*offer_rows(found, discreet=what.discreet), *_unsaid(what)]
    return Screen(text, rows, stays=True)


def _stands_again(what: StandsAgain) -> Screen:
    """The doctor comes after all."""
    visit = what.visit
    if what.discreet:
        text = say(
            _("✅ <b>The doctor comes after all: your visit {moment} stands</b>\n{where}"),
            moment=dated(visit.slot, what.now),
            where=discreet.where(visit),
        )
    else:
        text = say(
            _(
                "✅ <b>The doctor comes after all: {child}'s visit stands, {moment}</b>\n\n"
                "{doctor}\n{reason}, № {number}\n{place}"
            ),
            child=visit.child.name,
            moment=dated(visit.slot, what.now),
            doctor=doctor_and_room(visit.slot.doctor),
            reason=purpose(visit),
            number=visit.number,
            place=place(visit),
        )
    return Screen(text, _around(what), stays=True, about=[visit])


# What stands in the chat and is true no more


def corrected(what: Untrue) -> Screen:
    """What stands there now: how each visit is, and no button that led to what it was."""
    lines = [_by_now(each, what) for each in what.visits[:MOST_LINES]]
    if (more := len(what.visits) - MOST_LINES) > 0:
        lines.append(say(_("and {n} more"), n=more))
    text = Markup("\n").join(lines or [say(_("This message is out of date."))])
    return Screen(text, [[Button(_("My visits"), mine_taps.Visits())]], stays=True)


def _by_now(visit: Appointment, what: Untrue) -> Markup:
    when = moment(visit.slot)
    if what.discreet:
        who = say("{moment}", moment=when)
    else:
        who = say("{moment}, {child}", moment=when, child=visit.child.name)
    if visit.needs_time:
        return say(_("❌ <b>Does not take place:</b> {visit}"), visit=who)
    if visit.state is AppointmentState.CANCELLED:
        return say(_("❌ <b>Cancelled:</b> {visit}"), visit=who)
    if visit.is_pending:
        return say(_("⏳ <b>Asked for:</b> {visit}"), visit=who)
    return say(_("↪️ <b>The time now:</b> {visit}"), visit=who)


def _place_changed(what: PlaceChanged) -> Screen:
    """Where, and to whom, by now; when is as it was."""
    visit = what.visit
    if what.discreet:
        text = say(
            _(
                "📍 <b>The clinic changed the place or the doctor of your visit: {moment}</b>\n"
                "The time stays as it was.\n{where}\nRoom and doctor are under “Show the visit”."
            ),
            moment=moment(visit.slot),
            where=discreet.where(visit),
        )
    else:
        text = say(
            _(
                "📍 <b>The clinic corrected where your visit is: {child}, {moment}</b>\n"
                "Now it is here; the time stays as it was.\n\n"
                "<b>{doctor}</b>\n{reason}, № {number}\n{place}"
            ),
            child=visit.child.name,
            moment=moment(visit.slot),
            doctor=doctor_and_room(visit.slot.doctor),
            reason=purpose(visit),
            number=visit.number,
            place=place(visit),
        )
    return Screen(text, _around(what), stays=True, about=[visit])


def _said_there_of_all(what: SystemSaid) -> Screen:
    """The same of brothers and sisters who were to come in one go: one no is all of theirs."""
    visit = what.visit
    if what.kind is NotificationKind.KEPT_THERE:
        text = say(
            _(
                "✖️ <b>Nobody was moved: the clinic could not give one of the new times</b>\n"
                "All visits stay as they were; one of them: <b>{moment}</b>\n{where}"
            ),
            moment=moment(visit.slot),
            where=discreet.where(visit),
        )
        return Screen(text, [[Button(_("My visits"), mine_taps.Visits())]], stays=True)
    return none_booked_there([visit])


def _said_there(what: SystemSaid) -> Screen:
    """What came of asking the clinic's own system, where that was not a yes."""
    visit = what.visit
    clinic = visit.slot.doctor.clinic
    if what.together and what.kind is not NotificationKind.NO_ANSWER:
        return _said_there_of_all(what)
    if what.kind is NotificationKind.KEPT_THERE:
        text = say(
            _(
                "✖️ <b>Not moved: the clinic could not give the new time</b>\n"
                "Your visit stays as it was: <b>{moment}</b>\n{where}"
            ),
            moment=moment(visit.slot),
            where=discreet.where(visit),
        )
        return Screen(text, [[discreet.show_visit(visit)[0]], changes(visit)], stays=True)
    if what.kind is NotificationKind.NO_ANSWER:
        text = say(
            _(
                "⏳ <b>You are not booked yet: {moment}</b>\n\nThe clinic's system has not "
                "answered in time, and we do not know whether the time is yours. The registry "
                "is looking into it; you hear from us here. You can also call: {phone}"
            ),
            moment=moment(visit.slot),
            phone=clinic.phone,
        )
        cancel = [Button(_("Cancel visit"), mine_taps.AskCancel(appointment_id=visit.id))]
        return Screen(text, [discreet.show_visit(visit), cancel], stays=True, about=[visit])
    text = say(
        _(
            "✖️ <b>Not booked: {moment}</b>\n\nThe clinic could not give this time: it may have "
            "just been taken there. Choose another one, or call the registry.\n{phone}"
        ),
        moment=moment(visit.slot),
        phone=clinic.phone,
    )
    ids = {"child_id": visit.child.id, "reason": visit.reason}
    again = search_taps.Doctors(**ids, clinic_id=clinic.id)
    other = [Button(_("Another time"), again, Style.PRIMARY)]
    rows = [*_instead(visit, what), other, discreet.show_visit(visit), [go_home(clinic.id)]]
    return Screen(text, rows, stays=True)


VIEWS: dict[type[Letter], Callable[[Any], Screen]] = {
    ClinicMoved: _moved,
    ClinicCancelled: _cancelled,
    Confirmed: _confirmed,
    NotConfirmed: _not_confirmed,
    Substituted: _substituted,
    NeedsTime: _needs_time,
    StandsAgain: _stands_again,
    PlaceChanged: _place_changed,
    SystemSaid: _said_there,
}
"""How each is written."""
