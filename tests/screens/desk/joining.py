"""Samples: two cards of one child."""

from dataclasses import replace
from datetime import timedelta

from bot.flows.desk.joining import views
from services.desk.joining.cards import Card, Part, Side, TwoCards, decided
from services.desk.joining.joining import Joined, SecondCards
from services.model.clinic import District
from services.model.ids import AppointmentId, ChildId, DistrictId, PersonId
from services.model.refusals.base import NotFound
from services.model.refusals.desk import SearchUnclear
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CHILD, IRINA, NASTY, PHONES, VISIT, Samples

TWICE = replace(CHILD, id=ChildId(2), birth_date=CHILD.birth_date + timedelta(days=1))
DOCTOR = VISIT.slot.doctor
HERE = District(DistrictId(1), DOCTOR, NASTY)
THERE = District(DistrictId(2), DOCTOR, f"{NASTY} 2")
MINE = Card(CHILD, HERE, PHONES[0], frozenset({PersonId(1), PersonId(2)}), [VISIT] * 8, True)
ONCE_MORE = replace(VISIT, id=AppointmentId(VISIT.id + 1), child=TWICE)
THEIRS = Card(TWICE, THERE, PHONES[1], frozenset(), [ONCE_MORE] * 8, True)
BARE = Card(TWICE, None, None, frozenset(), [], False)
ALL = sum(decided(0, part, Side.OTHER) for part in Part)
AFTER = VISIT.slot.stretch.ends_at + timedelta(days=1)

SAMPLES: Samples = {
    views.second_cards: [
        (SecondCards(IRINA, CHILD, likely, MONDAY_7_AM, problem),)
        for likely in ([], [TWICE], [TWICE] * 40)
        for problem in (None, SearchUnclear(), NotFound())
    ],
    views.two_cards: [
        (TwoCards(IRINA, mine, theirs, choice, now),)
        for mine in (MINE, replace(BARE, child=CHILD))
        for theirs in (THEIRS, BARE)
        for choice in (0, ALL)
        for now in (MONDAY_7_AM, AFTER)
    ],
    views.found: [],
    views.joined: [(Joined(IRINA, CHILD, 2, told, MONDAY_7_AM),) for told in (False, True)],
}
