"""Samples: the people around a child."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

from bot.flows.families.people import family_news, views
from services.families.people import (
    Asked,
    AskWord,
    Called,
    HelperLink,
    OnePerson,
    Opened,
    People,
    Plan,
)
from services.model.ids import HelperInvitationId, PersonId
from services.model.letters import FamilyDid, HelperLetter
from services.model.messages import CHANGES, OF_HELPERS, Helping
from services.model.people import CareLink, CareRole, HelperInvitation, Language, Person
from services.model.refusals.families import NameUnclear
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CHILD, CLINIC, NAME, VISIT, Samples

READER = Person(PersonId(1), 101, Language.RUSSIAN)
SINCE = MONDAY_7_AM
ENDS = MONDAY_7_AM + timedelta(days=31)
ME = CareLink(PersonId(1), CareRole.PARENT, "@m", True, SINCE)
FATHER = CareLink(PersonId(2), CareRole.PARENT, "", True, SINCE)
SELF = CareLink(PersonId(3), CareRole.SELF, "", True, SINCE)
NANNY = CareLink(PersonId(4), CareRole.HELPER, NAME, False, SINCE, ENDS)
UNOPENED = HelperInvitation(
    HelperInvitationId(1), CHILD, CLINIC.id, PersonId(1), "@gm", True, None, ENDS
)
OPENED = replace(UNOPENED, opened_by=PersonId(5), opened_name=NAME, called=NAME, ends_at=ENDS)
PLAN = Plan(CLINIC, CHILD, Called.GRANDMOTHER, "", MONDAY_7_AM)
LINK = "https://t.me/some_clinic_bot?start=h" + "x" * 32


def every_letter() -> list[FamilyDid | HelperLetter]:
    """What is written about the people around a child, discreet and not."""
    helping = Helping(OPENED, CLINIC)
    family = [kind for kind in CHANGES if kind.startswith("family")]
    letters: list[FamilyDid | HelperLetter] = []
    for discreet in (False, True):
        letters += [
            FamilyDid(READER, visits, called, kind, MONDAY_7_AM, discreet)
            for kind, called, visits in product(family, ("", "@f", NAME), ([VISIT], [VISIT, VISIT]))
        ]
        letters += [
            HelperLetter(READER, kind, helping, MONDAY_7_AM, discreet)
            for kind in sorted(OF_HELPERS)
        ]
    return letters


PAGES = [
    People(CLINIC, CHILD, ME, [FATHER, SELF, NANNY], [UNOPENED, OPENED], MONDAY_7_AM),
    People(CLINIC, CHILD, SELF, [ME], [], MONDAY_7_AM),
    People(CLINIC, CHILD, NANNY, [], [], MONDAY_7_AM),
]
SAMPLES: Samples = {
    views.people: [(each,) for each in PAGES],
    views.who_am_i: [(PAGES[0],)],
    views.who_helps: [(PAGES[0],)],
    views.ask_word: [(AskWord(CLINIC, CHILD, each),) for each in (None, NameUnclear())],
    views.typed: [(AskWord(CLINIC, CHILD),), (PLAN,)],
    views.how_far: [(PLAN,), (replace(PLAN, called=Called.OWN_WORDS, words=NAME),)],
    views.how_long: [(replace(PLAN, may_book=True),)],
    views.link: [(HelperLink(CLINIC, each, "", MONDAY_7_AM), LINK) for each in (UNOPENED, OPENED)],
    views.opened: [
        (Opened(CLINIC, OPENED, own, inside),)
        for own, inside in ((False, False), (True, False), (False, True))
    ],
    views.who_opened: [(Asked(CLINIC, each, MONDAY_7_AM),) for each in (UNOPENED, OPENED)],
    views.admitted: [(Asked(CLINIC, OPENED, MONDAY_7_AM),)],
    views.one: [(OnePerson(CLINIC, CHILD, each, MONDAY_7_AM),) for each in (FATHER, SELF, NANNY)],
    views.helper_letter: [(each,) for each in every_letter() if isinstance(each, HelperLetter)],
    family_news.family_did: [(each,) for each in every_letter() if isinstance(each, FamilyDid)],
}
