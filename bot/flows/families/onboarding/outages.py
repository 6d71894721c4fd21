"""What a family reads while the clinic's own system does not answer, and once it does again."""

from collections.abc import Sequence

from bot.flows.common.apart import children_apart, told_apart
from bot.flows.common.parts import (
    LONGEST_IN_LIST,
    brief,
    dated,
    go_home,
    in_list,
    soon,
    with_initials,
)
from bot.flows.common.refusals import words_of
from bot.flows.families.onboarding import taps
from bot.flows.visits.booking import taps as booking_taps
from bot.flows.visits.search import taps as search_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, capital, say
from services.families.home import Home
from services.model.ids import ClinicId
from services.model.letters import EarliestFor, SystemAnswers
from services.model.refusals.visits import SystemAway

MOST_CHILDREN = 4
"""In one message; home has all."""


def said_at_home(where: Home) -> Markup:
    """That nothing can be booked now, whom to call, and whether it is told when that is over."""
    lines = [say("🔌 {words}", words=words_of(SystemAway(where.clinic)))]
    if where.will_hear:
        lines.append(say(_("🔔 As soon as it answers, a message comes here.")))
    return Markup("\n").join(lines)


def asked_at_home(where: Home) -> list[list[Button]]:
    """The way to be told, for who could book."""
    may_book = any(row.may_book for row in where.children)
    return [[_tell(where.clinic.id)]] if may_book and not where.will_hear else []


def system_answers(what: SystemAnswers) -> Screen:
    """The message that was asked for: times that there are, or that it is in vain."""
    return _answers(what) if what.answers else _still_away(what)


def _answers(what: SystemAnswers) -> Screen:
    """A discreet one names nobody: of several children it says no times."""
    alone = len(what.earliest) == 1
    shown = what.earliest[:MOST_CHILDREN] if alone or not what.discreet else []
    heading = say(
        _("🔌 <b>The clinic's system answers again</b>\n📍 {address}\n\nBooking works as usual."),
        address=what.clinic.address,
    )
    times = [_earliest(each, what, alone=alone) for each in shown]
    text = Markup("\n\n").join([heading, Markup("\n").join(times)] if times else [heading])
    book = Button(_("Book a visit"), search_taps.ChooseChild(clinic_id=what.clinic.id))
    rows = [*_nearest(shown, what, alone=alone), [book], [go_home(what.clinic.id)]]
    return Screen(text, rows, stays=True)


def _earliest(each: EarliestFor, what: SystemAnswers, *, alone: bool) -> Markup:
    line = say(_("Earliest time: {moment}"), moment=dated(each.slot, what.now))
    if not what.discreet:
        line = say("{line}, {doctor}", line=line, doctor=with_initials(each.slot.doctor.name))
    if alone:
        return line
    return say("👶 {child}. {line}", child=in_list(each.child.name, LONGEST_IN_LIST), line=line)


def _nearest(
    shown: Sequence[EarliestFor], what: SystemAnswers, *, alone: bool
) -> list[list[Button]]:
    if alone:
        labels = [f"🕘 {capital(soon(each.slot, what.now))}" for each in shown]
    else:
        named = children_apart([each.child for each in shown], {}, what.now)
        labels = told_apart(
            shown,
            lambda each: brief(each.child.name, each.slot, what.now),
            lambda each: brief(named[each.child.id], each.slot, what.now),
            lambda each: named[each.child.id],
        )
    return [
        [Button(label, _time_for(each), Style.PRIMARY)]
        for each, label in zip(shown, labels, strict=True)
    ]


def _time_for(each: EarliestFor) -> booking_taps.ChooseTime:
    return booking_taps.ChooseTime(child_id=each.child.id, reason=each.reason, slot_id=each.slot.id)


def _still_away(what: SystemAnswers) -> Screen:
    text = say(
        _(
            "🔌 <b>The clinic's system still does not answer</b>\n📍 {address}\n\n"
            "A day is over, and we wait no more. Please book by phone: {phone}"
        ),
        address=what.clinic.address,
        phone=what.clinic.phone,
    )
    return Screen(text, [[_tell(what.clinic.id)], [go_home(what.clinic.id)]], stays=True)


def _tell(clinic_id: ClinicId) -> Button:
    label = _("Tell me when it answers")
    return Button(label, taps.TellWhenAnswers(clinic_id=clinic_id), Style.PRIMARY)
