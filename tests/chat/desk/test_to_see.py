"""The registry sees in one list whom it owes something, and settles it there."""

from collections.abc import Callable
from datetime import timedelta

from services.model.access import Role
from tests.chat.conftest import Chat
from tests.chat.desk.test_day import employ
from tests.conftest import House
from tests.playing import played


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    chat = await employ(house, enter(202, "Тамара"), Role.REGISTRAR)
    await chat.say("/clinic")
    return chat


async def test_a_family_without_a_time_is_seen_to(tamara: Chat, anna: Chat, house: House) -> None:
    """R64: the doctor is absent, the family chooses nothing: it stands on the desk's list, on the
    child's card, and is ticked off in two taps; a third takes that back."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    assert not [label for label in tamara.labels if "Сделать сейчас" in label]
    for label in ("Врача не будет", "Петрова", "Сегодня", "Другое время всем", "Сделать"):
        await tamara.tap(label)

    # While the family chooses there is nothing to do, and yet a way to who is on the list.
    assert not [label for label in tamara.labels if "Выбирают время" in label]
    await tamara.say("/clinic")
    assert not [label for label in tamara.labels if "Сделать сейчас" in label]
    await tamara.tap("Выбирают время: 1")
    assert "🕘 Миша · сегодня, 9:00" in tamara.labels

    house.clock.now += timedelta(hours=6)
    await tamara.say("/clinic")
    assert not [label for label in tamara.labels if "Выбирают время" in label]
    await tamara.tap("❗️ Сделать сейчас: 1")
    assert "🕘 остались без времени: 1" in tamara.screen.text
    assert "нужно другое время; за ними ничего не держим" in tamara.screen.text
    await tamara.tap("🕘 Миша · сегодня, 9:00")
    assert "Другое время" in tamara.labels
    await tamara.tap("✓ Договорились с семьёй")
    assert tamara.screen.text.startswith("✅ Решено")
    await tamara.tap("К списку")
    assert "Сейчас вас никто не ждёт" in tamara.screen.text

    await tamara.say("1001")
    await tamara.tap("Карточка")
    assert not [label for label in tamara.labels if "🕘" in label]
    assert "№ 1001\nбез времени; с семьёй договорились" in tamara.screen.text
    await tamara.tap("✅ Петрова · сегодня, 9:00")
    assert "Вернуть в список" in tamara.labels
