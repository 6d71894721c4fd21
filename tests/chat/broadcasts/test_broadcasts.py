"""A broadcast in the chat: written, seen as it arrives, confirmed, told of; refused by a tap."""

import asyncio
from collections.abc import Callable

import pytest
from aiogram.utils.i18n import I18n

from bot.telegram.pacing import Pace
from bot.telegram.sending import TelegramNotifier
from bot.watch.broadcasting import Broadcasting
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.people import Language
from tests.chat.conftest import Chat, World
from tests.chat.desk.test_day import employ
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.playing import played

WATER = "В пятницу не будет воды. <Приходите> с водой & полотенцем."


@pytest.fixture(autouse=True)
async def asking_clinic(house: House, clinic: Clinic) -> None:
    """Ромашка, which asks for a consent to news."""
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])


@pytest.fixture
def pace() -> Pace:
    return Pace(1000, private_rest=0)


@pytest.fixture
def notifier(world: World, i18n: I18n, pace: Pace) -> TelegramNotifier:
    return TelegramNotifier(world.bot, i18n, pace)


@pytest.fixture
def broadcasting(world: World, house: House, i18n: I18n, pace: Pace) -> Broadcasting:
    return Broadcasting(house.services.broadcasts, world.bot, i18n, pace)


@played
async def irina(enter: Callable[..., Chat], house: House) -> Chat:
    """The administrator, on Monday at 10:00."""
    irina = await employ(house, enter(201, "Ирина"), Role.ADMINISTRATOR)
    house.clock.forward(hours=3)
    return irina


async def agree(chat: Chat) -> Chat:
    """Want the clinic's news, by the settings."""
    await chat.say("/settings")
    await chat.tap("Новости")
    await chat.tap("Даю согласие")
    return chat


async def write(irina: Chat, text: str = WATER, to: str = "Всем семьям") -> None:
    await irina.say("/clinic")
    await irina.tap("Рассылка")
    await irina.tap(to)
    await irina.say(text)


async def test_it_is_seen_as_it_arrives_and_confirmed_by_its_number(
    irina: Chat,
    anna: Chat,
    boris: Chat,
    house: House,
    notifier: TelegramNotifier,
    broadcasting: Broadcasting,
) -> None:
    """Whom, what, how many, and the number typed; the family gets exactly what was seen."""
    await agree(anna)
    await write(irina)
    seen, below = irina.messages[-2:]
    assert seen.text == f"📣 Клиника «Ромашка»\n\n{WATER}"
    assert "Получат: 1\nБез согласия на новости: 1" in below.text
    assert "Напишите 1, чтобы отправить" in below.text

    await irina.say("2")
    assert irina.screen.text.startswith("⚠️ Число не совпало")
    assert await house.count("broadcasts") == 0
    await irina.say("1")
    assert irina.screen.text.startswith("▶️ Рассылка идёт\nВсе семьи клиники\n\nОтправлено: 0 из 1")
    assert "Осталось: 1, около 1 минуты" in irina.screen.text

    await broadcasting.tick()
    assert await house.services.notices.tell_due(notifier) == 1
    assert (anna.screen.text, anna.labels) == (seen.text, ["Не присылать новости"])
    assert "воды" not in boris.screen.text

    going = irina.screen.id
    await broadcasting.tick()
    assert irina.screen.text.startswith("✅ Рассылка отправлена\nВсе семьи клиники")
    assert "Отправлено: 1 из 1" in irina.screen.text
    assert irina.screen.id > going
    assert going not in [message.id for message in irina.messages]
    await broadcasting.tick()
    assert len([each for each in irina.messages if "отправлена" in each.text]) == 1


async def test_a_mistake_in_the_text_is_typed_anew(
    irina: Chat, anna: Chat, house: House, broadcasting: Broadcasting
) -> None:
    """The last text that was seen is the one that goes; nothing goes after "do not send"."""
    await agree(anna)
    await write(irina, "Вады не будет")
    await irina.say("Воды не будет")
    assert irina.messages[-2].text.endswith("\n\nВоды не будет")
    await irina.tap("Не отправлять")
    assert irina.screen.text.startswith("📣 Рассылка")
    await irina.say("1")

    assert await house.count("broadcasts") == 0


async def test_a_text_too_long_is_asked_for_again(irina: Chat) -> None:
    """What would not fit into a message is said so at once."""
    await write(irina, "ж" * 3501)

    assert irina.screen.text.startswith("⚠️ ")
    assert "до 3500 знаков" in irina.screen.text


async def test_the_message_renews_itself_and_has_pause_and_stop(
    irina: Chat,
    anna: Chat,
    boris: Chat,
    house: House,
    notifier: TelegramNotifier,
    broadcasting: Broadcasting,
) -> None:
    """One message; paused, nobody is told; stopped, nobody ever; after a crash it goes on there."""
    for chat in (anna, boris):
        await agree(chat)
    anna.world.telegram.block(anna.user_id)
    await write(irina)
    await irina.say("2")
    going = irina.screen.id
    await broadcasting.tick()
    await irina.tap("Пауза")
    assert irina.screen.text.startswith("⏸ Рассылка на паузе")
    await broadcasting.tick()
    assert await house.services.notices.tell_due(notifier) == 0
    assert (irina.screen.id, irina.labels) == (going, ["Продолжить", "Остановить совсем"])

    await irina.tap("Продолжить")
    house.clock.forward(seconds=1)
    await broadcasting.tick()
    assert await house.services.notices.tell_due(notifier) == 1
    await broadcasting.tick()
    assert "Отправлено: 1 из 2\nЗаблокировали бота: 1" in irina.screen.text
    assert "воды" in boris.screen.text


async def test_after_a_crash_it_is_told_in_the_same_message(
    irina: Chat,
    anna: Chat,
    boris: Chat,
    house: House,
    i18n: I18n,
    notifier: TelegramNotifier,
    pace: Pace,
) -> None:
    """Another process knows where; and where the author has deleted it, it comes anew."""
    for chat in (anna, boris):
        await agree(chat)
    anna.world.telegram.block(anna.user_id)
    await write(irina)
    await irina.say("2")
    going, before = irina.screen.id, len(irina.messages)
    await house.services.broadcasts.carry_on()
    await house.services.notices.tell_due(notifier)
    another = Broadcasting(house.services.broadcasts, irina.world.bot, i18n, pace)
    await house.database.run("UPDATE notifications SET state = 'planned' WHERE state = 'sent'")
    await another.tick()
    assert irina.screen.id == going
    assert "Заблокировали бота: 1\nОсталось: 1" in irina.screen.text
    assert len(irina.messages) == before

    await irina.world.bot.delete_message(irina.user_id, going)
    await house.database.run("UPDATE notifications SET state = 'planned'")
    await another.tick()
    assert irina.screen.id > going
    assert "Осталось: 2" in irina.screen.text


async def test_an_author_whose_chat_is_paused_holds_nobody_up(
    irina: Chat, anna: Chat, house: House, i18n: I18n, notifier: TelegramNotifier
) -> None:
    """Telegram takes nothing for their chat for an hour: the look for what is broadcast ends at
    once, as others' broadcasts wait for it; they are told when the pause is over, once."""
    await agree(anna)
    await write(irina)
    await irina.say("1")
    seconds = [0.0]
    pace = Pace(1000, private_rest=0, seconds=lambda: seconds[0])
    broadcasting = Broadcasting(house.services.broadcasts, irina.world.bot, i18n, pace)
    await broadcasting.tick()
    assert await house.services.notices.tell_due(notifier) == 1
    pace.pause(irina.user_id, 3600)
    async with asyncio.timeout(5) as limit:
        await broadcasting.tick()
    assert not limit.expired()  # it takes being broken off for a stop, and says nothing
    assert "Рассылка идёт" in irina.screen.text

    seconds[0] = 3601
    for _ in range(2):
        await broadcasting.tick()
    assert len([each for each in irina.messages if "отправлена" in each.text]) == 1


async def test_news_are_refused_by_one_tap_a_month_later_too(
    irina: Chat,
    anna: Chat,
    house: House,
    notifier: TelegramNotifier,
    broadcasting: Broadcasting,
) -> None:
    """The tap takes the consent back, says what still comes, and leaves the news where they are;
    doing it again changes nothing."""
    await agree(anna)
    await write(irina)
    await irina.say("1")
    await broadcasting.tick()
    await house.services.notices.tell_due(notifier)
    house.clock.forward(days=31)
    for _ in range(2):
        await anna.tap("Не присылать новости")
        assert anna.screen.text.startswith("🔕 Новости клиники больше не придут")
        assert "Если клиника изменит ваш визит — сообщу" in anna.screen.text
    assert "воды" in anna.messages[-3].text
    standing = "purpose = 'news' AND withdrawn_at IS NULL"
    assert await house.count("consents", standing) == 0

    await write(irina)
    assert "Получат: 0\nБез согласия на новости: 1" in irina.screen.text
    assert "Никому не придёт" in irina.screen.text


async def test_a_change_of_their_visit_goes_to_who_is_booked(
    irina: Chat,
    anna: Chat,
    boris: Chat,
    house: House,
    notifier: TelegramNotifier,
    broadcasting: Broadcasting,
) -> None:
    """Without a consent to news, which the preview says; of several days, too."""
    await anna.tap("Записаться")
    for label in ("Консультация", "Петрова", "Завтра", "10:30", "Не болеет — записать"):
        await anna.tap(label)
    await irina.say("/clinic")
    for label in ("Рассылка", "Об изменении визита"):
        await irina.tap(label)
    assert "без согласия на новости: пишите только об этом" in irina.screen.text
    await irina.tap("сегодня")
    assert "У кого меняется визит: пн 23 ноября\n\nПолучат: 0" in irina.screen.text
    await irina.tap("И вт 24 ноября")
    assert "У кого меняется визит: 23–24 ноября\n\nПолучат: 1" in irina.screen.text
    await irina.say("Вход со двора.")
    assert irina.messages[-2].text == "❗️ О вашем визите\n📍 ул. Садовая, 7\n\nВход со двора."
    assert "Согласие не нужно: меняется их визит" in irina.screen.text

    await irina.say("1")
    await broadcasting.tick()
    await house.services.notices.tell_due(notifier)
    assert anna.screen.text == "❗️ О вашем визите\n📍 ул. Садовая, 7\n\nВход со двора."
    assert anna.labels == ["Мои записи", "Не присылать новости"]
    assert "двора" not in boris.screen.text
    await anna.tap("Мои записи")
    assert "10:30" in anna.screen.text
    assert "двора" in anna.messages[-2].text


async def test_families_that_are_not_in_the_bot_are_said_to_be_left_out(
    irina: Chat, house: House
) -> None:
    """R58: a broadcast does not reach them, and the way to whom to phone stands beside."""
    await irina.say("Костя 1 февраля 2024")
    for label in ("Подписано — внести", "Записать", "Консультация", "Петрова ·", "10:30"):
        await irina.tap(label)
    await irina.tap("Записать")
    await irina.say("/clinic")
    for label in ("Рассылка", "Всем семьям"):
        await irina.tap(label)
    assert "Ещё у 1 ребёнка семьи нет в боте: сообщение к ней не придёт." in irina.screen.text
    assert "📵 Кому позвонить" not in irina.labels
    for label in ("Назад", "Об изменении визита", "сегодня", "📵 Кому позвонить", "Петрова"):
        await irina.tap(label)
    assert "Костя, 2 года 9 месяцев · Консультация 📵" in irina.screen.text


async def test_a_doctor_s_patients_and_a_district_are_chosen_by_name(
    irina: Chat, house: House, clinic: Clinic
) -> None:
    """Two taps to the question."""
    async with house.transactions.writes() as tx:
        doctor = (await tx.clinics.doctors(clinic.id))[0]
        await tx.districts.add(doctor, "участок 1", [])
    await irina.say("/clinic")
    for label in ("Рассылка", "Участку", "участок 1"):
        await irina.tap(label)
    assert irina.screen.text.startswith("📣 Семьи участка: участок 1")
    for label in ("Назад", "Пациентам врача", "Петрова"):
        await irina.tap(label)
    assert irina.screen.text.startswith("📣 Пациенты: Петрова А. С.")


async def test_at_night_it_is_said_when_it_begins(irina: Chat, anna: Chat, house: House) -> None:
    """R22: before it is sent, and after."""
    await agree(anna)
    house.clock.forward(hours=12)
    await write(irina)
    assert "Ночью не пишем: начнём в 7:00" in irina.screen.text
    await irina.say("1")

    assert irina.screen.text.startswith("🌙 Ночью не пишем: продолжим в 7:00")


async def test_a_registrar_sees_no_broadcast(
    enter: Callable[..., Chat], house: House, irina: Chat
) -> None:
    """The button is the administrator's; so is what it does."""
    tamara = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    assert "Рассылка" not in tamara.labels
    await irina.say("/clinic")
    await tamara.tap_data(irina.find("Рассылка")[1])
    assert "Рассылка" not in tamara.screen.text


async def test_old_buttons_of_a_broadcast_that_is_over_say_so(
    irina: Chat,
    anna: Chat,
    house: House,
    notifier: TelegramNotifier,
    broadcasting: Broadcasting,
) -> None:
    """R12: a pause that comes too late is told so, with how it ended."""
    await agree(anna)
    await write(irina)
    await irina.say("1")
    _message, pause = irina.find("Пауза")
    await broadcasting.tick()
    await house.services.notices.tell_due(notifier)
    await broadcasting.tick()
    await irina.tap_data(pause)

    assert irina.alert == "Эта рассылка закончена: больше ничего не уйдёт."
    assert irina.screen.text.startswith("✅ Рассылка отправлена")
    await irina.tap("Рассылки")
    await irina.tap("✅ В пятницу не будет")
    assert irina.screen.text.startswith("✅ Рассылка отправлена")


async def test_an_author_who_blocked_the_bot_holds_up_nobody(
    irina: Chat,
    anna: Chat,
    house: House,
    notifier: TelegramNotifier,
    broadcasting: Broadcasting,
) -> None:
    """R20: families are told; the report is given up."""
    await agree(anna)
    await write(irina)
    await irina.say("1")
    irina.world.telegram.block(irina.user_id)
    await broadcasting.tick()
    assert await house.services.notices.tell_due(notifier) == 1
    await broadcasting.tick()

    assert await house.count("broadcasts", "reported_at IS NOT NULL") == 1


async def test_the_author_s_language_is_spoken(
    irina: Chat, anna: Chat, house: House, broadcasting: Broadcasting
) -> None:
    """Whatever was chosen; families are told in theirs."""
    await agree(anna)
    await house.services.families.speak(
        (await house.services.families.meet(201, Language.RUSSIAN)).id, Language.ENGLISH
    )
    await irina.say("/clinic")
    for label in ("Broadcast", "All families"):
        await irina.tap(label)
    for words in ("No water on Friday.", "1"):
        await irina.say(words)
    house.clock.forward(minutes=1)
    await broadcasting.tick()

    assert irina.screen.text.startswith("▶️ Being sent\nAll families of the clinic")
