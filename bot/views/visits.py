"""Visits ahead: the list, one of them, cancelling."""

from datetime import datetime

from bot import taps
from bot.screen import Button, Screen, Style
from bot.views.booking import about_visit
from bot.views.parts import brief, go_home, moment
from bot.words import Markup, _, say
from services.booking import Visits
from services.model import Appointment


def visits(found: Visits) -> Screen:
    to_start = [Button(_("Home"), taps.Start())]
    if not found.visits:
        return Screen(say(_("There are no visits ahead.")), [to_start])
    lines = [
        say(
            _("✅ <b>{moment}</b>, № {number}\n{child} — {doctor}, room {room}\n{clinic}"),
            moment=moment(visit.slot),
            number=visit.number,
            child=visit.child.name,
            doctor=visit.slot.doctor.name,
            room=visit.slot.doctor.room,
            clinic=visit.slot.doctor.clinic.name,
        )
        for visit in found.visits
    ]
    text = Markup("\n\n").join([say(_("<b>My visits</b>")), *lines])
    return Screen(text, [*[_open(visit, found.now) for visit in found.visits], to_start])


def visit(found: Appointment) -> Screen:
    """One visit as it stands."""
    if not found.is_active:
        return cancelled(found)
    rows = [
        [Button(_("Cancel visit"), taps.AskCancel(appointment_id=found.id))],
        [Button(_("My visits"), taps.Visits()), go_home(found.slot.doctor.clinic.id)],
    ]
    return Screen(about_visit(found), rows)


def ask_cancel(found: Appointment) -> Screen:
    if not found.is_active:
        return cancelled(found)
    text = say(
        _("Cancel this visit?\n\n{child}, {moment}\n{doctor}"),
        child=found.child.name,
        moment=moment(found.slot),
        doctor=found.slot.doctor.name,
    )
    return Screen(
        text,
        [
            [Button(_("Keep it"), taps.Visit(appointment_id=found.id), Style.PRIMARY)],
            [Button(_("Cancel visit"), taps.Cancel(appointment_id=found.id), Style.DANGER)],
        ],
    )


def cancelled(found: Appointment) -> Screen:
    """What became of the visit: stays in the chat below the words that it was booked."""
    clinic_id = found.slot.doctor.clinic.id
    text = say(
        _("✖️ <b>Cancelled: {child}, {moment}, № {number}</b>\n\n{doctor}\nThe time is free again."),
        child=found.child.name,
        moment=moment(found.slot),
        number=found.number,
        doctor=found.slot.doctor.name,
    )
    again = taps.Doctors(clinic_id=clinic_id, child_id=found.child.id)
    return Screen(text, [[Button(_("Book again"), again)], [go_home(clinic_id)]], stays=True)


def _open(visit: Appointment, now: datetime) -> list[Button]:
    return [Button(brief(visit.child.name, visit.slot, now), taps.Visit(appointment_id=visit.id))]
