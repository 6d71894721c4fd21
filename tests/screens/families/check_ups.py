"""Samples: invitations to check-ups, and for whom there are any."""

from bot.flows.families.check_ups import views
from services.families.check_ups import InvitedFor, Said
from services.model.ids import CheckUpId, PersonId
from services.model.letters import CheckUpInvitation
from services.model.people import Language, Person
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CHILD, CLINIC, Samples

READER = Person(PersonId(1), 101, Language.RUSSIAN)


def every_letter() -> list[CheckUpInvitation]:
    """At ages of all forms, discreet and not."""
    return [
        CheckUpInvitation(READER, CheckUpId(1), CHILD.id, CLINIC, months, in_depth, discreet)
        for months, in_depth in ((1, False), (6, False), (15, False), (204, True))
        for discreet in (False, True)
    ]


SAMPLES: Samples = {
    views.invitation: [(each,) for each in every_letter()],
    views.passed: [(Said(CLINIC, CHILD, 6),)],
    views.not_invited: [(Said(CLINIC, CHILD, 6),)],
    views.invited: [
        (InvitedFor(CLINIC, [CHILD] * 3, frozenset({CHILD.id}), MONDAY_7_AM),),
        (InvitedFor(CLINIC, [], frozenset(), MONDAY_7_AM),),
    ],
}
