"""Samples: what a clinic says of itself."""

from bot.flows.clinic.card import views
from services.families.onboarding import ClinicPage
from tests.screens.values import CLINIC, Samples
from tests.values import a_clinic

SAMPLES: Samples = {
    views.card: [(ClinicPage(CLINIC, has_others=True),), (ClinicPage(a_clinic(), False),)],
    views.needed_today: [(CLINIC,)],
}
