"""Reminders in the chat: asked for once, sent in time, answered, turned on and off."""

import pytest
from aiogram.utils.i18n import I18n

from bot.telegram.pacing import Pace
from bot.telegram.sending import TelegramNotifier
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.ids import AppointmentId, PersonId, PostId, SlotId
from services.model.people import Language
from tests.chat.conftest import Chat, World, let_name, register
from tests.conftest import CONSENTS, ROMASHKA, House, need
from tests.playing import played

ILL = "Болеет или был контакт"


@pytest.fixture(autouse=True)
async def asking_clinic(house: House, clinic: Clinic) -> None:
    """Ромашка, which asks for more than what booking needs."""
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])


@pytest.fixture
def notifier(world: World, i18n: I18n) -> TelegramNotifier:
    return TelegramNotifier(world.bot, i18n, Pace(1000, private_rest=0))


@played
async def booked(anna: Chat) -> Chat:
    """Анна has booked tomorrow, Tuesday, 10:30, by the full path; her first visit."""
    for label in ("Записаться", "Консультация", "Петрова", "Завтра", "10:30"):
        await anna.tap(label)
    await anna.tap("Не болеет — записать")
    return anna


@played
async def reminded(booked: Chat) -> Chat:
    """She wants to be reminded."""
    await booked.tap("Да, напоминать")
    return booked


@played
async def named(reminded: Chat) -> Chat:
    """She wants to read for whom it is, and with whom."""
    return await let_name(reminded)


async def at(house: House, hours: float, notifier: TelegramNotifier) -> int:
    """So many hours after Monday, 7:00; how many messages were sent then."""
    house.clock.forward(hours=hours)
    return await house.services.notices.tell_due(notifier)


async def slot_at(house: House, hour: str) -> SlotId:
    """Петрова's time on Monday at an hour of UTC."""
    query = f"SELECT id FROM slots WHERE doctor_id = 1 AND starts_at LIKE '2026-11-23 {hour}%'"  # noqa: S608
    [(slot_id,)] = await house.database.rows(query)
    return SlotId(int(str(slot_id)))


async def at_the_registry(house: House) -> tuple[PersonId, PostId]:
    """A registrar and their post."""
    tamara = await house.services.families.meet(202, Language.RUSSIAN)
    invitation = await house.services.members.appoint("romashka", Role.REGISTRAR)
    desk = await house.services.workday.accept(tamara.id, invitation.token, "Тамара")
    return tamara.id, desk.post.id


async def test_whether_to_remind_is_asked_once(booked: Chat, house: House) -> None:
    """After the first visit; the words that it is booked stay above, and no answer is no."""
    assert "Напоминать о визите?" in booked.screen.text
    assert "Накануне в 18:00 и за 2 часа" in booked.screen.text
    assert "Согласие на напоминания." not in booked.screen.text  # behind a button
    await booked.tap("На что я соглашаюсь")
    assert "Согласие на напоминания." in booked.screen.text
    assert "✅ Вы записаны" in booked.messages[-2].text
    assert await house.count("notifications") == 0

    await booked.tap("Не нужно")
    assert "сообщу" in booked.screen.text
    await booked.say("/menu")
    for label in ("Записаться", "Консультация", "Ким", "Завтра", "9:10"):
        await booked.tap(label)
    await booked.tap("Не болеет — записать")
    assert "✅ Вы записаны" in booked.screen.text


async def test_a_visit_is_reminded_of_the_evening_before_and_two_hours_before(
    named: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R17, R18: with what to bring and its buttons; once each."""
    assert "накануне в 18:00 и за 2 часа до визита" in named.screen.text
    assert await at(house, 10.9, notifier) == 0
    assert await at(house, 0.1, notifier) == 1
    evening = named.screen.text
    assert evening.startswith("🔔 Миша к врачу завтра, вт 24 ноября, 10:30\n")
    assert "Петрова Анна Сергеевна, каб. 12" in evening
    assert "Что взять с собой" in evening
    assert "Не ответите — запись сохранится." in evening
    assert named.labels == ["Придём", "Перенести", "Отменить запись", ILL]

    assert await at(house, 14.5, notifier) == 1
    assert named.screen.text.startswith("🔔 Миша к врачу сегодня, вт 24 ноября, 10:30")
    assert await at(house, 1, notifier) == 0


async def test_we_will_come(named: Chat, house: House, notifier: TelegramNotifier) -> None:
    """The reminder says so in its place, and the clinic can see it; a move takes it back."""
    await at(house, 11, notifier)
    before = len(named.messages)
    await named.tap("Придём")
    assert named.screen.text.startswith("✅ Ждём вас завтра, вт 24 ноября, 10:30: Миша\n")
    assert "Что взять с собой" in named.screen.text
    assert named.labels == ["Перенести", "Отменить запись", ILL]
    assert len(named.messages) == before
    assert await house.count("appointments", "coming_at IS NOT NULL") == 1

    await at(house, 14.5, notifier)
    assert "Не ответите" not in named.screen.text
    assert "Придём" not in named.labels

    for label in ("Перенести", "Чт 26", "10:30", "Перенести"):
        await named.tap(label)
    assert "↪️" in named.screen.text
    assert await house.count("appointments", "coming_at IS NOT NULL") == 0


async def test_cancelling_from_a_reminder_asks_once_and_leaves_it_there(
    reminded: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R17: what stays in the chat is not edited away, and nothing more is sent of the visit."""
    await at(house, 11, notifier)
    reminder = reminded.screen.text
    await reminded.tap("Отменить запись")
    assert "Отменить эту запись?" in reminded.screen.text
    await reminded.tap("Отменить запись")
    assert "Запись отменена" in reminded.screen.text
    assert reminder in [message.text for message in reminded.messages]

    await reminded.tap("Придём")
    assert "отмен" in (reminded.alert or "")
    assert await at(house, 14.5, notifier) == 0


async def test_several_children_of_one_morning_are_one_message(
    named: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R23: a row for each visit, one message for all, and one tap says that all come."""
    await named.say("/menu")
    for label in ("Дети", "Добавить ребёнка"):
        await named.tap(label)
    await named.say("Соня")
    await named.say("05.05.2021")
    for label in ("Записаться", "Соня", "Консультация", "Ким", "Завтра", "9:50"):
        await named.tap(label)
    await named.tap("Не болеет — записать")

    assert await at(house, 11, notifier) == 1
    said = named.screen.text
    assert said.startswith("🔔 К врачу завтра, вт 24 ноября\n")
    assert said.index("9:50 · Соня") < said.index("10:30 · Миша")
    assert said.count("Что взять с собой") == 1
    assert named.labels == ["Придём", "Соня · завтра, 9:50", "Миша · завтра, 10:30", ILL]
    await named.tap("Придём")
    assert await house.count("appointments", "coming_at IS NOT NULL") == 2
    assert await house.count("notifications", "state = 'sent'") == 2
    assert await at(house, 14, notifier) == 1


@pytest.mark.parametrize(("change", "left"), [("moves", 2), ("cancels", 1)])
async def test_a_reminder_of_several_is_answered_as_it_was_read(
    named: Chat, house: House, notifier: TelegramNotifier, change: str, left: int
) -> None:
    """R66: the registry changed one of the two meanwhile: "we will come" is said of none, and asked
    anew of those that there are."""
    await named.say("/menu")
    for label in ("Дети", "Добавить ребёнка"):
        await named.tap(label)
    await named.say("Соня")
    await named.say("05.05.2021")
    for label in ("Записаться", "Соня", "Консультация", "Петрова", "Завтра", "11:00"):
        await named.tap(label)
    await named.tap("Не болеет — записать")
    await at(house, 11, notifier)
    person, post = await at_the_registry(house)
    desk, sonya = house.services.desk, AppointmentId(2)
    if change == "moves":
        slot = "SELECT id FROM slots WHERE doctor_id = 1 AND starts_at LIKE '2026-11-24 08:15%'"
        [(slot_id,)] = await house.database.rows(slot)
        await desk.move(person, post, sonya, SlotId(int(str(slot_id))))
    else:
        await desk.cancel(person, post, sonya)

    await named.tap("Придём")
    assert named.alert == "Запись тем временем изменилась, ничего не сделано. Посмотрите ещё раз."
    assert await house.count("appointments", "coming_at IS NOT NULL") == 0
    assert ("11:15 · Соня" in named.screen.text) is (left == 2)
    await named.tap("Придём")
    assert named.screen.text.startswith("✅ Ждём")
    assert await house.count("appointments", "coming_at IS NOT NULL") == left


async def test_a_reminder_says_when_and_where_alone(
    reminded: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R40, R41: the fact of seeking care is a medical secret, and a phone lies on tables: without
    asking for more, nobody and nothing is named; one tap shows it all, the reminder stays."""
    assert "Без имени и врача" in reminded.screen.text
    await at(house, 11, notifier)
    when = "завтра, вт 24 ноября, 10:30\n📍 ул. Садовая, 7"
    bring = "Что взять с собой — по кнопке визита ниже."
    reminder = f"🔔 Визит {when}\n{bring}\n\nНе ответите — запись сохранится."
    assert reminded.screen.text == reminder
    assert reminded.labels == ["Придём", "Показать визит", "Перенести", "Отменить запись", ILL]
    await reminded.tap("Показать визит")
    assert reminded.screen.text.startswith("✅ Вы записаны: Миша, вт 24 ноября, 10:30, каб. 12")
    assert "Что взять с собой" in reminded.screen.text
    assert reminded.messages[-2].text == reminder
    await reminded.tap("Придём")
    assert f"✅ Ждём вас {when}" in [each.text for each in reminded.messages]


async def test_two_visits_at_one_hour_are_told_apart_by_a_tap(
    reminded: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R41, R59: two children, two doctors; no name in the reminder, and a button for each."""
    anna = PersonId(1)
    sonya = await house.child(anna, "Соня", "05.05.2021")
    [(slot_id,)] = await house.database.rows(
        "SELECT id FROM slots WHERE doctor_id = 2 AND starts_at LIKE '2026-11-24 07:30%'"
    )
    await house.services.booking.book(anna, need(sonya.id), SlotId(int(str(slot_id))))
    await at(house, 11, notifier)

    assert reminded.screen.text.startswith("🔔 Визит завтра, вт 24 ноября, 10:30 и 10:30\n")
    assert reminded.labels[0] == "Придём"
    reminder = reminded.screen
    names = []
    for row in reminder.buttons[1:-1]:
        assert row[0].data
        await reminded.tap_data(row[0].data, reminder.id)
        names.append("Миша" if "Миша" in reminded.screen.text else "Соня")
    assert sorted(names) == ["Миша", "Соня"]


async def test_who_wants_names_says_so_by_one_tap(
    reminded: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R40: the settings say what notices say now, with an example; there and back."""
    await reminded.say("/settings")
    assert "В уведомлениях нет имени и врача" in reminded.screen.text
    assert "Визит завтра, 10:15\n📍 ул. Садовая, 7" in reminded.screen.text
    await reminded.tap("Писать имя и врача: нет")
    assert "В уведомлениях есть имя и врач" in reminded.screen.text
    assert "Миша к врачу завтра, 10:15\nПетрова А. С., каб. 12" in reminded.screen.text
    await at(house, 11, notifier)
    assert reminded.screen.text.startswith("🔔 Миша к врачу завтра")

    await reminded.say("/settings")
    await reminded.tap("Писать имя и врача: да")
    assert "В уведомлениях нет имени и врача" in reminded.screen.text
    await at(house, 14.5, notifier)
    assert reminded.screen.text.startswith("🔔 Визит сегодня, вт 24 ноября, 10:30\n")


async def test_who_wants_names_is_not_told_that_there_are_none(booked: Chat) -> None:
    """The answer to "yes, remind me" speaks of names only to who gets none."""
    yes, data = booked.find("Да, напоминать")
    await let_name(booked)
    await booked.tap_data(data, yes.id)
    [said] = [each.text for each in booked.messages if each.text.startswith("🔔 Буду напоминать")]
    assert "Без имени" not in said


async def test_settings_turn_everything_on_and_off(
    reminded: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R21: each purpose by itself, after its own text; what is pending follows at once."""
    await reminded.say("/settings")
    assert reminded.labels[:3] == ["🔔 Напоминания: вкл.", "Накануне: 18:00", "За 2 часа"]
    await reminded.tap("Накануне: 18:00")
    await reminded.tap("20:00")
    await reminded.tap("За 2 часа")
    await reminded.tap("В день визита не нужно")
    assert "🔔 накануне в 20:00" in reminded.screen.text
    assert await at(house, 11, notifier) == 0

    await reminded.tap("🔔 Напоминания: вкл.")
    assert reminded.labels[0] == "🔔 Напоминания: выкл."
    assert await house.count("notifications") == 0
    assert await at(house, 2.5, notifier) == 0

    await reminded.tap("📰 Новости: выкл.")
    assert "Согласие на новости." in reminded.screen.text
    await reminded.tap("Даю согласие")
    assert "📰 Новости: вкл." in reminded.labels
    standing = "withdrawn_at IS NULL AND purpose <> 'processing'"
    assert await house.count("consents", standing) == 1
    assert await house.count("consents", "purpose = 'reminders'") == 1


async def test_who_has_no_clinic_yet_has_no_settings(vera: Chat) -> None:
    """R41: nothing can be wished before the consent; the way on is a button."""
    await vera.say("/settings")
    assert "нужно ваше согласие" in vera.screen.text
    await vera.tap("На главную")
    assert vera.labels == ["Даю согласие", "Не сейчас"]


async def test_a_visit_that_the_clinic_moved_or_cancelled_is_told_with_its_calendar(
    booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R17, R24: in any case, at once if it is near; SEQUENCE rises, the cancellation included. Who
    took the file gets a newer one, though the letter names nobody: only who opens it reads it."""
    desk, visit = house.services.desk, AppointmentId(1)
    registry = await at_the_registry(house)
    await booked.tap("В календарь")
    await desk.move(*registry, visit, await slot_at(house, "08:00"))
    assert await at(house, 1, notifier) == 1
    text, file = booked.messages[-2:]
    assert text.text.startswith("↪️ Клиника перенесла ваш визит\nБыло: вт 24 ноября, 10:30\n")
    assert "Стало: пн 23 ноября, 11:00\n📍 ул. Садовая, 7" in text.text
    assert file.document
    content = booked.world.telegram.world.contents[file.document.id].decode()
    assert "SEQUENCE:1" in content

    await desk.cancel(*registry, visit)
    assert await at(house, 0, notifier) == 1
    text, file = booked.messages[-2:]
    assert text.text.startswith("✖️ Клиника отменила ваш визит: пн 23 ноября, 11:00\n")
    assert "+7 495 000-00-01" in text.text
    assert file.document
    content = booked.world.telegram.world.contents[file.document.id].decode()
    assert "SEQUENCE:2" in content
    assert "STATUS:CANCELLED" in content
    await booked.tap("Другое время")
    assert "врач" in booked.screen.text.lower()


async def test_a_move_by_the_clinic_can_be_declined_by_another_move(
    booked: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """The family's own choice takes the clinic's pending news back: they know better."""
    registry = await at_the_registry(house)
    await house.services.desk.move(*registry, AppointmentId(1), await slot_at(house, "08:15"))
    await booked.say("/visits")
    await booked.tap("Миша ·")
    for label in ("Перенести", "Завтра", "10:00", "Перенести"):
        await booked.tap(label)
    assert await at(house, 1, notifier) == 0


async def test_who_is_reminded_is_whoever_wants_to_be(
    reminded: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """Both adults who care for a child are asked and reminded, each by their own settings."""
    boris = await register(_chat(reminded, 102), "Соня", "05.05.2021")
    await house.database.run(
        "INSERT INTO care (person_id, child_id, since) VALUES (2, 1, '2026-11-23 04:00:00')"
    )
    await boris.say("/settings")
    await boris.tap("🔔 Напоминания: выкл.")
    await boris.tap("Даю согласие")

    assert await at(house, 11, notifier) == 2
    assert boris.screen.text == reminded.screen.text


def _chat(chat: Chat, user_id: int) -> Chat:
    chat.world.telegram.add_user(user_id, "Борис", language_code="ru")
    return Chat(chat.world, user_id)
