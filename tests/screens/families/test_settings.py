"""What holds for a family's phone number alone."""

import pytest

from bot.flows.common import parts
from bot.flows.families.settings import views
from services.model.people import Language, Phone, PhoneNumber
from tests.conftest import MONDAY_7_AM
from tests.screens.families.settings import ABROAD, PHONE
from tests.screens.limits import LONGEST_BUTTON


def test_the_button_that_sends_a_number_has_words(language: Language) -> None:
    """It fits, and so do the words above it and those that end it."""
    asked = views.ask_phone()

    assert 0 < len(asked.label) <= LONGEST_BUTTON
    assert asked.text
    assert views.phone_given()
    assert views.no_phone_given()


@pytest.mark.parametrize("number", [PHONE.number, ABROAD.number])
def test_a_number_is_shown_by_its_end(number: PhoneNumber) -> None:
    """R34: whoever looks over a shoulder, and the log of a `Phone`, learn nothing to call."""
    assert parts.masked(number).endswith("··· ··-" + number[-2:])
    assert not set(parts.masked(number)[:-2]) & set("012345689")
    assert number not in repr(Phone(number, MONDAY_7_AM, None))
