"""Sending, editing and deleting, through both doors."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.enums import ChatAction
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BufferedInputFile,
    ForceReply,
    KeyboardButton,
    Message,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.sandbox import Telegram
from bot.sandbox.model import Button, Entity
from tests.sandbox.world import ANNA, BORIS, GROUP, STRANGER, Clock, keyboard

FILE = BufferedInputFile("Приём".encode(), "приём.ics")
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)


def _reason(caught: pytest.ExceptionInfo[TelegramBadRequest]) -> str:
    return caught.value.message


async def test_sending(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """The bot gets back what people see."""
    sent = await bot.send_message(
        ANNA, "<b>Миша</b>, 9:15", parse_mode="HTML", reply_markup=keyboard(("Да", "yes"))
    )

    shown = telegram.chat(ANNA)[-1]
    assert (shown.id, shown.from_bot, shown.text) == (sent.message_id, True, "Миша, 9:15")
    assert shown.entities == [Entity("bold", 0, 4)]
    assert shown.buttons == [[Button("Да", "yes", None, None)]]
    assert sent.from_user
    assert (sent.from_user.id, sent.from_user.is_bot) == (bot.id, True)
    assert sent.html_text == "<b>Миша</b>, 9:15"
    assert sent.reply_markup
    assert sent.reply_markup.inline_keyboard[0][0].callback_data == "yes"
    assert (sent.date, sent.edit_date, sent.chat.id) == (clock(), None, ANNA)


async def test_entities_may_come_ready(bot: Bot, telegram: Telegram) -> None:
    """Instead of markup the bot may send the entities themselves."""
    entities = [MessageEntity(type="italic", offset=2, length=1)]
    await bot.send_message(ANNA, "👶я", entities=entities)
    assert telegram.chat(ANNA)[-1].entities == [Entity("italic", 2, 1)]


async def test_nothing_is_found_in_code_and_links(bot: Bot, telegram: Telegram) -> None:
    """Telegram looks for links and commands in plain words only."""
    html = '<code>/a</code> <a href="https://example.org">https://b.org</a> <b>/c</b>'
    await bot.send_message(ANNA, html, parse_mode="HTML")
    kinds = [entity.type for entity in telegram.chat(ANNA)[-1].entities]
    assert kinds == ["code", "text_link", "bold", "bot_command"]


async def test_message_ids_rise(bot: Bot, telegram: Telegram) -> None:
    """Every message of every chat has an id of its own."""
    sent = [(await bot.send_message(chat, "x")).message_id for chat in (ANNA, BORIS, GROUP)]
    assert sent == sorted(set(sent))
    assert [message.id for message in telegram.chat(ANNA)][-1] == sent[0]


async def test_people_who_are_not_on_the_page(bot: Bot, telegram: Telegram) -> None:
    """They can be written to, and what they got can be corrected; nobody else is told of them."""
    before = list(telegram.world.users)
    telegram.unseen = range(900, 1000)
    sent = await bot.send_message(901, "Врача не будет")
    await sent.edit_text("Врач будет")

    assert [message.text for message in telegram.chat(901)] == ["Врач будет"]
    assert list(telegram.world.users) == before
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(1000, "x")


async def test_unknown_chat(bot: Bot) -> None:
    """There is no writing to a chat that does not exist."""
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.send_message(777, "x")
    assert _reason(caught) == "Bad Request: chat not found"


async def test_a_bot_does_not_write_first(bot: Bot, telegram: Telegram) -> None:
    """A person who never wrote cannot be written to, until they do."""
    with pytest.raises(TelegramForbiddenError) as caught:
        await bot.send_message(STRANGER, "x")
    assert caught.value.message == "Forbidden: bot can't initiate conversation with a user"

    telegram.say(STRANGER, "в группе", chat_id=GROUP)
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(STRANGER, "x")

    telegram.say(STRANGER, "/start")
    await bot.send_message(STRANGER, "x")
    assert telegram.chat(STRANGER)[-1].text == "x"


async def test_a_blocked_bot(bot: Bot, telegram: Telegram) -> None:
    """Whoever blocks the bot gets nothing more; the bot hears of it, and of the end of it."""
    telegram.block(ANNA)
    telegram.block(ANNA)
    for send in (
        bot.send_message(ANNA, "x"),
        bot.send_document(ANNA, FILE),
        bot.send_chat_action(ANNA, ChatAction.TYPING),
    ):
        with pytest.raises(TelegramForbiddenError) as caught:
            await send
        assert caught.value.message == "Forbidden: bot was blocked by the user"

    telegram.unblock(ANNA)
    await bot.send_message(ANNA, "снова здесь")
    members = [update.my_chat_member for update in await bot.get_updates()]
    assert [member.new_chat_member.status for member in members if member] == ["kicked", "member"]


async def test_editing(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """An edit replaces text, entities and keyboard, and shows when it happened."""
    sent = await bot.send_message(ANNA, "было", reply_markup=keyboard(("Да", "yes")))
    clock.move(60)
    edited = await sent.edit_text("<i>стало</i>", parse_mode="HTML")

    assert isinstance(edited, Message)
    assert (edited.message_id, edited.html_text) == (sent.message_id, "<i>стало</i>")
    assert (edited.date, edited.edit_date) == (sent.date, int(clock().timestamp()))
    shown = telegram.chat(ANNA)[-1]
    assert (shown.text, shown.buttons) == ("стало", [])
    assert shown.edited == int(clock().timestamp())


async def test_editing_the_keyboard(bot: Bot, telegram: Telegram) -> None:
    """The keyboard can be changed and taken away without the text."""
    sent = await bot.send_message(ANNA, "текст", reply_markup=keyboard(("Да", "yes")))
    await sent.edit_reply_markup(reply_markup=keyboard(("Нет", "no")))
    assert telegram.chat(ANNA)[-1].buttons == [[Button("Нет", "no", None, None)]]
    await sent.edit_reply_markup()
    shown = telegram.chat(ANNA)[-1]
    assert (shown.text, shown.buttons) == ("текст", [])


@pytest.mark.parametrize("text", ["<b>то</b> же", " <b>то</b> же\n"])
async def test_nothing_changed(bot: Bot, telegram: Telegram, text: str) -> None:
    """An edit that changes nothing is refused; a changed keyboard or format is a change."""
    markup = keyboard(("Да", "yes"))
    sent = await bot.send_message(ANNA, text, parse_mode="HTML", reply_markup=markup)

    with pytest.raises(TelegramBadRequest) as caught:
        await sent.edit_text("<b>то</b> же", parse_mode="HTML", reply_markup=markup)
    assert _reason(caught) == NOT_MODIFIED
    with pytest.raises(TelegramBadRequest) as caught:
        await sent.edit_reply_markup(reply_markup=markup)
    assert _reason(caught) == NOT_MODIFIED
    assert telegram.chat(ANNA)[-1].edited is None

    await sent.edit_text("<i>то</i> же", parse_mode="HTML", reply_markup=markup)
    await sent.edit_text("<i>то</i> же", parse_mode="HTML")
    assert telegram.chat(ANNA)[-1].buttons == []


async def test_editing_what_is_not_there(bot: Bot, telegram: Telegram) -> None:
    """A deleted message, and one of another chat, cannot be edited."""
    sent = await bot.send_message(ANNA, "x")
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.edit_message_text("y", chat_id=BORIS, message_id=sent.message_id)
    assert _reason(caught) == "Bad Request: message to edit not found"

    await sent.delete()
    with pytest.raises(TelegramBadRequest) as caught:
        await sent.edit_text("y")
    assert _reason(caught) == "Bad Request: message to edit not found"


async def test_editing_what_others_wrote(bot: Bot, telegram: Telegram) -> None:
    """The bot edits its own messages only."""
    telegram.say(ANNA, "моё")
    mine = telegram.chat(ANNA)[-1]
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.edit_message_text("не твоё", chat_id=ANNA, message_id=mine.id)
    assert _reason(caught) == "Bad Request: message can't be edited"
    assert mine.text == "моё"


@pytest.mark.parametrize(
    "markup",
    [
        ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Мальчик")]]),
        ReplyKeyboardRemove(),
        ForceReply(),
    ],
)
async def test_editing_beside_a_reply_keyboard(bot: Bot, markup: Any) -> None:
    """A message that carried any other markup than an inline keyboard stays as it is."""
    sent = await bot.send_message(ANNA, "x", reply_markup=markup)
    assert sent.reply_markup is None
    with pytest.raises(TelegramBadRequest) as caught:
        await sent.edit_text("y")
    assert _reason(caught) == "Bad Request: message can't be edited"


async def test_reply_keyboards(bot: Bot, telegram: Telegram) -> None:
    """People see the texts to choose from, and that they are taken away again."""
    markup = ReplyKeyboardMarkup(
        keyboard=[[KeyboardButton(text="Мальчик"), KeyboardButton(text="Девочка")]],
        one_time_keyboard=True,
        input_field_placeholder="Кто?",
    )
    await bot.send_message(ANNA, "Кто?", reply_markup=markup)
    await bot.send_message(ANNA, "Спасибо", reply_markup=ReplyKeyboardRemove())

    asked, thanked = telegram.chat(ANNA)[-2:]
    assert asked.reply_keyboard
    assert not asked.removes_keyboard
    assert asked.reply_keyboard.rows == (("Мальчик", "Девочка"),)
    assert (asked.reply_keyboard.placeholder, asked.reply_keyboard.one_time) == ("Кто?", True)
    assert thanked.reply_keyboard is None
    assert thanked.removes_keyboard


async def test_a_document_has_no_text(bot: Bot) -> None:
    """A document cannot become a text, but its keyboard can change."""
    sent = await bot.send_document(ANNA, FILE, caption="файл")
    with pytest.raises(TelegramBadRequest) as caught:
        await sent.edit_text("текст")
    assert _reason(caught) == "Bad Request: there is no text in the message to edit"
    edited = await sent.edit_reply_markup(reply_markup=keyboard(("Да", "yes")))
    assert isinstance(edited, Message)
    assert edited.caption == "файл"


async def test_deleting(bot: Bot, telegram: Telegram) -> None:
    """The bot deletes its own messages and, in a private chat, those of the person."""
    sent = await bot.send_message(ANNA, "x")
    telegram.say(ANNA, "секрет")
    typed = telegram.chat(ANNA)[-1]
    assert await sent.delete()
    assert await bot.delete_message(ANNA, typed.id)
    assert {sent.message_id, typed.id}.isdisjoint(message.id for message in telegram.chat(ANNA))

    with pytest.raises(TelegramBadRequest) as caught:
        await sent.delete()
    assert _reason(caught) == "Bad Request: message to delete not found"


async def test_deleting_has_limits(bot: Bot, telegram: Telegram, clock: Clock) -> None:
    """After 48 hours nothing can be deleted, and in a group nothing that others wrote."""
    telegram.say(ANNA, "в группе", chat_id=GROUP)
    with pytest.raises(TelegramBadRequest) as caught:
        await bot.delete_message(GROUP, telegram.chat(GROUP)[-1].id)
    assert _reason(caught) == "Bad Request: message can't be deleted"

    early, late = await bot.send_message(ANNA, "раз"), await bot.send_message(ANNA, "два")
    clock.move(48 * 3600)
    await early.delete()
    clock.move(1)
    with pytest.raises(TelegramBadRequest) as caught:
        await late.delete()
    assert _reason(caught) == "Bad Request: message can't be deleted for everyone"


async def test_documents(bot: Bot, telegram: Telegram) -> None:
    """A document keeps its name and bytes, and can be sent again by its id."""
    sent = await bot.send_document(ANNA, FILE, caption="<b>в календарь</b>", parse_mode="HTML")
    assert sent.document
    assert sent.caption_entities
    assert (sent.document.file_name, sent.document.file_size) == ("приём.ics", 10)
    assert (sent.caption, sent.text) == ("в календарь", None)
    shown = telegram.chat(ANNA)[-1]
    assert shown.document
    assert (shown.document.name, shown.text) == ("приём.ics", "в календарь")

    again = await bot.send_document(BORIS, sent.document.file_id)
    assert again.document
    assert again.document.file_id == sent.document.file_id
    content = await bot.download(again.document)
    assert content
    assert content.read() == "Приём".encode()


async def test_a_person_sends_a_document(bot: Bot, telegram: Telegram) -> None:
    """A document of a person reaches the bot, which can download it."""
    telegram.attach(ANNA, "врачи.csv", b"a;b", caption="вот")
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.document
    assert (update.message.caption, update.message.document.mime_type) == ("вот", "text/csv")
    content = await bot.download(update.message.document)
    assert content
    assert content.read() == b"a;b"


async def test_files_are_for_the_bot_only(bot: Bot) -> None:
    """A path downloads nothing with the token of another bot."""
    sent = await bot.send_document(ANNA, FILE)
    assert sent.document
    path = (await bot.get_file(sent.document.file_id)).file_path
    assert path
    stranger = Bot("43:OTHER", session=bot.session)
    with pytest.raises((TelegramNetworkError, aiohttp.ClientResponseError)):
        await stranger.download_file(path)


async def test_the_bot_introduces_itself(bot: Bot) -> None:
    """getMe tells the name that the sandbox was given."""
    me = await bot.get_me()
    assert (me.id, me.username, me.first_name) == (42, "pediatr_demo_bot", "Запись к педиатру")


async def test_commands(bot: Bot) -> None:
    """Commands are kept for each scope and language by themselves."""
    russian = [BotCommand(command="start", description="Главное меню")]
    english = [BotCommand(command="start", description="Main menu")]
    everywhere = BotCommandScopeAllPrivateChats()
    await bot.set_my_commands(russian)
    await bot.set_my_commands(english, language_code="en", scope=everywhere)

    assert _described(await bot.get_my_commands()) == ["Главное меню"]
    both = await bot.get_my_commands(language_code="en", scope=everywhere)
    assert _described(both) == ["Main menu"]
    assert await bot.get_my_commands(language_code="en") == []
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == []


def _described(commands: list[BotCommand]) -> list[str]:
    return [command.description for command in commands]


async def test_profile(bot: Bot) -> None:
    """The bot may describe itself."""
    assert await bot.set_my_name("Педиатр")
    assert await bot.set_my_description("Запишет к врачу")
    assert await bot.set_my_short_description("Запись")


def test_people_write_something(telegram: Telegram) -> None:
    """No client sends an empty message, and nobody unknown sends any."""
    with pytest.raises(ValueError, match="empty"):
        telegram.say(ANNA, " \n")
    with pytest.raises(LookupError, match="777"):
        telegram.say(777, "привет")
