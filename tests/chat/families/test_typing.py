"""What parents type: names, dates, and words out of place."""

from collections.abc import Callable
from unicodedata import normalize

import pytest

from services.model.access import Role
from tests.chat.conftest import Chat, register
from tests.chat.desk.test_day import employ
from tests.conftest import House


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("вчера", "Не получилось прочитать дату."),
        ("31.02.2024", "Такого дня нет в календаре."),
        ("24.11.2026", "Этот день ещё не наступил."),
        ("23.11.2008", "Педиатр принимает детей до 18 лет."),
    ],
)
async def test_a_date_that_will_not_do_is_asked_for_again(
    vera: Chat, typed: str, words: str
) -> None:
    """A clear sentence and the question again; nothing typed before is lost."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    await vera.say("Миша")
    await vera.say(typed)
    assert vera.screen.text.startswith(words)
    assert "Миша — когда день рождения?" in vera.screen.text

    await vera.say("24.11.2008")  # eighteen tomorrow
    assert "Миша, 17 лет" in vera.screen.text


@pytest.mark.parametrize("typed", ["12345", "👶", " . ", "я" * 61])
async def test_a_name_that_will_not_do_is_asked_for_again(vera: Chat, typed: str) -> None:
    """Any name a parent chooses is fine, but it has a letter in it and fits."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    await vera.say(typed)
    assert "Как зовут ребёнка?" in vera.screen.text

    await vera.say("Ёлка-Мария")
    assert "Ёлка-Мария — когда день рождения?" in vera.screen.text


async def test_a_name_with_its_birth_date_is_understood_at_once(vera: Chat, house: House) -> None:
    """R60: who writes both on one line is asked for neither; a phone is not kept as a name."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    await vera.say("Рита 08.05.2022 8 916 123-45-67")
    assert vera.screen.text.startswith("Здесь цифры, похожие на телефон")
    assert not [line for line in await house.database.dump() if "123-45-67" in line]
    await vera.say("Павел Новиков 7 мая 2022 г.")

    assert "Павел Новиков, 4 года" in vera.screen.text
    assert await house.count("children", "name = 'Павел Новиков'") == 1


async def test_a_sentence_is_no_name_unless_somebody_says_so(vera: Chat, house: House) -> None:
    """R60: a greeting is asked about; so is an unusual name, which one tap makes one."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    await vera.say("Здравствуйте! Хочу записать сына")
    assert "Это имя ребёнка? Если нет, напишите только имя." in vera.screen.text
    _, old = vera.find("Да, это имя")
    await vera.say("Миша 2")
    await vera.tap("Да, это имя")
    assert "Миша 2 — когда день рождения?" in vera.screen.text
    await vera.tap_data(old)
    assert "Миша 2 — когда день рождения?" in vera.screen.text
    await vera.say("12.03.2024")

    assert await house.count("children") == 1
    await vera.tap("Дети")
    await vera.tap("Миша 2")
    await vera.tap("Имя")
    await vera.say("да")
    assert "Это имя ребёнка?" in vera.screen.text
    await vera.say("Миша")
    assert "Миша, 2 года" in vera.screen.text
    assert await house.count("children", "name = 'Миша'") == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("Андрей Йорк", normalize("NFD", "андрей  йорк")),
        ("Шон О’Коннор", "Шон О'Коннор"),
        ("Анна\u2011Мария", "Анна-Мария"),
        ("Анна-Мария", "Анна Мария"),
        ("Соня", "Cоня"),  # a Latin C
    ],
)
async def test_no_second_child_by_a_spelling(
    vera: Chat, house: House, first: str, again: str
) -> None:
    """R53: a child who is named again with the same birth date is the one who is there."""
    await register(vera, first)
    await vera.tap("Дети")
    await vera.tap("Добавить ребёнка")
    await vera.say(f"{again} 12.03.2024")

    assert await house.count("children") == 1


async def test_typed_markup_is_shown_as_it_was_typed(vera: Chat) -> None:
    """What a parent types is text, whatever it looks like (R36)."""
    name = "<b>Миша</b> & \"Ко\" {name} 'x'"
    await register(vera, name)
    assert f"{name}, 2 года" in vera.screen.text

    await vera.tap("Сегодня, 9:00")
    await vera.tap("Не болеет — записать")
    await vera.tap("Мои записи")
    assert name in vera.screen.text
    assert name in vera.messages[-2].text


async def test_words_out_of_place_lead_home(anna: Chat, house: House) -> None:
    """Text that nobody asked for changes nothing and is answered with the home screen."""
    await anna.say("здравствуйте")

    assert "Миша, 2 года" in anna.screen.text
    assert await house.count("children") == 1


async def test_typing_can_be_left(anna: Chat, house: House) -> None:
    """ "Не сейчас" leaves the question; what is typed afterwards is out of place."""
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.tap("Не сейчас")
    await anna.say("Соня")
    await anna.say("05.05.2021")

    assert await house.count("children") == 1


@pytest.mark.parametrize("command", ["/menu", "/help", "/cancel", "/language", "/visits", "/start"])
async def test_every_command_leaves_the_question(anna: Chat, house: House, command: str) -> None:
    """The way out of any typing: what is typed afterwards is out of place."""
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.say(command)
    await anna.say("Соня")
    await anna.say("05.05.2021")

    assert await house.count("children") == 1
    assert "Миша, 2 года" in anna.screen.text


async def test_cancel_says_where_one_stands(anna: Chat, vera: Chat) -> None:
    """ "/cancel" is the way home; without a child there is no home yet, but a clinic to choose."""
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.say("/cancel")
    assert "Миша, 2 года" in anna.screen.text

    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    await vera.say("/cancel")
    assert "В какую клинику" in vera.screen.text


async def test_the_language_can_be_changed_at_the_first_question(vera: Chat) -> None:
    """The question comes again in the chosen language, and what is typed then is its answer."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    await vera.say("/language")
    await vera.tap("English")
    assert "What is the child's name?" in vera.screen.text

    await vera.say("Misha")
    assert "When was Misha born?" in vera.screen.text


@pytest.mark.parametrize("command", ["/Что", "/book", "/записаться"])
async def test_an_unknown_command_is_no_name(vera: Chat, command: str) -> None:
    """A command that the bot does not know is answered with where the person stands."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    await vera.say(command)
    assert "Как зовут ребёнка?" in vera.screen.text

    await vera.say("Миша")
    await vera.say(command)
    assert "Миша — когда день рождения?" in vera.screen.text


async def test_a_photo_is_no_name(vera: Chat) -> None:
    """A message without text is answered with the question."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    chat = {"id": vera.user_id, "type": "private"}
    sender = {"id": vera.user_id, "is_bot": False, "first_name": "Вера"}
    dice = {"emoji": "🎲", "value": 1}
    vera.world.telegram.push(
        {"message": {"message_id": 900, "date": 1, "chat": chat, "from": sender, "dice": dice}}
    )
    await vera.world.deliver()

    assert vera.screen.text.startswith("Я понимаю только слова и кнопки.")
    assert "Как зовут ребёнка?" in vera.screen.text


async def test_after_a_sticker_the_name_is_still_taken(vera: Chat) -> None:
    """Whatever shows the question "Как зовут ребёнка?" also hears the answer."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    await vera.tap("Не сейчас")
    await vera.say("/foo")
    assert "Как зовут ребёнка?" in vera.screen.text
    await vera.say("Лев")
    assert "Лев — когда день рождения?" in vera.screen.text


async def test_what_telegram_says_of_the_chat_is_left_alone(anna: Chat) -> None:
    """A pinned message wants no answer."""
    seen = len(anna.messages)
    chat = {"id": anna.user_id, "type": "private"}
    sender = {"id": anna.user_id, "is_bot": False, "first_name": "Анна"}
    pinned = {"message_id": 1, "date": 1, "chat": chat, "text": "Вы записаны"}
    note = {"message_id": 900, "date": 1, "chat": chat, "from": sender, "pinned_message": pinned}
    anna.world.telegram.push({"message": note})
    await anna.world.deliver()

    assert len(anna.messages) == seen


async def test_a_child_named_twice_is_one_child(anna: Chat, house: House) -> None:
    """The same name and birth date again: no second child, no second visit to the same doctor."""
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.say("миша")
    await anna.say("12.03.2024")

    assert await house.count("children") == 1
    assert "Миша, 2 года" in anna.screen.text


async def test_taps_do_not_read_what_is_being_typed(anna: Chat) -> None:
    """A visit can be booked in the middle of naming a child, and the name given afterwards."""
    await anna.say("/start")
    home = anna.screen
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.tap_data("time:1:consultation:0:1", home.id)
    await anna.tap("Не болеет — записать")
    await anna.say("Соня")

    assert "Соня — когда день рождения?" in anna.screen.text


@pytest.mark.parametrize(
    "typed", ["У ребёнка температура 39, что делать?", "кашляет и рвота", "My son has a fever!"]
)
async def test_words_about_an_illness_lead_to_phones_and_never_to_advice(
    anna: Chat, house: House, typed: str
) -> None:
    """R61: 103 and 112 first, then whom to call; nothing of the words is kept (R34)."""
    await anna.say(typed)

    assert anna.screen.text.startswith("❗ Угроза жизни: 103 или 112")
    assert "Этот чат никто не читает, и советов я не даю." in anna.screen.text
    assert "+7 495 000-00-01" in anna.screen.text
    assert not [line for line in await house.database.dump() if typed in line]
    await anna.tap("Нужно сегодня")
    assert "Вызов врача на дом" in anna.screen.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("спасибо большое!", "Пожалуйста! Будьте здоровы."),
        ("thanks", "Пожалуйста! Будьте здоровы."),
        ("хочу записаться", "Этот чат никто не читает: всё делается кнопками ниже."),
        ("Алло? Тут кто-нибудь есть", "Этот чат никто не читает: всё делается кнопками ниже."),
        ("🙏", "Этот чат никто не читает: всё делается кнопками ниже."),
    ],
)
async def test_what_nobody_asked_for_is_answered(anna: Chat, typed: str, words: str) -> None:
    """R61: a sentence that helps, and the way on below it."""
    await anna.say(typed)

    assert anna.screen.text.startswith(words)
    assert "Миша, 2 года" in anna.screen.text
    assert "Записаться" in anna.labels


async def test_an_edited_message_is_not_passed_over(anna: Chat) -> None:
    """R61: what was answered is not changed by it, and that is said."""
    await anna.world.handle(
        {
            "update_id": 9_000_000,
            "edited_message": {
                "message_id": 5000,
                "date": 0,
                "edit_date": 1,
                "chat": {"id": anna.user_id, "type": "private"},
                "from": {"id": anna.user_id, "is_bot": False, "first_name": "Анна"},
                "text": "Миша, нет, Маша",
            },
        }
    )

    assert "Исправленное сообщение я второй раз не читаю." in anna.screen.text
    await anna.tap("Продолжить")
    assert "Миша, 2 года" in anna.screen.text


async def test_help_says_whom_to_call(anna: Chat) -> None:
    """R61: what the bot does, the clinic's phone, and that nobody reads the chat."""
    await anna.say("/help")

    assert "+7 495 000-00-01" in anna.screen.text
    assert "Этот чат никто не читает" in anna.screen.text
    assert "103 или 112" in anna.screen.text


async def test_staff_who_are_no_parents_get_their_own_help(
    house: House, enter: Callable[..., Chat]
) -> None:
    """R61: never the parents' words."""
    tamara = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await tamara.say("/help")

    assert "Регистратура просто пишет, кто звонит" in tamara.screen.text
    assert "Врач видит свой приём" in tamara.screen.text
    assert "Записаться" not in tamara.screen.text


@pytest.mark.parametrize(
    "words", ["👶", "👨‍👩‍👧 🦊", "1️⃣2️⃣", "🇷🇺!", "2024", "12.03.2024", "٣٤", "???"]
)
async def test_a_name_without_letters_is_asked_for_warmly(vera: Chat, words: str) -> None:
    """R60: why letters are needed, and how a name may look; the next words are the name."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    await vera.say(words)
    assert vera.screen.text == (
        "Имя, пожалуйста, буквами: по нему ребёнка узнают в клинике.\n\n"
        "Как зовут ребёнка? Напишите так, как вам привычно, например: Миша."
    )
    await vera.say("Миша 🦊")
    assert "Миша 🦊 — когда день рождения?" in vera.screen.text
