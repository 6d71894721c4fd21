"""What holds for a family's way in alone."""

from services.families import places
from tests.screens.families.onboarding import every_place


def test_every_place_has_a_screen() -> None:
    """Each kind of place is among the samples."""
    kinds = set(places.Place.__args__)

    assert {type(place) for place in every_place()} == kinds
