"""Samples: news for many families, from the question to the report."""

from dataclasses import replace
from datetime import timedelta

from bot.flows.broadcasts import views
from services.broadcasts.progress import (
    BroadcastsPage,
    NewsPreview,
    NewsQuestion,
    Progress,
    WhomToTell,
)
from services.broadcasts.writing import LONGEST_NEWS
from services.model.broadcasts import Audience, Broadcast, BroadcastState, Reach, Whom
from services.model.clinic import LONGEST_LINE
from services.model.ids import BroadcastId, PersonId
from services.model.messages import NotificationState
from services.model.people import Language, Person
from services.model.refusals.broadcasts import NumberDiffers
from services.model.refusals.typed import TextTooLong
from tests.conftest import MONDAY_7_AM
from tests.screens.values import (
    CLINIC,
    DISTRICT,
    DOCTOR,
    IRINA,
    KIM,
    LONGEST_TEXT_OF_NEWS,
    NEW_YEAR,
    TODAY,
    Samples,
    longest,
)

AUDIENCES = [
    (Audience(Whom.FAMILIES), None),
    (Audience(Whom.DISTRICT, 1), replace(DISTRICT, name=longest("участок <1>", LONGEST_LINE))),
    (Audience(Whom.PATIENTS, 1), DOCTOR),
    (Audience(Whom.DAYS, first=TODAY, last=TODAY), None),
    (Audience(Whom.VISITS, first=TODAY, last=NEW_YEAR), None),
]
REACHES = [Reach(9998, 1234, 567), Reach(0, 0, 0), Reach(0, 0, 0, 12)]
BROADCASTS = [
    Broadcast(
        BroadcastId(1),
        CLINIC,
        Person(PersonId(9), 201, Language.RUSSIAN),
        AUDIENCES[0][0],
        LONGEST_TEXT_OF_NEWS,
        state,
        9998,
        MONDAY_7_AM,
        PersonId(0),
        all_planned=False,
        message_id=1,
        settled_at=settled_at,
    )
    for state in BroadcastState
    for settled_at in (None, MONDAY_7_AM)
]
PROGRESSES = [
    Progress(replace(each, audience=audience), IRINA.id, subject, counts, now)
    for each in BROADCASTS
    for audience, subject in AUDIENCES
    for counts in (dict.fromkeys(NotificationState, 1234), {})
    for now in (MONDAY_7_AM, MONDAY_7_AM - timedelta(hours=3))
]

SAMPLES: Samples = {
    views.page: [
        (BroadcastsPage(IRINA, BROADCASTS),),
        (BroadcastsPage(IRINA, []),),
    ],
    views.whom_to_tell: [
        (WhomToTell(IRINA, whom, districts, [DOCTOR, KIM], MONDAY_7_AM.astimezone(CLINIC.zone)),)
        for whom in Whom
        for districts in ([DISTRICT], [])
    ],
    views.question: [
        (NewsQuestion(IRINA, audience, subject, reach, problem),)
        for audience, subject in AUDIENCES
        for reach in REACHES
        for problem in (None, TextTooLong(12, LONGEST_NEWS))
    ],
    views.preview: [
        (
            NewsPreview(
                IRINA, audience, subject, LONGEST_TEXT_OF_NEWS, reach, begins, MONDAY_7_AM, problem
            ),
        )
        for audience, subject in AUDIENCES
        for reach in REACHES
        for begins in (MONDAY_7_AM, MONDAY_7_AM + timedelta(hours=2))
        for problem in (None, NumberDiffers())
    ],
    views.told: [],
    views.progress: [(each,) for each in PROGRESSES if not each.broadcast.settled_at],
    views.report: [(each,) for each in PROGRESSES if each.broadcast.settled_at],
}
