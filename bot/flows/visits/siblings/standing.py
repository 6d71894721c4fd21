"""The visits of brothers and sisters as they stand: booked, moved and cancelled."""

from collections.abc import Sequence
from dataclasses import replace

from bot.flows.common.apart import children_apart
from bot.flows.common.parts import (
    go_home,
    moment,
    purpose,
    with_initials,
)
from bot.flows.visits.booking.views import waits
from bot.flows.visits.ill import taps as ill_taps
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.preparing import what_to_bring
from bot.flows.visits.siblings import taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, say, shorten
from services.model.ids import ClinicId
from services.model.slots import Slot
from services.model.visits import Appointment
from services.rules.visit_states import together_as_shown
from services.visits.siblings.booking import BookedTogether


def together(found: BookedTogether) -> Screen:
    """The visits as they stand."""
    return Screen(_about_visits(found.visits), _after(found))


def booked(found: BookedTogether) -> Screen:
    """What must stay in the chat: whether they are booked, and for when."""
    if not any(visit.is_active for visit in found.visits):
        return none_booked_there(found.visits)
    return Screen(_about_visits(found.visits), _after(found), stays=True, about=found.visits)


def none_booked_there(visits: Sequence[Appointment]) -> Screen:
    """The clinic's own system could not give one of the times, so it was given none of them."""
    clinic = visits[0].slot.doctor.clinic
    text = say(
        _(
            "✖️ <b>Nobody was booked: {moment}</b>\n\nThe clinic could not give one of the times: "
            "it may have just been taken there. So none of them was taken. Choose other ones, or "
            "call the registry.\n{phone}"
        ),
        moment=moment(visits[0].slot),
        phone=clinic.phone,
    )
    again = Button(_("Another time"), taps.Several(clinic_id=clinic.id), Style.PRIMARY)
    return Screen(text, [[again], [go_home(clinic.id)]], stays=True, about=visits)


def moved(found: BookedTogether) -> Screen:
    """What must stay in the chat: where the visits were, and where they are."""
    if found.stay and found.visits[0].slot.foreign:
        return _none_moved_there(booked(found))
    words = _("{child}\nWas: {before}\nNow: {after}")
    lines = [
        say(
            words,
            child=visit.child.name,
            before=time_and_doctor(before),
            after=time_and_doctor(visit.slot),
        )
        for visit, before in zip(found.visits, found.before, strict=True)
    ]
    asked = any(visit.is_pending for visit in found.visits)
    heading = _("↪️ <b>Asked to be moved</b>") if asked else _("↪️ <b>These visits are moved</b>")
    text = Markup("\n\n").join([say(heading), *lines, _about_visits(found.visits)])
    return Screen(text, _after(found), stays=True, about=found.visits)


def _none_moved_there(as_they_stand: Screen) -> Screen:
    """The clinic's own system could not give one of the new times: they are where they were."""
    words = _("✖️ <b>Nobody was moved: the clinic could not give one of the new times</b>")
    text = say("{words}\n\n{visits}", words=say(words), visits=as_they_stand.text)
    return replace(as_they_stand, text=text)


def _about_visits(visits: Sequence[Appointment]) -> Markup:
    """All that a parent needs to come with several children."""
    clinic = visits[0].slot.doctor.clinic
    pending = [visit for visit in visits if visit.is_pending]
    heading = _("⏳ <b>You are not booked yet</b>") if pending else _("✅ <b>You are booked</b>")
    lines = [
        say(
            _("<b>{child}: {moment}, room {room}, № {number}</b>\n{doctor} · {reason}"),
            child=visit.child.name,
            moment=moment(visit.slot),
            room=visit.slot.doctor.room,
            number=visit.number,
            doctor=with_initials(visit.slot.doctor.name),
            reason=purpose(visit),
        )
        for visit in visits
    ]
    place = say(
        _("{clinic}, {address}\nRegistry: {phone}"),
        clinic=clinic.name,
        address=clinic.address,
        phone=clinic.phone,
    )
    bring = list(dict.fromkeys(what_to_bring(visit) for visit in visits))[:1]
    asked = [waits(pending[0])] if pending else []
    return Markup("\n\n").join(
        [say(heading), *lines, *asked, place, *(say("{words}", words=each) for each in bring)]
    )


def _after(found: BookedTogether) -> list[list[Button]]:
    visits = found.visits
    clinic = visits[0].slot.doctor.clinic
    called = children_apart([visit.child for visit in visits], {}, visits[0].slot.starts_at)
    each = [
        Button(shorten(called[visit.child.id], 12), mine_taps.Visit(appointment_id=visit.id))
        for visit in visits
    ]
    return [
        each,
        changes(visits),
        [somebody_is_ill(clinic.id)],
        [Button(_("My visits"), mine_taps.Visits()), go_home(clinic.id)],
    ]


def changes(visits: Sequence[Appointment]) -> list[Button]:
    """Move and cancel, all at once."""
    ids = taps.write_ids(visit.id for visit in visits)
    first = visits[0]
    move = taps.TimesOfAll(
        who=taps.who_of_visits(visits), reason=first.reason, clinic_id=first.slot.doctor.clinic.id
    )
    return [
        Button(_("Move all"), move),
        Button(_("Cancel all"), taps.AskCancelAll(visits=ids)),
    ]


def ask_cancel(found: BookedTogether) -> Screen:
    text = say(
        _("Cancel all of these visits?\n\n{visits}"),
        visits=Markup("\n").join(line(visit) for visit in found.visits),
    )
    if rule := found.visits[0].slot.doctor.clinic.cancellation:
        text += say("\n\n{rule}", rule=rule)
    cancel = taps.CancelAll(visits=taps.write_ids(found.ids), seen=together_as_shown(found.visits))
    return Screen(
        text,
        [
            [Button(_("Keep them"), mine_taps.Visits(), Style.PRIMARY)],
            [Button(_("Cancel all"), cancel, Style.DANGER)],
        ],
    )


def cancelled(found: BookedTogether) -> Screen:
    """What became of the visits: stays in the chat below the words that they were booked."""
    text = say(
        _("✖️ <b>Cancelled</b>\n{visits}"),
        visits=Markup("\n").join(line(visit) for visit in found.visits),
    )
    home = go_home(found.visits[0].slot.doctor.clinic.id)
    return Screen(text, [[Button(_("My visits"), mine_taps.Visits()), home]], stays=True)


def line(visit: Appointment) -> Markup:
    """Whose it is, and when."""
    return say("{child}: {at}", child=visit.child.name, at=time_and_doctor(visit.slot))


def time_and_doctor(slot: Slot) -> str:
    """ "чт 26 ноября, 9:15, Петрова А. С."."""
    return f"{moment(slot)}, {with_initials(slot.doctor.name)}"


def somebody_is_ill(clinic_id: ClinicId) -> Button:
    """The clinic's page, which asks who it is where it matters."""
    return Button(_("Somebody is ill"), ill_taps.IllAtHome(clinic_id=clinic_id))
