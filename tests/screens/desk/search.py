"""Samples: how a child is found at the desk."""

from dataclasses import replace
from itertools import permutations

from bot.flows.desk.search import views
from services.desk.codes import Code
from services.desk.search import AskPhone, AtDesk, Found, Nobody, Traits
from services.model.ids import ChildId
from services.model.people import CareRole
from services.model.refusals.base import NotFound
from services.model.refusals.desk import SearchUnclear
from services.model.refusals.families import PhoneUnclear
from services.rules.typed.lines import ByBirth, ByPhone
from tests.conftest import MONDAY_7_AM
from tests.screens.desk.seeing import EVERY_MATTER
from tests.screens.values import CHILD, DISTRICT, IRINA, NAME, NEEDS_TIME, PHONES, VISIT, Samples

BORN = ByBirth(NAME, CHILD.birth_date)

TRAITS = [
    Traits(PHONES[0], DISTRICT, VISIT),
    Traits(None, None, VISIT),
    Traits(None, DISTRICT, None),
    Traits(None, None, None),
]
IDS = [ChildId(number) for number in range(1, 5)]
TWINS = [replace(CHILD, id=each) for each in IDS]

SAMPLES: Samples = {
    views.nobody: [(Nobody(IRINA, each),) for each in (SearchUnclear(), NotFound())],
    views.found: [
        (Found(IRINA, BORN, children, by_name, "Анна 12.03.2024", MONDAY_7_AM),)
        for children, by_name in (([CHILD] * 8, True), ([CHILD] * 2, False), ([], False))
    ]
    + [(Found(IRINA, replace(BORN, name=""), [], by_name=True, line="1", now=MONDAY_7_AM),)]
    + [
        (Found(IRINA, ByPhone(PHONES[0]), children, by_name=True, line="", now=MONDAY_7_AM),)
        for children in ([CHILD] * 2, [])
    ]
    + [
        (Found(IRINA, query, [CHILD] * 15, True, "", MONDAY_7_AM, more=286),)
        for query in (BORN, replace(BORN, name=""), ByPhone(PHONES[0]))
    ]
    + [
        (
            Found(
                IRINA,
                BORN,
                TWINS,
                by_name=True,
                line="",
                now=MONDAY_7_AM,
                traits=dict(zip(IDS, each, strict=True)),
            ),
        )
        for each in permutations(TRAITS)
    ],
    views.card: [
        (AtDesk(IRINA, CHILD, [VISIT] * 8, in_bot, PHONES, True, MONDAY_7_AM, to_see),)
        for in_bot in (True, False)
        for to_see in ([], EVERY_MATTER)
    ]
    + [
        (
            AtDesk(
                IRINA,
                CHILD,
                [],
                True,
                PHONES,
                True,
                MONDAY_7_AM,
                may_be_corrected=True,
                settled=[NEEDS_TIME] * 8,
                unheard="Зайцев",
            ),
        )
    ],
    views.ask_phone: [(AskPhone(IRINA, CHILD, each),) for each in (None, PhoneUnclear())],
    views.code: [(Code(IRINA, CHILD, "123456789", MONDAY_7_AM, each),) for each in CareRole],
}
