"""Samples: the groups of a child, as its parents see them."""

from bot.flows.families.groups import views
from services.families.groups import FamilyGroups
from services.model.reserved.groups import GROUPS
from tests.screens.desk.groups import BOTH, CLAIMS
from tests.screens.values import CLINIC, Samples
from tests.values import MISHA

SAMPLES: Samples = {
    views.groups: [
        (FamilyGroups(CLINIC, MISHA, tuple(BOTH)),),
        (FamilyGroups(CLINIC, MISHA, ()),),
        (FamilyGroups(CLINIC, MISHA, (), CLAIMS),),
        (FamilyGroups(CLINIC, MISHA, (), (), GROUPS),),
    ],
    views.ask_claim: [(FamilyGroups(CLINIC, MISHA, (), (), GROUPS), group) for group in GROUPS],
}
