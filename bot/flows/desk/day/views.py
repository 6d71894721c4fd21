"""Where each of the clinic's people begins, and one visit as they see it."""

from datetime import datetime

from bot.flows.access.members import taps as members_taps
from bot.flows.broadcasts import taps as broadcasts_taps
from bot.flows.clinic.editing import taps as editing_taps
from bot.flows.clinic.editing.views import to_be_done
from bot.flows.common import taps as common_taps
from bot.flows.common.pages import minute, page_of, turning
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    child_with_age,
    doctor_and_room,
    long_moment,
    purpose,
    to_desk,
    to_phone,
    with_initials,
)
from bot.flows.desk.absences import taps as absences_taps
from bot.flows.desk.attendance import taps as attendance_taps
from bot.flows.desk.booking import taps as desk_booking_taps
from bot.flows.desk.day import taps
from bot.flows.desk.occupancy import taps as occupancy_taps
from bot.flows.desk.search import taps as desk_search_taps
from bot.flows.desk.seeing import taps as seeing_taps
from bot.flows.desk.systems import taps as systems_taps
from bot.flows.desk.waiting import taps as waiting_taps
from bot.flows.schedule.hours import taps as hours_taps
from bot.flows.visits.confirming import taps as confirming_taps
from bot.flows.visits.confirming.views import yes_and_no
from bot.flows.visits.questions import taps as questions_taps
from bot.flows.visits.questions.views import thread, to_questions
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, clock, say, shorten
from services.desk.day import Workplace
from services.desk.errands import Aim
from services.model.access import REGISTRY, Post, Role
from services.model.clinic import Reason
from services.model.visits import Appointment, AppointmentState
from services.rules.visit_states import is_unmarked
from services.visits.staff_view import StaffVisit


def welcome(found: Workplace) -> Screen:
    """The invitation was taken up."""
    text = say(
        _("✅ <b>Welcome: {role}</b>\n{clinic}\n\n/clinic always leads here."),
        role=role(found.post),
        clinic=found.post.clinic.name,
    )
    password = say(
        _(
            "🔑 Children's data are seen from here. Turn on Telegram's second password: Settings → "
            "Privacy → Two-step verification."
        )
    )
    lines = [text, password, *_to_be_done(found), *_who_calls(found.post)]
    return Screen(Markup("\n\n").join(lines), _duties(found))


def desk(found: Workplace, page: int = 0) -> Screen:
    """Where a member of staff begins."""
    text = say(
        _("🏥 <b>{clinic}</b>\n{role}"), clinic=found.post.clinic.name, role=role(found.post)
    )
    lines = [text, *_to_be_done(found), *_who_calls(found.post)]
    return Screen(Markup("\n\n").join(lines), _duties(found, page))


def _to_be_done(found: Workplace) -> list[Markup]:
    post = found.post
    return to_be_done(post.clinic, found.now) if post.role is Role.ADMINISTRATOR else []


def _who_calls(post: Post) -> list[Markup]:
    if post.role not in REGISTRY:
        return []
    words = _(
        "Who is calling? Type the child's name and birth date, the visit's number or the phone."
    )
    return [say(words)]


def _duties(found: Workplace, page: int = 0) -> list[list[Button]]:
    """What waits for the person comes first, then what they do, then other ways."""
    post = found.post
    today = Button(_("Visits today"), _day_of(found), Style.PRIMARY)
    rows = [[today], *_what_waits(found)]
    if post.doctor:
        late = attendance_taps.AskLate(post_id=post.id, doctor_id=post.doctor.id)
        rows.append([Button(_("I am late"), late)])
    hours = Button(_("Hours"), _hours_of(post))
    if post.role in REGISTRY:
        nameless = desk_booking_taps.DoctorsAtDesk(post_id=post.id, aim=Aim.TAKE)
        rows += [
            [Button(_("A time without a name"), nameless)],
            [Button(_("A doctor is absent"), absences_taps.WhoIsAbsent(post_id=post.id))],
            *_of_own_system(post),
            [hours, Button(_("Load"), occupancy_taps.Load(post_id=post.id))],
            *([_waiting_list(post)] if post.clinic.waitlist.on else []),
        ]
    else:
        rows.append([hours])
    if post.role is Role.ADMINISTRATOR:
        rows += _of_administrators(post)
    part = page_of(found.others, page)
    rows += [[Button(_elsewhere(other, post), taps.Desk(post_id=other.id))] for other in part.shown]
    rows += turning(part, lambda to: taps.Desk(post_id=post.id, page=to))
    return [*rows, [Button(_("As a parent"), common_taps.Start())]]


def _waiting_list(post: Post) -> list[Button]:
    return [Button(_("Waiting list"), waiting_taps.WaitsAtDesk(post_id=post.id))]


def _what_waits(found: Workplace) -> list[list[Button]]:
    post_id = found.post.id
    rows = []
    if found.to_see:
        label = _("❗️ To do now: {n}").format(n=found.to_see)
        rows.append([Button(label, seeing_taps.ToSee(post_id=post_id))])
    elif found.choosing:  # nothing to do, and yet the list is not empty
        label = _("Choosing a time: {n}").format(n=found.choosing)
        rows.append([Button(label, seeing_taps.ToSee(post_id=post_id))])
    if found.calls:
        rows.append([to_phone(post_id, found.calls)])
    if found.questions:
        rows.append([to_questions(post_id, found.questions)])
    if found.waiting:
        label = _("Waiting for a word: {n}").format(n=found.waiting)
        rows.append([Button(label, confirming_taps.Waiting(post_id=post_id))])
    return rows


def _of_own_system(post: Post) -> list[list[Button]]:
    if not post.clinic.own_system:
        return []
    return [[Button(_("The clinic's system"), systems_taps.OwnSystem(post_id=post.id))]]


def _of_administrators(post: Post) -> list[list[Button]]:
    return [
        [
            Button(_("Staff"), members_taps.Colleagues(post_id=post.id)),
            Button(_("Clinic"), editing_taps.ClinicDesk(post_id=post.id)),
        ],
        [Button(_("Broadcast"), broadcasts_taps.Broadcasts(post_id=post.id))],
    ]


def _day_of(found: Workplace) -> common_taps.Tap:
    """The clinic's day; a doctor's own."""
    post = found.post
    if not post.doctor:
        return taps.Day(post_id=post.id)
    today = post.clinic.today(found.now).toordinal()
    return taps.DayList(post_id=post.id, doctor_id=post.doctor.id, day=today)


def _hours_of(post: Post) -> common_taps.Tap:
    """The clinic's hours; a doctor's own."""
    if post.doctor:
        return hours_taps.WeekHours(post_id=post.id, doctor_id=post.doctor.id)
    return hours_taps.ClinicHours(post_id=post.id)


def _elsewhere(other: Post, here: Post) -> str:
    """Another post of the person: its clinic, or its role where the clinic is the same."""
    name = role(other) if other.clinic.id == here.clinic.id else other.clinic.name
    return shorten(f"→ {name}", LONGEST_BUTTON)


def role(post: Post) -> str:
    """A post in words, with the doctor's name where it is a doctor's."""
    if post.doctor:
        return with_initials(post.doctor.name)
    return {
        Role.ADMINISTRATOR: _("Administrator"),
        Role.REGISTRAR: _("Registrar"),
        Role.DOCTOR: _("Doctor"),
    }[post.role]


# One visit


def visit(found: StaffVisit) -> Screen:
    """One visit, and what can be done about it: what is asked now first, the ways out last."""
    shown = found.visit
    rows = [*_question_row(found), *_of_the_registry(found), *_of_the_doctor(found)]
    if found.keeps_notes:
        ask_note = attendance_taps.AskNote(post_id=found.post.id, appointment_id=shown.id)
        rows.append([Button(_("Note for colleagues"), ask_note)])
    if found.post.role in REGISTRY:
        card = desk_search_taps.ChildAtDesk(post_id=found.post.id, child_id=shown.child.id)
        rows.append([Button(_("The child's card"), card)])
    on = shown.slot.local_start.date().toordinal()
    back = taps.DayList(
        post_id=found.post.id,
        doctor_id=shown.slot.doctor.id,
        day=on,
        page=minute(shown.slot.local_start),
    )
    rows.append([Button(_("Back"), back), to_desk(found.post.id)])
    text = Markup("\n\n").join([_about(found), *thread(found.thread, found.post.clinic)])
    return Screen(text, rows)


def _question_row(found: StaffVisit) -> list[list[Button]]:
    if found.to_answer is None:
        return []
    tap = questions_taps.Question(post_id=found.post.id, question_id=found.to_answer.id)
    return [[Button(_("Open the question"), tap, Style.PRIMARY)]]


def _of_the_registry(found: StaffVisit) -> list[list[Button]]:
    shown = found.visit
    if not found.can_be_changed:
        return []
    ask = taps.AskStaffCancel(post_id=found.post.id, appointment_id=shown.id)
    move = desk_booking_taps.DayAtDesk(
        post_id=found.post.id,
        aim=Aim.MOVE,
        subject=shown.id,
        reason=shown.reason,
        doctor_id=shown.slot.doctor.id,
    )
    return [[Button(_("Move"), move), Button(_("Cancel visit"), ask)]]


def _of_the_doctor(found: StaffVisit) -> list[list[Button]]:
    shown = found.visit
    rows = []
    if found.can_be_marked:
        rows.append(_came_or_not(found))
    if shown.is_pending and not shown.awaits_system:
        rows.append(yes_and_no(found.post.id, shown))
    if shown.state is not AppointmentState.CANCELLED:
        rows.append([Button(_("Next visit"), _next_visit(found))])
    if found.following:
        rows.append([_following(found, found.following)])
    return rows


def _came_or_not(found: StaffVisit) -> list[Button]:
    ids = {"post_id": found.post.id, "appointment_id": found.visit.id}
    ids |= {"seen": found.visit.as_shown}
    if found.visit.state is not AppointmentState.BOOKED:
        return [Button(_("Take the mark back"), attendance_taps.Unmark(**ids))]
    row = [Button(_("Came"), attendance_taps.Mark(**ids, came=True), Style.SUCCESS)]
    if found.can_be_missed:
        row.append(Button(_("Did not come"), attendance_taps.Mark(**ids, came=False)))
    return row


def _next_visit(found: StaffVisit) -> common_taps.Tap:
    """The doctor's days, to name the child's next visit on the spot."""
    return desk_booking_taps.DaysAtDesk(
        post_id=found.post.id,
        aim=Aim.NEXT,
        subject=found.visit.id,
        reason=Reason.REPEAT,
        doctor_id=found.visit.slot.doctor.id,
    )


def _following(found: StaffVisit, visit: Appointment) -> Button:
    tap = taps.StaffVisit(post_id=found.post.id, appointment_id=visit.id)
    return Button(f"{clock(visit.slot.local_start)} ›", tap)


def _about(found: StaffVisit) -> Markup:
    shown = found.visit
    return say(
        _(
            "{state}<b>{child}</b>\n{moment}, № {number}\n{doctor}\n{reason}{note}{coming}"
            "{by_phone}"
        ),
        note=say("\n📝 <i>{note}</i>", note=found.note) if found.note else "",
        state=_state(shown, found.now),
        child=child_with_age(shown.child, found.now, found.post.clinic),
        moment=capital(long_moment(shown.slot)),
        number=shown.number,
        doctor=doctor_and_room(shown.slot.doctor),
        reason=purpose(shown),
        coming=_("\n👍 The family answered that it comes") if shown.coming_at else "",
        by_phone="" if found.in_bot else _("\n📵 The family is not in the bot: tell it by phone."),
    )


def _state(visit: Appointment, now: datetime) -> str:
    if visit.needs_time:
        return _("⏳ Needs another time instead of this: ")
    if is_unmarked(visit, now):
        return _("Nobody noted whether they came: ")
    if visit.awaits_system:
        return _("⏳ Waits for the clinic's system: ")
    return {
        AppointmentState.CANCELLED: _("✖️ Cancelled: "),
        AppointmentState.PENDING: _("⏳ Waits for the doctor: "),
        AppointmentState.FULFILLED: _("☑️ Came: "),
        AppointmentState.NO_SHOW: _("➖ Did not come: "),
    }.get(visit.state, "")


def ask_cancel(found: StaffVisit) -> Screen:
    """Asked once, with what it means; of what cannot be cancelled any more, how it stands."""
    if not found.can_be_changed:
        return visit(found)
    shown = found.visit
    text = say(
        _(
            "Cancel the visit?\n\n{about}\n\n"
            "If the family called, it gets an answer at once. What the clinic decides is told at "
            "once, too, or in the morning if it is night and there is time."
        ),
        about=_about(found),
    )
    ids = {"post_id": found.post.id, "appointment_id": shown.id}
    asked, decided = (
        taps.StaffCancel(**ids, as_asked=as_asked, seen=shown.as_shown)
        for as_asked in (True, False)
    )
    return Screen(
        text,
        [
            [Button(_("Keep it"), taps.StaffVisit(**ids), Style.PRIMARY)],
            [Button(_("The family called"), asked, Style.DANGER)],
            [Button(_("The clinic decides"), decided, Style.DANGER)],
        ],
    )
