"""Samples: a family's children."""

from bot.flows.families.children import views
from services.families.children import ChildrenPage, Removal
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CHILD, CLINIC, VISIT, Samples

SAMPLES: Samples = {
    views.children: [(ChildrenPage(CLINIC, [CHILD] * 8, MONDAY_7_AM),)],
    views.card: [],
    views.ask_address: [],
    views.ask_remove: [
        (Removal(CLINIC, CHILD, [VISIT] * 8),),
        (Removal(CLINIC, CHILD, []),),
    ],
    views.removed: [(Removal(CLINIC, CHILD, [VISIT] * 8),), (Removal(CLINIC, CHILD, []),)],
}
