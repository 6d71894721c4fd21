"""The doctor's day in the chat: the list, who came, the next visit, "задерживаюсь"."""

from collections.abc import Callable

import pytest

from bot.telegram.sending import TelegramNotifier
from services.model.access import Role
from services.model.clinic import Clinic
from tests.chat.conftest import Chat, let_name, tap_all
from tests.conftest import House
from tests.playing import played


@played
async def day(anna: Chat, boris: Chat) -> None:
    """Миша comes at 9:00, Соня at 9:15."""
    await tap_all(anna, "Сегодня, 9:00", "Не болеет — записать")
    await tap_all(boris, "Записаться", "Консультация", "Петрова", "Сегодня", "9:15")
    await boris.tap("Не болеет — записать")


@pytest.mark.usefixtures("day")
async def test_who_came_is_two_taps_a_child(petrova: Chat, anna: Chat, house: House) -> None:
    """From the list to the first child, and from child to child; a slip is taken back."""
    house.clock.forward(hours=2, minutes=20)
    await tap_all(petrova, "Приём сегодня", "9:00")
    assert petrova.labels[:2] == ["Пришли", "Не пришли"]
    await petrova.tap("Не пришли")
    assert petrova.screen.text.startswith("➖ Не пришли: Миша")
    await tap_all(petrova, "Снять отметку", "Пришли")
    assert petrova.screen.text.startswith("☑️ Пришли: Миша")
    await tap_all(petrova, "9:15 ›", "Пришли", "Назад")
    assert "9:00 Миша, 2 года 8 месяцев · Консультация ☑️" in petrova.screen.text
    assert "9:15 Соня, 5 лет · Консультация ☑️" in petrova.screen.text

    await anna.say("/menu")
    await tap_all(anna, "Дети", "Миша", "Кто смотрел данные")
    assert "Врач, пн 23 ноября, 9:20: отмечено: пришли на приём" in anna.screen.text


@pytest.mark.usefixtures("day")
async def test_who_comes_early_is_noted_at_the_door(petrova: Chat, house: House) -> None:
    """R39: at 8:40 for 9:00; nobody can say yet that a child did not come."""
    house.clock.forward(hours=1, minutes=40)
    await tap_all(petrova, "Приём сегодня", "9:00")
    assert petrova.labels[0] == "Пришли"
    assert "Не пришли" not in petrova.labels
    await petrova.tap("Пришли")
    assert petrova.screen.text.startswith("☑️ Пришли: Миша")


@pytest.mark.usefixtures("day")
async def test_what_nobody_noted_says_so(petrova: Chat, house: House) -> None:
    """R39: the day after, a visit without a mark is none that took place."""
    house.clock.forward(hours=3)
    await tap_all(petrova, "Приём сегодня", "9:15", "Пришли")
    house.clock.forward(days=1)
    await tap_all(petrova, "Назад")
    assert "9:00 Миша, 2 года 8 месяцев · Консультация · не отмечено" in petrova.screen.text
    assert "9:15 Соня, 5 лет · Консультация ☑️" in petrova.screen.text
    await petrova.tap("9:00")
    assert petrova.screen.text.startswith("Не отмечено, пришли ли: Миша")


@pytest.mark.usefixtures("day")
async def test_a_mark_of_an_old_screen_says_why_not(petrova: Chat, house: House) -> None:
    """R12: its day is over by now."""
    house.clock.forward(hours=2)
    await tap_all(petrova, "Приём сегодня", "9:00")
    message, came = petrova.find("Пришли")
    house.clock.forward(days=1)
    await petrova.tap_data(came, message.id)
    assert petrova.alert == "Этот день уже прошёл."


@pytest.mark.usefixtures("day")
async def test_the_next_visit_is_named_in_four_taps(
    petrova: Chat, anna: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """ "Явка во вторник": the child is in the room; the family reads it in its own chat."""
    house.clock.forward(hours=2, minutes=5)
    await tap_all(petrova, "Приём сегодня", "9:00")
    await petrova.tap("Следующая явка")
    assert "Другие врачи" not in petrova.labels
    await tap_all(petrova, "завтра ·", "9:30", "Записать")
    assert petrova.screen.text.startswith("✅ Записано")
    assert "👶 Миша · Повторный приём" in petrova.screen.text
    assert petrova.labels == ["Приём сегодня", "Рабочее место"]
    assert await house.services.notices.tell_due(notifier) == 1
    assert anna.screen.text == "✅ Вы записаны: вт 24 ноября, 9:30\n📍 ул. Садовая, 7"


@pytest.mark.usefixtures("day")
async def test_a_note_stands_in_the_list_and_nowhere_else(
    petrova: Chat, anna: Chat, house: House
) -> None:
    """R36: three taps and the words, as they were typed; the family sees that there is one."""
    await tap_all(petrova, "Приём сегодня", "9:00", "Заметка для коллег")
    assert "её видят только сотрудники" in petrova.screen.text
    await petrova.say("Карта <у медсестры>")
    assert "📝 Карта <у медсестры>" in petrova.screen.text
    await petrova.tap("Назад")
    assert "8 месяцев · Консультация\n📝 Карта <у медсестры>" in petrova.screen.text
    await tap_all(anna, "Мои записи", "Миша ·")
    assert "медсестры" not in anna.screen.text
    await anna.say("/menu")
    await tap_all(anna, "Дети", "Миша", "Кто смотрел данные")
    assert "Врач, пн 23 ноября, 7:00: заметка для коллег" in anna.screen.text


@pytest.mark.usefixtures("day")
async def test_late_by_twenty_minutes_is_two_taps(
    petrova: Chat, anna: Chat, boris: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """Both families hear of it at once, with names where they wish so; who is in already hears
    nothing more."""
    await let_name(anna)
    house.clock.forward(hours=1, minutes=50)
    await tap_all(petrova, "Задерживаюсь", "20 минут")
    assert petrova.screen.text.startswith("⏱ Задержка: 20 минут")
    assert "Бот сообщит 2 семьям" in petrova.screen.text
    assert await house.services.notices.tell_due(notifier) == 2
    assert anna.screen.text.startswith("⏱ Врач задерживается примерно на 20 минут")
    assert "Миша, сегодня, 9:00: приём начнётся около 9:20" in anna.screen.text
    assert "Запись сохраняется" in anna.screen.text

    house.clock.forward(minutes=30)
    await petrova.tap("Рабочее место")
    await tap_all(petrova, "Приём сегодня", "9:00", "Пришли", "Рабочее место")
    await petrova.tap("Задерживаюсь")
    assert "Сейчас объявлено: 20 минут" in petrova.screen.text
    assert "20 минут" not in petrova.labels
    await petrova.tap("Снова по расписанию")
    assert await house.services.notices.tell_due(notifier) == 1
    assert boris.screen.text == "⏱ Визит сегодня, 9:15: снова по расписанию"
    assert anna.screen.text.startswith("⏱ Врач задерживается")


@pytest.mark.usefixtures("day")
async def test_the_registry_says_it_for_the_doctor(
    enter: Callable[..., Chat], house: House, clinic: Clinic
) -> None:
    """From the doctor's list of today."""
    tamara = enter(202, "Тамара")
    invitation = await house.services.members.appoint("romashka", Role.REGISTRAR)
    await tamara.say(f"/start i{invitation.token}")
    house.clock.forward(hours=1)
    await tap_all(tamara, "Приём сегодня", "Петрова", "Врач задерживается", "10 минут")
    assert "Бот сообщит 2 семьям" in tamara.screen.text
    await tamara.tap("Список на сегодня")
    assert "9:00 Миша" in tamara.screen.text
