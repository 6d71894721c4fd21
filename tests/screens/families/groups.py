"""Samples: the groups of a child, as its parents see them."""

from datetime import date

from bot.flows.families.groups import views
from services.families.groups import FamilyGroups
from services.model.ids import PersonId
from services.model.letters import GroupLetter
from services.model.messages import OF_GROUPS, AboutGroup
from services.model.people import Language, Person
from services.model.reserved.groups import GROUPS
from tests.screens.desk.groups import BOTH, CLAIMS
from tests.screens.values import CLINIC, Samples
from tests.values import MISHA

READER = Person(PersonId(1), 101, Language.RUSSIAN)


def every_letter() -> list[GroupLetter]:
    """Of each kind, discreet and not."""
    about = AboutGroup(CLINIC, MISHA.id, MISHA.name, date(2027, 11, 23))
    return [
        GroupLetter(READER, kind, about, discreet)
        for kind in sorted(OF_GROUPS)
        for discreet in (False, True)
    ]


SAMPLES: Samples = {
    views.group_letter: [(each,) for each in every_letter()],
    views.groups: [
        (FamilyGroups(CLINIC, MISHA, tuple(BOTH)),),
        (FamilyGroups(CLINIC, MISHA, ()),),
        (FamilyGroups(CLINIC, MISHA, (), CLAIMS),),
        (FamilyGroups(CLINIC, MISHA, (), (), GROUPS),),
    ],
    views.ask_claim: [(FamilyGroups(CLINIC, MISHA, (), (), GROUPS), group) for group in GROUPS],
}
