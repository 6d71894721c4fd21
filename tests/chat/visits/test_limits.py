"""One person can have so much at once, and tap so fast; said politely (R51)."""

from collections.abc import Callable
from dataclasses import replace

from aiogram.utils.i18n import I18n

from services.model.clinic import Limits
from tests.chat.conftest import Chat, dispatcher_of, register
from tests.conftest import CONSENT, KIM, PETROVA, ROMASHKA, House


async def test_there_is_a_limit_of_visits_ahead(enter: Callable[..., Chat], house: House) -> None:
    """Counted over all children of a person at the clinic; cancelling makes room again."""
    profile = replace(ROMASHKA, code="one", limits=Limits(visits=1))
    await house.services.clinics.open(profile, CONSENT, [PETROVA, KIM])
    anna = await register(enter(101), clinic="one")
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.say("Соня")
    await anna.say("05.05.2021")
    await anna.tap("Миша ·")
    await anna.tap("Не болеет — записать")
    await anna.tap("На главную")
    await anna.tap("Соня ·")
    assert anna.alert == (
        "Предстоящих записей в этой клинике уже 1, больше сразу нельзя. Если нужно ещё, "
        "поможет регистратура."
    )
    assert await house.count("holds") == 0
    assert "Мои записи" in anna.screen.text  # where room can be made

    await anna.say("/visits")
    await anna.tap("Миша ·")
    await anna.tap("Перенести")  # a move takes no more room
    await anna.tap("Завтра")
    await anna.tap("10:00")
    await anna.tap("Перенести")
    assert "Запись перенесена" in anna.screen.text
    await anna.tap("Отменить запись")
    await anna.tap("Отменить запись")
    await anna.say("/menu")
    await anna.tap("Соня ·")
    assert "Записать?" in anna.screen.text


async def test_a_hundred_taps_in_a_minute_have_to_wait(
    anna: Chat, boris: Chat, house: House, i18n: I18n
) -> None:
    """Each is answered; others are not slowed down; the next minute everything works again."""
    hasty = replace(anna.world, dispatcher=dispatcher_of(house, i18n, taps_per_minute=10))
    anna.world, boris.world = hasty, hasty
    for _ in range(10):
        await anna.tap_data("visits")
        assert anna.alert is None
    screen = anna.screen.text
    await anna.tap_data("here")
    assert anna.alert == "Слишком много сразу. Подождите минуту и повторите."
    assert anna.screen.text == screen

    for _ in range(3):
        await anna.say("/menu")
    said = [message.text for message in anna.messages if "Слишком" in message.text]
    assert said == []  # the alert has said it already
    await boris.say("/menu")
    assert "Соня" in boris.screen.text

    house.clock.forward(minutes=1)
    await anna.say("/menu")
    assert "Миша, 2 года" in anna.screen.text
