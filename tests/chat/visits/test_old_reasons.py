"""Buttons of the version in which what a visit is for was one of eight names."""

import pytest

from tests.chat.conftest import Chat


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("doctors:1:consultation:0:1:0", "Консультация"),
        ("doctors:1:after-illness:0:1:0", "После болезни"),
        ("days:1:check-up:0:1", "Осмотр по возрасту"),
        ("month:1:certificate:0:1:0", "Справка или направление"),
        ("any:1:vaccination:0:1:0", "Осмотр перед прививкой"),
        ("time:1:repeat:0:2", "Повторный приём"),
        ("ill:1:illness:0:1:0", "103"),
    ],
)
async def test_a_button_with_a_reason_s_name_works_still(anna: Chat, data: str, said: str) -> None:
    """R12, R67: a keyboard from before says the name, which is the key of the kind of visit."""
    await anna.tap_data(data)

    assert anna.alert is None
    assert said in anna.screen.text


async def test_a_button_of_a_kind_that_the_clinic_has_not_says_so(anna: Chat) -> None:
    """R12: forged, or from another clinic: words, and a way on."""
    await anna.tap_data("doctors:1:k30:0:1:0")

    assert anna.alert == (
        "На такой приём клиника больше не записывает. Выберите, пожалуйста, для чего приём."
    )
