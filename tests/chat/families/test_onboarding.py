"""The way in: poster links, clinics, languages; two taps to a booked visit."""

from collections.abc import Callable

import pytest
from aiogram.utils.i18n import I18n

from bot.app import announce_commands
from services.model.people import Language
from tests.chat.conftest import Chat, World, register
from tests.conftest import CONSENT, PETROVA, SEVERYANKA, House


async def test_a_new_parent_books_by_the_poster_link(vera: Chat) -> None:
    """A poster link leads through consent and child to a booked visit."""
    await vera.say("/start cromashka")
    assert "Согласие" in vera.screen.text
    await vera.tap("Даю согласие")
    await vera.say("Миша")
    await vera.say("12 марта 2024")
    assert "Миша, 2 года 8 месяцев" in vera.screen.text
    await vera.tap("🕘 Сегодня, 9:00")
    assert "Понедельник, 23 ноября, 9:00" in vera.screen.text
    await vera.tap("Не болеет — записать")

    assert vera.screen.text.startswith("✅ Вы записаны: Миша, пн 23 ноября, 9:00, каб. 12, № 1001")


async def test_a_returning_parent_books_in_two_taps(anna: Chat) -> None:
    """From home: the nearest time, then "Не болеет — записать"."""
    await anna.tap("🕘 Сегодня, 9:00")
    await anna.tap("Не болеет — записать")

    assert "Вы записаны" in anna.screen.text


async def test_a_second_clinic_is_chosen_from_the_list(vera: Chat, house: House) -> None:
    """Without a poster link the clinic is asked for; each has its own wall time."""
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    await vera.say("/start")
    assert "В какую клинику" in vera.screen.text
    await vera.tap("Северянка")
    await vera.tap("Даю согласие")
    await vera.say("Соня")
    await vera.say("05.05.2021")
    # 7:00 in Moscow is 9:00 in Yekaterinburg: 9:00 and 9:15 are too near.
    assert "🕘 Сегодня, 9:30" in vera.labels

    await vera.tap("Клиника")
    await vera.tap("Другая клиника")
    await vera.tap("Ромашка")
    assert "Согласие" in vera.screen.text


async def test_home_is_the_clinic_that_was_entered_last(anna: Chat, house: House) -> None:
    """Trying another clinic once does not move the family there for good."""
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    await anna.say("/start")
    await anna.tap("Клиника")
    await anna.tap("Другая клиника")
    await anna.tap("Северянка")
    await anna.say("/start")
    assert "Клиника «Ромашка»" in anna.screen.text  # not consented to, not entered

    await anna.tap("Клиника")
    await anna.tap("Другая клиника")
    await anna.tap("Северянка")
    await anna.tap("Даю согласие")
    await anna.say("/start")
    assert "Клиника «Северянка»" in anna.screen.text
    await anna.tap("Клиника")
    await anna.tap("Другая клиника")
    await anna.tap("Ромашка")
    await anna.say("/start")
    assert "Клиника «Ромашка»" in anna.screen.text


async def test_a_visit_at_another_clinic_says_where(anna: Chat, house: House) -> None:
    """On a clinic's home screen the visits of another one carry its name, and whose time it is."""
    await house.services.clinics.open(SEVERYANKA, CONSENT, [PETROVA])
    await anna.tap("Сегодня, 9:00")
    await anna.tap("Не болеет — записать")
    await anna.say("/start cseveryanka")
    await anna.tap("Даю согласие")

    assert "сегодня, 9:00 (Москва), Петрова А. С., Клиника «Ромашка»" in anna.screen.text


async def test_the_only_clinic_is_not_asked_for(vera: Chat) -> None:
    """Where there is one clinic, /start goes straight to its consent."""
    await vera.say("/start")

    assert "Согласие" in vera.screen.text
    await register(vera)
    await vera.tap("Клиника")
    assert "Другая клиника" not in vera.labels


@pytest.mark.parametrize(
    ("language_code", "hello"),
    [("ru", "Согласие на"), ("en", "Consent"), ("en-GB", "Consent"), ("uz", "Согласие на")],
)
async def test_the_bot_speaks_russian_and_english(
    enter: Callable[..., Chat], language_code: str, hello: str
) -> None:
    """The language is that of the person's Telegram where the bot speaks it, or Russian."""
    guest = enter(200, "Guest", language_code)
    await guest.say("/start")

    assert hello in guest.screen.text


async def test_the_language_can_be_changed(anna: Chat) -> None:
    """ "/language" changes it from the next screen on."""
    await anna.say("/language")
    await anna.tap("English")
    assert "Earliest time: today, 9:00" in anna.screen.text
    await anna.tap("Settings")
    await anna.tap("Language")
    await anna.tap("Русский")
    assert "Ближайшее время: сегодня, 9:00" in anna.screen.text
    await anna.tap("Настройки")
    await anna.tap("Язык")
    await anna.tap("English")

    await anna.say("/visits")
    assert "There are no visits ahead." in anna.screen.text


async def test_the_menu_names_the_commands_in_both_languages(world: World, i18n: I18n) -> None:
    """What stands behind the "Menu" button, by the language of the person's Telegram."""
    await announce_commands(world.bot, i18n, Language.RUSSIAN)
    both = [await world.bot.get_my_commands(language_code=code) for code in ("ru", "en")]

    assert [command.command for command in both[0]] == [
        *("menu", "visits", "settings", "privacy", "language", "cancel", "help"),
    ]
    assert [commands[1].description for commands in both] == ["Мои записи", "My visits"]
    assert (await world.bot.get_my_commands())[1].description == "Мои записи"
