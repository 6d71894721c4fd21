"""Visits: the lists, one of them, cancelling."""

from collections.abc import Sequence
from datetime import datetime

from bot.documents.calendar import calendar_file, file_name
from bot.flows.common import taps as common_taps
from bot.flows.common.apart import tailed, times_apart, told_apart, visits_apart
from bot.flows.common.discreet import unnamed
from bot.flows.common.pages import ROWS, page_of, turning
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    brief,
    dated_briefly,
    doctor_and_room,
    family_name,
    go_home,
    in_list,
    moment,
    purpose,
    soon,
    until,
    whose_time,
)
from bot.flows.visits.booking import taps as booking_taps
from bot.flows.visits.booking.views import about_visit, changes, handy, ill_button
from bot.flows.visits.mine import taps
from bot.flows.visits.preparing import preparation, proxy
from bot.flows.visits.questions.views import ask_button, thread
from bot.flows.visits.search import taps as search_taps
from bot.flows.visits.siblings import taps as siblings_taps
from bot.flows.visits.siblings.taps import write_ids
from bot.flows.visits.waiting import taps as waiting_taps
from bot.flows.visits.waiting.ways import earlier
from bot.telegram.screen import Button, Document, Screen, Style
from bot.words import Markup, _, clock, say, shorten
from services.model.clinic import Clinic
from services.model.visits import Appointment, AppointmentState
from services.rules.together import come_together
from services.visits.mine import Visit, Visits

MOST_LISTED = 6
"""Visits ahead on a page: each takes four lines."""


def visits(found: Visits, page: int = 0) -> Screen:
    way_out = [Button(_("Past visits"), taps.PastVisits()), Button(_("Home"), common_taps.Start())]
    if not found.visits and not found.needing:
        return Screen(say(_("There are no visits ahead.")), [*_waits(found), way_out])
    everything = [*found.needing, *found.visits]
    part, where = page_of(everything, page, MOST_LISTED), whose_time(everything)
    lines = [_listed(visit, where(visit), found.now) for visit in part.shown]
    return Screen(
        Markup("\n\n").join([say(_("<b>My visits</b>")), *lines]),
        [
            *_open(part.shown, found.now),
            *_in_one_go(part.shown, found.now),
            *turning(part, lambda to: taps.Visits(page=to)),
            *_waits(found),
            way_out,
        ],
    )


def _waits(found: Visits) -> list[list[Button]]:
    """The way to what the family waits for."""
    if not found.waits:
        return []
    return [[Button(_("🔔 Waiting for a time: {n}").format(n=found.waits), waiting_taps.Waits())]]


def _in_one_go(shown: Sequence[Appointment], now: datetime) -> list[list[Button]]:
    """Brothers' and sisters' visits that lie together: to be moved or cancelled all at once."""
    groups = come_together(visit for visit in shown if visit.is_active)

    labels = told_apart(
        groups,
        lambda group: tailed(_("Together"), dated_briefly(group[0].slot, now)),
        lambda group: ", ".join(visit.child.name for visit in group),
    )
    return [
        [Button(label, siblings_taps.SeeAll(visits=write_ids(visit.id for visit in group)))]
        for group, label in zip(groups, labels, strict=True)
    ]


def _listed(visit: Appointment, where: str, now: datetime) -> Markup:
    if visit.needs_time:
        return say(
            _("⏳ <b>Needs another time</b>, № {number}\n{child} · {reason}\ninstead of {moment}"),
            number=visit.number,
            child=visit.child.name,
            reason=purpose(visit),
            moment=moment(visit.slot) + where,
        )
    return say(
        _("{mark} <b>{moment}</b>, № {number}{waits}\n{child} · {reason}\n{doctor}\n{clinic}"),
        mark="⏳" if visit.is_pending else "✅",
        waits=_awaited(visit),
        moment=soon(visit.slot, now) + where,
        number=visit.number,
        child=visit.child.name,
        reason=purpose(visit),
        doctor=doctor_and_room(visit.slot.doctor),
        clinic=visit.slot.doctor.clinic.name,
    )


def _awaited(visit: Appointment) -> str:
    if visit.awaits_system:
        return _(": the clinic has been asked")
    return _(": waits for the doctor") if visit.is_pending else ""


def past(found: Visits, page: int = 0) -> Screen:
    way_out = [Button(_("My visits"), taps.Visits()), Button(_("Home"), common_taps.Start())]
    if not found.visits:
        return Screen(say(_("There are no past visits yet.")), [way_out])
    part, where = page_of(found.visits, page), whose_time(found.visits)
    lines = [
        say(
            _("{mark} <b>{moment}</b>, {child}\n{doctor}"),
            mark=_mark(visit),
            moment=moment(visit.slot) + where(visit),
            child=in_list(visit.child.name),
            doctor=in_list(visit.slot.doctor.name),
        )
        for visit in part.shown
    ]
    return Screen(
        Markup("\n\n").join([say(_("<b>Past and cancelled visits</b>")), *lines]),
        [
            *_open(part.shown, found.now),
            *turning(part, lambda to: taps.PastVisits(page=to)),
            way_out,
        ],
    )


def visit(found: Visit) -> Screen:
    """One visit as it stands."""
    appointment = found.visit
    clinic = appointment.slot.doctor.clinic
    if appointment.needs_time:
        shown = _needs_time(found)
    elif found.is_over:
        shown = _over(appointment)
    else:
        way_out = [Button(_("My visits"), taps.Visits()), go_home(clinic.id)]
        rows = [handy(appointment), changes(appointment), way_out]
        shown = Screen(about_visit(appointment), rows)
    about = [say("{words}", words=proxy())] if found.helps and not found.is_over else []
    hidden = [say(_("🙈 Helpers do not see this visit."))] if appointment.hidden else []
    parts = [shown.text, *about, *hidden, *thread(found.thread, clinic)]
    text = Markup("\n\n").join(parts)
    return Screen(text, [*_doings(found, shown), shown.rows[-1]])


def _doings(found: Visit, shown: Screen) -> list[Sequence[Button]]:
    """What can be done about it, by whoever may; who may only look can put it into a calendar."""
    if found.only_looks:
        return [] if found.is_over else [handy(found.visit)]
    asking = [[ask_button(found.visit)]] if found.is_askable else []
    is_due = not found.is_over or found.visit.needs_time
    ill = [[ill_button(found.visit)]] if is_due else []
    hiding = [[_hiding(found.visit)]] if found.may_hide else []
    sooner = [] if found.is_over or found.visit.needs_time else earlier(found.visit)
    return [*shown.rows[:-1], *sooner, *ill, *asking, *hiding]


def _hiding(visit: Appointment) -> Button:
    label = _("Show to helpers") if visit.hidden else _("Hide from helpers")
    return Button(label, taps.HideVisit(appointment_id=visit.id, hidden=not visit.hidden))


def _needs_time(found: Visit) -> Screen:
    """A visit whose time the clinic could not keep."""
    appointment = found.visit
    text = say(
        _("⏳ <b>{child} needs another time</b>\ninstead of {moment}, № {number}\n\n{offers}"),
        child=appointment.child.name,
        moment=moment(appointment.slot),
        number=appointment.number,
        offers=offered(found),
    )
    home = go_home(appointment.slot.doctor.clinic.id)
    return Screen(text, [*offer_rows(found), [Button(_("My visits"), taps.Visits()), home]])


def offered(found: Visit) -> Markup:
    """Until when times are kept, or that none is; and whom to call."""
    phone = found.visit.slot.doctor.clinic.phone
    if not found.offers:
        return say(
            _("No times are kept for you. Look for another one, or call the registry: {phone}"),
            phone=phone,
        )
    clinic = found.visit.slot.doctor.clinic
    ends = {offer.until for offer in found.offers}
    if len(ends) == 1:
        kept = say(
            _("Choose another time. These are kept for you alone until {until}"),
            until=_end(ends.pop(), clinic, found.now),
        )
    else:
        lines = [
            say(
                _("• {moment} (kept until {until})"),
                moment=soon(offer.slot, found.now),
                until=_end(offer.until, clinic, found.now),
            )
            for offer in found.offers[:ROWS]
        ]
        heading = say(_("Choose another time. These are kept for you alone:"))
        kept = Markup("\n").join([heading, *lines])
    return say(_("{kept}\n\nRegistry: {phone}"), kept=kept, phone=phone)


def _end(at: datetime, clinic: Clinic, now: datetime) -> str:
    """Today, the time says enough."""
    wall = clinic.wall(at)
    today = clinic.today(now)
    return clock(wall) if wall.date() == today else until(at, clinic, now)


def offer_rows(found: Visit, *, discreet: bool = False) -> list[list[Button]]:
    """The times that are kept, all others, and none at all."""
    appointment = found.visit
    slots = [offer.slot for offer in found.offers[:ROWS]]
    called = times_apart(slots, found.now, unnamed if discreet else family_name)
    rows = [
        [
            Button(
                label,
                booking_taps.TakeOffered(appointment_id=appointment.id, slot_id=slot.id),
                Style.SUCCESS,
            )
        ]
        for slot, label in zip(slots, called, strict=True)
    ]
    other = search_taps.Doctors(
        child_id=appointment.child.id,
        reason=appointment.reason,
        moves=appointment.id,
        clinic_id=appointment.slot.doctor.clinic.id,
    )
    none = taps.AskCancel(appointment_id=appointment.id)
    rows.append([Button(_("Another time"), other), Button(_("We give it up"), none)])
    return rows


def decline(found: Visit) -> Screen:
    """Not with the substitute: what then? The visit stays meanwhile."""
    appointment = found.visit
    if found.is_over:
        return visit(found)
    text = say(
        _("The visit stays yours until you choose: {moment}, {doctor}.\n\nWhat suits you better?"),
        moment=soon(appointment.slot, found.now),
        doctor=doctor_and_room(appointment.slot.doctor, briefly=True),
    )
    other = search_taps.Doctors(
        child_id=appointment.child.id,
        reason=appointment.reason,
        moves=appointment.id,
        clinic_id=appointment.slot.doctor.clinic.id,
    )
    return Screen(
        text,
        [
            [Button(_("Another time"), other, Style.PRIMARY)],
            [Button(_("Cancel visit"), taps.AskCancel(appointment_id=appointment.id))],
            [Button(_("Keep it"), taps.Visit(appointment_id=appointment.id))],
        ],
    )


def _over(found: Appointment) -> Screen:
    """A visit that has begun, is over or was cancelled: it can be had once more."""
    is_off = found.state is AppointmentState.CANCELLED
    text = say(
        _("{mark} <b>{state}{child}, {moment}, № {number}</b>\n\n{doctor}\n{reason}"),
        mark=_mark(found),
        state=_("Cancelled: ") if is_off else "",
        child=found.child.name,
        moment=moment(found.slot),
        number=found.number,
        doctor=doctor_and_room(found.slot.doctor),
        reason=purpose(found),
    )
    way_out = [Button(_("Past visits"), taps.PastVisits()), go_home(found.slot.doctor.clinic.id)]
    return Screen(text, [[_again(found)], way_out])


def ask_cancel(found: Visit) -> Screen:
    appointment = found.visit
    if appointment.needs_time:
        return _ask_give_up(appointment)
    if appointment.state is AppointmentState.CANCELLED:
        return _over(appointment)
    text = say(
        _("Cancel this visit?\n\n{child}, {moment}\n{doctor}"),
        child=appointment.child.name,
        moment=moment(appointment.slot),
        doctor=appointment.slot.doctor.name,
    )
    if rule := appointment.slot.doctor.clinic.cancellation:
        text += say("\n\n{rule}", rule=rule)
    keep = taps.Visit(appointment_id=appointment.id)
    cancel = taps.Cancel(appointment_id=appointment.id, seen=appointment.as_shown)
    return Screen(
        text,
        [
            [Button(_("Keep it"), keep, Style.PRIMARY)],
            [Button(_("Cancel visit"), cancel, Style.DANGER)],
        ],
    )


def _ask_give_up(found: Appointment) -> Screen:
    text = say(
        _("Give up this visit? No other time is kept then.\n\n{child}, instead of {moment}"),
        child=found.child.name,
        moment=moment(found.slot),
    )
    back = taps.Visit(appointment_id=found.id)
    cancel = taps.Cancel(appointment_id=found.id, seen=found.as_shown)
    return Screen(
        text,
        [
            [Button(_("Choose a time"), back, Style.PRIMARY)],
            [Button(_("We give it up"), cancel, Style.DANGER)],
        ],
    )


def cancelled(found: Appointment) -> Screen:
    """What became of the visit: stays in the chat below the words that it was booked."""
    text = say(
        _("✖️ <b>Cancelled: {child}, {moment}, № {number}</b>\n\n{doctor}"),
        child=found.child.name,
        moment=moment(found.slot),
        number=found.number,
        doctor=found.slot.doctor.name,
    )
    off = Button(_("Off the calendar"), taps.CalendarFile(appointment_id=found.id))
    way_out = [Button(_("My visits"), taps.Visits()), go_home(found.slot.doctor.clinic.id)]
    return Screen(text, [[_again(found)], [off], way_out], stays=True)


def for_calendar(found: Visit) -> Document:
    """The visit as a file that a calendar takes, or takes off."""
    appointment = found.visit
    doctor = appointment.slot.doctor
    content = calendar_file(
        appointment,
        summary=_("Pediatrician: {child}").format(child=appointment.child.name),
        location=", ".join([doctor.clinic.name, doctor.clinic.address, doctor_and_room(doctor)]),
        description=_calendar_words(appointment),
    )
    if appointment.is_pending:
        caption = _(
            "Open the file: the visit gets into your calendar as a tentative one. When the doctor "
            "has answered, come back."
        )
        if appointment.awaits_system:
            caption = _(
                "Open the file: the visit gets into your calendar as a tentative one. When the "
                "answer has come, come back."
            )
    elif appointment.state is AppointmentState.CANCELLED:
        caption = _("Open the file: the visit goes off your calendar.")
    else:
        caption = _("Open the file: the visit gets into your calendar. If it is moved, come back.")
    return Document(file_name(appointment), content, say(caption))


def _calendar_words(visit: Appointment) -> str:
    """Plain text: a calendar knows no markup."""
    return _("{doctor}\n{reason}\n№\u00a0{number}\nRegistry: {phone}\n\n{preparation}").format(
        doctor=visit.slot.doctor.name,
        reason=purpose(visit),
        number=visit.number,
        phone=visit.slot.doctor.clinic.phone,
        preparation=preparation(visit),
    )


def _mark(visit: Appointment) -> str:
    return {AppointmentState.CANCELLED: "✖️", AppointmentState.NO_SHOW: "➖"}.get(visit.state, "☑️")


def _again(visit: Appointment) -> Button:
    days = search_taps.Days(
        child_id=visit.child.id, reason=visit.reason, doctor_id=visit.slot.doctor.id
    )
    return Button(_("Book again"), days)


def choose_others(visits: Sequence[Appointment], now: datetime) -> list[list[Button]]:
    """The ways to the times that are kept for visits that lost their own."""
    return _open(visits, now)


def _open(visits: Sequence[Appointment], now: datetime) -> list[list[Button]]:
    """Each visit as a button; a cancelled one must not look like one that is booked."""

    def called(visit: Appointment) -> str:
        if visit.needs_time:
            label = _("⏳ {child}: another time")
            room = LONGEST_BUTTON - len(label.format(child=""))
            return label.format(child=shorten(visit.child.name, room))
        is_off = visit.state is AppointmentState.CANCELLED
        name = f"{_mark(visit)} {visit.child.name}" if is_off else visit.child.name
        return brief(name, visit.slot, now)

    return [
        [
            Button(
                label,
                taps.Visit(appointment_id=visit.id),
                Style.PRIMARY if visit.needs_time else None,
            )
        ]
        for visit, label in zip(visits, visits_apart(visits, called, now), strict=True)
    ]
