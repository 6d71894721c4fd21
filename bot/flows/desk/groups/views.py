"""The groups of a child at the registry's desk: seen, put down on a document, ended."""

from bot.flows.common.parts import LONGEST_IN_LIST, in_list, to_desk
from bot.flows.common.reserved import group_name
from bot.flows.desk.groups import taps
from bot.flows.desk.search import taps as search_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, long_date, say, shorten
from services.desk.kept.groups import GroupsAtDesk
from services.model.reserved.groups import GROUPS, GroupLasts
from services.model.reserved.times import ReservedFor

MOST = len(GROUPS)
"""Of each there is one."""


def groups(found: GroupsAtDesk) -> Screen:
    """What is put down, and what can be."""
    ids = {"post_id": found.post.id, "child_id": found.child.id}
    has = {each.group for each in found.groups}
    lines = [
        say(
            _("🏷 <b>{child}: priority in booking</b>"),
            child=in_list(found.child.name, LONGEST_IN_LIST),
        ),
        *(
            say(_("{group}, until {day}"), group=group_name(each.group), day=long_date(each.until))
            for each in found.groups[:MOST]
        ),
        *(
            say(
                _("{group}: no document, until {day} nobody is asked")
                if each.refused
                else _("{group}: the family says so. Please look at the document."),
                group=group_name(each.group),
                day=long_date(each.until),
            )
            for each in found.claims[:MOST]
        ),
        *([] if found.groups or found.claims else [say(_("No priority in booking."))]),
        say(_("On a document only. No diagnosis is kept, and the family sees the mark.")),
    ]
    said = [each.group for each in found.claims[:MOST] if not each.refused]
    add = [
        [Button(shorten(group_name(group), 25), taps.AskHowLong(**ids, group=group))]
        for group in found.asked_for[:MOST]
        if group not in has and group not in said
    ]
    answer = [
        [
            Button(seen, taps.AskHowLong(**ids, group=group), Style.PRIMARY),
            Button(not_seen, taps.RefuseGroup(**ids, group=group)),
        ]
        for group in said
        for seen, not_seen in [_answers(group, alone=len(said) == 1)]
    ]
    asked_for = set(found.asked_for)
    newer = [
        [
            Button(
                shorten(_("Longer: {group}").format(group=group_name(each.group)), 25),
                taps.AskHowLong(**ids, group=each.group),
            )
        ]
        for each in found.groups[:MOST]
        if each.group in asked_for
    ]
    end = [
        [
            Button(
                shorten(_("Off: {group}").format(group=group_name(each.group)), 25),
                taps.EndGroup(**ids, group=each.group),
            )
        ]
        for each in found.groups[:MOST]
    ]
    back = Button(_("The child's card"), search_taps.ChildAtDesk(**ids))
    return Screen(
        Markup("\n\n").join(lines), [*answer, *add, *newer, *end, [back, to_desk(found.post.id)]]
    )


def _answers(group: ReservedFor, *, alone: bool) -> tuple[str, str]:
    """What is said to a family's claim: the document was seen, or there was none."""
    if alone:
        return _("Document seen"), _("No document")
    name = group_name(group)
    return (
        shorten(_("Seen: {group}").format(group=name), 25),
        shorten(_("No document: {group}").format(group=name), 25),
    )


def ask_how_long(found: GroupsAtDesk, group: ReservedFor) -> Screen:
    """Until when the document says so."""
    ids = {"post_id": found.post.id, "child_id": found.child.id}
    text = say(
        _("🏷 <b>{child}</b>\n{group}\n\nUntil when does the document say so?"),
        child=in_list(found.child.name, LONGEST_IN_LIST),
        group=group_name(group),
    )
    names = {
        GroupLasts.HALF_A_YEAR: _("Half a year"),
        GroupLasts.A_YEAR: _("A year"),
        GroupLasts.TO_COME_OF_AGE: _("Until 18"),
    }
    rows = [
        [Button(name, taps.PutDownGroup(**ids, group=group, lasts=lasts), Style.PRIMARY)]
        for lasts, name in names.items()
    ]
    return Screen(text, [*rows, [Button(_("Back"), taps.GroupsAtDesk(**ids))]])
