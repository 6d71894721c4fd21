"""Whom the registry phones about what the clinic changed, to be ticked off."""

from bot.documents.typed.phones import in_words
from bot.flows.common.parts import (
    LONGEST_BUTTON,
    brief,
    child_with_age,
    in_list,
    moment,
    to_desk,
    with_initials,
)
from bot.flows.desk.calls import taps
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, clock, say
from services.desk.call_list import CallList, ToPhone
from services.model.slots import Slot
from services.model.visits import PhoneCall

SHOWN = 8
"""Families that one message has room for; who was phoned makes room for the next ones."""

MOST_PHONES = 3
LONGEST_DOCTOR = 40
LONGEST_ADDRESS = 100


def to_make(found: CallList) -> Screen:
    """The next visits first; a tap ticks a family off, another one takes the tick back."""
    waiting = [each for each in found.families if each.call.done_at is None]
    made = [each for each in found.families if each.call.done_at]
    shown = [*waiting, *made][:SHOWN]
    heading = say(
        _(
            "📞 <b>To phone</b>\nThe bot could not tell these families what was changed, "
            "or they have not chosen another time."
        )
    )
    if not waiting:
        heading = say(_("📞 <b>Nobody is to be phoned</b>"))
    lines = [heading, *(_line(each, found) for each in shown)]
    if more := len(found.families) - len(shown):
        lines.append(say(_("and {n} more"), n=more))
    rows = [[_tick(each.call, found)] for each in shown]
    return Screen(Markup("\n\n").join(lines), [*rows, [to_desk(found.post.id)]])


def _line(family: ToPhone, found: CallList) -> Markup:
    call = family.call
    child = child_with_age(call.visit.child, found.now, found.post.clinic)
    phones = ", ".join(map(in_words, family.phones[:MOST_PHONES])) or _("no phone is known")
    line = say(
        _("<b>{child}</b>, № {number}\n{what}\n{phones}"),
        child=child,
        number=call.visit.number,
        what=_changed(call),
        phones=phones,
    )
    if call.done_at is None:
        return line
    at = clock(found.post.clinic.wall(call.done_at))
    return say(_("✓ {line}\nphoned at {time}"), line=line, time=at)


def _changed(call: PhoneCall) -> Markup:
    """What the family has to hear."""
    slot = call.visit.slot
    doctor = _doctor(slot)
    if call.visit.needs_time:
        words = _("needs another time instead of {moment}, {doctor}")
        if call.told:
            words = _("has not chosen another time instead of {moment}, {doctor}")
        return say(words, moment=moment(slot), doctor=doctor)
    if not call.visit.is_active:
        return say(_("cancelled: {moment}, {doctor}"), moment=moment(slot), doctor=doctor)
    if call.elsewhere:
        return say(
            _("another place: {moment}, {doctor}, {address}"),
            moment=moment(slot),
            doctor=say(
                _("{doctor}, room\u00a0{room}"), doctor=_doctor(slot), room=slot.doctor.room
            ),
            address=in_list(slot.doctor.clinic.address, LONGEST_ADDRESS),
        )
    if call.before is None:
        return say(_("stands: {moment}, {doctor}"), moment=moment(slot), doctor=doctor)
    if call.before.doctor.id != slot.doctor.id:
        return say(
            _("moved: {before}, {doctor_before} → {moment}, {doctor}"),
            before=moment(call.before),
            doctor_before=_doctor(call.before),
            moment=moment(slot),
            doctor=doctor,
        )
    return say(
        _("moved: {before} → {moment}, {doctor}"),
        before=moment(call.before),
        moment=moment(slot),
        doctor=doctor,
    )


def _doctor(slot: Slot) -> str:
    return in_list(with_initials(slot.doctor.name), LONGEST_DOCTOR)


def _tick(call: PhoneCall, found: CallList) -> Button:
    visit = call.visit
    done = call.done_at is None
    words = brief(visit.child.name, visit.slot, found.now, LONGEST_BUTTON - 2)
    label = f"{'☐' if done else '☑'} {words}"
    tap = taps.Called(
        post_id=found.post.id, appointment_id=visit.id, sequence=visit.sequence, done=done
    )
    return Button(label, tap)
