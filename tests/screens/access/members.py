"""Samples: who works here, and who is invited."""

from bot.flows.access.members import views
from services.access.members import Colleague, Colleagues, Invitation, WhomToInvite
from services.model.access import Invited
from services.model.ids import InvitationId
from tests.conftest import MONDAY_7_AM
from tests.screens.values import COLLEAGUES, DOCTOR, IRINA, KIM, Samples

INVITED = [Invited(InvitationId(7), each, MONDAY_7_AM) for each in COLLEAGUES]
SAMPLES: Samples = {
    views.colleagues: [
        (Colleagues(IRINA, COLLEAGUES * 8, [], MONDAY_7_AM),),
        (Colleagues(IRINA, COLLEAGUES, INVITED * 3, MONDAY_7_AM),),
    ],
    views.colleague: [(Colleague(IRINA, each),) for each in COLLEAGUES],
    views.whom_to_invite: [(WhomToInvite(IRINA, [DOCTOR, KIM]),)],
    views.invitation: [
        (Invitation(each, "x" * 32, MONDAY_7_AM), IRINA.id, "https://t.me/bot?start=i" + "x" * 32)
        for each in COLLEAGUES
    ],
}
