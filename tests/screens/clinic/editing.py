"""Samples: how an administrator changes what the clinic says of itself."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import time
from zoneinfo import ZoneInfo

from bot.flows.clinic.editing import views
from services.clinic.editing import ClinicPage, FactQuestion, Proposal
from services.clinic.profiles import Change, ClinicEntry
from services.clinic.settings import CONSENTS, FACTS
from services.model.clinic import ClinicProfile, Hours
from services.model.consents import Purpose
from services.model.refusals.typed import TextTooLong
from services.model.settings.setting import Group
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CLINIC, IRINA, LONGEST_CONSENT_TEXT, Samples

WHOLE = ClinicEntry(
    ClinicProfile(**{each.name: getattr(CLINIC, each.name) for each in fields(ClinicProfile)}),
    dict.fromkeys(Purpose, LONGEST_CONSENT_TEXT),
)
EMPTY = replace(
    WHOLE,
    profile=replace(
        WHOLE.profile,
        ill_words_signed_by="",
        urgent_phone="",
        directions="",
        duty="",
        cancellation="",
        preparation={},
        position=None,
        quiet=Hours(time(21), time(21)),
        doctors_confirm=True,
        zone=ZoneInfo("America/Argentina/ComodRivadavia"),
    ),
    consents={Purpose.PROCESSING: LONGEST_CONSENT_TEXT},
)
ADMINISTRATORS = [ClinicPage(IRINA, entry, MONDAY_7_AM) for entry in (WHOLE, EMPTY)]


def every_proposal() -> Iterator[Proposal]:
    """From much to little, and from little to much, as far as a value can be empty."""
    for before, after in ((WHOLE, EMPTY), (EMPTY, WHOLE)):
        for fact in FACTS:
            published = {CONSENTS[fact]: 12} if fact in CONSENTS else {}
            for told in (0, 4321):
                change = Change(before, after, published, 1234, told)
                yield Proposal(IRINA, fact, change, 2**32 - 1, 2**32 - 1)


SAMPLES: Samples = {
    views.page: [(each,) for each in ADMINISTRATORS],
    views.group: [
        (each, group, saved)
        for each in ADMINISTRATORS
        for group in Group
        for saved in (None, "name")
    ],
    views.saved: [(replace(ADMINISTRATORS[0], saved=Change(WHOLE, EMPTY)), "name")],
    views.answered: [],
    views.question: [
        (FactQuestion(IRINA, fact, each.entry, problem),)
        for each in ADMINISTRATORS
        for fact in FACTS
        for problem in (None, TextTooLong(1234, 3500))
    ],
    views.proposal: [(each,) for each in every_proposal()],
    views.poster_file: [(CLINIC.code, b"%PDF")],
}
