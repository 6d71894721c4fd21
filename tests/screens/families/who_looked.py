"""Samples: who looked at a child's visits."""

from datetime import timedelta

from bot.flows.families.who_looked import views
from services.access.audit import SHOWN, Seen, WhoLooked
from services.model.access import Access, Role
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CHILD, CLINIC, Samples

SEEN = [
    Seen(CLINIC, role, access, MONDAY_7_AM - timedelta(days=day))
    for day in range(3)
    for role in Role
    for access in Access
][:SHOWN]

SAMPLES: Samples = {
    views.who_looked: [
        (WhoLooked(CLINIC, CHILD, SEEN),),
        (WhoLooked(CLINIC, CHILD, []),),
    ],
}
