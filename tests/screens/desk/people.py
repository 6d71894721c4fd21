"""Samples: the people around a child, at the registry's desk."""

from dataclasses import replace
from datetime import date

from bot.flows.desk.people import views
from services.desk.people import OneAtDesk, PeopleAtDesk
from services.model.people import PhoneNumber
from tests.conftest import MONDAY_7_AM
from tests.screens.families.people import FATHER, ME, NANNY, SELF
from tests.screens.values import CHILD, IRINA, Samples

TEENAGER = replace(CHILD, birth_date=date(2011, 3, 12))

TWO_PARENTS = [replace(ME, called=""), replace(FATHER, called="")]
PHONES = {each.person: PhoneNumber(f"+791612345{n}7") for n, each in enumerate(TWO_PARENTS)}

SAMPLES: Samples = {
    views.people: [
        (PeopleAtDesk(IRINA, CHILD, [ME, FATHER, NANNY], MONDAY_7_AM),),
        (PeopleAtDesk(IRINA, TEENAGER, [ME, SELF], MONDAY_7_AM),),
        (PeopleAtDesk(IRINA, CHILD, [], MONDAY_7_AM),),
        (PeopleAtDesk(IRINA, CHILD, TWO_PARENTS, MONDAY_7_AM, PHONES),),
    ],
    views.one: [
        (OneAtDesk(IRINA, CHILD, each, phone),)
        for each in (FATHER, NANNY)
        for phone in (None, PHONES[ME.person])
    ],
}
