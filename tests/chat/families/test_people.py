"""The people around a child: invited by a link, said yes to, told of, let go (R32, R75)."""

import re
from collections.abc import Callable

import pytest

from bot.telegram.sending import TelegramNotifier
from services.model.access import Role
from tests.chat.conftest import Chat, let_name, tap_all
from tests.conftest import House


async def told(house: House, notifier: TelegramNotifier) -> int:
    return await house.services.notices.tell_due(notifier)


async def link_of(chat: Chat, *choices: str) -> str:
    """Make a link, by way of the child's card; what Telegram says for whoever opens it."""
    await chat.say("/menu")
    await tap_all(chat, "Дети", "Миша", "Близкие", "Пригласить помощника", *choices)
    found = re.search(r"\?start=(\S+)", chat.screen.text)
    assert found
    return f"/start {found[1]}"


@pytest.fixture
def galina(enter: Callable[..., Chat]) -> Chat:
    """A grandmother who has never written to the bot."""
    return enter(104, "Галина")


@pytest.fixture
async def grandmother(anna: Chat, galina: Chat, house: House, notifier: TelegramNotifier) -> Chat:
    """Галина, whom Анна let book for Миша."""
    await galina.say(await link_of(anna, "Бабушка", "Записывать и отменять", "Пока не отменю"))
    await told(house, notifier)
    await tap_all(anna, "Посмотреть", "Да, тот самый человек")
    await told(house, notifier)
    await galina.tap("Начать")
    await galina.tap("Даю согласие")
    return galina


async def test_a_grandmother_is_let_in_once_the_mother_says_who_it_is(
    anna: Chat, galina: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R32, R75: the link names nobody to whoever opens it; a “yes” opens what was chosen."""
    await galina.say(await link_of(anna, "Бабушка", "Записывать и отменять", "На месяц"))
    assert "Спасибо! Я спросил того, кто вас пригласил" in galina.screen.text
    assert "Миша" not in galina.screen.text
    await galina.say("/menu")
    assert "Миша" not in galina.screen.text

    assert await told(house, notifier) == 1
    assert anna.screen.text == "❔ Вашу ссылку открыли: нужен ваш ответ."
    await anna.tap("Посмотреть")
    assert "Вашу ссылку открыли: «Галина»" in anna.screen.text
    assert "Миша, бабушка — это тот самый человек?" in anna.screen.text
    await anna.tap("Да, тот самый человек")
    assert "Миша: теперь помогает бабушка" in anna.screen.text
    assert await told(house, notifier) == 1
    assert galina.screen.text.startswith("✅ Вам открыли доступ.\nВам доступно: запись и отмена")
    assert "24 декабря 2026" in galina.screen.text

    await galina.tap("Начать")
    assert "Даю согласие" in galina.labels  # her own, as everybody's
    await galina.tap("Даю согласие")
    assert "Миша" in galina.screen.text  # and no child to enter


async def test_no_lets_nobody_in(
    anna: Chat, galina: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R75: the link is worth nothing then, to whoever opened it either."""
    opened = await link_of(anna, "Няня", "Только смотреть", "На неделю")
    await galina.say(opened)
    await told(house, notifier)
    await tap_all(anna, "Посмотреть", "Нет, никого не пускать")
    assert await house.count("care") == 1
    assert await house.count("care_invitations") == 0
    await galina.say(opened)
    assert "Ссылка больше не работает" in galina.screen.text


async def test_a_link_is_of_who_opens_it_first_and_of_one_day(
    anna: Chat, galina: Chat, vera: Chat, house: House
) -> None:
    """R32: its maker only hears that it is theirs; a day later it is nobody's."""
    opened = await link_of(anna, "Папа", "Записывать и отменять", "Пока не отменю")
    await anna.say(opened)
    assert "Это ваша ссылка" in anna.screen.text
    await galina.say(opened)
    await vera.say(opened)
    assert "Ссылка больше не работает" in vera.screen.text

    late = await link_of(anna, "Папа", "Записывать и отменять", "Пока не отменю")
    house.clock.forward(hours=24)
    await vera.say(late)
    assert "Ссылка больше не работает" in vera.screen.text
    [(hashed,)] = await house.database.rows(
        "SELECT token_sha256 FROM care_invitations WHERE opened_by IS NULL"
    )
    assert late.removeprefix("/start h") not in str(hashed)


async def test_own_words_name_somebody(
    anna: Chat, galina: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R75: whom no common word names; what is no word is asked for again."""
    await tap_all(anna, "Дети", "Миша", "Близкие", "Пригласить помощника", "Своими словами")
    await anna.say("!!!")
    assert "как вы называете того" in anna.screen.text
    await anna.say("тётя Оля")
    await tap_all(anna, "Только смотреть", "До конца лета")
    assert "Ссылка: тётя Оля" in anna.screen.text
    assert "до 31 августа 2027" in anna.screen.text


async def test_a_helper_decides_nothing(grandmother: Chat, house: House) -> None:
    """R75: neither what the child is called, nor who else may look."""
    await tap_all(grandmother, "Дети", "Миша")
    assert grandmother.labels[:2] == ["Близкие", "Убрать из бота"]
    await grandmother.tap("Близкие")
    assert "Ваш доступ: запись и отмена" in grandmother.screen.text
    for forged in ("rename:1:1", "who-helps:1:1", "helper:1:1:f:0:1:n"):
        await grandmother.tap_data(forged)
    assert await house.count("care_invitations", "settled_at IS NULL") == 0
    assert await house.count("conversations", "asked = 'new-name'") == 0


async def test_what_one_does_the_other_reads(
    anna: Chat, grandmother: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R75: once, by the family's word for who did it; whoever did it is told nothing."""
    for label in ("Записаться", "Консультация", "Петрова", "Завтра", "10:30"):
        await grandmother.tap(label)
    await grandmother.tap("Не болеет — записать")
    assert "✅ Вы записаны" in grandmother.screen.text
    assert await told(house, notifier) == 1
    assert anna.screen.text == (
        "🗓 Кто-то из близких записался: вт 24 ноября, 10:30\n📍 ул. Садовая, 7"
    )
    await anna.tap("Показать визит")
    assert "Миша" in anna.screen.text

    await tap_all(anna, "Отменить", "Отменить")
    await told(house, notifier)
    assert grandmother.screen.text == "✖️ Кто-то из близких отменил визит: вт 24 ноября, 10:30"


async def test_who_may_only_look_is_offered_no_booking(
    anna: Chat, galina: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R75: neither at home, with its nearest time, nor where a child is chosen; with a child of her
    own she books for that one."""
    await galina.say(await link_of(anna, "Няня", "Только смотреть", "На неделю"))
    await told(house, notifier)
    await tap_all(anna, "Посмотреть", "Да, тот самый человек")
    await told(house, notifier)
    await tap_all(galina, "Начать", "Даю согласие")
    assert "Миша" in galina.screen.text
    assert "Ближайшее время" not in galina.screen.text
    assert galina.labels == [
        "Болеет или был контакт",
        "Мои записи",
        "Дети",
        "Клиника",
        "Настройки",
    ]

    await anna.say("/menu")
    await tap_all(anna, "Сегодня, 9:00", "Не болеет — записать")
    await tap_all(galina, "Мои записи", "Миша")
    assert galina.labels == ["В календарь", "Как добраться", "Мои записи", "На главную"]
    await galina.say("/menu")

    await tap_all(galina, "Дети", "Добавить ребёнка")
    await galina.say("Катя 05.05.2021")
    await galina.say("/menu")
    assert galina.labels[:2] == ["Катя · сегодня, 9:10", "Записаться"]
    await galina.tap("Записаться")
    assert "Миша" not in galina.screen.text


async def test_who_wants_names_reads_who_did_it(
    anna: Chat, grandmother: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R41, R75: by the family's word."""
    await let_name(anna)
    await tap_all(grandmother, "Записаться", "Консультация", "Петрова", "Завтра", "10:30")
    await grandmother.tap("Не болеет — записать")
    assert await told(house, notifier) == 1
    assert "Бабушка: новая запись, Миша" in anna.screen.text


async def test_a_visit_can_be_hidden_from_helpers(
    anna: Chat, grandmother: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R75: it is nowhere to be seen for them, and nobody is told of it."""
    await anna.say("/menu")
    for label in ("Записаться", "Консультация", "Петрова", "Завтра", "10:30"):
        await anna.tap(label)
    await anna.tap("Не болеет — записать")
    await anna.say("/visits")
    await anna.tap("Миша · завтра")
    await anna.tap("Скрыть от помощников")
    assert "Помощники эту запись не видят" in anna.screen.text
    await told(house, notifier)
    assert "Кто-то из близких" not in grandmother.screen.text
    await grandmother.say("/visits")
    assert "10:30" not in grandmother.screen.text


async def end_help(anna: Chat) -> None:
    await anna.say("/menu")
    await tap_all(anna, "Дети", "Миша", "Близкие", "Бабушка", "Закрыть доступ")


async def test_help_is_ended_at_any_time(
    anna: Chat, grandmother: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R75: from the next tap on, whatever the old buttons say; she hears of it once, without a
    reason and without a name."""
    await grandmother.tap("Дети")
    await end_help(anna)
    assert "Бабушка" not in anna.screen.text
    await grandmother.tap("Миша")
    assert "Этого здесь уже нет" in (grandmother.alert or "")

    assert await told(house, notifier) == 1
    assert grandmother.screen.text == (
        "🔚 Ваш доступ к записям ребёнка закрыт. Сообщений о них больше не будет."
    )
    assert await told(house, notifier) == 0
    house.clock.forward(days=9)
    await house.services.upkeep.forget_codes()
    assert await house.count("care_invitations") == 0  # nothing is kept of her


async def test_who_helped_hears_of_whom_where_that_is_wished(
    anna: Chat, grandmother: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R41, R75: two children may be helped with, and one of them no more."""
    await let_name(grandmother)
    await end_help(anna)
    assert await told(house, notifier) == 1
    assert grandmother.screen.text.startswith("🔚 Миша: доступ к записям закрыт")


async def test_the_end_is_told_in_the_morning_and_not_to_who_was_let_in_again(
    anna: Chat, grandmother: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R22, R75: at night nobody is woken by it, and by the morning it was taken back."""
    house.clock.forward(hours=16)
    await end_help(anna)
    assert await told(house, notifier) == 0
    await grandmother.say(await link_of(anna, "Бабушка", "Записывать и отменять", "Пока не отменю"))
    await told(house, notifier)
    await tap_all(anna, "Посмотреть", "Да, тот самый человек")
    await told(house, notifier)
    before = grandmother.messages
    house.clock.forward(hours=10)
    assert await told(house, notifier) == 0
    assert grandmother.messages == before


async def test_help_that_runs_out_ends_in_silence(
    anna: Chat, galina: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R75: until when it goes was said on the first day."""
    await galina.say(await link_of(anna, "Бабушка", "Записывать и отменять", "На неделю"))
    await told(house, notifier)
    await tap_all(anna, "Посмотреть", "Да, тот самый человек")
    await told(house, notifier)
    house.clock.forward(days=9)
    assert await told(house, notifier) == 0


async def test_no_parent_removes_another(anna: Chat, boris: Chat, house: House) -> None:
    """R75: the bot says who decides; the registry ends it, and the journal knows why."""
    tamara = Chat(boris.world, 202)
    boris.world.telegram.add_user(202, "Тамара", language_code="ru")
    invitation = await house.services.members.appoint("romashka", Role.REGISTRAR)
    await tamara.say(f"/start i{invitation.token}")
    await tamara.say("Миша 12.03.2024")
    await tamara.tap("Код для семьи")
    [code] = re.findall(r"\d{3} \d{3} \d{3}", tamara.screen.text)
    await boris.say(code)
    await tap_all(anna, "Дети", "Миша", "Близкие", "Родитель")
    assert "один не может убрать другого" in anna.screen.text
    assert "Закрыть доступ" not in anna.labels
    await anna.tap_data("revoke:1:1:2")
    assert "Решает регистратура по документам" in (anna.alert or anna.screen.text)
    assert await house.count("care", "child_id = 1") == 2

    await tamara.say("Миша 12.03.2024")
    await tamara.tap("Близкие")
    assert "Код для подростка" not in tamara.labels
    await tamara.tap_data("at-end:1:1:2:p")
    assert await house.count("care", "person_id = 2") == 0
    assert await house.count("access_records", "access = 'link-lost-phone'") == 2
