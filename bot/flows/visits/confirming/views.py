"""The doctor's word, for the staff: what waits for it, yes and no."""

from datetime import datetime

from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import (
    child_with_age,
    doctor_and_room,
    in_list,
    long_moment,
    purpose,
    soon,
    to_desk,
    until,
    with_initials,
)
from bot.flows.visits.confirming import taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, clock, say, short_day
from services.model.clinic import Unanswered
from services.model.ids import PostId
from services.model.letters import ToConfirm
from services.model.visits import Appointment, AppointmentState
from services.visits.confirming import Waiting
from services.visits.staff_view import StaffVisit

LISTED = 8
"""Visits that a message names."""


def to_confirm(what: ToConfirm) -> Screen:
    """Visits wait: when, and what for. No child is named, as whoever is beside may read it."""
    count = len(what.visits)
    heading = _("⏳ <b>{n} visit waits for you</b>", "⏳ <b>{n} visits wait for you</b>", count)
    lines = [
        say(heading, n=count),
        *(
            say("{moment} · {doctor}", moment=soon(visit.slot, what.now), doctor=_doctor(visit))
            for visit in what.visits[:LISTED]
        ),
    ]
    if what.most_pressing:
        lines.append(_by(what.most_pressing, what.now))
    open_ = Button(_("Open"), taps.Waiting(post_id=what.post_id), Style.PRIMARY)
    return Screen(Markup("\n").join(lines), [[open_]], stays=True)


def _doctor(visit: Appointment) -> str:
    return in_list(with_initials(visit.slot.doctor.name))


def _by(visit: Appointment, now: datetime) -> Markup:
    """Until when an answer is waited for, and what follows without one."""
    clinic = visit.slot.doctor.clinic
    if visit.deadline is None:
        return Markup()
    words = {
        Unanswered.BOOKED: _("Answer by {until}; without an answer it is booked."),
        Unanswered.GIVEN_BACK: _("Answer by {until}; without an answer the time is given back."),
    }[visit.deadline.then]
    return say(words, until=until(visit.deadline.at, clinic, now))


def waiting(found: Waiting, page: int = 0) -> Screen:
    """What waits, each with yes and no."""
    part = page_of(found.visits, page, LISTED)
    lines = [_line(visit, found) for visit in part.shown]
    if not lines:
        lines = [say(_("Nothing waits for an answer."))]
    if found.more:
        lines.append(say(_("And {n} more.", "And {n} more.", found.more), n=found.more))
    heading = say(_("⏳ <b>They wait for an answer</b>"))
    return Screen(
        Markup("\n\n").join([heading, *lines]),
        [
            *(_answers(visit, found) for visit in part.shown),
            *turning(part, lambda to: taps.Waiting(post_id=found.post.id, page=to)),
            [to_desk(found.post.id)],
        ],
    )


def _line(visit: Appointment, found: Waiting) -> Markup:
    return say(
        _("<b>{moment}</b> · {child}\n{reason}{doctor}\n{by}"),
        moment=soon(visit.slot, found.now),
        child=child_with_age(visit.child, found.now, found.post.clinic),
        reason=purpose(visit),
        doctor="" if found.post.doctor else f" · {_doctor(visit)}",
        by=_by(visit, found.now),
    )


def _answers(visit: Appointment, found: Waiting) -> list[Button]:
    ids = {"post_id": found.post.id, "appointment_id": visit.id}
    wall = found.post.clinic.wall(found.now)
    when = f"{short_day(visit.slot.local_start, wall)}, {clock(visit.slot.local_start)}"
    return [
        Button(f"✅ {when}", taps.ConfirmVisit(**ids, sequence=visit.sequence), Style.SUCCESS),
        Button(f"✖️ {when}", taps.AskDecline(**ids)),
    ]


def yes_and_no(post_id: PostId, visit: Appointment) -> list[Button]:
    """The two answers, on the visit's own screen."""
    ids = {"post_id": post_id, "appointment_id": visit.id}
    return [
        Button(_("Confirm"), taps.ConfirmVisit(**ids, sequence=visit.sequence), Style.SUCCESS),
        Button(_("Decline"), taps.AskDecline(**ids)),
    ]


def ask_decline(found: StaffVisit) -> Screen:
    """Asked once: the family is told at once."""
    visit = found.visit
    text = say(
        _(
            "Decline the visit?\n\n{child}\n{moment}\n{reason}\n\n"
            "The family is told, with the way to another time; this time is free again."
        ),
        child=child_with_age(visit.child, found.now, found.post.clinic),
        moment=capital(long_moment(visit.slot)),
        reason=purpose(visit),
    )
    ids = {"post_id": found.post.id, "appointment_id": visit.id}
    return Screen(
        text,
        [
            [Button(_("Back"), taps.Waiting(post_id=found.post.id), Style.PRIMARY)],
            [Button(_("Decline"), taps.DeclineVisit(**ids, sequence=visit.sequence), Style.DANGER)],
        ],
    )


def answered(found: StaffVisit) -> Screen:
    """What was said, and the way to the others that wait."""
    visit = found.visit
    off = visit.state is AppointmentState.CANCELLED
    text = say(
        _("{heading}\n\n{child}\n{moment}, № {number}\n{doctor}\n\n{told}"),
        heading=say(_("✖️ <b>Declined</b>")) if off else say(_("✅ <b>Confirmed</b>")),
        child=child_with_age(visit.child, found.now, found.post.clinic),
        moment=capital(long_moment(visit.slot)),
        number=visit.number,
        doctor=doctor_and_room(visit.slot.doctor),
        told=_("The family is told by the bot.")
        if found.in_bot
        else _("📵 The family is not in the bot: tell it by phone."),
    )
    others = Button(_("Others that wait"), taps.Waiting(post_id=found.post.id))
    return Screen(text, [[others, to_desk(found.post.id)]])
