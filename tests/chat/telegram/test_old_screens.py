"""Every screen is already old: taken times, stale keyboards, double taps, replays, late answers."""

from collections.abc import Callable
from time import monotonic
from typing import Any
from unittest.mock import patch

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetMe, TelegramMethod
from aiogram.types import CallbackQuery
from aiogram.utils.i18n import I18n

from services.visits.search import Times
from tests.chat.conftest import Chat, World, dispatcher_of, register, tap_all
from tests.conftest import House


async def test_the_slower_parent_is_told_the_time_is_gone(
    anna: Chat, boris: Chat, house: House
) -> None:
    """Two parents look at the same free time; only the first tap gets it."""
    await boris.tap("Сегодня, 9:00")
    house.clock.forward(minutes=4)  # what was kept for Борис is kept no more
    await anna.say("/start")
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await boris.tap("Не болеет — записать")

    assert "Вы записаны" in anna.screen.text
    assert boris.alert == "Это время только что заняли. Вы пока не записаны — выберите другое."
    assert boris.labels[:3] == ["Сегодня, 9:15", "Сегодня, 9:30", "Сегодня, 9:45"]


async def test_a_keyboard_from_before_a_restart_works(anna: Chat, house: House, i18n: I18n) -> None:
    """A button carries all it means: another process answers it as well (R12)."""
    await anna.say("/start")
    home = anna.screen
    _, data = anna.find("Сегодня, 9:00")
    dispatcher = dispatcher_of(house, i18n)
    reborn = World(anna.world.telegram, anna.world.bot, dispatcher)
    await Chat(reborn, anna.user_id).tap_data(data, home.id)

    assert "Записать?" in anna.screen.text


async def test_a_month_old_keyboard_answers_in_words(anna: Chat, house: House) -> None:
    """The time on an old button has passed: it says so, and shows what there is now (R12)."""
    _, data = anna.find("Сегодня, 9:00")
    house.clock.forward(days=10)
    await house.services.clinics.refresh_schedules()
    await anna.tap_data(data)

    assert anna.alert == "Это время уже прошло. Выберите другое."
    assert anna.labels[:3] == ["Сегодня, 9:00", "Сегодня, 9:15", "Сегодня, 9:30"]


@pytest.mark.parametrize(
    "data", ["", "nonsense", "book:1", "book:x:y", "book:1:2:3", "times:1:1:-5", "time:1:1"]
)
async def test_a_button_that_means_nothing_leads_home(anna: Chat, data: str) -> None:
    """A button of another age or a forger's is answered in words, with a fresh screen (R12)."""
    await anna.tap_data(data or "?")

    assert anna.alert == "Эта кнопка больше не работает. Вот новый экран."
    assert "Миша, 2 года" in anna.screen.text


async def test_a_double_tap_books_once(anna: Chat, house: House) -> None:
    """Five taps of one thumb: one appointment, said once, and every tap answered (R08, R45)."""
    await anna.tap("Сегодня, 9:00")
    _, data = anna.find("Не болеет — записать")
    before = len(anna.world.telegram.answers())
    for _ in range(5):
        anna.press(data)
    await anna.world.deliver()

    assert await house.count("appointments") == 1
    assert len([each for each in anna.messages if "Вы записаны" in each.text]) == 1
    assert len(anna.world.telegram.answers()) == before + 5


async def test_the_same_tap_later_is_answered_anew(anna: Chat, house: House) -> None:
    """Only of one moment: who taps an old button again reads how it stands (R45)."""
    await anna.tap("Сегодня, 9:00")
    message, data = anna.find("Не болеет — записать")
    await anna.tap_data(data, message.id)
    with patch("bot.telegram.screen.monotonic", lambda: monotonic() + 120):
        await anna.tap_data(data, message.id)

    assert len([each for each in anna.messages if "Вы записаны" in each.text]) == 2


async def test_the_same_tap_with_another_effect_is_answered(anna: Chat, house: House) -> None:
    """Booked, cancelled and booked again within a minute: the second visit is not kept to itself,
    though thumb, message and button are the same (R45, R61)."""
    await anna.tap("Сегодня, 9:00")
    message, data = anna.find("Не болеет — записать")
    await anna.tap_data(data, message.id)
    await tap_all(anna, "Отменить запись", "Отменить запись")
    house.clock.forward(seconds=5)
    await anna.tap_data(data, message.id)

    assert await house.count("appointments", "state = 'booked'") == 1
    assert len([each for each in anna.messages if "Вы записаны" in each.text]) == 2


async def test_what_stays_is_not_overtaken_by_another_tap(anna: Chat) -> None:
    """A second button of the same menu, tapped in the same moment, leaves "Вы записаны" alone."""
    await anna.tap("Сегодня, 9:00")
    anna.press(anna.find("Не болеет — записать")[1])
    anna.press(anna.find("Другое время")[1])
    await anna.world.deliver()

    assert [message for message in anna.messages if "Вы записаны" in message.text]


async def test_an_update_delivered_five_times_takes_effect_once(anna: Chat, house: House) -> None:
    """A replay finds it done and shows how things stand (R45)."""
    await anna.tap("Сегодня, 9:00")
    _, data = anna.find("Не болеет — записать")
    update_id = anna.press(data)
    for _ in range(4):
        anna.world.telegram.repeat(update_id)
    await anna.world.deliver()
    anna.world.telegram.repeat(update_id)
    await anna.world.deliver()

    assert await house.count("appointments") == 1
    assert "Вы записаны" in anna.screen.text


async def test_a_replay_after_cancelling_does_not_book_again(anna: Chat, house: House) -> None:
    """Book, cancel, replay of the first: still cancelled, and said so (R45)."""
    await anna.tap("Сегодня, 9:00")
    _, data = anna.find("Не болеет — записать")
    update_id = anna.press(data)
    await anna.world.deliver()
    await anna.tap("Отменить запись")
    await anna.tap("Отменить запись")
    anna.world.telegram.repeat(update_id)
    await anna.world.deliver()

    assert await house.count("appointments", "state = 'booked'") == 0
    assert await house.count("appointments") == 1
    assert anna.screen.text.startswith("Это уже было сделано. Вот как обстоят дела сейчас.")


async def test_a_replayed_name_does_not_become_a_birth_date(vera: Chat, house: House) -> None:
    """The same text again is the same answer to the same question (R45)."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    update_id = vera.world.telegram.say(vera.user_id, "Миша")
    await vera.world.deliver()
    vera.world.telegram.repeat(update_id)
    await vera.world.deliver()
    assert vera.screen.text.startswith("Миша — когда день рождения?")

    await vera.say("12.03.2024")
    assert await house.count("children") == 1


async def test_a_tap_too_old_to_be_answered_takes_effect(anna: Chat, house: House) -> None:
    """The use case does not fail because the spinner is gone (R12)."""
    await anna.tap("Сегодня, 9:00")
    anna.press(anna.find("Не болеет — записать")[1])
    pending = anna.world.telegram.take()
    house.clock.forward(seconds=200)
    for raw in pending:
        await anna.world.handle(raw)

    assert await house.count("appointments") == 1
    assert "Вы записаны" in anna.screen.text


async def test_a_refusal_too_late_for_an_alert_is_said_in_the_message(
    anna: Chat, boris: Chat, house: House
) -> None:
    """Where no alert can be shown, the words stand above the fresh screen (R12)."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    boris.press(boris.find("Сегодня, 9:00")[1])
    pending = boris.world.telegram.take()
    house.clock.forward(seconds=200)
    for raw in pending:
        await boris.world.handle(raw)

    assert boris.screen.text.startswith("Это время только что заняли.")
    assert "Сегодня, 9:15" in boris.labels


async def test_a_message_too_old_to_edit_gets_a_new_one(anna: Chat) -> None:
    """A tap on a message that Telegram no longer shows the bot is answered below (R12)."""
    old = anna.screen
    anna.world.telegram.tap_inaccessible(anna.user_id, old.id, "visits")
    await anna.world.deliver()

    assert anna.screen.id > old.id
    assert "Предстоящих записей нет" in anna.screen.text


async def test_a_deleted_message_gets_a_new_one(anna: Chat) -> None:
    """The person deleted the menu while tapping it: the answer is a new message."""
    old = anna.screen
    anna.press("visits")
    await anna.world.bot.delete_message(anna.user_id, old.id)
    await anna.world.deliver()

    assert "Предстоящих записей нет" in anna.screen.text


async def test_a_parent_who_blocked_the_bot_stops_nothing(anna: Chat, boris: Chat) -> None:
    """403 is nobody's error: the others are answered."""
    await boris.tap("Мои записи")
    anna.press("visits")
    anna.world.telegram.block(anna.user_id)
    boris.press("start")
    await anna.world.deliver()

    assert "Соня" in boris.screen.text


async def test_a_day_that_is_gone_is_said_so(anna: Chat, house: House) -> None:
    """The day on an old button is over: the nearest ones are shown."""
    long_ago = house.clock().date().toordinal() - 40
    await anna.tap_data(f"times:1:consultation:0:1:{long_ago}")

    assert anna.alert == "Ср 14 октября: приёма нет. Выберите другой день."
    assert "Выберите день" in anna.screen.text


async def test_a_button_of_the_last_release_leads_on(anna: Chat) -> None:
    """Buttons that carry less than today's are of another age: words, and a fresh screen (R12)."""
    for data in ("doctors:1:1", "times:1:1:0", "near:1:1", "time:1:1", "book:1:1", "ill:1:1:1"):
        await anna.tap_data(data)

        assert anna.alert == "Эта кнопка больше не работает. Вот новый экран."
        assert "Миша, 2 года" in anna.screen.text


async def test_the_answer_is_tried_again_when_the_network_failed(
    anna: Chat, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A booking whose answer was lost is not an error of the booking: the update comes again."""
    await anna.tap("Сегодня, 9:00")
    update_id = anna.press(anna.find("Не болеет — записать")[1])
    [raw] = anna.world.telegram.take()
    with monkeypatch.context() as broken:
        broken.setattr(anna.world.bot.session, "make_request", _no_network)
        with pytest.raises(TelegramNetworkError):
            await anna.world.handle(raw)
    assert await house.count("appointments") == 1
    assert "Записать?" in anna.screen.text

    anna.world.telegram.repeat(update_id)
    await anna.world.deliver()
    assert await house.count("appointments") == 1
    assert "Вы записаны" in anna.screen.text


@pytest.mark.parametrize(
    "trouble",
    [
        TelegramRetryAfter(GetMe(), "slower", retry_after=7),
        TelegramServerError(GetMe(), "sorry"),
        ClientDecodeError("a proxy's page", ValueError(), "<html>"),
    ],
)
async def test_the_answer_to_a_tap_never_fails_the_booking(
    anna: Chat, house: House, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    """Whatever becomes of the spinner, the visit is booked and said once."""

    async def refuse(*_: Any, **__: Any) -> None:
        raise trouble

    await anna.tap("Сегодня, 9:00")
    monkeypatch.setattr(CallbackQuery, "answer", refuse)
    await anna.tap("Не болеет — записать")

    assert await house.count("appointments") == 1
    assert "Вы записаны" in anna.screen.text


async def test_a_broken_fallback_is_apologised_for(
    anna: Chat, boris: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake in the screen that a refusal leads to leaves nobody without an answer (R12)."""

    async def broken(*_: object) -> None:
        raise RuntimeError

    await boris.say("/start")
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    monkeypatch.setattr(Times, "near", broken)
    with pytest.raises(RuntimeError):
        await boris.tap("Сегодня, 9:00")

    assert boris.alert == "У нас что-то сломалось. Попробуйте ещё раз или позвоните в регистратуру."


async def _no_network(_bot: Bot, method: TelegramMethod[Any], **_: Any) -> None:
    raise TelegramNetworkError(method=method, message="no route to host")


async def test_a_wrong_poster_link_leads_to_the_list(enter: Callable[..., Chat]) -> None:
    """A code that names no clinic is said so; the way on is one tap."""
    guest = enter(300)
    await guest.say("/start cnowhere")
    assert "По этой ссылке клиники нет" in guest.screen.text

    await guest.tap("Ромашка")
    assert "Согласие" in guest.screen.text


async def test_an_unknown_parameter_of_start_is_no_error(enter: Callable[..., Chat]) -> None:
    """Whatever else stands behind /start is ignored."""
    guest = enter(300)
    await guest.say("/start 777")

    assert "Согласие" in guest.screen.text


async def test_two_people_with_one_name_are_two_people(enter: Callable[..., Chat]) -> None:
    """Persons are known by their Telegram id alone."""
    one = await register(enter(400, "Анна"))
    other = enter(401, "Анна")
    await other.say("/start")

    assert "Миша" in one.screen.text
    assert "Согласие" in other.screen.text
