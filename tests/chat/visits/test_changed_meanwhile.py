"""A question that somebody else's tap has overtaken: it says so, and asks about how things are."""

from services.model.access import Role
from tests.chat.conftest import Chat, tap_all
from tests.conftest import House
from tests.playing import played

CHANGED = "Запись тем временем изменилась, ничего не сделано. Посмотрите ещё раз."


@played
async def desk(house: House, anna: Chat, boris: Chat) -> Chat:
    """Борис works at the desk as well; Миша has a visit today at 9:00."""
    invitation = await house.services.members.appoint("romashka", Role.REGISTRAR)
    await boris.say(f"/start i{invitation.token}")
    await tap_all(anna, "Сегодня, 9:00", "Не болеет — записать")
    return boris


async def look(desk: Chat) -> None:
    await desk.say("/clinic")
    await tap_all(desk, "Приём сегодня", "Петрова", "9:00")


async def move_to_ten(desk: Chat) -> None:
    await look(desk)
    await tap_all(desk, "Перенести", "10:00", "Перенести: решили мы")


async def test_a_family_does_not_cancel_what_was_moved_meanwhile(anna: Chat, desk: Chat) -> None:
    """R66: "отменить 9:00?" is no word about 10:00; asked again, it is."""
    await anna.tap("Отменить запись")
    assert "9:00" in anna.screen.text
    question, yes = anna.find("Отменить запись")
    await move_to_ten(desk)

    await anna.tap_data(yes, question.id)
    assert anna.alert == CHANGED
    assert anna.screen.text.startswith("Отменить эту запись?")
    assert "10:00" in anna.screen.text
    await anna.tap("Отменить запись")
    assert anna.screen.text.startswith("✖️ Запись отменена")


async def test_the_desk_does_not_cancel_what_was_moved_meanwhile(anna: Chat, desk: Chat) -> None:
    """R66: the other way round, and in words for who works there."""
    await look(desk)
    await desk.tap("Отменить запись")
    question, yes = desk.find("Семья просит отменить")
    await tap_all(anna, "Перенести", "Завтра", "10:00", "Перенести")

    await desk.tap_data(yes, question.id)
    assert desk.alert == CHANGED
    assert desk.screen.text.startswith("Отменить")
    assert "10:00" in desk.screen.text


async def test_a_move_that_was_overtaken_asks_again(anna: Chat, desk: Chat) -> None:
    """R66: with the time that the visit has by now."""
    await tap_all(anna, "Перенести", "Завтра", "10:15")
    question, yes = anna.find("Перенести")
    await move_to_ten(desk)

    await anna.tap_data(yes, question.id)
    assert anna.alert == CHANGED
    assert "10:00" in anna.screen.text
    await anna.tap("Перенести")
    assert "10:15" in anna.screen.text


async def test_a_button_of_before_they_kept_it_works(anna: Chat, desk: Chat) -> None:
    """R12: a keyboard of last month has no such field."""
    await anna.tap("Отменить запись")
    question, yes = anna.find("Отменить запись")
    await anna.tap_data(yes.rpartition(":")[0], question.id)
    assert anna.screen.text.startswith("✖️ Запись отменена")


async def test_an_absence_that_was_overtaken_is_shown_anew(anna: Chat, desk: Chat) -> None:
    """R66: the family cancelled while the registrar read the plan: nothing is done, and the plan
    is shown as it is by now."""
    await desk.say("/clinic")
    await tap_all(desk, "Врача не будет", "Петрова", "Сегодня", "Другое время всем")
    question, yes = desk.find("Сделать")
    await tap_all(anna, "Отменить запись", "Отменить запись")

    await desk.tap_data(yes, question.id)
    assert desk.alert
    assert desk.alert.startswith("Пока вы смотрели, записи изменились.")
    assert "Записей нет" in desk.screen.text
    await desk.tap("Сделать")
    assert "Записей нет" in desk.screen.text
    assert "Сделать" not in desk.labels


async def test_another_s_time_is_not_given_back(desk: Chat, house: House) -> None:
    """R66: a colleague took it for the next caller meanwhile."""
    await desk.say("/clinic")
    await tap_all(desk, "Время без имени", "Петрова ·", "10:00", "Занять без имени")
    question, yes = desk.find("Освободить")
    house.clock.forward(minutes=1)
    await desk.tap("Освободить")
    await tap_all(desk, "Рабочее место", "Время без имени", "Петрова ·", "10:00")
    await desk.tap("Занять без имени")

    await desk.tap_data(yes, question.id)
    assert (
        desk.alert == "Это время коллега уже отдал другому. Ничего не сделано: взгляните ещё раз."
    )
    assert desk.screen.text.startswith("🔒 Занято без имени")


async def test_at_the_desk_nobody_is_told_that_they_are_not_booked(anna: Chat, desk: Chat) -> None:
    """R66: a registrar who came second is no parent."""
    await look(desk)
    await tap_all(desk, "Перенести", "10:30")
    question, yes = desk.find("Перенести: решили мы")
    await tap_all(anna, "Перенести", "Сегодня", "10:30")
    await desk.tap_data(yes, question.id)
    assert (
        desk.alert
        == "Это время сейчас выбирает семья. Запись осталась прежней: пн 23 ноября, 9:00."
    )
