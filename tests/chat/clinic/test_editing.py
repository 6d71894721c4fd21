"""A clinic changed in the chat: few taps, each change seen before it is saved."""

from collections.abc import Callable

from services.model.access import Role
from tests.chat.conftest import Chat, tap_all
from tests.chat.desk.test_day import employ
from tests.conftest import House
from tests.playing import played


@played
async def irina(enter: Callable[..., Chat], house: House) -> Chat:
    return await employ(house, enter(201, "Ирина"), Role.ADMINISTRATOR)


@played
async def lena(enter: Callable[..., Chat], house: House) -> Chat:
    return await employ(house, enter(204, "Лена"), Role.ADMINISTRATOR)


async def way(chat: Chat, *labels: str) -> None:
    await chat.say("/clinic")
    for label in ("Клиника", *labels):
        await chat.tap(label)


async def test_a_phone_is_changed_in_four_taps_and_a_number(irina: Chat, anna: Chat) -> None:
    """From the desk: Клиника, Контакты, the value; the number; Сохранить. Families see it."""
    await way(irina, "Контакты")
    assert "Телефон регистратуры: +7 495 000-00-01" in irina.screen.text
    await irina.tap("Телефон регистратуры")
    assert "Сейчас: +7 495 000-00-01" in irina.screen.text
    await irina.say("12-34")
    assert irina.screen.text.startswith("Это не похоже на номер телефона")
    assert "Сейчас: +7 495 000-00-01" in irina.screen.text
    await irina.say("+7 495 777-77-77")
    assert "Было: +7 495 000-00-01\n\nСтанет: +7 495 777-77-77" in irina.screen.text
    await irina.tap("Сохранить")
    assert irina.screen.text.startswith("✅ Сохранено: Телефон регистратуры")
    assert "Телефон регистратуры: +7 495 777-77-77" in irina.screen.text

    await anna.tap("Клиника")
    assert "+7 495 777-77-77" in anna.screen.text


async def test_a_yes_or_no_is_two_taps_and_no_typing(irina: Chat, house: House) -> None:
    """Only the other choice is offered; cancelling leaves all as it was."""
    await way(irina, "Ответ врача", "Врач подтверждает")
    assert irina.labels == ["Да", "Отмена", "Рабочее место"]
    await irina.tap("Да")
    assert "Было: нет\n\nСтанет: да" in irina.screen.text
    await irina.tap("Отмена")
    assert "Врач подтверждает: нет" in irina.screen.text

    await irina.tap("Врач подтверждает")
    await irina.tap("Да")
    await irina.tap("Сохранить")
    assert "Врач подтверждает: да" in irina.screen.text
    assert await house.count("clinics", "doctors_confirm") == 1


async def test_the_place_is_sent_or_typed_or_taken_away(irina: Chat, anna: Chat) -> None:
    """A location of Telegram where one was asked for; nowhere else is it understood."""
    await way(irina, "Контакты", "Точка на карте")
    irina.world.telegram.send_location(irina.user_id, 55.7668, 37.6107)
    await irina.world.deliver()
    assert "Было: —\n\nСтанет: 55.7668, 37.6107" in irina.screen.text
    await irina.tap("Сохранить")
    await anna.tap("Клиника")
    assert "На карте" in anna.labels

    await irina.tap("Точка на карте")
    await irina.tap("Убрать")
    await irina.tap("Сохранить")
    assert "Точка на карте: —" in irina.screen.text
    await irina.tap("Название")
    irina.world.telegram.send_location(irina.user_id, 55.7668, 37.6107)
    await irina.world.deliver()
    assert "Я понимаю только" in irina.screen.text


async def test_what_follows_is_said_before(irina: Chat, anna: Chat) -> None:
    """Versions of a text, reminders of visits ahead."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await way(irina, "Тексты", "Текст о данных")
    await irina.say("Новый текст\nв две строки.")
    assert "Текст выйдет версией 2" in irina.screen.text
    await irina.tap("Сохранить")
    assert "Текст о данных: Новый текст в две строки." in irina.screen.text

    await irina.tap("Назад")
    await irina.tap("Напоминания")
    await irina.tap("Тихие часы")
    await irina.say("22-6:30")
    assert "Напоминания пересчитаем: 1 запись впереди" in irina.screen.text
    await irina.tap("Сохранить")
    assert "Тихие часы: 22:00–6:30" in irina.screen.text


async def test_a_time_zone_is_typed_as_a_city(irina: Chat) -> None:
    """R60: nobody knows how a zone's key is written; a town that has none is asked about."""
    await way(irina, "Контакты", "Часовой пояс")
    await irina.say("Урюпинск")
    assert irina.screen.text.startswith("Такого часового пояса я не знаю.")
    assert "крупный город с тем же временем" in irina.screen.text
    await irina.say("екатеринбург")
    assert "Станет: Екатеринбург (Asia/Yekaterinburg)" in irina.screen.text
    assert "до тех пор записаться нельзя" in irina.screen.text
    await irina.tap("Сохранить")
    assert irina.screen.text.startswith("✅ Сохранено: Часовой пояс")


async def test_words_for_an_ill_child_need_a_doctor_s_name(irina: Chat, anna: Chat) -> None:
    """Changed words are told to nobody until they are signed: the bot asks to call meanwhile."""
    await way(irina, "Тексты", "Если ребёнок болеет")
    await irina.say("Пейте чай с малиной.")
    assert "когда их подпишет врач" in irina.screen.text
    await irina.tap("Сохранить")
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Болеет или был контакт")
    assert "малиной" not in anna.screen.text
    assert "Ребёнку нездоровится? Позвоните" in anna.screen.text
    assert "103 или 112" in anna.screen.text
    assert "+7 495 000-00-02" in anna.screen.text

    await irina.say("/clinic")
    assert "не подписаны врачом" in irina.screen.text
    await irina.tap("Клиника")
    assert "не подписаны врачом" in irina.screen.text
    await irina.tap("Тексты")
    await irina.tap("Подписал врач")
    await irina.say("Петрова Анна Сергеевна")
    assert "Семьи увидят:\n\nПейте чай с малиной." in irina.screen.text
    await irina.tap("Сохранить")
    await anna.tap("Назад")
    await anna.tap("Болеет или был контакт")
    assert "Пейте чай с малиной." in anna.screen.text


async def test_what_a_doctor_signed_is_looked_at_every_year(
    irina: Chat, anna: Chat, house: House
) -> None:
    """R71: asked for at the desk; the same words are signed again by a tap, others are a new
    version, and so is a list of dangers."""
    assert "Пора пересмотреть слова «Если ребёнок болеет»" in irina.screen.text
    await way(irina, "Тексты", "Подписал врач", "Врач проверил: всё верно")
    assert "Перед ними — 103 или 112, если:\n• судороги" in irina.screen.text
    await irina.tap("Сохранить")
    await irina.say("/clinic")
    assert "Пора пересмотреть" not in irina.screen.text
    house.clock.forward(days=365)
    await irina.say("/clinic")
    assert "Пора пересмотреть" in irina.screen.text
    await way(irina, "Тексты", "Подписал врач")
    assert "Версия 1, 23.11.2026" in irina.screen.text

    await irina.tap("Врач проверил: всё верно")
    await tap_all(irina, "Сохранить", "Опасные признаки")
    await irina.say("• не дышит")
    assert "когда их подпишет врач" in irina.screen.text
    await tap_all(irina, "Сохранить", "Подписал врач")
    assert "всё верно" not in str(irina.labels)
    await irina.say("Ким О. В.")
    await irina.tap("Сохранить")
    await anna.say("/menu")
    await anna.tap("Болеет или был контакт")
    assert anna.screen.text.startswith("❗ Сразу 103 или 112, если:\n• не дышит")
    assert anna.screen.text.endswith("Ким О. В., версия 2, 23.11.2027")


async def test_a_rule_for_cancelling_and_an_urgent_phone_reach_families(
    irina: Chat, anna: Chat
) -> None:
    """One line where it is asked whether to cancel; the phone where a child is ill."""
    await way(irina, "Запись", "Просьба при отмене")
    await irina.say("Отмените, пожалуйста, за два часа.")
    await irina.tap("Сохранить")
    await irina.tap("Назад")
    await irina.tap("Контакты")
    await irina.tap("Срочный телефон")
    await irina.say("+7 495 000-00-03")
    await irina.tap("Сохранить")

    await anna.tap("Сегодня, 9:00")
    await anna.tap("Болеет или был контакт")
    assert "🚨 Срочно:\n+7 495 000-00-03" in anna.screen.text
    await anna.tap("Назад")
    await anna.tap("Не болеет — записать")
    await anna.tap("Отменить запись")
    assert anna.screen.text.endswith("\n\nОтмените, пожалуйста, за два часа.")


async def test_under_secrecy_nobody_is_asked_to_consent(irina: Chat, vera: Chat) -> None:
    """The tap is called what it is: the text was read."""
    await way(irina, "Тексты", "Основание", "Врачебная тайна", "Сохранить")
    await vera.say("/start cromashka")
    assert "О ваших данных" in vera.screen.text
    assert vera.labels == ["Понятно, дальше", "Не сейчас"]
    await vera.tap("Понятно, дальше")
    assert "Как зовут ребёнка" in vera.screen.text


async def test_an_old_button_is_answered_with_what_was_typed_last(irina: Chat) -> None:
    """R12: nothing is saved by it; the newer proposal is shown again."""
    await way(irina, "Контакты", "Название")
    await irina.say("Роза")
    old, data = irina.find("Сохранить")
    await irina.say("Астра")
    await irina.tap_data(data, old.id)

    assert "прежнего ответа" in (irina.alert or "")
    assert "Станет: Астра" in irina.messages[-2].text + irina.screen.text
    await irina.tap("Сохранить")
    assert "Название: Астра" in irina.screen.text


async def test_another_administrator_was_quicker(irina: Chat, lena: Chat) -> None:
    """The refusal shows the new value beside what was typed; one more tap saves it all the same."""
    await way(irina, "Контакты", "Адрес")
    await irina.say("ул. Садовая, 9")
    await way(lena, "Контакты", "Адрес")
    await lena.say("ул. Садовая, 11")
    await lena.tap("Сохранить")
    await irina.tap("Сохранить")

    assert "изменил другой администратор" in (irina.alert or "")
    assert "Было: ул. Садовая, 11\n\nСтанет: ул. Садовая, 9" in irina.screen.text
    await irina.tap("Сохранить")
    assert "Адрес: ул. Садовая, 9" in irina.screen.text


async def test_a_command_leaves_the_question(irina: Chat, house: House) -> None:
    """What is typed afterwards is not taken for the clinic's name."""
    await way(irina, "Контакты", "Название")
    await irina.say("/clinic")
    await irina.say("спасибо")

    assert "Станет" not in irina.screen.text
    assert await house.count("clinics", "name = 'спасибо'") == 0


async def test_the_poster_comes_into_the_chat(irina: Chat) -> None:
    """As a PDF below the screen, named after the clinic."""
    await way(irina)
    await irina.tap("Плакат")

    document = irina.screen.document
    assert document
    assert document.name == "poster-romashka.pdf"
    assert "лист А4" in irina.screen.text


async def test_registrars_see_no_such_button(enter: Callable[..., Chat], house: House) -> None:
    """Nor are they told what an administrator has to do."""
    await house.database.run("UPDATE clinics SET ill_words_signed_by = ''")
    tamara = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await tamara.say("/clinic")

    assert "Клиника" not in tamara.labels
    assert "не подписаны" not in tamara.screen.text
