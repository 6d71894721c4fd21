"""Of which groups a child is, what that is for, and the way to have it kept no longer."""

from bot.flows.common.parts import LONGEST_IN_LIST, go_home, in_list
from bot.flows.common.reserved import group_name
from bot.flows.families.children import taps as children_taps
from bot.flows.families.groups import taps
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, long_date, say, shorten
from services.families.groups import FamilyGroups


def groups(found: FamilyGroups) -> Screen:
    ids = {"clinic_id": found.clinic.id, "child_id": found.child.id}
    lines = [
        say(_("🏷 <b>{child}</b>"), child=in_list(found.child.name, LONGEST_IN_LIST)),
        *(
            say(_("{group}, until {day}"), group=group_name(each.group), day=long_date(each.until))
            for each in found.groups
        ),
        say(
            _(
                "The clinic keeps some times for these children: you see them before others do. "
                "The registry put it down on a document; nothing else is kept."
            )
            if found.groups
            else _("Nothing is put down here.")
        ),
    ]
    rows = [
        [
            Button(
                shorten(_("Off: {group}").format(group=group_name(each.group)), 25),
                taps.WithdrawGroup(**ids, group=each.group),
            )
        ]
        for each in found.groups
    ]
    back = Button(_("Back"), children_taps.ChildCard(**ids))
    return Screen(Markup("\n\n").join(lines), [*rows, [back, go_home(found.clinic.id)]])
