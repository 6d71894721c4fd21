"""Check-ups in the chat: possible by age, invited to once, had already, not wanted."""

from dataclasses import replace

import pytest

from bot.telegram.sending import TelegramNotifier
from services.model.clinic import Clinic
from tests.chat.conftest import Chat, World, come, let_name, register, tap_all
from tests.conftest import CONSENTS, ROMASHKA, House

HALF_A_YEAR = "20.05.2026"
"""Born so that the check-up at six months is possible on Monday, 23 November."""


@pytest.fixture(autouse=True)
async def asking_clinic(house: House, clinic: Clinic) -> None:
    """Ромашка, which asks whether to invite."""
    await house.services.clinics.open(ROMASHKA, CONSENTS, [])


@pytest.fixture
async def vera(world: World) -> Chat:
    """A mother at home with Даша, who is half a year old."""
    return await register(come(world, 105, "Вера"), "Даша", HALF_A_YEAR)


@pytest.fixture
async def agreed(vera: Chat) -> Chat:
    """She wants to be invited."""
    await vera.say("/settings")
    await tap_all(vera, "Пора на осмотр: выкл.", "Даю согласие")
    return vera


async def invited(house: House, notifier: TelegramNotifier) -> int:
    """How many are invited by now."""
    await house.services.check_ups.invite()
    return await house.services.notices.tell_due(notifier)


async def say_of_check_ups(house: House, clinic: Clinic, *, invites: bool) -> None:
    """The clinic turns its invitations on or off."""
    said = replace(ROMASHKA, check_ups=replace(ROMASHKA.check_ups, invites=invites))
    async with house.transactions.writes() as tx:
        await tx.clinics.change(clinic.id, said)


async def test_home_says_what_is_possible_and_leads_there(vera: Chat, house: House) -> None:
    """Until a visit for it is ahead; whoever is between two ages reads nothing."""
    await vera.say("/menu")
    assert "🩺 6 месяцев: можно на осмотр" in vera.screen.text
    await tap_all(vera, "На осмотр", "Петрова", "Завтра", "10:30")
    assert "Даша, 6 месяцев · Осмотр" in vera.screen.text
    await vera.tap("Не болеет — записать")

    await vera.say("/menu")
    assert "осмотр" not in vera.screen.text
    assert "На осмотр" not in vera.labels
    anna = await register(come(vera.world, 106, "Анна"))
    assert "осмотр" not in anna.screen.text


async def test_who_agreed_is_invited_once_by_day_and_nobody_is_named(
    agreed: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R18, R22: a tick again, a later hour and another process invite nobody twice."""
    assert await invited(house, notifier) == 0  # Monday, 7:00
    house.clock.forward(hours=3)
    assert await invited(house, notifier) == 1
    assert agreed.screen.text == (
        "🩺 Пора на осмотр\nЭто приглашение, не назначение.\n📍 ул. Садовая, 7"
    )
    assert agreed.labels == ["Записаться", "Уже прошли", "Не предлагать"]

    house.clock.forward(hours=1)
    assert await invited(house, notifier) == 0
    other = type(house.services.check_ups)(house.transactions, house.clock)
    house.clock.forward(minutes=5)
    assert await other.invite() == 0
    await agreed.tap("Записаться")
    assert "Даша · Осмотр" in agreed.screen.text


async def test_had_already_is_noted_and_the_next_age_is_another_one(
    agreed: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R41: whoever wishes to read names reads the age, too."""
    await let_name(agreed)
    house.clock.forward(hours=3)
    await invited(house, notifier)
    await agreed.tap("Уже прошли")
    assert agreed.screen.text == "👍 Отметили: осмотр в 6 месяцев уже пройден."
    await agreed.say("/menu")
    assert "можно на осмотр" not in agreed.screen.text

    house.clock.forward(days=28)  # Monday, 21 December: seven months
    assert await invited(house, notifier) == 1
    assert "осмотр в 7 месяцев" in agreed.screen.text


async def test_do_not_suggest_holds_until_the_settings_say_otherwise(
    agreed: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """Neither invitation nor home speaks of this child's; another's comes the day after."""
    await let_name(agreed)
    await agreed.say("/menu")
    await tap_all(agreed, "Дети", "Добавить ребёнка")
    await agreed.say("Саша")
    await agreed.say("21.11.2023")
    house.clock.forward(hours=3)
    assert await invited(house, notifier) == 1
    await agreed.tap("Не предлагать")
    assert "Даша: больше не приглашаем на осмотры" in agreed.screen.text

    house.clock.forward(days=1)
    assert await invited(house, notifier) == 1
    assert "углублённый осмотр в 3 года" in agreed.screen.text
    house.clock.forward(days=27)
    assert await invited(house, notifier) == 0
    await agreed.say("/settings")
    await agreed.tap("Кого приглашать")
    assert agreed.labels[:2] == ["Даша: выкл.", "Саша: вкл."]
    assert "Возрасты: 1–12 мес., 1 г. 3 мес., 1 г. 6 мес., 2–17 лет" in agreed.screen.text
    assert "211н" in agreed.screen.text
    await agreed.tap("Даша: выкл.")
    house.clock.forward(hours=1)
    assert await invited(house, notifier) == 1


async def test_nobody_else_is_invited(
    agreed: Chat, house: House, clinic: Clinic, notifier: TelegramNotifier
) -> None:
    """R40: who said nothing; who took it back, even once it is due; who has a visit ahead; and
    nobody where the clinic has turned it off."""
    await register(come(agreed.world, 106, "Анна"), "Оля", HALF_A_YEAR)
    house.clock.forward(hours=3)
    await house.services.check_ups.invite()
    assert await house.count("notifications", "kind = 'check-up'") == 1
    await agreed.say("/settings")
    await agreed.tap("Пора на осмотр: вкл.")
    assert await house.services.notices.tell_due(notifier) == 0
    assert await house.count("notifications", "state = 'void'") == 1

    house.clock.forward(days=28)
    assert await invited(house, notifier) == 0
    await agreed.say("/settings")
    await tap_all(agreed, "Пора на осмотр: выкл.", "Даю согласие")
    await say_of_check_ups(house, clinic, invites=False)
    house.clock.forward(hours=1)
    assert await invited(house, notifier) == 0
    await say_of_check_ups(house, clinic, invites=True)
    await house.services.clinics.refresh_schedules()
    await agreed.say("/menu")
    await tap_all(agreed, "На осмотр", "Петрова", "Завтра", "10:30", "Не болеет — записать")
    assert await invited(house, notifier) == 0


async def test_a_stranger_says_nothing_to_an_invitation(
    agreed: Chat, house: House, notifier: TelegramNotifier
) -> None:
    """R30: its number alone opens nothing."""
    house.clock.forward(hours=3)
    await invited(house, notifier)
    anna = await register(come(agreed.world, 106, "Анна"))
    for label in ("Уже прошли", "Не предлагать"):
        await anna.tap_data(agreed.find(label)[1])

    assert await house.count("check_ups", "passed_at IS NOT NULL") == 0
    assert await house.count("uninvited_children") == 0
