"""Samples: how an administrator arranges what children can come for."""

from dataclasses import replace

from bot.flows.clinic.visit_kinds import views
from services.clinic.visit_kinds import KindCard, KindList, KindQuestion
from services.model.conversations import KindPart
from services.model.refusals.typed import KindUnclear
from services.model.settings.visit_kinds import Reason, Whom, usual
from tests.screens.values import IRINA, LONG_KIND, NAME, Samples

SAMPLES: Samples = {
    views.shown: [],
    views.answered: [],
    views.everything: [
        (KindList(IRINA, [usual(Reason.ILLNESS), LONG_KIND, replace(LONG_KIND, hidden=True)]),)
    ],
    views.card: [
        (KindCard(IRINA, LONG_KIND, has_hours=False),),
        (KindCard(IRINA, replace(LONG_KIND, named_only=False, name_en=NAME[:40]), saved=True),),
        (KindCard(IRINA, replace(LONG_KIND, whom=Whom.ILL, hidden=True, at_desk=True)),),
        *((KindCard(IRINA, usual(reason)),) for reason in Reason),
    ],
    views.question: [
        (KindQuestion(IRINA, part, kind, problem),)
        for part in KindPart
        for kind in (None, LONG_KIND)
        for problem in (None, KindUnclear(NAME))
    ],
}
