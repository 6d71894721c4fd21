"""Samples: a child whom the registry entered wrongly."""

from dataclasses import replace

from bot.flows.desk.mistakes import views
from services.desk.mistakes import AskCorrect, Corrected, Mistaken
from services.model.refusals.families import KnownAlready
from tests.screens.values import CHILD, IRINA, Samples

SAMPLES: Samples = {
    views.answered: [],
    views.ask_correct: [(AskCorrect(IRINA, CHILD, each),) for each in (None, KnownAlready())]
    + [(AskCorrect(IRINA, CHILD, doubted="Болит горло", line="Болит горло"),)],
    views.corrected: [(Corrected(IRINA, CHILD, replace(CHILD, name="Костя")),)],
    views.ask_remove: [(Mistaken(IRINA, CHILD),)],
    views.removed: [(Mistaken(IRINA, CHILD, gone=True),)],
}
