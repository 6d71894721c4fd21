"""What another one of the family did with visits, as the others hear of it."""

from collections.abc import Sequence

from bot.flows.common.apart import visits_apart
from bot.flows.common.discreet import show_visit, where
from bot.flows.common.parts import brief, in_list, moment
from bot.flows.families.people.views import in_words
from bot.flows.visits.mine import taps as mine_taps
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, capital, say
from services.model.letters import FamilyDid
from services.model.messages import NotificationKind
from services.model.visits import Appointment

MOST_TOLD = 8
"""Visits that one message names; “My visits” has all."""


def family_did(what: FamilyDid) -> Screen:
    """What another one of the family did with a visit, or with those of several children."""
    if len(what.visits) > 1:
        return _did_with_several(what)
    [visit] = what.visits
    if what.discreet:
        text = say(_discreetly(what.kind), moment=moment(visit.slot))
        if what.kind is not NotificationKind.FAMILY_CANCELLED:
            text = Markup("\n").join([text, where(visit)])
        return Screen(text, [show_visit(visit)], stays=True, about=[visit])
    look = Button(_("Look"), mine_taps.Visit(appointment_id=visit.id))
    words = {
        NotificationKind.FAMILY_BOOKED: _(
            "🗓 <b>{who}: a visit for {child} is booked</b>\n{moment}, {doctor}, № {number}"
        ),
        NotificationKind.FAMILY_MOVED: _(
            "↪️ <b>{who}: {child}'s visit is moved</b>\nNow: {moment}, {doctor}, № {number}"
        ),
        NotificationKind.FAMILY_CANCELLED: _(
            "✖️ <b>{who}: {child}'s visit is cancelled</b>\nIt was {moment}, {doctor}, № {number}"
        ),
    }
    text = say(
        words[what.kind],
        who=_who_did(what),
        child=visit.child.name,
        moment=moment(visit.slot),
        doctor=in_list(visit.slot.doctor.name),
        number=visit.number,
    )
    return Screen(text, [[look]], stays=True, about=[visit])


def _discreetly(kind: NotificationKind) -> str:
    return {
        NotificationKind.FAMILY_BOOKED: _("🗓 Somebody of the family booked a visit: {moment}"),
        NotificationKind.FAMILY_MOVED: _("↪️ Somebody of the family moved a visit: {moment}"),
        NotificationKind.FAMILY_CANCELLED: _(
            "✖️ Somebody of the family cancelled the visit {moment}"
        ),
    }[kind]


def _did_with_several(what: FamilyDid) -> Screen:
    told = what.visits[:MOST_TOLD]
    rows = _open_each(told, what)
    if what.discreet:
        lines = [say(_discreetly(what.kind), moment=moment(each.slot)) for each in told]
        return Screen(Markup("\n").join(lines), rows, stays=True, about=what.visits)
    words = {
        NotificationKind.FAMILY_BOOKED: _("🗓 <b>{who}: these visits are booked</b>\n{visits}"),
        NotificationKind.FAMILY_MOVED: _("↪️ <b>{who}: these visits are moved</b>\n{visits}"),
        NotificationKind.FAMILY_CANCELLED: _(
            "✖️ <b>{who}: these visits are cancelled</b>\n{visits}"
        ),
    }
    lines = [
        say(
            _("{child}: {moment}, {doctor}, № {number}"),
            child=in_list(each.child.name),
            moment=moment(each.slot),
            doctor=in_list(each.slot.doctor.name),
            number=each.number,
        )
        for each in told
    ]
    text = say(words[what.kind], who=_who_did(what), visits=Markup("\n").join(lines))
    return Screen(text, rows, stays=True, about=what.visits)


def _open_each(visits: Sequence[Appointment], what: FamilyDid) -> list[list[Button]]:
    """A button for each visit, and the way to all; a discreet one names nobody."""

    def called(visit: Appointment) -> str:
        name = _("Visit") if what.discreet else visit.child.name
        return brief(name, visit.slot, what.now)

    labels = visits_apart(visits, called, what.now)
    each = [
        [Button(label, mine_taps.Visit(appointment_id=visit.id))]
        for visit, label in zip(visits, labels, strict=True)
    ]
    return [*each, [Button(_("My visits"), mine_taps.Visits())]]


def _who_did(what: FamilyDid) -> str:
    return in_list(capital(in_words(what.called)) or _("Another adult"))
