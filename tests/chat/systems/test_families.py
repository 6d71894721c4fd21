"""A clinic with a system of its own: what a family reads while that system answers, and while it
does not (R76)."""

from pathlib import Path

import pytest
from aiogram.utils.i18n import I18n

from bot.telegram.pacing import Pace
from bot.watch.erasing import EraseDue
from services.model.slots import Stretch
from services.runtime.use_case import finish_use_cases
from services.systems import carrying_out
from tests.chat.conftest import Chat, tap_all
from tests.chat.systems.conftest import Practice
from tests.conftest import CONSENTS, ROMASHKA
from tests.databases import BOTH
from tests.services.systems.conftest import NINE, later
from tests.services.systems.fake import starts

NOT_YET = "⏳ Вы пока не записаны"
OUTAGE = (
    "Система клиники не отвечает, записать сейчас не можем. Позвоните, пожалуйста: +7 495 000-00-01"
)


async def test_what_the_system_answers_at_once_is_the_answer_to_the_tap(
    mother: Chat, practice: Practice
) -> None:
    """Booked, moved and given back as anywhere else; just so it stands in the clinic's system."""
    await tap_all(mother, "Сегодня, 9:00", "Не болеет — записать")
    assert "✅ Вы записаны: Миша, пн 23 ноября, 9:00, каб. 12, № 1001" in mother.screen.text
    assert starts(practice.fake.standing()) == [NINE]

    await tap_all(mother, "Перенести", "Сегодня", "10:00", "Перенести")
    assert "↪️ Запись перенесена\nБыло: пн 23 ноября, 9:00\nСтало: пн 23 ноября, 10:00" in (
        mother.screen.text
    )
    await practice.go_on()
    assert starts(practice.fake.standing()) == [later(NINE, 60)]

    await tap_all(mother, "Отменить запись", "Отменить запись")
    assert "✖️ Запись отменена: Миша, пн 23 ноября, 10:00" in mother.screen.text
    await practice.go_on()
    assert practice.fake.standing() == []
    assert [each.text for each in mother.messages if "пока не" in each.text] == []


@pytest.mark.parametrize("kind", BOTH)
async def test_a_late_answer_is_a_message(
    mother: Chat, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told "записаны" before: the tap says by when the answer comes, and it comes. Tapped
    twice, it is one visit. Whether to remind of it is asked when there is one."""
    await practice.house.services.clinics.open(ROMASHKA, CONSENTS, [])
    monkeypatch.setattr(carrying_out, "TAP_WAITS", 0.05)
    practice.fake.lets.clear()
    await mother.tap("Сегодня, 9:00")
    message, confirm = mother.find("Не болеет — записать")
    await mother.tap_data(confirm, message.id)
    assert mother.screen.text.startswith(
        f"{NOT_YET}: Миша, пн 23 ноября, 9:00, каб. 12, № 1001\n\n"
        "Запрос у клиники, ответим до 7:15."
    )
    await mother.tap_data(confirm, message.id)
    said = "".join(each.text for each in mother.messages)
    assert "✅" not in said
    assert "🔔" not in said
    await mother.say("/menu")
    assert "⏳ Запрос у клиники: сегодня, 9:00, Петрова А. С." in mother.screen.text
    await mother.say("/visits")
    assert "⏳ сегодня, 9:00, № 1001: запрос у клиники" in mother.screen.text

    practice.fake.lets.set()
    await finish_use_cases()
    await practice.go_on()
    assert mother.screen.text == "✅ Вы записаны: пн 23 ноября, 9:00\n📍 ул. Садовая, 7"
    await tap_all(mother, "🔔 Напомнить о визите", "Да, напоминать")
    assert await practice.house.count("consents", "purpose = 'reminders'") == 1
    assert starts(practice.fake.standing()) == [NINE]


async def test_taken_there_is_said_so(mother: Chat, practice: Practice) -> None:
    """There is no visit, and there are other times; a visit that was to be moved stays."""
    await mother.tap("Сегодня, 9:00")
    practice.fake.take(Stretch(NINE, later(NINE, 15)))
    await mother.tap("Не болеет — записать")
    assert mother.screen.text.startswith("✖️ Записать не получилось: пн 23 ноября, 9:00\n\n")
    assert "возможно, его только что заняли" in mother.screen.text
    await practice.read()
    await tap_all(mother, "Другое время", "Петрова")
    await tap_all(mother, "Сегодня", "9:15", "Не болеет — записать")
    assert "✅ Вы записаны: Миша, пн 23 ноября, 9:15" in mother.screen.text

    await tap_all(mother, "Перенести", "Сегодня", "10:00")
    practice.fake.take(Stretch(later(NINE, 60), later(NINE, 75)))
    await mother.tap("Перенести")
    assert mother.screen.text.startswith("✖️ Не перенесли: нового времени у клиники уже нет")
    assert "✅ Вы записаны: Миша, пн 23 ноября, 9:15" in mother.screen.text
    assert starts(practice.fake.standing()) == [later(NINE, 15)]


@pytest.mark.parametrize("kind", BOTH)
async def test_an_outage_is_said_honestly(mother: Chat, practice: Practice) -> None:
    """R76: first times have their age; after an hour nothing is given out, whatever was shown
    before; when it answers again, it is as it was."""
    practice.fake.down = True
    await practice.read(minutes=12)
    await mother.say("/menu")
    assert "🕓 Данные на 7:00" in mother.screen.text
    await tap_all(mother, "Записаться", "Консультация")
    assert "👶 Миша · Консультация\n🕓 Данные на 7:00\n" in mother.screen.text
    await mother.tap("Любой врач, раньше всех")
    assert "Записать?" in mother.screen.text

    await practice.read(minutes=50)
    await mother.tap("Не болеет — записать")
    assert mother.alert == OUTAGE
    assert f"🔌 {OUTAGE}" in mother.screen.text
    assert "Сегодня, 9:00" not in "".join(mother.labels)
    assert "Свободного времени сейчас нет" not in mother.screen.text  # nobody knows
    assert "Нужно сегодня" not in mother.labels
    assert await practice.house.count("appointments") == 0
    await tap_all(mother, "Записаться", "Консультация")
    assert mother.alert == OUTAGE

    practice.fake.down = False
    await practice.read(minutes=2)
    await mother.say("/menu")
    assert "Данные на" not in mother.screen.text
    await tap_all(mother, "🕘", "Не болеет — записать")
    assert "✅ Вы записаны" in mother.screen.text


async def test_a_visit_is_not_moved_into_an_outage(mother: Chat, practice: Practice) -> None:
    """It stays where it was, and can be given up all the same."""
    await tap_all(mother, "Сегодня, 9:00", "Не болеет — записать")
    await tap_all(mother, "Перенести", "Сегодня", "10:00")
    practice.fake.down = True
    await practice.read(minutes=61)
    await mother.tap("Перенести")
    assert mother.alert == OUTAGE
    await mother.say("/visits")
    assert "✅ сегодня, 9:00" in mother.screen.text
    await tap_all(mother, "Миша · сегодня, 9:00", "Отменить запись", "Отменить запись")
    assert "✖️ Запись отменена" in mother.screen.text


async def test_brothers_and_sisters_in_an_outage(mother: Chat, practice: Practice) -> None:
    """The same age and the same no where several come; with the answers they are booked."""
    person = await practice.house.parent(mother.user_id)
    await practice.house.child(person, "Даша", "01.02.2022")
    await mother.say("/menu")
    await tap_all(mother, "Записаться", "Двое или трое сразу", "Справка", "9:00 · Петрова")
    message, confirm = mother.find("Оба здоровы — записать")
    practice.fake.down = True
    await practice.read(minutes=12)
    await mother.say("/menu")
    await tap_all(mother, "Записаться", "Двое или трое сразу", "Справка")
    assert "🕓 Данные на 7:00" in mother.screen.text

    await practice.read(minutes=50)
    await mother.tap_data(confirm, message.id)
    assert mother.alert == OUTAGE
    assert await practice.house.count("appointments") == 0

    practice.fake.down = False
    await practice.read(minutes=2)
    await mother.say("/menu")
    await tap_all(mother, "Записаться", "Двое или трое сразу", "Справка", "9:00 · Петрова")
    await mother.tap("Оба здоровы — записать")
    await practice.go_on()
    [booked] = [each.text for each in mother.messages if "✅ Вы записаны" in each.text]
    assert "Миша: пн 23 ноября, 9:00" in booked
    assert "Даша: пн 23 ноября, 9:15" in booked
    assert starts(practice.fake.standing()) == [NINE, later(NINE, 15)]


async def away(mother: Chat, practice: Practice) -> None:
    """The system has not answered for an hour; Анна reads so, and asks to be told."""
    practice.fake.down = True
    await practice.read(minutes=61)
    await tap_all(mother, "Записаться", "Консультация")
    assert mother.alert == OUTAGE
    assert f"🔌 {OUTAGE}" in mother.screen.text
    message, ask = mother.find("Сообщить, когда появится")
    await mother.tap_data(ask, message.id)
    assert "🔔 Когда она ответит, напишем вам сюда; ночью не пишем." in mother.screen.text
    assert "Сообщить, когда появится" not in mother.labels
    await mother.tap_data(ask, message.id)


@pytest.mark.parametrize("kind", BOTH)
async def test_whoever_asked_is_told_once_when_it_answers(mother: Chat, practice: Practice) -> None:
    """One tap, however often; with the times that there are by then, and of the next outage only
    who asks anew."""
    await away(mother, practice)
    said = len(mother.messages)
    await practice.read(minutes=20)
    await practice.go_on(1)
    assert len(mother.messages) == said

    practice.fake.down = False
    practice.fake.take(Stretch(NINE, later(NINE, 15)))
    await practice.read(minutes=2)
    await practice.go_on(2)
    assert len(mother.messages) == said + 1
    assert mother.messages[-1].text == (
        "🔌 Система клиники снова отвечает\n📍 ул. Садовая, 7\n\nМожно записываться.\n\n"
        "Ближайшее время: сегодня, пн 23 ноября, 9:10"
    )
    await tap_all(mother, "🕘 Сегодня, 9:10", "Не болеет — записать")
    assert "✅ Вы записаны" in mother.screen.text

    said = len(mother.messages)
    practice.fake.down = True
    await practice.read(minutes=61)
    practice.fake.down = False
    await practice.read(minutes=16)
    await practice.go_on(2)
    assert len(mother.messages) == said


async def test_what_never_answers_is_waited_for_a_day(mother: Chat, practice: Practice) -> None:
    """Then it is said so, with the phone, by day; and it can be asked for once more."""
    await away(mother, practice)
    said = len(mother.messages)
    await practice.read(minutes=23 * 60)
    await practice.go_on(1)
    assert len(mother.messages) == said
    await practice.read(minutes=60)
    await practice.go_on(2)
    assert len(mother.messages) == said + 1
    assert mother.messages[-1].text == (
        "🔌 Система клиники всё ещё не отвечает\n📍 ул. Садовая, 7\n\n"
        "Прошли сутки, больше не ждём. Запишитесь, пожалуйста, по телефону: +7 495 000-00-01"
    )
    await mother.tap("Сообщить, когда появится")
    practice.fake.down = False
    await practice.read(minutes=20)
    await practice.go_on(2)
    assert "🔌 Система клиники снова отвечает" in mother.messages[-1].text
    assert await practice.house.count("notifications", "kind = 'system-answers'") == 2


async def test_nobody_is_woken_by_a_system_that_answers(mother: Chat, practice: Practice) -> None:
    """At night it answers, and is away again by the morning: it is told once it answers by day."""
    await away(mother, practice)
    said = len(mother.messages)
    practice.fake.down = False
    await practice.read(minutes=15 * 60)
    await practice.go_on(2)
    practice.fake.down = True
    await practice.read(minutes=8 * 60 + 10)
    await practice.go_on(2)
    assert len(mother.messages) == said
    practice.fake.down = False
    await practice.read(minutes=16)
    await practice.go_on(2)
    assert len(mother.messages) == said + 1


async def test_whoever_is_erased_is_told_nothing(
    mother: Chat, practice: Practice, i18n: I18n, tmp_path: Path
) -> None:
    """It is in the family's own data before, and nothing of it is kept after."""
    await away(mother, practice)
    await mother.say("/privacy")
    await tap_all(mother, "Удалить всё", "Удалить")
    practice.house.clock.forward(hours=25)
    erasing, file = practice.house.services.erasing, tmp_path / "erased.txt"
    erase_due = EraseDue(erasing, mother.world.bot, i18n, Pace(1000, private_rest=0), file)
    await erase_due.tick()
    practice.fake.down = False
    await practice.read()
    said = len(mother.messages)
    await practice.go_on(2)
    assert len(mother.messages) == said
    assert await practice.house.count("notifications", "kind = 'system-answers'") == 0


async def test_brothers_and_sisters_are_booked_all_or_none(
    mother: Chat, practice: Practice
) -> None:
    """One of the times is gone there: nobody is booked, and other times are a tap away; with both
    free both are, and one no to a move leaves both where they were."""
    person = await practice.house.parent(mother.user_id)
    await practice.house.child(person, "Даша", "01.02.2022")
    await mother.say("/menu")
    await tap_all(mother, "Записаться", "Двое или трое сразу", "Справка", "9:00 · Петрова")
    practice.fake.take(Stretch(later(NINE, 15), later(NINE, 30)))
    await mother.tap("Оба здоровы — записать")
    assert mother.screen.text.startswith("✖️ Никого не записали: пн 23 ноября, 9:00\n\n")
    await practice.go_on(3, seconds=30)
    assert practice.fake.standing() == []
    assert "✅" not in "".join(each.text for each in mother.messages)
    assert len([each for each in mother.messages if "✖️" in each.text]) == 1

    await practice.read()
    await tap_all(mother, "Другое время", "Справка", "9:30 · Петрова", "Оба здоровы — записать")
    assert mother.screen.text.startswith("✅ Вы записаны")
    assert starts(practice.fake.standing()) == [later(NINE, 30), later(NINE, 45)]
    await tap_all(mother, "Перенести", "10:15 · Петрова")
    practice.fake.take(Stretch(later(NINE, 90), later(NINE, 105)))
    await mother.tap("Перенести")
    assert mother.screen.text.startswith(
        "✖️ Никого не перенесли: одного из новых времён у клиники уже нет\n\n✅ Вы записаны"
    )
    await practice.go_on(3, seconds=30)
    assert starts(practice.fake.standing()) == [later(NINE, 30), later(NINE, 45)]
