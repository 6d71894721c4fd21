"""What holds for a clinic's card alone."""

from dataclasses import replace

from bot.flows.clinic.card import views
from tests.screens.values import CLINIC


def test_a_clinic_s_map_needs_a_position() -> None:
    """The venue's texts are plain: they are no markup."""
    venue = views.on_map(CLINIC)

    assert venue is not None
    assert venue.title == CLINIC.name
    assert views.on_map(replace(CLINIC, position=None)) is None
