"""The clinic's own screen: phones, the way there, the map."""

from collections.abc import Callable
from dataclasses import replace

from services.model.clinic import Position
from tests.chat.conftest import Chat, register
from tests.conftest import CONSENT, PETROVA, ROMASHKA, House

YARD = replace(
    ROMASHKA,
    code="yard",
    directions="Вход со двора.",
    position=Position(55.7668, 37.6107),
    duty="Дежурный врач: каб. 5, до 20:00.",
)


async def test_the_clinic_says_how_to_reach_it(enter: Callable[..., Chat], house: House) -> None:
    """Phones, address, the way in, and a card with a map below the screen."""
    await house.services.clinics.open(YARD, CONSENT, [PETROVA])
    anna = await register(enter(101), clinic="yard")
    await anna.tap("Клиника")
    card = anna.screen
    assert "ул. Садовая, 7" in card.text
    assert "Вход со двора." in card.text
    assert "Регистратура:\n+7 495 000-00-01" in card.text
    await anna.tap("На карте")

    assert anna.screen.venue is not None
    assert anna.screen.venue.title == "Клиника «Ромашка»"
    assert anna.screen.venue.address == "ул. Садовая, 7"
    assert anna.screen.venue.location.latitude == 55.7668
    assert anna.messages[-2].text == card.text


async def test_a_clinic_that_gave_no_position_has_no_map(anna: Chat) -> None:
    """Nor does a forged tap break anything."""
    await anna.tap("Клиника")
    assert "На карте" not in anna.labels
    await anna.tap_data("map:1")

    assert anna.alert == "Этого здесь уже нет."


async def test_the_way_is_a_tap_from_the_booked_message(anna: Chat) -> None:
    """ "Как добраться" opens the clinic's screen below, the message stays."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await anna.tap("Как добраться")

    assert "Регистратура:" in anna.screen.text
    assert "Вы записаны" in anna.messages[-2].text


async def test_the_duty_doctor_is_named(enter: Callable[..., Chat], house: House) -> None:
    """ "Нужно сегодня" says who sees a child without a booking, in the clinic's words."""
    await house.services.clinics.open(YARD, CONSENT, [])
    anna = await register(enter(101), clinic="yard")
    await anna.tap("Нужно сегодня")

    assert "🩺 Дежурный врач: каб. 5, до 20:00." in anna.screen.text
