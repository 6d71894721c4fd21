"""Questions about a visit in the chat: a mother asks, the registry answers."""

import io
from collections.abc import Callable

import pytest

from bot.flows.visits.questions import taps as questions_taps
from bot.telegram.errors import describe
from bot.telegram.sending import TelegramNotifier
from services.model.access import Role
from services.visits.questions import Questions
from tests.chat.conftest import Chat, let_name, tap_all
from tests.chat.desk.test_day import employ
from tests.conftest import House
from tests.playing import played

WITH_PRAM = "Можно с коляской?"


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    """A registrar at her desk."""
    chat = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await chat.say("/clinic")
    return chat


@played
async def booked(anna: Chat) -> Chat:
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    return anna


async def begin(chat: Chat) -> None:
    for label in ("Мои записи", "Миша ·", "Спросить"):
        await chat.tap(label)


async def ask(chat: Chat, words: str = WITH_PRAM) -> None:
    await begin(chat)
    await chat.say(words)


async def reply(chat: Chat, text: str) -> None:
    """Answer the lowest message in Telegram's own way."""
    telegram = chat.world.telegram
    message = {
        "message_id": 9000,
        "date": 0,
        "chat": telegram.chat_json(chat.user_id),
        "from": {"id": chat.user_id, "is_bot": False, "first_name": "Т", "language_code": "ru"},
        "text": text,
        "reply_to_message": telegram.message_json(chat.screen),
    }
    telegram.push({"message": message})
    await chat.world.deliver()


async def test_a_question_and_its_answer(
    booked: Chat, tamara: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """The whole story: what it is for is said before typing; nobody of the staff is named."""
    await begin(booked)
    said = booked.screen.text
    assert said.startswith("💬 Вопрос о записи: Миша, пн 23 ноября, 9:00")
    assert "Ответит регистратура в рабочее время." in said
    assert "Не для жалоб и советов о здоровье" in said
    assert "103 или 112" in said
    assert booked.labels == ["Болеет или был контакт", "Не сейчас"]
    await booked.say(WITH_PRAM)
    assert booked.screen.text.startswith("✅ Вопрос отправлен\n\nМожно с коляской?")

    assert "Вопросы: 1" not in tamara.labels
    await house.services.notices.tell_due(notifier)
    assert tamara.screen.text.startswith("❓ 1 новый вопрос\n№ 1001: пн 23 ноября, 9:00")
    assert "Миша" not in tamara.screen.text
    await tamara.tap("Открыть")
    assert WITH_PRAM in tamara.screen.text
    await tamara.tap("Ответить")
    assert "Семья увидит «Регистратура», без вашего имени." in tamara.screen.text
    await tamara.say("Да, вход со двора.")
    assert tamara.screen.text.startswith("✅ Ответ отправлен")

    await house.services.notices.tell_due(notifier)
    assert booked.screen.text == "💬 Вам ответили на вопрос"
    await booked.tap("Показать визит")
    said = booked.screen.text
    assert "Тамара" not in said
    assert said.startswith("✅ Вы записаны")
    assert said.index(WITH_PRAM) < said.index("↳ Регистратура, пн 23 ноября, 7:00")

    await booked.say("/menu")
    for label in ("Дети", "Миша", "Кто смотрел данные"):
        await booked.tap(label)
    assert "Регистратура, пн 23 ноября, 7:00: ответ на ваш вопрос" in booked.screen.text
    assert "чтение вашего вопроса о записи" in booked.screen.text


async def test_an_answer_is_read_at_once_where_that_is_wished(
    booked: Chat, tamara: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R41: who asked for more than times reads it in the letter itself."""
    await let_name(booked)
    await booked.say("/menu")
    await ask(booked)
    await tamara.say("/clinic")
    await tap_all(tamara, "Вопросы: 1", "Миша ·", "Ответить")
    await tamara.say("Да, вход со двора.")
    await house.services.notices.tell_due(notifier)

    said = booked.screen.text
    assert said.startswith("💬 Ответ: Миша, пн 23 ноября, 9:00\n❓ Можно с коляской?")
    assert said.endswith("Регистратура:\nДа, вход со двора.")
    assert "Тамара" not in said


async def test_what_waits_stands_at_the_desk(booked: Chat, tamara: Chat) -> None:
    """A button only while something waits; the day's list leads there, too."""
    assert not [label for label in tamara.labels if "Вопросы" in label]
    await ask(booked)
    await tamara.say("/clinic")
    await tamara.tap("Вопросы: 1")
    assert "Миша, пн 23 ноября, 9:00\nпн 23 ноября, 7:00: Можно с коляской?" in tamara.screen.text
    await tamara.tap("Миша ·")
    assert "Миша, 2 года 8 месяцев" in tamara.screen.text
    await tamara.tap("Запись")
    assert WITH_PRAM in tamara.screen.text
    await tamara.tap("Вопрос ждёт ответа")
    await tamara.tap("Ответить")
    await tamara.tap("Назад")
    await tamara.say("1001")  # typing searches again
    assert tamara.screen.text.startswith("Миша, 2 года 8 месяцев")
    await tamara.tap("Вопрос ждёт ответа")
    await tamara.tap("Ответить")
    await tamara.say("Можно.")
    await tamara.say("/clinic")
    assert not [label for label in tamara.labels if "Вопросы" in label]
    await tamara.say("1001")
    assert "Вопрос ждёт ответа" not in tamara.labels
    assert "↳ Регистратура, пн 23 ноября, 7:00\nМожно." in tamara.screen.text


async def test_a_reply_is_an_answer(booked: Chat, tamara: Chat, house: House) -> None:
    """Telegram's own way: the message that is replied to says which question is meant."""
    await ask(booked)
    await tamara.say("/clinic")
    await tamara.tap("Вопросы: 1")
    await tamara.tap("Миша ·")
    await reply(tamara, "Можно.")
    assert tamara.screen.text.startswith("✅ Ответ отправлен")
    assert await house.count("answers") == 1
    await tamara.say("/clinic")
    await reply(tamara, "1001")  # to a message about no question: what is typed is looked for
    assert "№ 1001" in tamara.screen.text
    assert await house.count("answers") == 1


async def test_a_reply_of_who_may_not_answer_is_none(
    booked: Chat, tamara: Chat, enter: Callable[..., Chat], house: House
) -> None:
    """R30: whatever message somebody makes their Telegram reply to."""
    await ask(booked)
    await tamara.say("/clinic")
    await tamara.tap("Вопросы: 1")
    await tamara.tap("Миша ·")
    shown = tamara.screen
    forger = enter(666, "Чужой")
    await forger.say("/start")
    forger.world.telegram.world.chats[forger.user_id][shown.id + 1000] = shown
    await reply(forger, "Нельзя.")
    assert "этого здесь уже нет" in forger.screen.text.lower()
    assert await house.count("answers") == 0


async def test_the_second_answer_is_sent_knowingly(
    booked: Chat, tamara: Chat, enter: Callable[..., Chat], house: House
) -> None:
    """R05: the words are kept, the colleague's are shown, one tap adds them."""
    lena = await employ(house, enter(204, "Лена"), Role.REGISTRAR)
    await ask(booked)
    for chat in (tamara, lena):
        await chat.say("/clinic")
        for label in ("Вопросы: 1", "Миша ·", "Ответить"):
            await chat.tap(label)
    await tamara.say("Можно.")
    await lena.say("Пандус слева.")
    assert lena.screen.text.startswith("⚠️ Коллега уже ответил. Ваш ответ не отправлен.")
    assert "Можно." in lena.screen.text
    assert lena.screen.text.endswith("Ваши слова\nПандус слева.")
    old = lena.find("Отправить семье")
    await lena.tap("Отправить семье")
    assert lena.screen.text.startswith("✅ Ответ отправлен")
    await lena.tap_data(old[1])
    assert (lena.alert or "").startswith("Эта кнопка — от прежнего ответа.")
    assert await house.count("answers") == 2


async def test_a_search_is_not_sent(booked: Chat, tamara: Chat, house: House) -> None:
    """R30: a call comes in while an answer is open."""
    await ask(booked)
    await tamara.say("/clinic")
    for label in ("Вопросы: 1", "Миша ·", "Ответить"):
        await tamara.tap(label)
    await tamara.say("Соня 05.05.2021")
    assert tamara.screen.text.startswith("⚠️ Похоже на поиск ребёнка.")
    assert await house.count("answers") == 0
    await tamara.tap("Рабочее место")
    await tamara.say("Миша 12.03.2024")
    assert "Миша, 2 года 8 месяцев" in tamara.screen.text


async def test_only_words_arrive(booked: Chat, tamara: Chat, house: House) -> None:
    """R37: a photo of a rash, a file, a place: a clear sentence, and the question again."""
    telegram = booked.world.telegram
    await begin(booked)
    telegram.send_photo(booked.user_id, "a.jpg", b"x", "сыпь")
    telegram.attach(booked.user_id, "a.pdf", b"x")
    telegram.send_location(booked.user_id, 55.7, 37.6)
    for raw in telegram.take():
        await booked.world.handle(raw)
        assert booked.screen.text.startswith("Здесь доходит только текст")
        assert "Вопрос о записи" in booked.screen.text
    await booked.say("я" * 501)
    assert booked.screen.text.startswith("Лишний 1 знак: поместится до 500.")
    await booked.say(WITH_PRAM)
    assert await house.count("questions") == 1

    await tamara.say("/clinic")
    for label in ("Вопросы: 1", "Миша ·", "Ответить"):
        await tamara.tap(label)
    telegram.send_photo(tamara.user_id, "a.jpg", b"x")
    await tamara.world.deliver()
    assert tamara.screen.text.startswith("Здесь доходит только текст")
    await tamara.say("Можно.")
    assert await house.count("answers") == 1


@pytest.mark.parametrize(
    ("label", "then"), [("Не сейчас", "Вы записаны"), ("Болеет или был контакт", "103 или 112")]
)
async def test_a_question_can_be_left(booked: Chat, house: House, label: str, then: str) -> None:
    """What is typed afterwards is no question: nor by who went to what an ill child needs."""
    await begin(booked)
    await booked.tap(label)
    assert then in booked.screen.text
    await booked.say("Температура 39")
    assert "советов я не даю" in booked.screen.text
    assert await house.count("questions") == 0


@pytest.mark.parametrize("command", ["/menu", "/help", "/cancel", "/language", "/visits", "/start"])
async def test_every_command_leaves_the_question(booked: Chat, house: House, command: str) -> None:
    """As it does with every other one."""
    await begin(booked)
    await booked.say(command)
    await booked.say(WITH_PRAM)
    assert await house.count("questions") == 0


async def test_markup_is_text(
    booked: Chat, tamara: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R36: whatever it looks like, on both sides."""
    await let_name(booked)
    await booked.say("/menu")
    words = "<b>А</b> & \"вы\" {name} 'x'?"
    await ask(booked, words)
    assert words in booked.screen.text
    await tamara.say("/clinic")
    await tamara.tap("Вопросы: 1")
    assert words in tamara.screen.text
    for label in ("Миша ·", "Ответить"):
        await tamara.tap(label)
        assert words in tamara.screen.text
    await tamara.say(words)
    await house.services.notices.tell_due(notifier)
    assert words in booked.screen.text


async def test_a_double_tap_and_an_old_button(booked: Chat, tamara: Chat, house: House) -> None:
    """R08, R12: two taps ask once; a button of a question that is gone is answered in words."""
    await begin(booked)
    for _ in range(2):
        await booked.tap_data(questions_taps.AskAbout(appointment_id=1).pack())
    await booked.say(WITH_PRAM)
    await booked.say(WITH_PRAM)
    assert await house.count("questions") == 1
    await tamara.say("/clinic")
    await tamara.tap("Вопросы: 1")
    await house.database.run("DELETE FROM questions")
    await tamara.tap("Миша ·")
    assert "этого здесь уже нет" in (tamara.alert or "").lower()
    assert "Никто не ждёт ответа." in tamara.screen.text


async def test_too_many_questions(booked: Chat) -> None:
    """R51: said politely; the visit stays where it is."""
    for number in range(3):
        await ask(booked, f"Вопрос {number}?")
        await booked.say("/menu")
    await begin(booked)
    assert booked.alert == (
        "Ваших вопросов без ответа уже 3. Дождитесь, пожалуйста, ответа или позвоните в "
        "регистратуру."
    )
    assert "Вы записаны" in booked.screen.text


async def test_an_update_delivered_again_asks_once(booked: Chat, house: House) -> None:
    """R45: the words come twice; the second time they are out of place."""
    await begin(booked)
    update_id = booked.world.telegram.say(booked.user_id, WITH_PRAM)
    [raw] = booked.world.telegram.take()
    for _ in range(2):
        await booked.world.handle(raw)
    assert raw["update_id"] == update_id
    assert await house.count("questions") == 1


async def test_the_log_holds_no_words(
    booked: Chat,
    tamara: Chat,
    house: House,
    notifier: TelegramNotifier,
    log_lines: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R34: asked, refused, broken, answered and told; an error quotes nothing."""
    await begin(booked)
    monkeypatch.setattr(Questions, "ask", _broken)
    with pytest.raises(RuntimeError) as broken:
        await booked.say("секретный вопрос")
    monkeypatch.undo()
    await booked.say("секретный вопрос")
    await house.services.notices.tell_due(notifier)
    await tamara.tap("Открыть")
    await tamara.tap("Ответить")
    await tamara.say("секретный ответ " * 50)
    await tamara.say("секретный ответ")
    await house.services.notices.tell_due(notifier)
    await booked.tap_data(questions_taps.AskAbout(appointment_id=77).pack())

    said = log_lines.getvalue()
    assert "kind=NotFound" in said
    assert "секретный" not in said + describe(broken.value)
    assert await house.count("answers") == 1


async def _broken(_self: Questions, _person: object, typed: str) -> None:
    raise RuntimeError(typed)
