"""A letter and the file that comes with it: each by itself."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramServerError
from aiogram.methods import GetMe, SendDocument, SendMessage

from bot.telegram.sending import TelegramNotifier
from services.messages.sending import Notices
from services.model.ids import AppointmentId
from tests.chat.conftest import Chat, World, tap_all
from tests.chat.families.test_reminders import at_the_registry
from tests.conftest import House
from tests.playing import played


@played
async def cancelled(anna: Chat, house: House) -> Chat:
    """Анна has a visit at 9:00 in her calendar, and the clinic cancels it."""
    await tap_all(anna, "Сегодня, 9:00", "Не болеет — записать", "В календарь")
    tamara, post = await at_the_registry(house)
    await house.services.desk.cancel(tamara, post, AppointmentId(1), as_asked=False)
    return anna


class Trouble:
    """Lets some methods of Telegram hang or fail, and counts them."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.failing: dict[type, Exception | None] = {}
        make = world.bot.session.make_request

        async def make_request(bot: Bot, method: Any, *rest: Any, **more: Any) -> Any:
            self.asked.append(type(method).__name__)
            if type(method) in self.failing:
                if error := self.failing[type(method)]:
                    raise error
                await asyncio.Event().wait()
            return await make(bot, method, *rest, **more)

        monkeypatch.setattr(world.bot.session, "make_request", make_request)


@pytest.fixture
def trouble(world: World, monkeypatch: pytest.MonkeyPatch) -> Trouble:
    return Trouble(world, monkeypatch)


async def test_a_letter_whose_file_hangs_comes_once(
    cancelled: Chat, house: House, notifier: TelegramNotifier, trouble: Trouble
) -> None:
    """R18: fifteen ticks later it stands there once, and the file was tried once."""
    trouble.failing[SendDocument] = None
    notices = Notices(house.transactions, house.clock)
    assert await notices.tell_due(notifier) == 1
    for _ in range(15):
        house.clock.forward(minutes=2)
        assert await notices.tell_due(notifier) == 0
    await notices.finish()

    said = [message for message in cancelled.messages if "отменила" in message.text]
    assert len(said) == 1
    assert trouble.asked == ["SendMessage", "SendDocument"]


async def test_a_letter_brings_its_file(
    cancelled: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R24: below it, and off the calendar with it."""
    notices = Notices(house.transactions, house.clock)
    await notices.tell_due(notifier)
    await asyncio.gather(*notices._following)

    assert cancelled.screen.document is not None
    assert "отменила" in cancelled.messages[-2].text


async def test_who_took_no_file_gets_none_unasked(
    anna: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R24: two brothers' visits are cancelled: two messages, and the one file that was taken."""
    await anna.say("/start cromashka")
    await tap_all(anna, "Дети", "Добавить ребёнка")
    await anna.say("Павлик 5.05.2021")
    await tap_all(anna, "Миша · сегодня, 9:00", "Не болеет — записать", "В календарь")
    await anna.say("/menu")
    await tap_all(anna, "Павлик · сегодня", "Не болеет — записать")
    before = len(anna.messages)
    tamara, post = await at_the_registry(house)
    for number in (1, 2):
        await house.services.desk.cancel(tamara, post, AppointmentId(number), as_asked=False)
    notices = Notices(house.transactions, house.clock)
    await notices.tell_due(notifier)
    await asyncio.gather(*notices._following)

    told = anna.messages[before:]
    assert len([each for each in told if "отменила" in each.text]) == 2
    assert [each.document.name for each in told if each.document] == ["visit-1001.ics"]
    await anna.tap("Убрать из календаря")
    assert anna.screen.document


SERVER = TelegramServerError(SendMessage(chat_id=1, text=""), "Bad Gateway")
NETWORK = TelegramNetworkError(SendMessage(chat_id=1, text=""), "timed out")


@pytest.mark.parametrize("how", [SERVER, NETWORK])
async def test_whose_fault_it_is_that_nobody_answers(
    cancelled: Chat, house: House, notifier: TelegramNotifier, trouble: Trouble, how: Exception
) -> None:
    """R19, R20: Telegram's, if it answers nothing else either; then nothing is counted."""
    trouble.failing[SendMessage] = how
    notices = Notices(house.transactions, house.clock)
    await notices.tell_due(notifier)
    assert await house.count("notifications", "failures = 1") == 1
    house.clock.forward(minutes=1)
    trouble.failing[GetMe] = how
    await notices.tell_due(notifier)
    assert trouble.asked.count("SendMessage") == 2
    assert await house.count("notifications", "failures = 1 AND state = 'planned'") == 1


async def test_who_took_no_file_gets_none(
    anna: Chat, boris: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R24: the file is its taker's; another adult of the child has none to be made true."""
    await house.database.run(
        "INSERT INTO care (person_id, child_id, since)"
        " SELECT persons.id, 1, '2026-11-01' FROM persons WHERE telegram_id = :boris",
        boris=boris.user_id,
    )
    await tap_all(anna, "Сегодня, 9:00", "Не болеет — записать", "В календарь")
    before = len([each for each in anna.messages if each.document])
    tamara, post = await at_the_registry(house)
    await house.services.desk.cancel(tamara, post, AppointmentId(1), as_asked=False)
    await house.services.notices.tell_due(notifier)

    assert len([each for each in anna.messages if each.document]) == before + 1
    assert "отмен" in boris.screen.text
    assert not [each for each in boris.messages if each.document]
