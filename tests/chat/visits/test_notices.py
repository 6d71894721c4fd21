"""What could not be shown is told later: a booked visit whose answer was lost."""

from typing import Any

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.utils.i18n import I18n

from bot.telegram.pacing import Pace
from bot.telegram.sending import TelegramNotifier
from tests.chat.conftest import Chat
from tests.conftest import House


@pytest.fixture
def notifier(anna: Chat, i18n: I18n) -> TelegramNotifier:
    return TelegramNotifier(anna.world.bot, i18n, Pace())


@pytest.fixture
async def unanswered(anna: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Анна booked, and Telegram did not take the answer, for good."""
    await anna.tap("Сегодня, 9:00")
    anna.press(anna.find("Не болеет — записать")[1])
    [raw] = anna.world.telegram.take()
    with monkeypatch.context() as broken:
        broken.setattr(anna.world.bot.session, "make_request", _no_network)
        with pytest.raises(TelegramNetworkError):
            await anna.world.handle(raw)
    assert "Записать?" in anna.screen.text
    return anna


async def _no_network(_bot: Any, method: Any, **_: Any) -> None:
    raise TelegramNetworkError(method=method, message="no route to host")


async def test_a_lost_answer_comes_again(
    unanswered: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """Five minutes later "Вы записаны" is a message of its own, with its buttons; once."""
    assert await house.services.notices.tell_due(notifier) == 0
    house.clock.forward(minutes=5)
    assert await house.services.notices.tell_due(notifier) == 1
    assert unanswered.screen.text == "✅ Вы записаны: пн 23 ноября, 9:00\n📍 ул. Садовая, 7"
    assert await house.services.notices.tell_due(notifier) == 0

    said = unanswered.screen.text
    await unanswered.tap("Перенести")
    assert unanswered.messages[-2].text == said


async def test_an_answer_that_was_shown_does_not_come_again(
    anna: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """Nor does a moved visit's."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    for label in ("Перенести", "Завтра", "10:30", "Перенести"):
        await anna.tap(label)
    await house.services.corrections.write_down()
    house.clock.forward(minutes=6)

    assert await house.count("notifications") == 0
    assert await house.services.notices.tell_due(notifier) == 0


async def test_a_visit_cancelled_meanwhile_is_not_spoken_of(
    unanswered: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """The text is made from the present facts (R17)."""
    await unanswered.say("/visits")
    await unanswered.tap("Миша ·")
    await unanswered.tap("Отменить запись")
    await unanswered.tap("Отменить запись")
    house.clock.forward(minutes=6)

    assert await house.services.notices.tell_due(notifier) == 0
    assert "Запись отменена" in unanswered.screen.text
    assert await house.count("notifications", "state = 'planned'") == 0


async def test_who_blocked_the_bot_is_not_written_to_again(
    unanswered: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """It is dropped, and stops nobody else (R20); whoever writes again can be reached again."""
    unanswered.world.telegram.block(unanswered.user_id)
    house.clock.forward(minutes=6)

    assert await house.services.notices.tell_due(notifier) == 0
    assert await house.count("notifications", "state = 'unreachable'") == 1
    assert await house.count("persons", "unreachable_since IS NOT NULL") == 1

    unanswered.world.telegram.unblock(unanswered.user_id)
    await unanswered.say("/visits")
    assert await house.count("persons", "unreachable_since IS NOT NULL") == 0


async def test_it_is_said_in_the_person_s_language(
    unanswered: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """Whatever was chosen since."""
    await unanswered.say("/language")
    await unanswered.tap("English")
    house.clock.forward(minutes=6)
    await house.services.notices.tell_due(notifier)

    assert "✅ You are booked: Mon, 23 November, 9:00" in unanswered.screen.text
