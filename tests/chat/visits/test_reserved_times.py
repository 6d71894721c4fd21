"""Times that are kept for some children, as families meet them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.model.clinic import Clinic
from services.model.reserved.times import Reserving
from tests.chat.conftest import Chat, register, tap_all
from tests.chat.desk.test_reserved_times import KEPT_FOR_BABIES
from tests.conftest import House


@pytest.fixture
async def keeping(house: House, clinic: Clinic) -> None:
    """Ромашка keeps a third of its times for infants, and some for who needs a doctor today."""
    entry = await house.services.profiles.entered(clinic.code)
    reserved = Reserving(urgent=10, infants=30)
    profile = replace(entry.profile, reserved=reserved)
    await house.services.profiles.enter(replace(entry, profile=profile))
    await house.services.clinics.follow()


def times(chat: Chat) -> set[str]:
    return {label for label in chat.labels if ":" in label}


async def test_a_baby_s_time_is_seen_by_babies_and_later_by_all(
    keeping: None, anna: Chat, enter: Callable[..., Chat], house: House
) -> None:
    """R69, R70: Анна's two-year-old does not see tomorrow's times for babies, and an old button
    says until when; Вера's baby has them. At six in the evening they are everybody's."""
    vera = await register(enter(103, "Вера"), "Лёва", "10.05.2026")
    for chat in (anna, vera):
        await tap_all(chat, "Записаться", "Консультация", "Петрова", "Завтра")
    babies = times(vera) - times(anna)
    assert len(babies) == 4
    assert times(anna) < times(vera)

    first = min(babies)
    child = anna.find("9:00")[1].split(":")[1]
    forged = vera.find(first)[1].split(":")
    forged[1] = child
    await anna.tap_data(":".join(forged))
    assert anna.alert == KEPT_FOR_BABIES

    await vera.tap(first)
    await vera.tap("Не болеет — записать")
    assert "Вы записаны: Лёва" in vera.screen.text

    house.clock.forward(hours=11)
    await anna.say("/menu")
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Завтра")
    assert times(anna) >= babies - {first}


async def test_where_nothing_is_free_it_is_said_what_opens(
    keeping: None, anna: Chat, house: House
) -> None:
    """All of today is taken but what is kept for urgent cases: at seven in the morning the list of
    doctors says that these open at eight, and at eight they are there."""
    await house.database.run(
        "UPDATE slots SET open = false WHERE day = '2026-11-23' AND reserved_for = 0"
    )
    await tap_all(anna, "Записаться", "Консультация")
    assert "срочных места откроются сегодня в 8:00" in anna.screen.text
    await anna.tap("Петрова")
    assert not any("Сегодня" in label for label in anna.labels)

    house.clock.forward(hours=1)
    await anna.say("/menu")
    await tap_all(anna, "Записаться", "Консультация", "Петрова")
    assert "Сегодня · 1 место" in anna.labels
