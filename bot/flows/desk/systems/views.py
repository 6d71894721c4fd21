"""How the clinic's own system is doing, and what waits for it."""

from collections.abc import Sequence

from bot.flows.common.parts import brief, doctor_and_room, in_list, moment
from bot.flows.desk.day.taps import Desk
from bot.flows.desk.systems import taps
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, clock, say
from services.model.systems.outbox import Step, SystemBooking
from services.systems.operating import SystemState

AT_ONCE = 7
"""Visits of each kind that are shown: the others come when these are settled, or passed on."""


def state(found: SystemState) -> Screen:
    """The stuck ones first: for each, what was found there."""
    lines = [say(_("🔌 <b>The clinic's system</b>")), _how_it_is(found)]
    everything = [each for each in found.bookings if each[0].step is Step.STUCK]
    stuck = [each for each in everything if not each[0].given_up]
    given_up = [each for each in everything if each[0].given_up]
    waiting = [each for each in found.bookings if each[0].step is not Step.STUCK]
    if stuck:
        lines.append(
            say(
                _(
                    "❗️ <b>Look in the system whether these visits stand there</b>\n"
                    "It did not answer, and it is not known. The family waits for your word."
                )
            )
        )
        lines += _lines(stuck)
    if given_up:
        lines.append(
            say(
                _(
                    "🗑 <b>Given up by the family</b>\n"
                    "If these visits stand in the system, take them back there."
                )
            )
        )
        lines += _lines(given_up)
    if waiting:
        lines.append(say(_("⏳ <b>Being passed on</b>")))
        lines += _lines(waiting)
    if not found.bookings:
        lines.append(say(_("Nothing waits: all that families asked for has been passed on.")))
    post_id = found.post.id
    rows = [row for booking, _name in stuck[:AT_ONCE] for row in _answers(found, booking)]
    rows += [_taken_back(found, booking) for booking, _name in given_up[:AT_ONCE]]
    rows.append([Button(_("Refresh"), taps.OwnSystem(post_id=post_id))])
    rows.append([Button(_("Desk"), Desk(post_id=post_id))])
    return Screen(Markup("\n\n").join(lines), rows)


def _how_it_is(found: SystemState) -> Markup:
    own = found.system
    if own.read_at is None:
        return say(_("Its times were not read yet: nothing can be booked."))
    at = clock(own.clinic.wall(own.read_at))
    if own.trouble is None:
        return say(_("It answers. Times as of {at}."), at=at)
    if own.is_open(found.now):
        return say(_("⚠️ It does not answer. Families see times as of {at}."), at=at)
    return say(_("⛔️ It has not answered since {at}: families cannot book now."), at=at)


def _lines(bookings: Sequence[tuple[SystemBooking, str]]) -> list[Markup]:
    more = len(bookings) - AT_ONCE
    lines = [_line(*each) for each in bookings[:AT_ONCE]]
    return [*lines, say(_("And {n} more.", "And {n} more.", more), n=more)] if more > 0 else lines


def _line(booking: SystemBooking, name: str) -> Markup:
    if booking.given_up or booking.step is Step.LEAVING:
        what = _("to be cancelled there")
    else:
        what = _("not known") if booking.step is Step.STUCK else _("to be booked there")
    return say(
        "{moment} · {name}\n{doctor}\n{what}",
        moment=moment(booking.slot),
        name=in_list(name),
        doctor=doctor_and_room(booking.slot.doctor, briefly=True),
        what=what,
    )


def _taken_back(found: SystemState, booking: SystemBooking) -> list[Button]:
    label = brief(_("Taken off"), booking.slot, found.now)
    tap = taps.SettleThere(post_id=found.post.id, booking_id=booking.id, is_there=False)
    return [Button(label, tap)]


def _answers(found: SystemState, booking: SystemBooking) -> list[list[Button]]:
    ids = {"post_id": found.post.id, "booking_id": booking.id}
    yes, no = brief(_("It is there"), booking.slot, found.now), _("It is not")
    return [
        [
            Button(yes, taps.SettleThere(**ids, is_there=True)),
            Button(no, taps.SettleThere(**ids, is_there=False)),
        ]
    ]
