"""Samples: every letter."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from bot.flows.messages import changes, letters
from bot.flows.visits.mine import taps
from services.model.clinic import Reason
from services.model.ids import PersonId, PostId
from services.model.letters import (
    CardsJoined,
    ClinicAnswered,
    ClinicCancelled,
    ClinicMoved,
    ClinicNews,
    Confirmed,
    DoctorLate,
    Letter,
    NeedsTime,
    NotConfirmed,
    PlaceChanged,
    QuestionsWait,
    Reminder,
    StandsAgain,
    StillBooked,
    Substituted,
    SystemSaid,
    ToConfirm,
)
from services.model.messages import NotificationKind, Untrue
from services.model.people import Language, Person
from services.model.visits import Word
from services.visits.mine import Coming
from tests.conftest import MONDAY_7_AM
from tests.screens.families import check_ups, groups, onboarding, people
from tests.screens.values import (
    ANSWERED,
    CANCELLED,
    CLINIC,
    IRINA,
    KIM,
    LATER,
    LONGEST_TEXT_OF_NEWS,
    NEEDS_TIME,
    OFFERS,
    PENDING,
    SAID,
    SOON,
    TODAY_S,
    VISIT,
    WAITS,
    Samples,
)
from tests.screens.visits import waiting as waits

BESIDE = replace(LATER, doctor=KIM)
"""The same hour with a colleague."""


SAID_THERE = {
    NotificationKind.REFUSED_THERE: CANCELLED,
    NotificationKind.KEPT_THERE: VISIT,
    NotificationKind.NO_ANSWER: VISIT,
}
"""What a clinic's own system can have come to, and a visit of which it did."""


def every_letter() -> Iterator[Letter]:
    """Each kind, discreet and not, with one visit and with as many as there may be."""
    mother = Person(PersonId(1), 101, Language.RUSSIAN)
    confirmed = replace(VISIT, coming_at=MONDAY_7_AM)
    ill = replace(VISIT, slot=SOON, reason=Reason.ILLNESS)
    yield CardsJoined(mother, CLINIC)
    yield from _letters_of_the_word(mother)
    for discreet in (False, True):
        yield from (StillBooked(mother, VISIT, discreet, asks) for asks in (False, True))
        for seen in ([VISIT], [confirmed], [VISIT] * 8, [ill, VISIT, confirmed]):
            yield Reminder(mother, seen, MONDAY_7_AM, discreet)
        yield ClinicMoved(mother, VISIT, SOON, MONDAY_7_AM, discreet)
        yield ClinicMoved(mother, VISIT, BESIDE, MONDAY_7_AM, discreet)
        yield ClinicCancelled(mother, CANCELLED, MONDAY_7_AM, discreet)
        yield ClinicCancelled(mother, CANCELLED, MONDAY_7_AM, discreet, as_asked=True)
        yield Substituted(mother, VISIT, SOON, MONDAY_7_AM, discreet)
        yield StandsAgain(mother, VISIT, MONDAY_7_AM, discreet)
        yield PlaceChanged(mother, VISIT, MONDAY_7_AM, discreet)
        for kind, visit in SAID_THERE.items():
            said = SystemSaid(mother, visit, kind, [SOON], MONDAY_7_AM, discreet)
            yield from (said, replace(said, together=True))
        for kept in (OFFERS, []):
            yield NeedsTime(mother, NEEDS_TIME, kept, MONDAY_7_AM, discreet)
        yield ClinicAnswered(mother, VISIT, ANSWERED, SAID[0], discreet)
    yield from people.every_letter()
    yield from check_ups.every_letter()
    yield from waits.every_letter()
    yield from groups.every_letter()
    yield from onboarding.every_letter()
    for about_visit in (False, True):
        yield ClinicNews(mother, CLINIC, LONGEST_TEXT_OF_NEWS, about_visit)
    for visits_asked_about in ([VISIT], [VISIT] * 30):
        for again in (False, True):
            yield QuestionsWait(
                mother, IRINA, visits_asked_about, WAITS.id, MONDAY_7_AM, again=again
            )


def _letters_of_the_word(mother: Person) -> Iterator[Letter]:
    """What a family and a doctor are written about a visit that waits for the doctor's word."""
    for waiting in PENDING:
        for discreet in (False, True):
            yield StillBooked(mother, waiting, discreet)
        yield ToConfirm(mother, PostId(1), [waiting] * 30, MONDAY_7_AM)
    for word in Word:
        yield Confirmed(mother, replace(VISIT, word=word), MONDAY_7_AM)
    yield Confirmed(mother, VISIT, MONDAY_7_AM, discreet=True)
    for discreet, said in product((False, True), (False, True)):
        for late in (VISIT, TODAY_S):
            yield DoctorLate(mother, late, 20 * said, MONDAY_7_AM, discreet)
        for others in ([], [SOON, LATER]):
            yield NotConfirmed(mother, CANCELLED, others, MONDAY_7_AM, discreet, lapsed=said)


MOTHER = Person(PersonId(1), 101, Language.RUSSIAN)
COME = taps.Coming(appointment_id=VISIT.id)

SAMPLES: Samples = {
    letters.letter: [(letter,) for letter in every_letter()],
    letters.still_booked: [],
    letters.reminder: [],
    letters.cards_joined: [],
    letters.news: [],
    changes.corrected: [
        (Untrue(MOTHER, 7, visits, MONDAY_7_AM, discreet),)
        for visits in ([], [CANCELLED], [VISIT, NEEDS_TIME, CANCELLED, *PENDING] * 8)
        for discreet in (False, True)
    ],
    letters.asked_again: [
        (Coming(visits, MONDAY_7_AM), taps.AskComing(appointment_id=VISIT.id, discreet=discreet))
        for visits in ([VISIT], [VISIT] * 8)
        for discreet in (False, True)
    ],
    letters.coming: [
        (Coming([VISIT] * count, MONDAY_7_AM), COME.model_copy(update={"discreet": discreet}))
        for count in (1, 8)
        for discreet in (False, True)
    ],
}
