"""One child, two cards: the registry joins them in the chat, and the family is told discreetly."""

from collections.abc import Callable

from bot.telegram.sending import TelegramNotifier
from services.model.access import Role
from tests.chat.conftest import Chat, tap_all
from tests.chat.desk.test_day import employ
from tests.conftest import House
from tests.playing import played


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    """A registrar at her desk, who entered Миша as she heard him and booked him a visit."""
    chat = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await chat.say("/clinic")
    await chat.say("Миша Иванов 12.03.2024")
    await tap_all(chat, "Подписано — внести")
    await tap_all(chat, "Записать", "Консультация", "Ким ·", "9:10", "Записать")
    return chat


async def test_two_cards_become_one(
    tamara: Chat, anna: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R53: the desk says that there may be two, shows both, asks what is right, and joins them; the
    family reads that there is one, and has the registry's visit."""
    await anna.say("/visits")
    assert "№ 1001" not in anna.screen.text
    await tamara.say("Миша 12.03.2024")
    await tamara.tap("Миша")
    assert "Похоже, у ребёнка две карточки" in tamara.screen.text
    await tap_all(tamara, "Вторая карточка", "Миша Иванов · 12.03.2024")
    assert "Один ребёнок, две карточки?" in tamara.screen.text
    assert "в боте 1 взрослый" in tamara.screen.text
    assert "1 запись впереди" in tamara.screen.text
    assert "разделить обратно нельзя" in tamara.screen.text
    assert "Один ребёнок: объединить" not in tamara.labels

    await tap_all(tamara, "○ Миша Иванов", "Один ребёнок: объединить")
    assert tamara.screen.text.startswith("✅ Карточка одна: Миша Иванов, 2 года 8 месяцев")
    assert "Семье скажет бот, без имён" in tamara.screen.text

    house.clock.forward(hours=1)
    await house.services.notices.tell_due(notifier)
    said = anna.screen.text
    assert "теперь одна: все записи в одном месте" in said
    assert "Миша" not in said
    await anna.tap("Мои записи")
    assert "№ 1001" in anna.screen.text


async def test_an_old_button_of_either_card_answers_in_words(tamara: Chat, anna: Chat) -> None:
    """R12: what lay in a chat speaks of a card that is no more; it says so, and goes on."""
    await tamara.say("Миша 12.03.2024")
    await tamara.tap("Миша Иванов")
    _, card = tamara.find("Код для семьи")
    await tap_all(tamara, "Вторая карточка", "Миша · 12.03.2024")
    await tap_all(tamara, "● Миша" if "● Миша" in tamara.labels else "○ Миша")
    _, again = tamara.find("Один ребёнок: объединить")
    await tamara.tap("Один ребёнок: объединить")
    await tamara.tap_data(again)
    assert tamara.screen.text.startswith("✅ Карточка одна: Миша,")

    await tamara.tap_data(card)
    assert tamara.alert == "У этого ребёнка было две карточки; клиника объединила их в одну."


async def test_the_second_card_can_be_typed(tamara: Chat, anna: Chat) -> None:
    """R61: another birth date is no suggestion; typed, it is found, and one of the two is right."""
    await tamara.say("Мишка Иванов 21.03.2024")
    await tap_all(tamara, "Подписано — внести", "Вторая карточка")
    assert "Какая карточка тоже этого ребёнка?" in tamara.screen.text
    await tamara.say("что-то")
    assert "Здесь нет ни даты рождения" in tamara.screen.text
    await tamara.say("1001")
    assert "12 марта 2024" in tamara.screen.text
    assert "21 марта 2024" in tamara.screen.text
    assert tamara.labels[:4] == ["○ Миша Иванов", "○ Мишка Иванов", "○ 12.03.2024", "○ 21.03.2024"]


async def test_visits_at_one_time_have_to_be_seen_to_first(
    tamara: Chat, anna: Chat, house: House
) -> None:
    """R07: the way to both visits is on the screen, and no way to join."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await tamara.say("Миша 12.03.2024")
    await tamara.tap("Миша")
    await tap_all(tamara, "Вторая карточка", "Миша Иванов · 12.03.2024", "○ Миша Иванов")
    assert "Две записи на одно время" in tamara.screen.text
    assert "Один ребёнок: объединить" not in tamara.labels
    await tap_all(tamara, "Миша Ива… · сегодня, 9:10", "Отменить запись", "Семья просит отменить")
    assert await house.count("appointments", "state = 'cancelled'") == 1


async def test_who_typed_the_child_and_has_a_code_has_one_card(
    tamara: Chat, anna: Chat, house: House
) -> None:
    """R53: where the registry gives a code, the parent's own entry is joined instead of doubled."""
    await tamara.say("Миша 12.03.2024")
    await tamara.tap("Миша Иванов")
    await tamara.tap("Код для семьи")
    await anna.say(tamara.screen.text.split("\n")[0].removeprefix("🔑 "))

    await anna.say("/menu")
    assert await house.count("children") == 1
    assert await house.count("care") == 1
    assert "Миша Иванов, 2 года 8 месяцев" in anna.screen.text
    await anna.tap("Мои записи")
    assert "№ 1001" in anna.screen.text


async def test_a_code_joins_nothing_that_is_not_plain(
    tamara: Chat, anna: Chat, house: House
) -> None:
    """Two visits at one time: both cards stay, and nobody decides for the family."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await tamara.say("Миша 12.03.2024")
    await tamara.tap("Миша Иванов")
    await tamara.tap("Код для семьи")
    await anna.say(tamara.screen.text.split("\n")[0].removeprefix("🔑 "))

    assert await house.count("children") == 2
    assert await house.count("care") == 2
    assert await house.count("appointments", "state = 'booked'") == 2
