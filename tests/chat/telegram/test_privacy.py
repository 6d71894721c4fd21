"""What is said where: groups, logs."""

import io
import logging
from collections.abc import Callable

import pytest

from services.visits.booking import Booking
from tests.chat.conftest import TOKEN, Chat, register


async def test_in_a_group_the_bot_says_nothing_personal(anna: Chat) -> None:
    """Commands in a group are pointed to the private chat; talk is left alone (R33)."""
    telegram = anna.world.telegram
    telegram.add_group(-77, "Мамы двора")
    telegram.say(anna.user_id, "/start cromashka", chat_id=-77)
    telegram.say(anna.user_id, "Всем привет", chat_id=-77)
    telegram.say(anna.user_id, "/visits@pediatr_demo_bot", chat_id=-77)
    telegram.say(anna.user_id, "/visits@another_bot", chat_id=-77)
    await anna.world.deliver()

    said = [message.text for message in telegram.chat(-77) if message.from_bot]
    assert said == ["Здесь нас читают все. Напишите мне, пожалуйста, в личный чат."] * 2


async def test_the_log_holds_nothing_personal(
    enter: Callable[..., Chat], log_lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A story of booking, failing and typing is told in ids and kinds alone (R34)."""
    chat = await register(enter(123456789, "Мариванна"), "Мишутка", "12.03.2024")
    await chat.tap("Сегодня, 9:00")
    monkeypatch.setattr(Booking, "book", _broken)
    with pytest.raises(RuntimeError):
        await chat.tap("Не болеет — записать")
    assert chat.alert == "У нас что-то сломалось. Попробуйте ещё раз или позвоните в регистратуру."
    monkeypatch.undo()
    await chat.tap_data("book:77:consultation:0:77")
    await chat.say("мой телефон +7 900 123-45-67")
    logging.getLogger("asyncio").error("lost", exc_info=RuntimeError("Мишутка в логе"))

    said = log_lines.getvalue()
    assert "kind=NotFound" in said
    assert "RuntimeError" in said
    secrets = ["Мариванна", "Мишутка", "12.03.2024", "2024-03-12", "900 123", TOKEN, "123456789"]
    assert not [secret for secret in secrets if secret in said]


async def _broken(*_: object) -> None:
    raise RuntimeError("Мишутка, 12.03.2024")
