"""Samples: what a clinic says of itself."""

from dataclasses import replace
from datetime import timedelta

from bot.flows.clinic.card import views
from services.families.onboarding import ClinicPage
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CLINIC, Samples
from tests.values import a_clinic

CARD = ClinicPage(CLINIC, has_others=True, now=MONDAY_7_AM)
SAMPLES: Samples = {
    views.card: [(CARD,), (ClinicPage(a_clinic(), False, MONDAY_7_AM),)],
    views.needed_today: [(CARD,), (replace(CARD, now=MONDAY_7_AM + timedelta(hours=9)),)],
}
