"""Samples: the groups of a child at the desk."""

from dataclasses import replace
from datetime import date

from bot.flows.desk.groups import views
from services.desk.kept.groups import GroupsAtDesk
from services.model.reserved.groups import GROUPS, ChildGroup, GroupClaim
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CLINIC, IRINA, Samples
from tests.values import MISHA

BOTH = [ChildGroup(CLINIC.id, group, date(2027, 11, 23)) for group in GROUPS]
CLAIMS = [
    GroupClaim(CLINIC.id, group, date(2027, 2, 21), refused=refused)
    for group, refused in zip(GROUPS, (False, True), strict=True)
]
FOUND = GroupsAtDesk(IRINA, MISHA, BOTH[:1], GROUPS, MONDAY_7_AM)

SAMPLES: Samples = {
    views.groups: [
        (FOUND,),
        (replace(FOUND, groups=()),),
        (replace(FOUND, groups=tuple(BOTH)),),
        (replace(FOUND, groups=(), claims=CLAIMS),),
        (replace(FOUND, groups=(), claims=[replace(each, refused=False) for each in CLAIMS]),),
    ],
    views.ask_how_long: [(FOUND, group) for group in GROUPS],
}
