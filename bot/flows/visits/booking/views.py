"""Confirm, booked, moved."""

from bot.flows.clinic.card import taps as card_taps
from bot.flows.common.kinds import kind_of
from bot.flows.common.parts import (
    child_with_age,
    doctor_and_room,
    go_home,
    ill_label,
    its_word,
    kind_with_facts,
    long_moment,
    moment,
    purpose,
    until,
    with_initials,
)
from bot.flows.visits.booking import taps
from bot.flows.visits.mine import taps as mine_taps
from bot.flows.visits.preparing import what_to_bring
from bot.flows.visits.search import taps as search_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, clock, say
from services.model.clinic import Unanswered
from services.model.settings.visit_kinds import Whom
from services.model.slots import Slot
from services.model.visits import Appointment, AppointmentState
from services.visits.booking import Moved, Offer


def offer(found: Offer) -> Screen:
    """One time, held meanwhile: book it, or move the visit to it."""
    if found.search.moving:
        return _offer_to_move(found, found.search.moving)
    search, slot, clinic = found.search, found.slot, found.search.clinic
    kind = clinic.kind(search.need.reason)
    is_ill = kind.whom is Whom.ILL
    text = say(
        _(
            "<b>Shall I book it?</b>\n\n👶 {child} · {reason}\n📅 {moment}\n🩺 {doctor}\n"
            "📍 {clinic}, {address}"
        ),
        child=child_with_age(search.child, search.now, clinic),
        reason=kind_with_facts(kind),
        moment=capital(long_moment(slot)),
        doctor=doctor_and_room(slot.doctor),
        clinic=clinic.name,
        address=clinic.address,
    )
    yes = _("Book") if is_ill else _("Not ill: book")
    return Screen(
        _held(text, found),
        [
            [Button(yes, taps.Confirm(**_chosen(found)), Style.SUCCESS)],
            [_if_ill(found)],
            [_another_time(found), go_home(clinic.id)],
        ],
    )


def _offer_to_move(found: Offer, visit: Appointment) -> Screen:
    if visit.needs_time:
        return _offer_instead(found, visit)
    text = say(
        _("<b>Move the visit?</b>\n\n👶 {child} · {reason}\n\nNow: {before}\nThen: <b>{after}</b>"),
        child=visit.child.name,
        reason=purpose(visit),
        before=_when_and_with_whom(visit),
        after=_at(found),
    )
    keep = Button(_("Keep it"), mine_taps.Visit(appointment_id=visit.id))
    return Screen(
        _held(text, found),
        [
            [Button(_("Move"), taps.MoveTo(**_chosen(found), seen=visit.as_shown), Style.SUCCESS)],
            [_if_ill(found)],
            [_another_time(found)],
            [keep],
        ],
    )


def _offer_instead(found: Offer, visit: Appointment) -> Screen:
    """A time in place of one that the clinic could not keep."""
    text = say(
        _("<b>Take this time?</b>\n\n👶 {child} · {reason}\n\n{after}"),
        child=visit.child.name,
        reason=purpose(visit),
        after=capital(_at(found)),
    )
    back = Button(_("Back"), mine_taps.Visit(appointment_id=visit.id))
    return Screen(
        _held(text, found),
        [
            [
                Button(
                    _("Take this time"),
                    taps.MoveTo(**_chosen(found), seen=visit.as_shown),
                    Style.SUCCESS,
                )
            ],
            [_if_ill(found)],
            [_another_time(found), back],
        ],
    )


def _if_ill(found: Offer) -> Button:
    """The gate, before anything is booked; who comes as ill has passed it, and can still call."""
    is_ill = found.search.clinic.kind(found.search.need.reason).whom is Whom.ILL
    label = _("Home call") if is_ill else ill_label()
    ids = {**_chosen(found), "clinic_id": found.search.clinic.id}
    return Button(label, search_taps.Ill(**ids))


def booked(visit: Appointment) -> Screen:
    """What must stay in the chat: the answer to "am I booked or not?"."""
    if visit.state is AppointmentState.CANCELLED:
        return not_booked_there(visit)
    return Screen(about_visit(visit), _after_booking(visit), stays=True, about=[visit])


def not_booked_there(visit: Appointment) -> Screen:
    """The clinic's own system said no, while the family waited."""
    clinic_id = visit.slot.doctor.clinic.id
    again = search_taps.Doctors(child_id=visit.child.id, reason=visit.reason, clinic_id=clinic_id)
    text = say(
        _(
            "✖️ <b>Not booked: {moment}</b>\n\nThe clinic could not give this time: it may have "
            "just been taken there. Choose another one, or call the registry.\n{phone}"
        ),
        moment=moment(visit.slot),
        phone=visit.slot.doctor.clinic.phone,
    )
    rows = [[Button(_("Another time"), again, Style.PRIMARY)], [go_home(clinic_id)]]
    return Screen(text, rows, stays=True, about=[visit])


def moved(found: Moved) -> Screen:
    """What must stay in the chat: that the visit is at another time, and which."""
    visit = found.visit
    if visit.state is AppointmentState.CANCELLED:  # it had no other time there
        return not_booked_there(visit)
    if visit.slot.id == found.before.id:  # the clinic's own system said no
        kept = _(
            "✖️ <b>Not moved: the clinic could not give the new time</b>\n\nYour visit stays as "
            "it was.\n\n{about}"
        )
        return Screen(
            say(kept, about=about_visit(visit)), _after_booking(visit), stays=True, about=[visit]
        )
    heading = _("↪️ <b>Moved</b>\nWas: {before}\nNow: {after}\n\n{about}")
    if visit.is_pending:
        heading = _("↪️ <b>Asked to be moved</b>\nWas: {before}\nWanted: {after}\n\n{about}")
    text = say(
        heading,
        before=_with_doctor(found.before, found),
        after=_with_doctor(visit.slot, found),
        about=about_visit(visit),
    )
    return Screen(text, _after_booking(visit), stays=True, about=[visit])


def _with_doctor(slot: Slot, found: Moved) -> str:
    """When; and with whom, where that changed too."""
    if found.before.doctor.id == found.visit.slot.doctor.id:
        return moment(slot)
    return f"{moment(slot)}, {with_initials(slot.doctor.name)}"


def about_visit(visit: Appointment) -> Markup:
    """All that a parent needs to come: when, where, to whom, with what."""
    slot = visit.slot
    return say(
        _(
            "{heading}\n\n{doctor}\n{reason}{word}\n{clinic}, {address}\nRegistry: {phone}\n\n"
            "{preparation}"
        ),
        heading=_how_it_stands(visit),
        word=f"\n{its_word(visit)}" if visit.word else "",
        doctor=slot.doctor.name,
        reason=kind_with_facts(kind_of(visit)),
        clinic=slot.doctor.clinic.name,
        address=slot.doctor.clinic.address,
        phone=slot.doctor.clinic.phone,
        preparation=what_to_bring(visit),
    )


def _how_it_stands(visit: Appointment) -> Markup:
    """Booked, or not yet; nobody must take one for the other."""
    facts = {
        "child": visit.child.name,
        "moment": moment(visit.slot),
        "room": visit.slot.doctor.room,
        "number": visit.number,
    }
    if not visit.is_pending:
        return say(
            _("✅ <b>You are booked: {child}, {moment}, room {room}, № {number}</b>"), **facts
        )
    words = _("⏳ <b>Not booked yet: {child}, {moment}, room {room}, № {number}</b>")
    if visit.awaits_system:
        words = _("⏳ <b>You are not booked yet: {child}, {moment}, room {room}, № {number}</b>")
    return say("{heading}\n\n{waits}", heading=say(words, **facts), waits=waits(visit))


def waits(visit: Appointment) -> Markup:
    """Until when the time is kept, and what follows."""
    if visit.awaits_system and visit.answer_by:
        words = _("The clinic's system has been asked: the answer comes here by {until}.")
        return say(words, until=clock(visit.slot.doctor.clinic.wall(visit.answer_by)))
    if visit.deadline is None:
        return say(_("The doctor has to confirm this visit."))
    words = {
        Unanswered.BOOKED: _(
            "The doctor has to confirm it. The time is kept for you; the answer comes here by "
            "{until}. If the doctor does not object by then, you are booked."
        ),
        Unanswered.GIVEN_BACK: _(
            "The doctor has to confirm it. The time is kept for you until {until}; the answer "
            "comes here. Without one the time is given back, and you can choose another."
        ),
    }[visit.deadline.then]
    return say(words, until=until(visit.deadline.at, visit.slot.doctor.clinic))


def handy(visit: Appointment) -> list[Button]:
    """The visit's file for the calendar, and the way to the clinic."""
    return [
        Button(_("To calendar"), mine_taps.CalendarFile(appointment_id=visit.id)),
        Button(_("How to get there"), card_taps.ClinicCard(clinic_id=visit.slot.doctor.clinic.id)),
    ]


def changes(visit: Appointment) -> list[Button]:
    """Move and cancel."""
    elsewhere = search_taps.Days(
        child_id=visit.child.id,
        reason=visit.reason,
        moves=visit.id,
        doctor_id=visit.slot.doctor.id,
    )
    return [
        Button(_("Move"), elsewhere),
        Button(_("Cancel visit"), mine_taps.AskCancel(appointment_id=visit.id)),
    ]


def ill_button(visit: Appointment) -> Button:
    """The child fell ill since: from a visit, and from each reminder of it (R63)."""
    return Button(ill_label(), ill_tap(visit))


def ill_tap(visit: Appointment) -> search_taps.Ill:
    """What the clinic says of the visit's child when it is ill."""
    return search_taps.Ill(
        child_id=visit.child.id,
        reason=visit.reason,
        moves=visit.id,
        clinic_id=visit.slot.doctor.clinic.id,
    )


def _after_booking(visit: Appointment) -> list[list[Button]]:
    home = [Button(_("My visits"), mine_taps.Visits()), go_home(visit.slot.doctor.clinic.id)]
    return [handy(visit), changes(visit), [ill_button(visit)], home]


def _held(text: Markup, found: Offer) -> Markup:
    if found.waits:
        words = _("{text}\n\nThe doctor confirms this time: until then it is no booking yet.")
        text = say(words, text=text)
    if found.held_until is None:
        return text
    until = clock(found.search.clinic.wall(found.held_until))
    return say(_("{text}\n\n⏳ This time is kept for you until {until}"), text=text, until=until)


def _chosen(found: Offer) -> dict[str, object]:
    need = found.search.need
    return {
        "child_id": need.child_id,
        "reason": need.reason,
        "moves": need.moves or 0,
        "slot_id": found.slot.id,
    }


def _another_time(found: Offer) -> Button:
    need, doctor_id = found.search.need, found.slot.doctor.id
    days = search_taps.Days(
        child_id=need.child_id, reason=need.reason, moves=need.moves or 0, doctor_id=doctor_id
    )
    return Button(_("Another time"), days)


def _when_and_with_whom(visit: Appointment) -> str:
    return f"{moment(visit.slot)}, {doctor_and_room(visit.slot.doctor)}"


def _at(found: Offer) -> str:
    return f"{moment(found.slot)}, {doctor_and_room(found.slot.doctor)}"
