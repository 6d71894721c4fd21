"""A time for a caller: why, with whom, on which day, at what hour; times without a name."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.flows.common import reserved
from bot.flows.common.apart import doctors_with_times, kinds_apart
from bot.flows.common.kinds import kind_name
from bot.flows.common.pages import Page, page_of, turning
from bot.flows.common.parts import (
    as_of,
    child_with_age,
    doctor_and_room,
    from_to,
    in_rows,
    long_moment,
    moment,
    purpose,
    span,
    to_desk,
    with_initials,
)
from bot.flows.common.refusals import words_of
from bot.flows.desk.booking import taps
from bot.flows.desk.day import taps as day_taps
from bot.flows.desk.search import taps as desk_search_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, clock, day, long_day, say, short_day
from services.desk.errands import (
    Aim,
    Call,
    DeskDay,
    DeskDays,
    DeskDoctors,
    DeskOffer,
    DeskReasons,
    MovedAtDesk,
    TakenTime,
)
from services.model.access import Post
from services.model.clinic import Doctor
from services.model.ids import SlotId
from services.model.refusals.base import Refusal
from services.model.refusals.visits import (
    AlreadyWithDoctor,
    NotForThisReason,
    SystemAway,
    TimeReserved,
    TimeTooShort,
    TooFar,
    TooLate,
)
from services.model.slots import DayTimes, GridTime, Slot
from services.model.visits import Appointment, AppointmentState
from services.rules.reserved.times import is_kept
from services.visits.staff_view import StaffVisit

TIMES_IN_A_ROW = 4
MOST_TIMES = 40
"""That one screen shows."""
DAYS_SHOWN = 18
"""Days with times that are offered at once."""


# When


def reasons(found: DeskReasons) -> Screen:
    """Why the child comes."""
    call = found.call
    called = kinds_apart(found.kinds)
    buttons = [
        Button(
            called[kind.key],
            taps.DoctorsAtDesk(
                post_id=call.post.id, aim=Aim.BOOK, subject=call.errand.subject, reason=kind.key
            ),
        )
        for kind in found.kinds
    ]
    child = child_with_age(call.child, call.now, call.post.clinic) if call.child else ""
    whom = say("👶 {child}", child=child)  # why is what is asked
    text = say(_("{whom}\n\nWhat is the visit for?"), whom=whom)
    return Screen(text, [*([button] for button in buttons), _out(call)])


def doctors(found: DeskDoctors, page: int = 0) -> Screen:
    """With whom: each with the first time that is free."""
    call, own = found.call, found.of_district
    everyone = sorted(found.doctors, key=lambda row: (row[0].id != own, row[1] is None))
    firsts = [(doctor, times.earliest if times else None) for doctor, times in everyone]
    called = doctors_with_times(firsts, call.now)
    part = page_of(list(zip(everyone, called, strict=True)), page)
    rows = [
        [Button(label, taps.DayAtDesk(**_errand(call), doctor_id=doctor.id))]
        for (doctor, _times), label in part.shown
    ]
    rows += turning(part, lambda to: taps.DoctorsAtDesk(**_errand(call), page=to))
    lines = [
        say(_("{whom}\n\nChoose a doctor: the first free time stands beside."), whom=_whom(call))
    ]
    lines += _of_system(call)
    lines += [  # in words: a star on the button took the room of the name
        say(_("⭐ The doctor of the child's district: {doctor}"), doctor=with_initials(doctor.name))
        for (doctor, _times), _label in part.shown
        if doctor.id == own
    ]
    return Screen(Markup("\n\n").join(lines), [*rows, _out(call)])


def days(found: DeskDays) -> Screen:
    """On which day: how many times are free stands beside."""
    call = found.call
    shown = [each for each in found.days if each.free][:DAYS_SHOWN]
    rows = in_rows([_day_button(call, found.doctor, each) for each in shown], 3)
    text = say(
        _("{whom}\n🩺 {doctor}\n\n{words}"),
        whom=_whom(call),
        doctor=doctor_and_room(found.doctor, briefly=True),
        words=_("Choose a day") if shown else _("No free times."),
    )
    text = Markup("\n\n").join([text, *_of_system(call)])
    return Screen(text, [*rows, _others(call), _out(call)])


def _day_button(call: Call, doctor: Doctor, each: DayTimes) -> Button:
    wall = call.post.clinic.wall(call.now)
    tap = taps.DayAtDesk(**_errand(call), doctor_id=doctor.id, day=each.day.toordinal())
    return Button(f"{short_day(each.day, wall)} · {each.free}", tap)


def times(found: DeskDay, near: SlotId | None = None) -> Screen:
    """A doctor's day, the page with this time, or with the first that is free: what is free, and
    what is not."""
    call = found.call
    part = _page_of(found, near)
    shown = part.shown
    taken = any(time.slot.taken for time in shown)
    kept = any(is_kept(time.slot, call.now) for time in shown)
    lines = [
        say(
            _("{whom}\n🩺 {doctor}\n\n<b>{day}</b>"),
            whom=_whom(call),
            doctor=doctor_and_room(found.doctor, briefly=True),
            day=capital(long_day(found.day)),
        ),
        *([] if shown else [say(_("No free times."))]),
        *_of_system(call),
        *([say(_("● taken: one more child can be squeezed in"))] if taken else []),
        *([say(_("🔒 kept for some children until its hour"))] if kept else []),
    ]
    ids = {**_errand(call), "doctor_id": found.doctor.id}
    other_days = Button(_("Another day"), taps.DaysAtDesk(**ids))
    return Screen(
        Markup("\n\n").join(lines),
        [
            *in_rows(
                [_time_button(call, time, found.having(time)) for time in shown], TIMES_IN_A_ROW
            ),
            *turning(part, lambda to: _around(call, part.on(to)[0].slot), _from_to),
            _days_beside(ids, found.day),
            [other_days, *_others(call)],
            _out(call),
        ],
    )


def _page_of(found: DeskDay, near: SlotId | None) -> Page[GridTime]:
    times = found.offered
    places = [at for at, time in enumerate(times) if time.slot.id == near]
    free = (at for at, time in enumerate(times) if not time.slot.taken)
    useful = places[0] if places else next(free, 0)
    return page_of(times, 0, MOST_TIMES, abreast=TIMES_IN_A_ROW, useful=useful)


def _around(call: Call, slot: Slot) -> taps.AroundAtDesk:
    return taps.AroundAtDesk(**_errand(call), slot_id=slot.id)


def _from_to(times: Sequence[GridTime]) -> str:
    return from_to([time.slot for time in times])


def _time_button(call: Call, time: GridTime, having: int) -> Button:
    label = clock(time.slot.local_start)
    if time.slot.taken:
        label += f" ●{having}" if having > 1 else " ●"
    if is_kept(time.slot, call.now):
        label += " 🔒"
    return Button(label, taps.TimeAtDesk(**_errand(call), slot_id=time.slot.id))


def _days_beside(ids: dict[str, object], on: date) -> list[Button]:
    before, after = on - timedelta(days=1), on + timedelta(days=1)
    return [
        Button(f"‹ {day(before)}", taps.DayAtDesk(**ids, day=before.toordinal())),
        Button(f"{day(after)} ›", taps.DayAtDesk(**ids, day=after.toordinal())),
    ]


def offer(found: DeskOffer) -> Screen:
    """One time: what giving it means, and yes."""
    call = found.call
    warnings = [say("⚠️ {words}", words=_bent(refusal)) for refusal in found.bent]
    if found.extra:
        warnings.insert(0, say(_("⚠️ This time has a visit: one more child is squeezed in.")))
    what = say(
        _("{whom}\n📅 <b>{moment}</b>\n🩺 {doctor}"),
        whom=_whom(call),
        moment=capital(long_moment(found.slot)),
        doctor=doctor_and_room(found.slot.doctor),
    )
    return Screen(
        Markup("\n\n").join([what, *warnings]),
        [*_yes(found), [Button(_("Another time"), _around(call, found.slot))], _out(call)],
    )


def _yes(found: DeskOffer) -> list[list[Button]]:
    call = found.call
    ids = {**_errand(call), "slot_id": found.slot.id}
    told: dict[str, object] = {"bending": bool(found.bent), "extra": found.extra}
    if call.moving:
        told |= {"seen": call.moving.as_shown}
    if call.moving and call.moving.needs_time:  # the clinic has decided; now the family has
        return [
            [
                Button(
                    _("Give this time"), taps.GiveTime(**ids, **told, as_asked=True), Style.SUCCESS
                )
            ]
        ]
    if call.errand.aim is Aim.MOVE:
        asked, decided = (
            taps.GiveTime(**ids, **told, as_asked=as_asked) for as_asked in (True, False)
        )
        return [
            [Button(_("Move: the family called"), asked, Style.SUCCESS)],
            [Button(_("Move: the clinic decides"), decided)],
        ]
    label = _("Take without a name") if call.errand.aim is Aim.TAKE else _("Book")
    if found.bent or found.extra:
        label = _("Book all the same")
    return [[Button(label, taps.GiveTime(**ids, **told), Style.SUCCESS)]]


def _bent(refusal: Refusal) -> str:
    """A rule of the clinic that the registry may bend."""
    if isinstance(refusal, AlreadyWithDoctor):
        kept = refusal.appointment.slot
        return _("The child has a visit with this doctor: {moment}.").format(moment=moment(kept))
    if isinstance(refusal, TimeReserved):
        return reserved.until_then(refusal.kept, refusal.wall)
    if isinstance(refusal, TimeTooShort):
        words = _("Visits of this kind take {span}: this time is shorter.")
        return words.format(span=span(refusal.length))
    at_desk = {
        TooLate: _("Families cannot book so shortly before the visit."),
        TooFar: _("This day is not open to families yet."),
        NotForThisReason: _("This time is kept for visits of another kind."),
    }
    return at_desk.get(type(refusal)) or words_of(refusal)


# Done


def booked(done: StaffVisit) -> Screen:
    """What the registry tells the caller; of the clinic's own system only what it has said."""
    visit = done.visit
    text = say("{heading}\n\n{about}", heading=_how_it_went(visit), about=_about(visit, done))
    return Screen(text, _after(done.post, visit, in_bot=done.in_bot))


def _how_it_went(visit: Appointment) -> Markup:
    if visit.state is AppointmentState.CANCELLED:
        return say(
            _("✖️ <b>Not booked</b>\nThe clinic's system did not give this time: choose another.")
        )
    if visit.awaits_system:
        return say(
            "{heading}\n{waits}", heading=say(_("⏳ <b>Not booked yet</b>")), waits=_waits(visit)
        )
    return say(_("✅ <b>Booked</b>"))


def _waits(visit: Appointment) -> Markup:
    if visit.answer_by is None:
        return say(_("The clinic's system has not answered yet."))
    words = _("The clinic's system has not answered yet: the answer comes by {until}.")
    return say(words, until=clock(visit.slot.doctor.clinic.wall(visit.answer_by)))


def moved(done: MovedAtDesk) -> Screen:
    """The same, of a visit that was moved."""
    visit = done.visit
    was = say(
        _("Was: {before}, {doctor}"),
        before=moment(done.before),
        doctor=with_initials(done.before.doctor.name),
    )
    if visit.state is AppointmentState.CANCELLED:  # it had no other time there
        lines = [_how_it_went(visit)]
    elif visit.awaits_system:
        lines = [say(_("⏳ <b>Not moved yet</b>")), was, _waits(visit)]
    elif visit.slot.foreign and visit.slot.id == done.before.id:
        words = _("✖️ <b>Not moved</b>\nThe clinic's system did not give the new time.")
        lines = [say(words)]
    else:
        lines = [say(_("↪️ <b>Moved</b>")), was]
    heading = Markup("\n").join(lines)
    text = say("{heading}\n\n{about}", heading=heading, about=_about(visit, done))
    return Screen(text, _after(done.post, visit, in_bot=done.in_bot))


def _about(visit: Appointment, done: StaffVisit | MovedAtDesk) -> Markup:
    return say(
        _("👶 {child} · {reason}\n📅 {moment}, № {number}\n🩺 {doctor}\n\n{told}"),
        child=visit.child.name,
        reason=purpose(visit),
        moment=capital(long_moment(visit.slot)),
        number=visit.number,
        doctor=doctor_and_room(visit.slot.doctor),
        told=_told(visit, in_bot=done.in_bot),
    )


def _told(visit: Appointment, *, in_bot: bool) -> str:
    if in_bot:
        return _("The family is told by the bot.")
    if visit.awaits_system:
        return _("📵 The family is not in the bot: phone it once there is an answer.")
    return _("📵 The family is not in the bot: tell it by phone.")


def _after(post: Post, visit: Appointment, *, in_bot: bool) -> list[list[Button]]:
    if post.doctor:
        today = day_taps.Day(post_id=post.id)
        return [[Button(_("Visits today"), today), to_desk(post.id)]]
    ids = {"post_id": post.id, "child_id": visit.child.id}
    rows = [[Button(_("The child's card"), desk_search_taps.ChildAtDesk(**ids)), to_desk(post.id)]]
    if not in_bot:
        rows.insert(0, [Button(_("Code for the family"), desk_search_taps.GiveCode(**ids))])
    return rows


def taken(time: TakenTime) -> Screen:
    """A time without a name, or one that is free again."""
    ids = {"post_id": time.post.id, "slot_id": time.slot.id}
    where = say(
        "📅 {moment}\n🩺 {doctor}",
        moment=capital(long_moment(time.slot)),
        doctor=doctor_and_room(time.slot.doctor),
    )
    if time.taking is None:
        free = say(_("<b>The time is free again</b>\n\n{where}"), where=where)
        gone = say(
            _("<b>Given back</b>\n\n{where}\n\nThe doctor does not receive then any more."),
            where=where,
        )
        booked = say(
            _("<b>A family has this time by now</b>\n\n{where}\n\nNothing is to be given back."),
            where=where,
        )
        words = booked if time.slot.taken else free if time.slot.open else gone
        return Screen(words, [[to_desk(time.post.id)]])
    text = say(_("🔒 <b>Taken without a name</b>\n\n{where}"), where=where)
    back = Button(_("Give the time back"), taps.GiveBack(**ids, seen=time.as_shown))
    return Screen(text, [[back], [to_desk(time.post.id)]])


# Pieces


def _whom(call: Call) -> Markup:
    if call.child is None:
        return say(_("🔒 A time without a name"))
    if call.moving is None:
        kind = call.post.clinic.kind(call.errand.reason)
        return say("👶 {child} · {reason}", child=call.child.name, reason=kind_name(kind))
    return say(
        _("↪️ {child}: to move from {moment}"),
        child=call.child.name,
        moment=moment(call.moving.slot),
    )


def _errand(call: Call) -> dict[str, object]:
    errand = call.errand
    return {
        "post_id": call.post.id,
        "aim": errand.aim,
        "subject": errand.subject,
        "reason": errand.reason,
    }


def _others(call: Call) -> list[Button]:
    """The way to the other doctors; a doctor gives nobody else's times."""
    if call.post.doctor:
        return []
    return [Button(_("Other doctors"), taps.DoctorsAtDesk(**_errand(call)))]


def _of_system(call: Call) -> list[Markup]:
    """What is to be known of times of the clinic's own system before one is promised."""
    if call.is_away:
        return [say("🔌 {words}", words=words_of(SystemAway(call.post.clinic), at_work=True))]
    return [as_of(call.post.clinic, call.read_at)] if call.read_at else []


def _out(call: Call) -> list[Button]:
    """Back to whom it is about, and to the desk."""
    out = [to_desk(call.post.id)]
    if call.after:
        back = day_taps.StaffVisit(post_id=call.post.id, appointment_id=call.after.id)
        return [Button(_("Back to the visit"), back), *out]
    if call.moving:
        back = day_taps.StaffVisit(post_id=call.post.id, appointment_id=call.moving.id)
        label = _("Back") if call.moving.needs_time else _("Leave it as it is")
        return [Button(label, back), *out]
    if call.child:
        back_to = desk_search_taps.ChildAtDesk(post_id=call.post.id, child_id=call.child.id)
        return [Button(_("The child's card"), back_to), *out]
    return out
