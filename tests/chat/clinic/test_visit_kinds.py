"""Kinds of visit arranged in the chat: one more, another order, hidden; and what families see."""

from collections.abc import Callable

from tests.chat.clinic.test_editing import way
from tests.chat.conftest import Chat, register, tap_all
from tests.conftest import House


async def test_one_more_kind_is_a_line_and_families_have_it(
    irina: Chat, anna: Chat, enter: Callable[..., Chat]
) -> None:
    """R10: an administrator's two minutes, and no release. Whoever is old enough finds it among
    what a visit is for, and reads what the clinic said of it; who is too young reads from when."""
    await way(irina, "Виды приёма", "Добавить вид приёма")
    await irina.say("Справка в бассейн, с 3 лет, какая-то")
    assert irina.screen.text.startswith("Не понял «какая-то»")
    await irina.say("Справка в бассейн с 3 лет, 10 мин, 500 ₽")
    assert "Сохранено" in irina.screen.text
    assert "Возраст: с 3 лет" in irina.screen.text
    await irina.tap("Назад")
    assert "• Справка в бассейн: с 3 лет, 10 минут, 500 ₽" in irina.screen.text

    await anna.tap("Записаться")
    assert "Справка в бассейн: с 3 лет. Миша: с 12 марта 2027." in anna.screen.text
    assert "Справка в бассейн" not in anna.labels
    boris = await register(enter(102, "Борис"), "Даша", "05.05.2020")
    await tap_all(boris, "Записаться", "Справка в бассейн", "Петрова", "Завтра", "10:30")
    assert "👶 Даша, 6 лет · Справка в бассейн: 10 минут, 500 ₽" in boris.screen.text
    await boris.tap("Не болеет — записать")
    assert "Вы записаны" in boris.screen.text

    await way(irina, "Виды приёма", "Справка в бассейн", "Скрыть")
    assert "Скрыт" in irina.screen.text
    await boris.say("/start")
    await boris.tap("Записаться")
    assert "Справка в бассейн" not in boris.labels
    await tap_all(boris, "На главную", "Мои записи")
    assert "Справка в бассейн" in boris.screen.text  # the visit keeps what it was booked for


async def test_what_takes_longer_than_any_time_has_hours_of_its_own_first(
    irina: Chat, anna: Chat, house: House
) -> None:
    """R10, R69: families are sent to no list that is empty for ever, but to the registry; who made
    the kind reads why, and what to type. Its hours are as long as it without a word about that."""
    await way(irina, "Виды приёма", "Добавить вид приёма")
    await irina.say("Массаж, до 3 лет, 30 мин")
    assert "⚠️ Времени такой длины ни у кого нет" in irina.screen.text
    assert "пн 9-12 массаж" in irina.screen.text
    await anna.tap("Записаться")
    assert "Массаж" not in anna.labels
    assert "Массаж: сейчас только через регистратуру, +7 495 000-00-01" in anna.screen.text

    await irina.say("/clinic")
    await tap_all(irina, "Расписание", "Петрова", "Постоянные часы")
    await irina.say("пн-вс 15-16 по 15 массаж")
    assert "⚠️ Массаж: нужно 30 мин, а время здесь по 15 мин" in irina.screen.text
    await tap_all(irina, "Отмена", "Постоянные часы")
    await irina.say("пн-вс 15-16 массаж")
    assert "15:00–16:00 по 30 мин массаж" in irina.screen.text
    assert "⚠️" not in irina.screen.text
    await irina.tap("Применить")
    await way(irina, "Виды приёма", "Массаж")
    assert "⚠️" not in irina.screen.text
    await anna.say("/menu")
    await tap_all(anna, "Записаться", "Массаж", "Петрова", "Завтра")
    assert [each for each in anna.labels if ":" in each] == ["15:00", "15:30"]


async def test_kinds_stand_in_the_clinic_s_order_and_words(irina: Chat, anna: Chat) -> None:
    """What is raised comes earlier at a family's, and is called as the clinic says; an old tap that
    raises does so once."""
    await way(irina, "Виды приёма")
    _, data = irina.find("▲")
    await irina.tap_data(data)
    await irina.tap_data(data)
    assert irina.alert is not None
    await irina.tap("Справка или направление")
    await irina.tap("Название")
    await irina.say("консультация")
    assert irina.screen.text.startswith("Вид приёма с таким названием у клиники уже есть")
    await irina.say("Справка")
    await irina.tap("Назад")

    await anna.tap("Записаться")
    ill, consultation = map(anna.labels.index, ("Ребёнок болеет", "Консультация"))
    assert consultation < ill < anna.labels.index("Справка")


async def test_behind_the_ill_child_s_page_is_what_was_asked_for(irina: Chat, anna: Chat) -> None:
    """R63, R71: a clinic with two kinds for ill children has a way to the times of each."""
    await way(irina, "Виды приёма", "Добавить вид приёма")
    await irina.say("Сыпь, только болеющим, 700 ₽")

    for asked, meant in (("Сыпь", "k9"), ("Ребёнок болеет", "illness")):
        await anna.say("/start")
        await tap_all(anna, "Записаться", asked)
        assert "103 или 112" in anna.screen.text
        found = [button.data or "" for row in anna.screen.buttons for button in row]
        [time] = [data for data in found if data.startswith("ill-time")]
        assert meant in time.split(":")
