"""Samples: waiting for a time, one's place, and what is offered."""

from dataclasses import replace
from datetime import date, timedelta

from bot.flows.visits.waiting import refining, taps, views
from services.model.ids import DoctorId, PersonId, TimeOfferId, WaitId
from services.model.letters import TimeOffered, WaitChanged
from services.model.people import Language, Person
from services.model.waitlist.offers import RankReason, TimeOffer, TimeOfferState, Waiting
from services.model.waitlist.waits import Wait, WaitEnd, WaitState, WaitWish
from services.waitlist.answering import Taken
from services.waitlist.refining import WaitDetails
from services.waitlist.waiting import CanWait
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CHILD, CLINIC, DOCTOR, KIM, LATER, LONG_KIND, SOON, VISIT, Samples

READER = Person(PersonId(1), 101, Language.RUSSIAN)
DAYS = (date(2026, 11, 23), date(2026, 12, 23))
WISH = WaitWish([CHILD.id], LONG_KIND.key, *DAYS, frozenset({DoctorId(1), DoctorId(2)}))
EVENINGS = replace(WISH, since_hour=taps.Part.EVENING.hours[0], moves=VISIT.id)
WAIT = Wait(WaitId(1), CLINIC, [CHILD], PersonId(1), WISH, MONDAY_7_AM)
TOGETHER = replace(WAIT, children=[CHILD] * 3, wish=EVENINGS, early=True)
RESTING = replace(WAIT, state=WaitState.RESTING)
OVER = [replace(WAIT, state=WaitState.ENDED, end=end, ended_at=MONDAY_7_AM) for end in WaitEnd]
OFFER = TimeOffer(
    TimeOfferId(1),
    WAIT,
    [LATER],
    TimeOfferState.SENT,
    MONDAY_7_AM,
    MONDAY_7_AM + timedelta(hours=2),
    1,
    RankReason.WAITING,
    timedelta(hours=2),
    LATER.starts_at,
    MONDAY_7_AM,
)
AMONG_THREE = replace(OFFER, wait=TOGETHER, slots=[SOON, LATER, LATER], among=3)


def place(wait: Wait, **more: object) -> Waiting:
    names = (DOCTOR.name, KIM.name) if wait.wish.doctors else ()
    return replace(Waiting(wait, MONDAY_7_AM, doctors=names), **more)  # type: ignore[arg-type]


PLACES = [
    place(WAIT, usually=timedelta(days=2)),
    place(TOGETHER, moving=VISIT, usually=timedelta(hours=3), offer=AMONG_THREE),
    place(WAIT, offer=OFFER),
    place(RESTING),
    *map(place, OVER),
]


def every_letter() -> list[TimeOffered | WaitChanged]:
    """Alone and among three, and why a place is no more."""
    letters: list[TimeOffered | WaitChanged] = []
    for discreet in (False, True):
        letters += [
            TimeOffered(READER, place(WAIT), OFFER, OFFER.until, discreet),
            TimeOffered(READER, place(WAIT, moving=VISIT), OFFER, OFFER.until, discreet),
            TimeOffered(READER, place(TOGETHER), AMONG_THREE, OFFER.until, discreet),
        ]
        letters += [WaitChanged(READER, place(each), discreet) for each in (RESTING, *OVER)]
    return letters


CAN = CanWait(CLINIC, [CHILD], LONG_KIND, [DOCTOR, KIM], None, None, None, MONDAY_7_AM)
ASKED = taps.AskWait(clinic_id=CLINIC.id, who="1", reason=LONG_KIND.key)

CHOOSY = replace(WISH, weekdays=0b0010101, notice=timedelta(hours=24))
DETAILS = WaitDetails(place(replace(WAIT, wish=CHOOSY), moving=VISIT), [DOCTOR, KIM])

SAMPLES: Samples = {
    refining.details: [
        (DETAILS,),
        (replace(DETAILS, doctors=[DOCTOR]),),
        (replace(DETAILS, doctors=[DOCTOR, KIM] * 20),),
    ],
    views.ask: [
        (CAN, ASKED),
        (CAN, ASKED.model_copy(update={"doctor": DOCTOR.id, "terms": "we"})),
        (
            replace(CAN, children=[CHILD] * 3, moving=VISIT, usually=timedelta(days=5)),
            ASKED.model_copy(update={"who": "~1", "terms": "dm", "doctor": DOCTOR.id}),
        ),
    ],
    views.joined: [(each,) for each in PLACES[:2]],
    views.waits: [([],), (PLACES,), (PLACES * 9,)],
    views.one: [(each,) for each in PLACES],
    views.left: [(each,) for each in OVER],
    views.time_offered: [(each,) for each in every_letter() if isinstance(each, TimeOffered)],
    views.wait_changed: [(each,) for each in every_letter() if isinstance(each, WaitChanged)],
    views.taken: [(Taken([VISIT]),), (Taken([VISIT], SOON),), (Taken([VISIT] * 3),)],
    views.refused: [(replace(OFFER, state=state),) for state in TimeOfferState],
}
