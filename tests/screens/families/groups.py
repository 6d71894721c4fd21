"""Samples: the groups of a child, as its parents see them."""

from bot.flows.families.groups import views
from services.families.groups import FamilyGroups
from tests.screens.desk.groups import BOTH
from tests.screens.values import CLINIC, Samples
from tests.values import MISHA

SAMPLES: Samples = {
    views.groups: [
        (FamilyGroups(CLINIC, MISHA, tuple(BOTH)),),
        (FamilyGroups(CLINIC, MISHA, ()),),
    ]
}
