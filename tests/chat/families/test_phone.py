"""A parent's own phone: asked for with its reason, masked, and removed on wish."""

import io
from collections.abc import AsyncIterator

import pytest
from aiogram.utils.i18n import I18n

from bot.app import build_bot
from bot.sandbox.telegram import Telegram
from services.model.clinic import Clinic
from tests.chat.conftest import TOKEN, Chat, WatchfulSession, World, dispatcher_of, register
from tests.conftest import House, house_over
from tests.playing import played

ANNA_S = "+79161234545"


async def share(chat: Chat, owner: int | None = None, phone: str = ANNA_S) -> None:
    """Tap the button below the chat, or send a contact from the address book."""
    chat.world.telegram.share_contact(chat.user_id, phone=phone, owner_id=owner)
    await chat.world.deliver()


def contacts(chat: Chat) -> list[object]:
    """What of numbers is still to be seen in the chat."""
    return [note for note in chat.world.telegram.chat(chat.user_id) if note.contact]


async def number_of(house: House) -> str | None:
    async with house.transactions.reads() as tx:
        person = await tx.families.person(101)
        phone = await tx.phones.of_person(person.id) if person else None
    return phone.number if phone else None


@played
async def asked(anna: Chat) -> Chat:
    """Анна looks at what her number would be good for."""
    await anna.say("/settings")
    await anna.tap("📞 Телефон: нет")
    return anna


async def test_the_own_number_is_given_by_one_button(asked: Chat, house: House) -> None:
    """R31, R35: two sentences say why; it is kept, masked, and its message does not stay."""
    why, request = asked.messages[-2:]
    assert "регистратура найдёт ваши записи" in why.text
    assert "Удалить номер можно в любой момент" in why.text
    assert request.reply_keyboard
    assert request.reply_keyboard.rows == (("Отправить мой номер",),)
    assert request.reply_keyboard.one_time

    await share(asked)
    said, page = asked.messages[-2:]
    assert said.text == "✅ Номер сохранён."
    assert said.removes_keyboard
    assert page.text.startswith("📞 Телефон: +7 ··· ··-45")
    assert contacts(asked) == []
    assert await number_of(house) == ANNA_S

    await asked.tap("Настройки")
    assert "📞 Телефон: +7 ··· ··-45" in asked.labels
    assert not [m.text for m in asked.messages if "1234545" in m.text or "916" in m.text]


async def test_a_number_of_somebody_else_does_not_count(asked: Chat, house: House) -> None:
    """R31: it is refused in words and leaves the chat; the own one can be sent then."""
    asked.world.telegram.add_user(102, "Борис")
    await share(asked, owner=102)
    assert asked.screen.text.startswith("Это номер другого человека. Отправьте свой")
    assert contacts(asked) == []
    assert await house.count("phones") == 0

    await share(asked)
    assert await number_of(house) == ANNA_S


async def test_a_number_is_removed_in_two_taps(asked: Chat, house: House) -> None:
    """It is gone at once, and the settings ask anew for whoever wants to give another."""
    await share(asked)
    await asked.tap("Удалить номер")
    assert asked.screen.text == "Номер удалён."
    assert await house.count("phones") == 0

    await asked.tap("Настройки")
    assert "📞 Телефон: нет" in asked.labels


async def test_a_number_can_be_given_anew(asked: Chat, house: House) -> None:
    """A contact that is sent again takes the place of the earlier number."""
    await share(asked)
    await share(asked, phone="79160000001")

    assert await number_of(house) == "+79160000001"
    assert await house.count("phones") == 1


async def test_who_gives_none_gets_the_keyboard_back(asked: Chat, house: House) -> None:
    """ "Не сейчас" puts the big button away, and is at the settings again."""
    await asked.tap("Не сейчас")
    said, settings = asked.messages[-2:]
    assert said.text == "Хорошо, можно и без номера."
    assert said.removes_keyboard
    assert "📞 Телефон: нет" in [button.text for row in settings.buttons for button in row]
    assert not [message for message in asked.messages if "регистратура найдёт" in message.text]
    assert await house.count("phones") == 0


async def test_the_answer_to_a_contact_that_comes_twice_is_the_same(
    asked: Chat, house: House
) -> None:
    """R45: an update delivered again has one effect."""
    asked.world.telegram.share_contact(asked.user_id, phone=ANNA_S)
    [update] = asked.world.telegram.take()
    await asked.world.handle(update)
    await asked.tap("Удалить номер")
    await asked.world.handle(update)

    assert await house.count("phones") == 0


async def test_a_stranger_s_contact_is_not_kept(vera: Chat, house: House) -> None:
    """R41: before the consent nothing is, whoever's it is."""
    await share(vera)

    assert "нужно ваше согласие" in vera.screen.text
    assert contacts(vera) == []
    assert await house.count("phones") == 0


async def test_an_open_question_is_not_answered_by_a_contact(vera: Chat, house: House) -> None:
    """Whoever sends it while a name is asked for is asked for the name still."""
    await vera.say("/start cromashka")
    await vera.tap("Даю согласие")
    await share(vera)
    await vera.say("Миша")

    assert "Миша" in vera.screen.text
    assert await house.count("phones") == 1


@pytest.fixture
async def keyless(house: House, clinic: Clinic, i18n: I18n) -> AsyncIterator[Chat]:
    """Анна at home with a bot that has no key."""
    telegram = Telegram(token=TOKEN, now=house.clock)
    telegram.add_user(101, "Анна", language_code="ru")
    bot = build_bot(TOKEN, WatchfulSession(telegram))
    async with house_over(house.database, house.clock, None) as other:
        chat = Chat(World(telegram, bot, dispatcher_of(other, i18n)), 101)
        yield await register(chat)
    await bot.session.close()
    await telegram.close()


async def test_without_a_key_there_is_no_place_for_a_phone(keyless: Chat, house: House) -> None:
    """R35: no row in the settings; old buttons and contacts are answered in words."""
    await keyless.say("/settings")
    assert not [label for label in keyless.labels if "Телефон" in label]

    for data in ("phone:1", "drop-phone:1"):
        await keyless.tap_data(data)
        assert keyless.alert == "Номера телефонов здесь не хранятся."
    await share(keyless)
    assert keyless.screen.text == "Номера телефонов здесь не хранятся."
    assert await house.count("phones") == 0


async def test_the_log_holds_no_phone(
    asked: Chat, log_lines: io.StringIO, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R34: given, refused, unreadable and broken: neither number nor token nor index is told."""
    asked.world.telegram.add_user(102, "Борис")
    await share(asked, owner=102)
    await share(asked, phone="+7999")
    await share(asked)
    [row] = await house.database.rows("SELECT ciphertext, blind_index FROM phones")
    token, index = map(str, row)
    await house.database.run("UPDATE phones SET ciphertext = 'deadbeef.' || ciphertext")
    with pytest.raises(Exception, match="phones/person/"):
        await asked.say("/settings")

    said = log_lines.getvalue()
    assert "kind=NotOwnPhone" in said
    assert "kind=PhoneUnclear" in said
    assert not [
        secret for secret in ("1234545", "7999", token, token[9:30], index) if secret in said
    ]
    assert "У нас что-то сломалось" in asked.screen.text
