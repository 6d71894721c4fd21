"""Moving a visit: the old time is the family's until the new one is won (R09)."""

from tests.chat.conftest import Chat
from tests.conftest import House
from tests.playing import played


@played
async def booked(anna: Chat) -> Chat:
    """Анна, with a visit of Миша today at 9:00."""
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    return anna


async def test_a_visit_is_moved_in_four_taps(booked: Chat, house: House) -> None:
    """Move, day, time, confirm; then was and now; number, reason and row stay (R09)."""
    taps = 0
    for label, words in [
        ("Перенести", "Старое время ваше, пока не выберете новое: пн 23 ноября, 9:00"),
        ("Завтра", "Вторник, 24 ноября"),
        ("10:30", "Перенести запись?"),
        ("Перенести", "Запись перенесена"),
    ]:
        await booked.tap(label)
        taps += 1
        assert words in booked.screen.text

    assert taps == 4
    assert "Было: пн 23 ноября, 9:00\nСтало: вт 24 ноября, 10:30" in booked.screen.text
    assert "✅ Вы записаны: Миша, вт 24 ноября, 10:30, каб. 12, № 1001" in booked.screen.text
    assert await house.count("appointments") == 1


async def test_the_question_says_was_and_will_be(booked: Chat) -> None:
    """Both times stand side by side before anything is moved; the new one is kept meanwhile."""
    await booked.tap("Перенести")
    await booked.tap("Завтра")
    await booked.tap("10:30")

    assert "Сейчас: пн 23 ноября, 9:00, Петрова Анна Сергеевна, каб. 12" in booked.screen.text
    assert "Станет: вт 24 ноября, 10:30, Петрова Анна Сергеевна, каб. 12" in booked.screen.text
    assert "Держим это время для вас до 7:03" in booked.screen.text


async def test_the_old_time_is_free_at_once(booked: Chat, boris: Chat) -> None:
    """Who comes next is offered what was left (R11)."""
    await boris.say("/menu")
    assert "🕘 Сегодня, 9:10" in boris.labels
    await _move(booked, "Завтра", "10:30")

    await boris.say("/menu")
    await boris.tap("Сегодня, 9:00")
    await boris.tap("Не болеет — записать")
    assert "Вы записаны: Соня, пн 23 ноября, 9:00" in boris.screen.text


async def test_a_new_time_that_is_taken_leaves_the_old_one(
    booked: Chat, boris: Chat, house: House
) -> None:
    """Taken meanwhile: the visit stays as it is, and the nearest times are shown (R09)."""
    await booked.tap("Перенести")
    await booked.tap("Завтра")
    await booked.tap("9:00")
    house.clock.forward(minutes=3)  # what was kept is kept no more
    await boris.say("/menu")
    await boris.tap("Записаться")
    await boris.tap("Консультация")
    await boris.tap("Петрова")
    await boris.tap("Завтра")
    await boris.tap("9:00")
    await boris.tap("Не болеет — записать")
    await booked.tap("Перенести")

    assert booked.alert == (
        "Это время только что заняли. Ваша запись осталась прежней: пн 23 ноября, 9:00."
    )
    assert booked.labels[:3] == ["Завтра, 9:15", "Завтра, 9:30", "Завтра, 9:45"]
    assert "Старое время ваше, пока не выберете новое" in booked.screen.text
    await booked.tap("Оставить как есть")
    assert "Вы записаны: Миша, пн 23 ноября, 9:00" in booked.screen.text


async def test_a_new_time_that_is_kept_for_others_leaves_the_old_one(
    booked: Chat, boris: Chat
) -> None:
    """Another family is looking at it: what one has is said first (R05)."""
    await booked.tap("Перенести")
    await booked.tap("Завтра")
    times = booked.screen.id
    _, data = booked.find("9:00")
    await boris.tap("Записаться")
    await boris.tap("Консультация")
    await boris.tap("Петрова")
    await boris.tap("Завтра")
    await boris.tap("9:00")
    await booked.tap_data(data, times)

    assert booked.alert == (
        "Это время сейчас выбирает другая семья. Ваша запись осталась прежней: пн 23 ноября, 9:00."
    )


async def test_an_overlapping_time_is_not_in_its_own_way(booked: Chat) -> None:
    """The child's old visit does not keep it from a time that overlaps it (R09)."""
    await booked.tap("Перенести")
    await booked.tap("Другие врачи")
    await booked.tap("Ким · сегодня, 9:10")
    await booked.tap("Сегодня")
    await booked.tap("9:10")
    await booked.tap("Перенести")

    assert "Вы записаны: Миша, пн 23 ноября, 9:10, каб. 14, № 1001" in booked.screen.text
    assert "Было: пн 23 ноября, 9:00, Петрова А. С." in booked.screen.text
    assert "Стало: пн 23 ноября, 9:10, Ким О. В." in booked.screen.text


async def test_any_doctor_will_do_for_a_move(booked: Chat) -> None:
    """The earliest time of all doctors, as when booking."""
    await booked.tap("Перенести")
    await booked.tap("Другие врачи")
    await booked.tap("Любой врач, раньше всех")
    assert "Станет: пн 23 ноября, 9:10, Ким Олег Викторович, каб. 14" in booked.screen.text


async def test_a_double_tap_moves_once_and_says_so_once(booked: Chat, house: House) -> None:
    """What was and what is stands in the chat once (R08 for moves)."""
    await booked.tap("Перенести")
    await booked.tap("Завтра")
    await booked.tap("10:30")
    data = booked.find("Перенести")[1]
    booked.press(data)
    booked.press(data)
    await booked.world.deliver()

    said = [message.text for message in booked.messages if "Запись перенесена" in message.text]
    assert len(said) == 1
    assert await house.count("appointment_changes") == 2  # booked, moved


async def test_a_replayed_move_is_not_done_again(booked: Chat, house: House) -> None:
    """Move there, move on, replay of the first: the visit stays where it was moved last (R45)."""
    await booked.tap("Перенести")
    await booked.tap("Завтра")
    await booked.tap("10:30")
    update_id = booked.press(booked.find("Перенести")[1])
    await booked.world.deliver()
    await _move(booked, "Ср 25 ноября", "11:00")
    booked.world.telegram.repeat(update_id)
    await booked.world.deliver()

    assert await house.count("appointment_changes") == 3
    await booked.say("/visits")
    assert "ср 25 ноября, 11:00" in booked.screen.text


async def test_a_cancelled_visit_is_not_moved(booked: Chat) -> None:
    """An old "Перенести" says what became of the visit."""
    _, data = booked.find("Перенести")
    await booked.tap("Отменить запись")
    await booked.tap("Отменить запись")
    await booked.tap_data(data)

    assert booked.alert == "Эта запись отменена. Можно записаться снова."
    assert "Записаться снова" in booked.labels


async def test_a_visit_that_began_is_not_moved(booked: Chat, house: House) -> None:
    """At its very minute it is no longer ahead."""
    _, data = booked.find("Перенести")
    house.clock.forward(hours=2)
    await booked.tap_data(data)

    assert booked.alert == "Этот визит уже начался или прошёл: изменить его нельзя."


async def test_a_move_can_be_left(booked: Chat, house: House) -> None:
    """ "Оставить как есть" is on every screen of the way, and changes nothing."""
    for way in (["Перенести"], ["Перенести", "Завтра"], ["Перенести", "Завтра", "10:30"]):
        for label in way:
            await booked.tap(label)
        await booked.tap("Оставить как есть")
        assert "Вы записаны: Миша, пн 23 ноября, 9:00" in booked.screen.text

    assert await house.count("appointment_changes") == 1


async def _move(chat: Chat, day: str, time: str) -> None:
    await chat.say("/visits")
    await chat.tap("Миша ·")
    for label in ("Перенести", day, time, "Перенести"):
        await chat.tap(label)
    assert "Запись перенесена" in chat.screen.text
