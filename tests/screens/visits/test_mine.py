"""What holds for a visit's calendar file alone."""

import pytest

from bot.flows.visits.mine import views
from services.model.people import Language
from services.model.visits import Appointment
from services.visits.mine import Visit
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CANCELLED, NASTY, PENDING, VISIT


@pytest.mark.parametrize("visit", [VISIT, CANCELLED, PENDING[0]])
def test_a_calendar_file_names_the_child(visit: Appointment, language: Language) -> None:
    """As it was typed, whatever it is made of."""
    document = views.for_calendar(Visit(visit, MONDAY_7_AM))

    assert NASTY in document.content.decode().replace("\r\n ", "")
