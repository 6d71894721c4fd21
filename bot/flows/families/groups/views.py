"""Of which groups a child is, what that is for, and the ways to say so and to take it back."""

from datetime import timedelta

from bot.flows.common.parts import LONGEST_IN_LIST, go_home, in_list
from bot.flows.common.reserved import group_name
from bot.flows.families.children import taps as children_taps
from bot.flows.families.groups import taps
from bot.flows.visits.search import taps as search_taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, long_date, say, shorten
from services.families.groups import FamilyGroups
from services.model.letters import GroupLetter
from services.model.messages import NotificationKind
from services.model.reserved.groups import GROUPS
from services.model.reserved.times import ReservedFor

MOST = len(GROUPS)
"""Of each there is one."""


def groups(found: FamilyGroups) -> Screen:
    """What is put down, what a parent said, and what may be said yet."""
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
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
                _("{group}: the registry saw no document. You can say so again from {day} on.")
                if each.refused
                else _("{group}: waits for the registry. Show the document when you come."),
                group=group_name(each.group),
                day=long_date(each.until + timedelta(days=1)),
            )
            for each in found.claims[:MOST]
        ),
        say(_about(found)),
    ]
    claim = [
        [Button(shorten(group_name(group), 25), taps.AskClaim(**ids, group=group))]
        for group in found.to_claim[:MOST]
    ]
    told = [each.group for each in found.groups[:MOST]]
    told += [each.group for each in found.claims[:MOST] if not each.refused]
    off = [
        [
            Button(
                shorten(_("Off: {group}").format(group=group_name(group)), 25),
                taps.WithdrawGroup(**ids, group=group),
            )
        ]
        for group in told
    ]
    back = Button(_("Back"), children_taps.ChildCard(**ids))
    return Screen(Markup("\n\n").join(lines), [*claim, *off, [back, go_home(found.clinic.id)]])


def _about(found: FamilyGroups) -> str:
    """What it is for, and what is kept."""
    if found.groups:
        return _(
            "The clinic keeps some times for these children: you see them before others do. "
            "The registry put it down on a document; nothing else is kept."
        )
    if found.to_claim:
        return _(
            "The clinic keeps some times for children of these groups. If yours is one, say so: "
            "the registry looks at the document, and you see these times before others do."
        )
    if any(not each.refused for each in found.claims):
        return _(
            "The clinic keeps some times for children of these groups. Once the registry saw the "
            "document, you see these times before others do."
        )
    return _("Nothing is put down here.")


def ask_claim(found: FamilyGroups, group: ReservedFor) -> Screen:
    """What is sent and kept, before it is."""
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
    text = say(
        _(
            "🏷 <b>{child}</b>\n{group}\n\nThe registry reads this and asks for the document when "
            "you come; the times open to you after that. Only the group is kept, encrypted: no "
            "diagnosis and no paper. You can take it back here at any time."
        ),
        child=in_list(found.child.name, LONGEST_IN_LIST),
        group=group_name(group),
    )
    send = Button(_("Tell the registry"), taps.ClaimGroup(**ids, group=group), Style.PRIMARY)
    return Screen(text, [[send], [Button(_("Back"), taps.ChildGroups(**ids))]])


def group_letter(what: GroupLetter) -> Screen:
    """How it stands with a group, which no letter names; the way on is below it."""
    about = what.about
    ids = {"clinic_id": about.clinic.id, "child_id": about.child_id}
    heading, words = {
        NotificationKind.GROUP_MARKED: (
            _("The registry saw the document"),
            _("You see the times that the clinic keeps for such children before others do."),
        ),
        NotificationKind.GROUP_REFUSED: (
            _("The registry saw no document"),
            _("Bring it when you come: it is put down at once. The registry: {phone}"),
        ),
        NotificationKind.GROUP_ENDS: (
            _("Your priority ends on {day}"),
            _("If you have a newer document, show it to the registry: {phone}"),
        ),
        NotificationKind.GROUP_TAKEN_OFF: (
            _("The registry took the priority off"),
            _("You see times together with everybody now. A mistake? The registry: {phone}"),
        ),
    }[what.kind]
    facts = {"day": long_date(about.until), "phone": about.clinic.phone}
    named = say("<b>{child}</b>\n", child=in_list(about.child_name, LONGEST_IN_LIST))
    text = say(
        "🏷 {child}<b>{heading}</b>\n{words}\n📍 {address}",
        child="" if what.discreet else named,
        heading=heading.format(**facts),
        words=say(words, **facts),
        address=about.clinic.address,
    )
    rows = [[Button(_("Show"), taps.ChildGroups(**ids))]]
    if what.kind is NotificationKind.GROUP_MARKED:
        rows.append([Button(_("Book a visit"), search_taps.Reasons(**ids))])
    return Screen(text, rows, stays=True)
