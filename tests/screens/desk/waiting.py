"""Samples: the list of those who wait, at the desk."""

from dataclasses import replace
from datetime import date, time, timedelta

from bot.flows.desk.waiting import history, sheet, taps, views
from services.desk.waiting import history as freed
from services.desk.waiting.places import (
    A_PAGE,
    ChildInList,
    PlaceAtDesk,
    PlacesAtDesk,
    PutOnList,
    WhyUp,
)
from services.model.ids import PostId, TimeOfferId, WaitId
from services.model.waitlist.history import FreedStory, WaitFigures
from services.model.waitlist.offers import (
    FreedState,
    FreedWhy,
    RankReason,
    TimeOffer,
    TimeOfferState,
    Waiting,
)
from services.model.waitlist.waits import MovedUp, Wait, WaitEnd, WaitState, WaitWish
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CHILD, CLINIC, DOCTOR, IRINA, KIM, NEEDS_TIME, SOON, VISIT, Samples

KIND = CLINIC.kinds[0]
WISH = WaitWish(
    [CHILD.id],
    KIND.key,
    date(2026, 11, 23),
    date(2026, 12, 23),
    frozenset({DOCTOR.id}),
    weekdays=0b11,
    since_hour=time(17),
    until_hour=time(19),
)
WAIT = Wait(WaitId(7), CLINIC, [CHILD], None, WISH, MONDAY_7_AM, put_by=PostId(1))
OFFER = TimeOffer(
    TimeOfferId(1),
    WAIT,
    [SOON],
    TimeOfferState.SENT,
    MONDAY_7_AM,
    MONDAY_7_AM + timedelta(hours=2),
    1,
    RankReason.WAITING,
    timedelta(hours=2),
    MONDAY_7_AM + timedelta(hours=2),
)
PLACE = PlaceAtDesk(
    IRINA,
    Waiting(WAIT, MONDAY_7_AM, VISIT, OFFER, doctors=[DOCTOR.name]),
    RankReason.WAITING,
    in_bot=False,
)


def place(rank: RankReason = RankReason.WAITING, **of_wait: object) -> PlaceAtDesk:
    wait = replace(WAIT, **of_wait)  # type: ignore[arg-type]
    return PlaceAtDesk(IRINA, Waiting(wait, MONDAY_7_AM), rank, in_bot=True)


UP = [place(RankReason.MOVED_UP, moved_up=MovedUp(PostId(1), MONDAY_7_AM, why)) for why in WhyUp]
OWED = replace(
    place(RankReason.OWED, owed=True, wish=replace(WISH, last=date.max)),
    waiting=Waiting(replace(WAIT, owed=True), MONDAY_7_AM, NEEDS_TIME),
)
TOGETHER = place(children=[CHILD] * 3, state=WaitState.RESTING)
ENDED = [place(state=WaitState.ENDED, end=end, ended_at=MONDAY_7_AM) for end in WaitEnd]
PUT = PutOnList(IRINA, CHILD, KIND, WISH, [DOCTOR, KIM])
IDS = {"post_id": IRINA.id, "child_id": CHILD.id, "reason": KIND.key}
LATER = MONDAY_7_AM + timedelta(minutes=14)
STORIES = [
    *(FreedStory(SOON, why, MONDAY_7_AM, FreedState.TAKEN, LATER, 3) for why in FreedWhy),
    *(
        FreedStory(SOON, FreedWhy.NEW, MONDAY_7_AM, state, None, number)
        for number, state in enumerate(FreedState)
    ),
]
FIGURES = WaitFigures(8, 2, 21, 8, timedelta(minutes=14), 5, timedelta(days=12))
NONE_YET = WaitFigures(0, 0, 0, 0, None, 0, None)
LATELY = [
    freed.FreedTimes(IRINA, 0, [], 0, NONE_YET, MONDAY_7_AM),
    freed.FreedTimes(IRINA, 900, STORIES[: freed.A_PAGE], 2, FIGURES, MONDAY_7_AM),
    freed.FreedTimes(IRINA, 11, STORIES[freed.A_PAGE :], 1, FIGURES, MONDAY_7_AM),
]

SAMPLES: Samples = {
    history.freed: [(each,) for each in LATELY],
    sheet.document: [(each, b"xlsx") for each in LATELY],
    history.picture: [(each, b"png") for each in LATELY],
    views.waits: [
        (PlacesAtDesk(IRINA, 0, [], 0, MONDAY_7_AM),),
        (PlacesAtDesk(IRINA, 1, [PLACE], 0, MONDAY_7_AM),),
        (PlacesAtDesk(IRINA, 900, [PLACE] * A_PAGE, 3, MONDAY_7_AM),),
        (PlacesAtDesk(IRINA, 3, [OWED, *UP[:1], TOGETHER], 0, MONDAY_7_AM),),
    ],
    views.one: [(each,) for each in (PLACE, *UP, OWED, TOGETHER, *ENDED)],
    views.ask_take_off: [(PLACE,), (TOGETHER,)],
    views.ask_why_up: [(PLACE,)],
    views.of_child: [
        (ChildInList(IRINA, CHILD, [], [KIND]),),
        (ChildInList(IRINA, CHILD, [PLACE], list(CLINIC.kinds)),),
    ],
    views.ask_put_on: [
        (PUT, taps.AskPutOn(**IDS)),
        (PUT, taps.AskPutOn(**IDS, doctor=int(DOCTOR.id), terms="wm")),
    ],
    views.ask_whom: [(PUT, taps.AskWhom(**IDS))],
}
