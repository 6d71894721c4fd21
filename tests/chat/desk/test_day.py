"""Staff at work in the chat: invited by a link, the day's list, a cancelled visit, colleagues."""

from collections.abc import Callable
from datetime import timedelta

from aiogram.utils.i18n import I18n

from bot.flows.desk.day.lists import runs_of
from bot.words import speaking
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.people import Language
from tests.chat.conftest import Chat, tap_all
from tests.conftest import MONDAY_7_AM, House
from tests.playing import played
from tests.values import a_slot


async def employ(house: House, chat: Chat, role: Role) -> Chat:
    invitation = await house.services.members.appoint("romashka", role)
    await chat.say(f"/start i{invitation.token}")
    return chat


@played
async def irina(enter: Callable[..., Chat], house: House) -> Chat:
    return await employ(house, enter(201, "Ирина"), Role.ADMINISTRATOR)


@played
async def tamara(enter: Callable[..., Chat], house: House) -> Chat:
    return await employ(house, enter(202, "Тамара"), Role.REGISTRAR)


@played
async def booked(anna: Chat) -> Chat:
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    return anna


async def test_the_registrar_reads_the_day_and_the_family_sees_it(
    tamara: Chat, booked: Chat
) -> None:
    """R39: three taps to the list; "Кто смотрел данные" says so in plain words."""
    assert tamara.screen.text.startswith("✅ Добро пожаловать: Регистратор")
    assert "второй пароль" in tamara.screen.text
    await tamara.say("/clinic")
    await tamara.tap("Приём сегодня")
    assert "Петрова А. С.: 1 запись" in tamara.screen.text or "1 запись" in tamara.screen.text
    assert "Миша" not in tamara.screen.text
    await tamara.tap("· 1")
    assert "9:00 Миша, 2 года 8 месяцев · Консультация" in tamara.screen.text
    await tamara.tap("9:00")
    assert "№ 1001" in tamara.screen.text

    await booked.say("/menu")
    for label in ("Дети", "Миша", "Кто смотрел данные"):
        await booked.tap(label)
    said = booked.screen.text
    assert "• Регистратура, пн 23 ноября, 7:00: просмотр записи" in said
    assert "• Регистратура, пн 23 ноября, 7:00: список приёма на день" in said


async def test_the_registrar_cancels_in_the_clinic_s_name(
    tamara: Chat, booked: Chat, house: House
) -> None:
    """R17: asked once; the family is going to hear of it."""
    await tamara.say("/clinic")
    for label in ("Приём сегодня", "· 1", "9:00", "Отменить запись"):
        await tamara.tap(label)
    assert "Отменить запись?" in tamara.screen.text
    await tamara.tap("Отменяем мы")
    assert tamara.screen.text.startswith("✖️ Отменена: Миша")
    assert await house.count("notifications", "kind = 'cancelled'") == 1


async def test_the_administrator_invites_and_dismisses(
    irina: Chat, enter: Callable[..., Chat], house: House
) -> None:
    """R32: a link for one person; access is gone with the next tap."""
    for label in ("Сотрудники", "Пригласить", "Регистратор"):
        await irina.tap(label)
    link = irina.screen.text.split()[-1]
    assert link.startswith("https://t.me/")
    tamara = enter(202, "Тамара")
    await tamara.say("/start " + link.partition("?start=")[2])
    assert "Добро пожаловать: Регистратор" in tamara.screen.text
    late = enter(204, "Лена")
    await late.say("/start " + link.partition("?start=")[2])
    assert "больше не действует" in late.screen.text

    await irina.tap("Сотрудники")
    await irina.tap("Тамара")
    await irina.tap("Закрыть доступ")
    assert "Тамара" not in irina.screen.text
    await tamara.tap("Приём сегодня")
    assert "этого здесь уже нет" in (tamara.alert or "").lower()


async def test_a_doctor_who_opens_another_doctor_s_link_is_told_what_to_do(
    irina: Chat, petrova: Chat, house: House, clinic: Clinic
) -> None:
    """R32: which post they have, who ends it, and that the link is for later; then it works."""
    kim, her = await house.doctors(clinic)
    for_kim = await house.services.members.appoint("romashka", Role.DOCTOR, kim.id)
    await petrova.say(f"/start i{for_kim.token}")
    assert f"Вы здесь уже врач: {her.name}." in petrova.screen.text

    await irina.tap("Сотрудники")
    await irina.tap("Доктор")
    await irina.tap("Закрыть доступ")
    await petrova.say(f"/start i{for_kim.token}")
    assert "Добро пожаловать: Ким О. В." in petrova.screen.text


async def test_an_unused_invitation_is_seen_and_withdrawn(
    irina: Chat, enter: Callable[..., Chat]
) -> None:
    """R32: a link that went to the wrong person is taken back by one tap."""
    for label in ("Сотрудники", "Пригласить", "Регистратор"):
        await irina.tap(label)
    link = irina.screen.text.split()[-1]
    await irina.tap("Сотрудники")
    assert "• Регистратор — до чт 26 ноября, 7:00" in irina.screen.text
    await irina.tap("Отозвать: Регистратор")
    assert "Отозвать: Регистратор" not in irina.labels
    late = enter(204, "Лена")
    await late.say("/start " + link.partition("?start=")[2])
    assert "больше не действует" in late.screen.text


async def test_who_has_no_post_finds_no_desk(anna: Chat) -> None:
    """R30: /clinic is nothing for a parent."""
    await anna.say("/clinic")
    assert "Ирина" not in anna.screen.text
    assert anna.labels == ["На главную"]


async def test_start_leads_to_where_the_person_belongs(
    tamara: Chat, anna: Chat, house: House
) -> None:
    """A registrar is led to the desk; a mother who works there, too, to her children."""
    await tamara.say("/start")
    assert "Кто звонит?" in tamara.screen.text
    await employ(house, anna, Role.REGISTRAR)
    await anna.say("/start")
    assert "Миша, 2 года" in anna.screen.text


async def test_staff_are_parents_too(tamara: Chat) -> None:
    """One person, two hats: the way to the other is a button."""
    await tamara.tap("Я как родитель")
    assert "Даю согласие" in tamara.labels or "Какую" in tamara.screen.text


async def test_a_day_far_ahead_is_two_taps_away(tamara: Chat) -> None:
    """R58: not thirty arrows: a month as a grid, and those beside it; of a list, too."""
    await tamara.say("/clinic")
    await tap_all(tamara, "Приём сегодня", "Другой день")
    assert tamara.screen.text.startswith("📅 Ноябрь 2026")
    await tap_all(tamara, "декабрь 2026 ›", "24")
    assert tamara.screen.text.startswith("📅 Четверг, 24 декабря")
    await tap_all(tamara, "Петрова", "Другой день", "ноябрь 2026", "25")
    assert tamara.screen.text.startswith("📋 Петрова А. С., каб. 12\nСреда, 25 ноября")
    await tap_all(tamara, "чт 26 ноября ›")
    assert "Четверг, 26 ноября" in tamara.screen.text


async def test_the_list_says_what_is_free_and_whom_to_phone(
    tamara: Chat, booked: Chat, house: House
) -> None:
    """R58: a caller's question is answered from the list; who is not in the bot stands out."""
    await tamara.say("/clinic")
    await tap_all(tamara, "Приём сегодня", "· 1")
    assert "Свободно: 9:15–" in tamara.screen.text
    assert "📵" not in tamara.screen.text
    await house.database.run("UPDATE persons SET unreachable_since = '2026-11-22 10:00:00'")
    await tamara.say("/clinic")
    await tap_all(tamara, "Приём сегодня", "· 1")
    assert "· Консультация 📵" in tamara.screen.text
    assert "📵 семьи нет в боте: звоните" in tamara.screen.text


def test_free_times_that_follow_each_other_are_one(i18n: I18n) -> None:
    """R58: nine to noon is one word and not twelve; of many stretches the first are named."""
    at = [MONDAY_7_AM + timedelta(minutes=minutes) for minutes in (120, 135, 165, 195, 210, 225)]
    apart = [a_slot(MONDAY_7_AM + timedelta(hours=hours)) for hours in range(13)]
    with speaking(i18n, Language.RUSSIAN):
        assert runs_of([a_slot(each) for each in at]) == "9:00–9:30 (2), 9:45, 10:15–11:00 (3)"
        assert runs_of(apart).endswith("18:00…")
