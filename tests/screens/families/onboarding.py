"""Samples: every place on a family's way in, and its home screen."""

from collections.abc import Iterator
from dataclasses import replace

from bot.flows.families.onboarding import outages, views
from services.desk.codes import WrongCode
from services.families import home, places
from services.model.check_ups.known import DueCheckUp
from services.model.clinic import Reason
from services.model.consents import ConsentText, Purpose
from services.model.ids import PersonId
from services.model.letters import EarliestFor, SystemAnswers
from services.model.people import Language, Person
from services.model.refusals.clinic import NoSuchClinic
from services.model.refusals.families import HouseNeeded, NameUnclear
from services.model.refusals.typed import NotYesOrNo
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    BY_SECRECY,
    CHILD,
    CLINIC,
    CONSENT_TO_NEWS,
    DISTRICT,
    DOCTOR,
    LONGEST_CONSENT_TEXT,
    NAME,
    NEEDS_TIME,
    OWN,
    SOON,
    VISIT,
    Samples,
)

HOME = home.ChildAtHome(CHILD, OWN, SOON, [VISIT])


def every_place() -> Iterator[places.Place]:
    """Each kind, with little to say and with much."""
    yield places.ChooseClinic([CLINIC, CLINIC], NoSuchClinic())
    yield places.ChooseClinic([CLINIC])
    yield places.AskConsent(
        CLINIC, ConsentText(CLINIC.id, Purpose.PROCESSING, 1, LONGEST_CONSENT_TEXT)
    )
    yield places.AskConsent(
        BY_SECRECY, ConsentText(CLINIC.id, Purpose.PROCESSING, 1, LONGEST_CONSENT_TEXT)
    )
    yield places.Declined(CLINIC)
    yield places.Declined(BY_SECRECY)
    yield places.AskName(CLINIC)
    yield places.AskName(CLINIC, CHILD, NameUnclear())
    yield places.AskName(CLINIC, words=NAME)
    yield places.AskName(CLINIC, CHILD, words=NAME)
    yield places.AskBirthDate(CLINIC, NAME)
    yield places.AskIfKnown(CLINIC, CHILD, NAME)
    yield places.AskIfKnown(CLINIC, CHILD, NAME, NotYesOrNo())
    yield places.AskAddress(CLINIC, CHILD, [DISTRICT, DISTRICT], HouseNeeded())
    yield places.AskAddress(CLINIC, CHILD, [DISTRICT], beside=[CHILD, CHILD])
    yield places.ChildCard(CLINIC, CHILD, DISTRICT, has_districts=True, now=MONDAY_7_AM)
    yield places.ChildCard(CLINIC, CHILD, None, has_districts=True, now=MONDAY_7_AM)
    yield home.Home(CLINIC, [HOME] * 8, MONDAY_7_AM)
    yield home.Home(CLINIC, [home.ChildAtHome(CHILD, None, None, [])], MONDAY_7_AM)
    grown_up = home.ChildAtHome(CHILD, None, None, [], is_grown_up=True)
    looked_at = home.ChildAtHome(CHILD, OWN, None, [VISIT], [NEEDS_TIME], may_book=False)
    yield home.Home(CLINIC, [looked_at], MONDAY_7_AM)
    yield home.Home(CLINIC, [grown_up, HOME], MONDAY_7_AM)
    owed = home.ChildAtHome(CHILD, OWN, None, [], [NEEDS_TIME] * 2)
    yield home.Home(CLINIC, [owed] * 3, MONDAY_7_AM)
    possible = DueCheckUp(12, MONDAY_7_AM.date(), MONDAY_7_AM.date(), in_depth=True)
    yield home.Home(CLINIC, [replace(HOME, check_up=possible)] * 8, MONDAY_7_AM)
    yield home.Home(CLINIC, [replace(HOME, check_up=possible)], MONDAY_7_AM)
    own = home.OwnDoctor(DOCTOR, of_district=True)
    yield home.Home(CLINIC, [home.ChildAtHome(CHILD, own, SOON, [])], MONDAY_7_AM)
    for will_hear in (False, True):
        yield home.Home(CLINIC, [HOME] * 8, MONDAY_7_AM, is_away=True, will_hear=will_hear)


def every_letter() -> Iterator[SystemAnswers]:
    """It answers, with times and without; it does not."""
    reader = Person(PersonId(1), 101, Language.RUSSIAN)
    earliest = [EarliestFor(CHILD, Reason.CONSULTATION, SOON)]
    for discreet in (False, True):
        for times in ([], earliest, earliest * 9):
            yield SystemAnswers(reader, CLINIC, True, times, MONDAY_7_AM, discreet)
        yield SystemAnswers(reader, CLINIC, False, [], MONDAY_7_AM, discreet)


SAMPLES: Samples = {
    outages.system_answers: [(each,) for each in every_letter()],
    views.place: [(place,) for place in every_place()],
    views.choose_clinic: [([CLINIC], None)],
    views.consent: [],
    views.declined: [(CLINIC,)],
    views.ask_name: [],
    views.ask_birth_date: [],
    views.ask_if_known: [],
    views.home: [],
    views.help_words: [(CLINIC,), (None,)],
    views.help_at_work: [()],
    views.unwell: [(home.Home(CLINIC, [HOME], MONDAY_7_AM),), (places.ChooseClinic([CLINIC]),)],
    views.not_read_again: [()],
    views.choose_language: [()],
    views.claimed: [
        (WrongCode(4),),
        (places.AskConsent(CLINIC, CONSENT_TO_NEWS),),
        (home.Home(CLINIC, [HOME], MONDAY_7_AM),),
    ],
}
