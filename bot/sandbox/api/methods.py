"""The methods of the Bot API that the sandbox knows.

Each reads its request through aiogram's own model of the method and then checks what Telegram
would check. A result has the shape that aiogram reads back into its types.
"""

from __future__ import annotations

import json
import re
from typing import Any

from aiogram import methods as api
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InputFile,
)

from bot.sandbox.api.limits import (
    check_callback_text,
    checked_location,
    checked_markup,
    checked_photo,
    checked_words,
    formatted_caption,
    formatted_text,
)
from bot.sandbox.api.registry import method
from bot.sandbox.courier import CONNECTIONS
from bot.sandbox.model import (
    ApiError,
    CallbackAnswer,
    Entity,
    File,
    Json,
    Message,
    Venue,
    bad_request,
)
from bot.sandbox.queue import TAP_LIFE
from bot.sandbox.telegram import Telegram

DELETABLE = 48 * 3600
"""Seconds during which a message can be deleted."""

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

# --- Receiving --------------------------------------------------------------------------------


@method(api.GetMe)
async def _get_me(telegram: Telegram, request: api.GetMe) -> Json:
    return {
        **telegram.bot_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


@method(api.GetUpdates)
async def _get_updates(telegram: Telegram, request: api.GetUpdates) -> list[Json]:
    if telegram.world.webhook.get("url"):
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    _remember_allowed(telegram, request.allowed_updates)
    telegram.note_poll()
    limit = 100 if request.limit is None else request.limit
    return await telegram.queue.get(request.offset or 0, limit, request.timeout or 0)


@method(api.SetWebhook)
async def _set_webhook(telegram: Telegram, request: api.SetWebhook) -> bool:
    secret = request.secret_token
    if secret is not None and not _SECRET.fullmatch(secret):
        raise ApiError(400, "Bad Request: secret token contains unallowed characters")
    _remember_allowed(telegram, request.allowed_updates)
    telegram.world.webhook = {}
    _drop_pending(telegram, request.drop_pending_updates)
    if request.url:
        telegram.world.webhook = {
            "url": request.url,
            "max_connections": request.max_connections or CONNECTIONS,
            "secret_token": secret,
        }
        telegram.queue.end_poll(ApiError(409, "Conflict: terminated by setWebhook request"))
        telegram.courier.look()
    return True


@method(api.DeleteWebhook)
async def _delete_webhook(telegram: Telegram, request: api.DeleteWebhook) -> bool:
    telegram.world.webhook = {}
    _drop_pending(telegram, request.drop_pending_updates)
    return True


@method(api.GetWebhookInfo)
async def _get_webhook_info(telegram: Telegram, request: api.GetWebhookInfo) -> Json:
    known = {key: told for key, told in telegram.world.webhook.items() if key != "secret_token"}
    info: Json = {
        "url": "",
        "has_custom_certificate": False,
        **known,
        "pending_update_count": len(telegram.queue),
    }
    if telegram.world.allowed_updates:
        info["allowed_updates"] = telegram.world.allowed_updates
    return info


def _remember_allowed(telegram: Telegram, allowed: list[str] | None) -> None:
    """Without the parameter the earlier choice stays; an empty list means the default kinds."""
    if allowed is not None:
        telegram.world.allowed_updates = allowed or None


def _drop_pending(telegram: Telegram, drop: bool | None) -> None:
    if drop:
        telegram.queue.drop()


# --- Messages ---------------------------------------------------------------------------------


@method(api.SendMessage)
async def _send_message(telegram: Telegram, request: api.SendMessage) -> Json:
    chat_id = _writable_chat(telegram, request.chat_id)
    text, entities = formatted_text(request.text, request.parse_mode, request.entities)
    markup = checked_markup(request.reply_markup, chat_id)
    return telegram.message_json(telegram.post(chat_id, text, entities, markup))


@method(api.SendDocument)
async def _send_document(telegram: Telegram, request: api.SendDocument) -> Json:
    chat_id = _writable_chat(telegram, request.chat_id)
    caption, entities = formatted_caption(
        request.caption, request.parse_mode, request.caption_entities
    )
    markup = checked_markup(request.reply_markup, chat_id)
    document = _document(telegram, request.document)
    message = telegram.post(chat_id, caption, entities, markup, document=document)
    return telegram.message_json(message)


@method(api.SendPhoto)
async def _send_photo(telegram: Telegram, request: api.SendPhoto) -> Json:
    chat_id = _writable_chat(telegram, request.chat_id)
    caption, entities = formatted_caption(
        request.caption, request.parse_mode, request.caption_entities
    )
    markup = checked_markup(request.reply_markup, chat_id)
    photo = _photo(telegram, request.photo)
    message = telegram.post(chat_id, caption, entities, markup, photo=photo)
    return telegram.message_json(message)


@method(api.SendLocation)
async def _send_location(telegram: Telegram, request: api.SendLocation) -> Json:
    chat_id = _writable_chat(telegram, request.chat_id)
    location = checked_location(request.latitude, request.longitude)
    markup = checked_markup(request.reply_markup, chat_id)
    return telegram.message_json(telegram.post(chat_id, reply_markup=markup, location=location))


@method(api.SendVenue)
async def _send_venue(telegram: Telegram, request: api.SendVenue) -> Json:
    chat_id = _writable_chat(telegram, request.chat_id)
    venue = Venue(
        checked_location(request.latitude, request.longitude, "wrong venue location specified"),
        checked_words("title", request.title),
        checked_words("address", request.address),
    )
    markup = checked_markup(request.reply_markup, chat_id)
    return telegram.message_json(telegram.post(chat_id, reply_markup=markup, venue=venue))


@method(api.EditMessageText)
async def _edit_message_text(telegram: Telegram, request: api.EditMessageText) -> Json:
    message = _editable(telegram, request.chat_id, request.message_id)
    text, entities = formatted_text(request.text, request.parse_mode, request.entities)
    if message.content_json():
        raise bad_request("there is no text in the message to edit")
    markup = checked_markup(request.reply_markup, message.chat_id)
    return _edit(telegram, message, text, entities, markup)


@method(api.EditMessageReplyMarkup)
async def _edit_message_reply_markup(
    telegram: Telegram, request: api.EditMessageReplyMarkup
) -> Json:
    message = _editable(telegram, request.chat_id, request.message_id)
    markup = checked_markup(request.reply_markup, message.chat_id)
    return _edit(telegram, message, message.text, message.entities, markup)


@method(api.DeleteMessage)
async def _delete_message(telegram: Telegram, request: api.DeleteMessage) -> bool:
    chat_id = _known_chat(telegram, request.chat_id)
    message = telegram.world.chats[chat_id].get(request.message_id)
    if message is None:
        raise bad_request("message to delete not found")
    # In a group only an administrator may delete what others wrote.
    if not message.from_bot and chat_id < 0:
        raise bad_request("message can't be deleted")
    if telegram.seconds() - message.date > DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    del telegram.world.chats[chat_id][message.id]
    telegram.tell("deleted", chat_id=chat_id, message_id=message.id)
    return True


@method(api.SendChatAction)
async def _send_chat_action(telegram: Telegram, request: api.SendChatAction) -> bool:
    chat_id = _writable_chat(telegram, request.chat_id)
    telegram.tell("action", chat_id=chat_id, action=request.action)
    return True


@method(api.AnswerCallbackQuery)
async def _answer_callback_query(telegram: Telegram, request: api.AnswerCallbackQuery) -> bool:
    check_callback_text(request.text)
    query = telegram.world.queries.get(request.callback_query_id)
    if query is None or query.answered or telegram.seconds() - query.asked_at > TAP_LIFE:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    query.answered = True
    answer = CallbackAnswer(
        query.user_id, query.update_id, request.text or "", bool(request.show_alert)
    )
    telegram.note_answer(answer)
    return True


def _edit(
    telegram: Telegram,
    message: Message,
    text: str,
    entities: list[Entity],
    markup: Json | None,
) -> Json:
    if (message.text, message.entities, message.reply_markup) == (text, entities, markup):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message"
        )
    message.text, message.entities, message.reply_markup = text, entities, markup
    message.edited = int(telegram.seconds())
    telegram.tell("edited", chat_id=message.chat_id, message_id=message.id)
    return telegram.message_json(message)


def _editable(telegram: Telegram, chat: int | str | None, message_id: int | None) -> Message:
    chat_id = _known_chat(telegram, chat)
    if message_id is None:
        raise bad_request("message identifier is not specified")
    message = telegram.world.chats[chat_id].get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    # Telegram takes a reply keyboard once and for all.
    if not message.from_bot or (message.reply_markup and not message.buttons):
        raise bad_request("message can't be edited")
    return message


def _known_chat(telegram: Telegram, chat: int | str | None) -> int:
    """The id of a chat, which forms bring as text."""
    if chat is None or chat == "":
        raise bad_request("chat_id is empty")
    try:
        chat_id = int(chat)
    except ValueError:
        raise bad_request("chat not found") from None
    if not telegram.has_chat(chat_id):
        raise bad_request("chat not found")
    return chat_id


def _writable_chat(telegram: Telegram, chat: int | str | None) -> int:
    chat_id = _known_chat(telegram, chat)
    user = telegram.world.users.get(chat_id)
    if user and user.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    if user and not user.started:
        raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
    return chat_id


# --- Files ------------------------------------------------------------------------------------


@method(api.GetFile)
async def _get_file(telegram: Telegram, request: api.GetFile) -> Json:
    file = telegram.world.files.get(request.file_id)
    if file is None:
        raise bad_request("invalid file_id")
    return {**file.to_json(), "file_path": file.path}


def _document(telegram: Telegram, source: str | InputFile) -> File:
    """A document that was uploaded, or one sent before, by its id."""
    if isinstance(source, BufferedInputFile):
        return telegram.keep_file(source.filename or "file", _content(source))
    return _sent_before(telegram, str(source), "Document")


def _photo(telegram: Telegram, source: str | InputFile) -> File:
    """A photo that was uploaded, or one sent before, by its id."""
    if isinstance(source, BufferedInputFile):
        content = _content(source)
        return telegram.keep_file(source.filename or "photo", content, checked_photo(content))
    return _sent_before(telegram, str(source), "Photo")


def _content(upload: BufferedInputFile) -> bytes:
    if not upload.data:
        raise bad_request("file must be non-empty")
    return upload.data


def _sent_before(telegram: Telegram, file_id: str, kind: str) -> File:
    if (known := telegram.world.files.get(file_id)) is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if known.kind != kind:
        raise bad_request(f"can't use file of type {known.kind} as {kind}")
    return known


# --- The bot's profile ------------------------------------------------------------------------


@method(api.SetMyCommands)
async def _set_my_commands(telegram: Telegram, request: api.SetMyCommands) -> bool:
    commands = [_command(command) for command in request.commands]
    telegram.world.commands[_command_key(request.scope, request.language_code)] = commands
    telegram.tell("bot")
    return True


@method(api.GetMyCommands)
async def _get_my_commands(telegram: Telegram, request: api.GetMyCommands) -> list[Json]:
    return telegram.world.commands.get(_command_key(request.scope, request.language_code), [])


@method(api.DeleteMyCommands)
async def _delete_my_commands(telegram: Telegram, request: api.DeleteMyCommands) -> bool:
    telegram.world.commands.pop(_command_key(request.scope, request.language_code), None)
    telegram.tell("bot")
    return True


@method(api.SetMyName)
async def _set_my_name(telegram: Telegram, request: api.SetMyName) -> bool:
    return _describe(telegram, "name", request.name, request.language_code, longest=64)


@method(api.SetMyDescription)
async def _set_my_description(telegram: Telegram, request: api.SetMyDescription) -> bool:
    return _describe(
        telegram, "description", request.description, request.language_code, longest=512
    )


@method(api.SetMyShortDescription)
async def _set_my_short_description(telegram: Telegram, request: api.SetMyShortDescription) -> bool:
    return _describe(
        telegram, "short", request.short_description, request.language_code, longest=120
    )


@method(api.GetMyDescription)
async def _get_my_description(telegram: Telegram, request: api.GetMyDescription) -> Json:
    return {"description": _described(telegram, "description", request.language_code)}


@method(api.GetMyShortDescription)
async def _get_my_short_description(telegram: Telegram, request: api.GetMyShortDescription) -> Json:
    return {"short_description": _described(telegram, "short", request.language_code)}


def _described(telegram: Telegram, what: str, language: str | None) -> str:
    """In this language, or as in any."""
    profile = telegram.world.profile
    return str(profile.get(f"{what}:{language or ''}") or profile.get(f"{what}:", ""))


def _describe(
    telegram: Telegram, what: str, text: str | None, language: str | None, *, longest: int
) -> bool:
    if len(text or "") > longest:
        raise bad_request(f"bot {what} is too long")
    telegram.world.profile[f"{what}:{language or ''}"] = text or ""
    telegram.tell("bot")
    return True


def _command(command: BotCommand) -> Json:
    name = command.command.removeprefix("/")
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(command.description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": command.description}


def _command_key(scope: Any, language: str | None) -> str:
    described = scope.model_dump(exclude_none=True) if scope else {"type": "default"}
    return json.dumps([described, language or ""], sort_keys=True)


def commands_for(telegram: Telegram, user_id: int) -> list[Json]:
    """The commands that a person finds in the menu: the narrowest list that was set."""
    user = telegram.world.users.get(user_id)
    languages = (user.language_code, "") if user else ("",)
    scopes: tuple[Json, ...] = (
        {"type": "chat", "chat_id": user_id},
        {"type": "all_private_chats"},
        {"type": "default"},
    )
    for scope in scopes:
        for language in languages:
            key = json.dumps([scope, language], sort_keys=True)
            if key in telegram.world.commands:
                return telegram.world.commands[key]
    return []
