"""Samples: who works here, and who is invited."""

from bot.flows.access.members import views
from services.access.members import Colleague, Colleagues, Invitation, WhomToInvite
from tests.conftest import MONDAY_7_AM
from tests.screens.values import COLLEAGUES, DOCTOR, IRINA, KIM, Samples

SAMPLES: Samples = {
    views.colleagues: [(Colleagues(IRINA, COLLEAGUES * 8),)],
    views.colleague: [(Colleague(IRINA, each),) for each in COLLEAGUES],
    views.whom_to_invite: [(WhomToInvite(IRINA, [DOCTOR, KIM]),)],
    views.invitation: [
        (Invitation(each, "x" * 32, MONDAY_7_AM), IRINA.id, "https://t.me/bot?start=i" + "x" * 32)
        for each in COLLEAGUES
    ],
}
