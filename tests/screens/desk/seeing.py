"""Samples: families to see to."""

from datetime import timedelta

from bot.flows.desk.seeing import views
from services.desk.to_see import A_PAGE, TICKED, OneToSee, ToSeeTo
from services.model.ids import QuestionId
from services.model.visits import Matter, ToSee
from tests.conftest import MONDAY_7_AM
from tests.screens.values import IRINA, NEEDS_TIME, PHONES, VISIT, Samples

LATER = MONDAY_7_AM + timedelta(hours=2)
EVERY_MATTER = [
    ToSee(Matter.NEEDS_TIME, NEEDS_TIME),
    ToSee(Matter.NEEDS_TIME, NEEDS_TIME, kept_until=LATER),
    ToSee(Matter.OUTSIDE, VISIT),
    ToSee(Matter.TO_CALL, VISIT),
    ToSee(Matter.PENDING, VISIT),
    ToSee(Matter.QUESTION, VISIT, QuestionId(1)),
]
MANY = dict.fromkeys(Matter, 99_999)

SAMPLES: Samples = {
    views.to_see: [
        (ToSeeTo(IRINA, {}, [], 0, MONDAY_7_AM),),
        (ToSeeTo(IRINA, {Matter.QUESTION: 1}, EVERY_MATTER[-1:], 0, MONDAY_7_AM),),
        *(
            (ToSeeTo(IRINA, MANY, (EVERY_MATTER * 2)[:A_PAGE], page, MONDAY_7_AM),)
            for page in (0, 12_345, 5 * 99_999 // A_PAGE)
        ),
    ],
    views.one: [
        (OneToSee(IRINA, each, PHONES, done, MONDAY_7_AM),)
        for each in EVERY_MATTER
        if each.matter in TICKED
        for done in (True, False)
    ],
}
