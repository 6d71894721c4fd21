"""Whom the bot could not tell of the clinic's change, the registry phones and ticks off."""

from collections.abc import Callable

import pytest
from aiogram.utils.i18n import I18n

from bot.telegram.pacing import Pace
from bot.telegram.sending import TelegramNotifier
from services.model.access import Role
from tests.chat.conftest import Chat
from tests.chat.desk.test_day import employ
from tests.conftest import House
from tests.playing import played


@pytest.fixture
def notifier(anna: Chat, i18n: I18n) -> TelegramNotifier:
    return TelegramNotifier(anna.world.bot, i18n, Pace())


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    chat = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await chat.say("/clinic")
    return chat


async def test_who_blocked_the_bot_is_phoned(
    tamara: Chat, anna: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R52: the desk names how many; two taps to tick off, and a third takes it back."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    anna.world.telegram.block(anna.user_id)
    await tamara.say("1001")
    for label in ("Перенести", "9:30", "Перенести: решили мы"):
        await tamara.tap(label)
    await house.services.notices.tell_due(notifier)

    await tamara.say("/clinic")
    await tamara.tap("📞 Позвонить: 1")
    assert "Миша, 2 года 8 месяцев" in tamara.screen.text
    assert "перенесено: пн 23 ноября, 9:00 → пн 23 ноября, 9:30" in tamara.screen.text
    assert "телефона нет" in tamara.screen.text
    await tamara.tap("☐ Миша · сегодня, 9:30")
    assert "Звонить никому не нужно" in tamara.screen.text
    assert "✓ Миша" in tamara.screen.text
    await tamara.tap("☑ Миша · сегодня, 9:30")
    assert "Кому позвонить" in tamara.screen.text

    anna.world.telegram.unblock(anna.user_id)
    await anna.say("/menu")
    for label in ("Дети", "Миша", "Кто смотрел данные"):
        await anna.tap(label)
    assert "звонок вам об изменении" in anna.screen.text
