"""Samples: what families ask, and how staff answer."""

from bot.flows.visits.questions import views
from services.messages.questions import LONGEST_QUESTION
from services.model.refusals.questions import TextOnly
from services.model.refusals.typed import TextTooLong
from services.visits.question_views import (
    AskAbout,
    AskAnswer,
    Doubt,
    OpenQuestion,
    Sent,
    Unsent,
    Waiting,
)
from services.visits.questions import SHOWN
from tests.conftest import MONDAY_7_AM
from tests.screens.values import ANSWERED, COLLEAGUES, IRINA, THREAD, VISIT, WAITS, WORDS, Samples

SAMPLES: Samples = {
    views.ask: [
        (AskAbout(VISIT, to_doctor, problem),)
        for to_doctor in (True, False)
        for problem in (None, TextTooLong(1234, LONGEST_QUESTION))
    ],
    views.asked: [],
    views.sent: [(Sent(VISIT, WAITS),)],
    views.answer_letter: [],
    views.wait_letter: [],
    views.waiting: [
        (Waiting(IRINA, [(WAITS, VISIT)] * SHOWN, 123, MONDAY_7_AM),),
        (Waiting(IRINA, [], 0, MONDAY_7_AM),),
    ],
    views.question: [
        (OpenQuestion(post, VISIT, each, THREAD * 9, in_bot, MONDAY_7_AM, sent=in_bot),)
        for post in COLLEAGUES
        for each in THREAD
        for in_bot in (True, False)
    ],
    views.answered: [],
    views.ask_answer: [
        (AskAnswer(post, VISIT, WAITS, MONDAY_7_AM, problem),)
        for post in COLLEAGUES
        for problem in (None, TextOnly())
    ],
    views.unsent: [(Unsent(IRINA, VISIT, ANSWERED, WORDS, doubt, MONDAY_7_AM),) for doubt in Doubt],
}
