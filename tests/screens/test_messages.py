"""What holds for letters alone."""

import pytest

from bot.flows.messages import letters
from services.model.letters import Letter
from services.model.people import Language
from tests.screens.messages import every_letter


def test_every_letter_is_written() -> None:
    """Each kind of letter is among the samples."""
    assert {type(letter) for letter in every_letter()} == set(Letter.__args__)


@pytest.mark.parametrize(
    "letter", [each for each in every_letter() if getattr(each, "discreet", 0)]
)
def test_a_discreet_letter_says_nothing_but_the_time(letter: Letter, language: Language) -> None:
    """Neither text nor button nor file names child, doctor, clinic or reason."""
    screen = letters.letter(letter)
    said = " ".join([str(screen.text), *(button.text for row in screen.rows for button in row)])
    secrets = ("Анна", "Константинопольская", "поликлиника", "Садовая", "1001", "грудничк")

    assert [secret for secret in secrets if secret in said] == []
    assert letters.enclosed(letter) is None
