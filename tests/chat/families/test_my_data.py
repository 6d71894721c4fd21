"""My data in the chat: what is kept, taking it along, withdrawing the consent to it."""

import asyncio
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from aiogram.utils.i18n import I18n

from bot.app import build_bot
from bot.flows.families.privacy import family_file
from bot.sandbox.faults import Failure, Fault, Limit, Limits, LostAnswer
from bot.telegram.pacing import Pace
from bot.watch.erasing import EraseDue
from services.model.access import Role
from services.model.privacy.family_data import FamilyData
from tests.chat.conftest import TOKEN, Chat, WatchfulSession, register, tap_all
from tests.chat.desk.test_day import employ
from tests.conftest import House


async def book(chat: Chat) -> None:
    await tap_all(chat, "Сегодня, 9:00", "Не болеет — записать")


def file_of(chat: Chat) -> str:
    """The page that lies lowest in the chat."""
    document = chat.screen.document
    assert document
    assert document.name == "my-data.html"
    return chat.world.telegram.world.contents[document.id].decode()


def data_in(page: str) -> FamilyData:
    found = re.search(r'id="family-data">(.*)</script>', page, re.DOTALL)
    assert found
    return family_file.adapter().validate_json(found[1])


async def test_what_is_kept_is_said_in_words(anna: Chat) -> None:
    """/privacy names the child, counts, and says what is not kept at all (R40)."""
    await book(anna)
    await anna.say("/privacy")

    assert "👶 Миша, дата рождения 12 марта 2024\n1 запись" in anna.screen.text
    assert "Диагнозы, жалобы, адреса и полисы здесь не хранятся совсем." in anna.screen.text


async def test_before_a_consent_there_is_nothing_to_see(vera: Chat) -> None:
    """Who never agreed reads that nothing but a number and a language is kept (R41)."""
    await vera.say("/privacy")

    assert "Хранятся только ваш ID в Telegram и язык: согласия нет." in vera.screen.text


async def test_a_family_takes_along_what_is_its_own(anna: Chat, boris: Chat) -> None:
    """After a plain warning one file comes, readable and as JSON, with nothing of others (R74)."""
    await book(anna)
    await boris.say("/menu")
    await tap_all(boris, "Сегодня, 9:", "Не болеет — записать")
    await anna.say("/privacy")
    await anna.tap("Забрать с собой")
    assert "Внутри история визитов: не пересылайте его." in anna.screen.text
    await anna.tap("Получить файл")

    page = file_of(anna)
    found = data_in(page)
    (misha,) = found.children
    assert (misha.name, [each.number for each in misha.visits]) == ("Миша", ["1001"])
    assert [each.text for each in found.consents] == ["Согласие на обработку данных."]
    assert found.you
    assert found.you.telegram_id == anna.user_id
    assert "Миша, дата рождения 12 марта 2024" in unescape(page).replace("\u00a0", " ")
    assert "Язык: Русский" in page
    assert "Соня" not in page
    assert str(boris.user_id) not in page


async def test_no_name_breaks_the_file(vera: Chat) -> None:
    """What a parent typed ends neither the page nor the data in it (R36, R55)."""
    await register(vera, "Ян </script><b>&\u2028 王小明")
    await vera.say("/privacy")
    await tap_all(vera, "Забрать с собой", "Получить файл")

    page = file_of(vera)
    assert page.count("</script>") == 1
    assert json.loads(page.split('id="family-data">')[1].split("</script>")[0])


async def test_the_main_consent_is_withdrawn_after_saying_what_it_means(
    anna: Chat, house: House
) -> None:
    """The visit ahead is named, then cancelled at once; nothing is processed any more (R40)."""
    await book(anna)
    await anna.say("/privacy")
    await tap_all(anna, "Мои согласия", "✅ Согласие", "Отозвать")
    assert "Сразу отменим:\n• Миша: пн 23 ноября, 9:00, Петрова Анна Сергеевна" in anna.screen.text
    await anna.tap("Отозвать")

    assert "Согласие отозвано" in anna.screen.text
    assert "23 ноября 2026, 7:00" in anna.screen.text
    assert await house.count("appointments", "state = 'cancelled'") == 1
    assert await house.count("consents", "withdrawn_at IS NULL") == 0
    assert await house.count("notifications", "state = 'planned'") == 0
    await anna.say("/menu")
    assert "Согласие на обработку данных." in anna.screen.text


async def test_what_is_withdrawn_stays_to_be_read(anna: Chat) -> None:
    """The consent, its text and both dates are seen afterwards, too (R40)."""
    await anna.say("/privacy")
    await tap_all(anna, "Мои согласия", "✅ Согласие", "Отозвать", "Отозвать", "Мои данные")
    await tap_all(anna, "Мои согласия", "✖️ Согласие")

    assert "Дано 23 ноября 2026, отозвано 23 ноября 2026" in anna.screen.text
    assert "Отозвать" not in anna.labels


async def test_leaving_does_what_it_showed(anna: Chat, house: House) -> None:
    """A visit that was booked meanwhile is named before it is cancelled (R66)."""
    await anna.say("/privacy")
    await tap_all(anna, "Мои согласия", "✅ Согласие", "Отозвать")
    _, withdraw = anna.find("Отозвать")
    await anna.say("/menu")
    await book(anna)
    await anna.say("/menu")
    await anna.tap_data(withdraw)

    assert await house.count("appointments", "state = 'cancelled'") == 0
    assert "Сразу отменим" in anna.screen.text


async def test_the_registry_reads_nothing_of_who_left(
    anna: Chat, house: House, enter: Callable[..., Chat]
) -> None:
    """Without a consent and without a visit the child is not found at the desk (R40, R41)."""
    tamara = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await anna.say("/privacy")
    await tap_all(anna, "Мои согласия", "✅ Согласие", "Отозвать", "Отозвать")
    await tamara.say("/clinic")
    await tamara.say("Миша 12.03.2024")

    assert "12.03" not in " ".join(tamara.labels)
    assert await house.count("access_records") == 0


def due_in(chat: Chat, house: House, i18n: I18n, folder: Path) -> EraseDue:
    """What is done for erasures, by a bot that heeds Telegram's pauses."""
    pace = Pace(1000, private_rest=0)
    bot = build_bot(TOKEN, WatchfulSession(chat.world.telegram), pace)
    return EraseDue(house.services.erasing, bot, i18n, pace, folder / "erased.txt")


async def test_a_family_is_erased_a_day_after_it_asked(
    anna: Chat, house: House, i18n: I18n, tmp_path: Path
) -> None:
    """What goes is said first, the visit goes at once, a receipt comes at the end (R40, R74)."""
    erase_due = due_in(anna, house, i18n, tmp_path)
    await book(anna)
    await house.services.corrections.write_down()
    await anna.say("/privacy")
    await anna.tap("Удалить всё")
    assert "Сразу отменим:\n• Миша: пн 23 ноября, 9:00" in anna.screen.text
    assert "Время передумать: 24 часа. Потом удалим: Миша, телефон" in anna.screen.text
    await anna.tap("Удалить")
    assert "Всё будет удалено 24 ноября 2026, 7:00" in anna.screen.text
    assert await house.count("appointments", "state = 'cancelled'") == 1
    await erase_due.tick()
    assert await house.count("children", "name = 'Миша'") == 1

    house.clock.forward(hours=24)
    await erase_due.tick()

    assert "Всё о вашей семье удалено\nКвитанция № 1, 24 ноября 2026, 7:00" in anna.screen.text
    assert "Здесь говорилось о записи. Она удалена." in [each.text[2:] for each in anna.messages]
    assert [each.text for each in anna.messages if "Вы записаны" in each.text] == []
    assert await house.count("children", "name = 'Миша'") == 0
    await anna.say("/privacy")
    assert "Хранятся только ваш ID в Telegram и язык" in anna.screen.text


ONE_A_SECOND = Limits(bot=None, private=Limit(messages=1, seconds=1), group=None)


@pytest.mark.parametrize(
    ("trouble", "are_emptied"),
    [
        (ONE_A_SECOND, True),
        (LostAnswer(method="editMessageText", times=1), True),
        (Failure(status=502, method="sendMessage", times=1), True),
        (Failure(status=502, method="editMessageText"), False),
        (Failure(status=400, method="editMessageText"), False),
    ],
)
async def test_who_was_erased_is_told_though_telegram_is_in_trouble(
    anna: Chat, house: House, i18n: I18n, tmp_path: Path, trouble: Fault, are_emptied: bool
) -> None:
    """Nobody knows the chat any more: what asks for a pause or is lost on its way is said again,
    and the receipt comes whatever became of the messages (R20, R40)."""
    erase_due = due_in(anna, house, i18n, tmp_path)
    await book(anna)
    await house.services.corrections.write_down()
    await anna.say("/privacy")
    await tap_all(anna, "Удалить всё", "Удалить")
    house.clock.forward(hours=24)
    anna.world.telegram.faults.add(trouble)
    if trouble is ONE_A_SECOND:  # the one message that the chat takes in this second:
        await anna.world.bot.send_message(anna.user_id, "Напоминание")
    async with asyncio.timeout(20):
        await erase_due.tick()

    assert [each.text for each in anna.messages if "Квитанция" in each.text] == [anna.screen.text]
    emptied = "Здесь говорилось о записи. Она удалена."
    assert (emptied in [each.text[2:] for each in anna.messages]) == are_emptied


async def test_a_change_of_mind_keeps_everything(anna: Chat, house: House) -> None:
    """One tap within the day, from the message or from /privacy; twice does no harm (R40)."""
    await anna.say("/privacy")
    await tap_all(anna, "Удалить всё", "Удалить")
    await anna.say("/privacy")
    assert "Всё будет удалено 24 ноября 2026, 7:00" in anna.screen.text
    await anna.tap("Передумали: не удалять")
    assert "Ничего не удалим" in anna.screen.text
    assert await house.count("erasures") == 0
    await anna.say("/start")
    await anna.tap("Даю согласие")
    assert "Миша" in anna.screen.text


async def test_a_link_is_offered_only_where_there_is_an_address_for_it(
    anna: Chat, house: House
) -> None:
    """It is said once, with until when; its button says so too where the address is gone (R74)."""
    await anna.say("/privacy")
    await anna.tap("Забрать с собой")
    assert "🔗 Ссылкой на час" not in anna.labels
    anna.world.dispatcher["files_url"] = "https://bot.example.org/files"
    await anna.say("/privacy")
    await tap_all(anna, "Забрать с собой", "Ссылкой на час")
    assert "Сработает один раз, до 23 ноября 2026, 8:00" in anna.screen.text
    found = re.search(r"https://bot\.example\.org/files/(\S{32})\n", anna.screen.text)
    assert found
    taken = await house.services.own_data.take_by_link(found[1])
    assert taken
    assert [each.name for each in taken.children] == ["Миша"]
