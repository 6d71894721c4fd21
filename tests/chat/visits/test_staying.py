"""What stays in the chat stays true: moved, cancelled, declined, lapsed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
)
from aiogram.methods import EditMessageText

from bot.sandbox.model import Message
from bot.telegram.sending import TelegramNotifier
from services.messages.correcting import KEPT
from services.model.clinic import Clinic
from services.model.ids import AppointmentId, ChildId, ClinicId, PersonId
from services.ports.transaction import StorageUnavailable
from tests.chat.conftest import Chat, let_name, tap_all
from tests.chat.families.test_reminders import at_the_registry
from tests.conftest import CONSENTS, ROMASHKA, House, need
from tests.playing import played

ANNA, VISIT = PersonId(1), AppointmentId(1)


@pytest.fixture(autouse=True)
async def reminding_clinic(house: House, clinic: Clinic) -> None:
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])


@played
async def booked(anna: Chat, house: House, notifier: TelegramNotifier) -> Chat:
    """Анна has "Вы записаны" for tomorrow, Tuesday, 10:30, and wants to be reminded."""
    await tap_all(anna, "Записаться", "Консультация", "Петрова", "Завтра", "10:30")
    await tap_all(anna, "Не болеет — записать", "Да, напоминать")
    assert await corrected(house, notifier) == 0
    return anna


async def corrected(house: House, notifier: TelegramNotifier) -> int:
    return await house.services.corrections.tick(notifier)


async def cancel(chat: Chat) -> None:
    await chat.say("/visits")
    await tap_all(chat, "Миша ·", "Отменить запись", "Отменить запись")


def said_by(chat: Chat, beginning: str) -> list[Message]:
    return [message for message in chat.messages if message.text.startswith(beginning)]


async def test_a_cancelled_visit_is_not_promised_any_more(
    booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R62: the old message says so in its own place, without its buttons; the rest of the chat is
    as it was, and a second look finds nothing."""
    [promise] = said_by(booked, "✅ Вы записаны")
    await cancel(booked)
    before = booked.messages
    assert await corrected(house, notifier) == 1

    [said] = said_by(booked, "❌ Отменено:")
    assert said.id == promise.id
    assert [button.text for row in said.buttons for button in row] == ["Мои записи"]
    assert said.text == "❌ Отменено: вт 24 ноября, 10:30"
    assert said_by(booked, "✅ Вы записаны") == []
    assert [each for each in booked.messages if each.id != promise.id] == [
        each for each in before if each.id != promise.id
    ]
    assert await corrected(house, notifier) == 0


async def test_a_moved_visit_is_named_by_its_time(
    booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R62: in each message that said another one, however often it is moved; the last is true."""
    await tap_all(booked, "Перенести", "Чт 26", "10:30", "Перенести")
    assert await corrected(house, notifier) == 1
    assert len(said_by(booked, "↪️ Теперь: чт 26 ноября, 10:30")) == 1
    assert len(said_by(booked, "↪️ Запись перенесена")) == 1

    await tap_all(booked, "Перенести", "Ср 25", "10:30", "Перенести")
    assert await corrected(house, notifier) == 2
    assert len(said_by(booked, "↪️ Теперь: ср 25 ноября, 10:30")) == 2


async def test_a_reminder_of_two_keeps_the_one_that_stands(
    booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R23, R62: Миша's visit is cancelled by the clinic, Соня's is not; a reminder names a date,
    so that it is true the day after."""
    sonya = await house.child(ANNA, "Соня", "05.05.2021")
    kim = (await house.doctors((await house.services.profiles.all())[0]))[0]
    tomorrow = await house.services.times.day(ANNA, need(sonya.id), kim.id, date(2026, 11, 24))
    await house.book(ANNA, sonya.id, tomorrow.slots[0])
    house.clock.forward(hours=11)
    await house.services.notices.tell_due(notifier)
    [reminder] = said_by(booked, "🔔 Визит завтра, вт 24 ноября, 9:10 и 10:30")
    await corrected(house, notifier)
    tamara, post = await at_the_registry(house)
    await house.services.desk.cancel(tamara, post, VISIT)
    await house.services.notices.tell_due(notifier)
    await corrected(house, notifier)

    [said] = [each for each in booked.messages if each.id == reminder.id]
    assert "❌ Отменено: вт 24 ноября, 10:30" in said.text
    assert "Теперь: вт 24 ноября, 9:10" in said.text


async def test_no_message_says_what_nobody_was_told_and_was_taken_back(
    booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R62, R64: whoever reads in the chat that a visit is elsewhere has heard of it; so a message
    follows the letter, and of what was taken back before that there is nothing to see."""
    tamara, post = await at_the_registry(house)
    visit = (await house.services.mine.visit(ANNA, VISIT)).visit
    sonya = await house.child(ANNA, "Соня", "05.05.2021")
    other, *_rest = await house.free_times(ANNA, sonya.id, visit.slot.doctor)
    before = booked.messages
    await house.services.desk.move(tamara, post, VISIT, other.id, bending=True)
    assert await corrected(house, notifier) == 0
    await house.services.desk.move(tamara, post, VISIT, visit.slot.id, bending=True)
    await house.services.notices.tell_due(notifier)
    assert await corrected(house, notifier) == 0
    assert booked.messages == before

    await house.services.desk.move(tamara, post, VISIT, other.id, bending=True)
    await house.services.notices.tell_due(notifier)
    assert await corrected(house, notifier) == 1


async def test_names_where_they_are_wished(
    booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R41, R62: whoever asked for more than times reads for whom it was."""
    await let_name(booked)
    await cancel(booked)
    await corrected(house, notifier)

    said = [each.text for each in said_by(booked, "❌")]
    assert said == ["❌ Отменено: вт 24 ноября, 10:30, Миша"]


@contextmanager
def edits_fail(chat: Chat, monkeypatch: pytest.MonkeyPatch, error: Exception) -> Iterator[None]:
    session = chat.world.bot.session
    make = session.make_request

    async def make_request(bot: Any, method: Any, *rest: Any, **more: Any) -> Any:
        if isinstance(method, EditMessageText):
            raise error
        return await make(bot, method, *rest, **more)

    with monkeypatch.context() as broken:
        broken.setattr(session, "make_request", make_request)
        yield


EDIT = EditMessageText(text="")


@pytest.mark.parametrize(
    "gone",
    [
        TelegramForbiddenError(EDIT, "Forbidden: bot was blocked by the user"),
        TelegramBadRequest(EDIT, "Bad Request: message to edit not found"),
        TelegramBadRequest(EDIT, "Bad Request: message can't be edited"),
    ],
)
async def test_what_cannot_be_edited_is_forgotten(
    booked: Chat,
    house: House,
    notifier: TelegramNotifier,
    monkeypatch: pytest.MonkeyPatch,
    gone: Exception,
) -> None:
    """R20, R62: she deleted the message, or blocked the bot; it is not tried again."""
    await cancel(booked)
    with edits_fail(booked, monkeypatch, gone):
        assert await corrected(house, notifier) == 0
    assert await house.count("spoken") == 0


@pytest.mark.parametrize(
    "passing",
    [TelegramRetryAfter(EDIT, "Too Many Requests", 30), TelegramNetworkError(EDIT, "no route")],
)
async def test_what_passes_is_waited_for(
    booked: Chat,
    house: House,
    notifier: TelegramNotifier,
    monkeypatch: pytest.MonkeyPatch,
    passing: Exception,
) -> None:
    """R20, R25: Telegram finds the bot too fast, or is away: it is corrected later."""
    await cancel(booked)
    with edits_fail(booked, monkeypatch, passing):
        assert await corrected(house, notifier) == 0
    assert await corrected(house, notifier) == 1


async def test_a_visit_that_stands_again_is_promised_again(
    booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R62: an absence made and taken back before anybody was told; the correction is corrected."""
    await cancel(booked)
    await corrected(house, notifier)
    again = "UPDATE appointments SET state = 'booked', sequence = sequence + 1"
    await house.database.run(again)
    assert await corrected(house, notifier) == 1
    assert len(said_by(booked, "↪️ Теперь: вт 24 ноября, 10:30")) == 1


async def test_ids_go_with_the_child_and_with_the_time(
    booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R40, R62: some days after the visit, and at once where the child is removed."""
    assert await house.count("spoken") == 1
    house.clock.now += KEPT
    assert await house.services.corrections.forget_said() == 0
    house.clock.forward(days=2)
    assert await house.services.corrections.forget_said() == 1

    await house.database.run("INSERT INTO spoken VALUES (1, 7, 1, NULL)")
    await house.services.children.remove(ANNA, ClinicId(1), ChildId(1))
    assert await house.count("spoken") == 0


async def test_what_the_database_would_not_take_is_noted_later(
    booked: Chat, house: House, notifier: TelegramNotifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R62: a tap does not wait for it and is answered; the note waits."""
    booked.world = replace(booked.world, notes=False)
    await tap_all(booked, "Перенести", "Чт 26", "10:30", "Перенести")
    assert await house.count("spoken") == 1

    def away(*_: Any) -> Any:
        raise StorageUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(house.transactions, "writes", away)
        with pytest.raises(StorageUnavailable):
            await corrected(house, notifier)
    await corrected(house, notifier)
    assert await house.count("spoken") == 2
