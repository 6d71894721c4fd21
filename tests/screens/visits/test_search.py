"""What holds for the search alone."""

import pytest

from bot.flows.visits.search import taps, views
from services.model.people import Language


@pytest.mark.parametrize("topic", taps.Topic)
def test_every_label_is_explained(topic: taps.Topic, language: Language) -> None:
    """A label among the buttons is no dead button: a tap says what it means."""
    assert 0 < len(views.explained(topic)) <= 200
