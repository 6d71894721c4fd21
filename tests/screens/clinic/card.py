"""Samples: what a clinic says of itself."""

from bot.flows.clinic.card import views
from services.families.onboarding import ClinicPage
from tests.rules.values import a_clinic
from tests.screens.values import CLINIC, Samples

SAMPLES: Samples = {
    views.card: [(ClinicPage(CLINIC, has_others=True),), (ClinicPage(a_clinic(), False),)],
    views.needed_today: [(CLINIC,)],
}
