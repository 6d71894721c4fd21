"""Checks of what a bot sends: aiogram's models accept much that Telegram refuses."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from aiogram.types import MessageEntity

from bot.sandbox.api.markup import link_problem, parse_html, tidy, with_found
from bot.sandbox.model import Entity, Json, Location, bad_request
from bot.sandbox.pictures import Picture, picture

TEXT = 4096
"""Characters of a text, after its entities were parsed."""
CAPTION = 1024
PHOTO = 10 * 1024 * 1024
"""Bytes."""
PHOTO_SIDES = 10_000
"""Pixels of width and height together."""
PHOTO_RATIO = 20
CALLBACK_ANSWER = 200
CALLBACK_DATA = 64
"""Bytes of UTF-8 that a button can carry."""
BUTTONS = 100
MARKUP = 10_240
"""Bytes of a keyboard. Telegram does not say; about ten kilobytes were seen to be refused."""

_STYLES = {"primary", "success", "danger"}
_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)


def formatted_text(
    text: str | None, parse_mode: object, entities: Sequence[MessageEntity] | None
) -> tuple[str, list[Entity]]:
    """The text of a message as people will see it: 1 to 4096 characters."""
    plain, found = _formatted(text or "", parse_mode, entities)
    if not plain:
        raise bad_request("message text is empty")
    if len(plain) > TEXT:
        raise bad_request("message is too long")
    return plain, found


def formatted_caption(
    text: str | None, parse_mode: object, entities: Sequence[MessageEntity] | None
) -> tuple[str, list[Entity]]:
    """The caption of a file: at most 1024 characters, or none."""
    plain, found = _formatted(text or "", parse_mode, entities)
    if len(plain) > CAPTION:
        raise bad_request("message caption is too long")
    return plain, found


def _formatted(
    text: str, parse_mode: object, entities: Sequence[MessageEntity] | None
) -> tuple[str, list[Entity]]:
    found = [_entity(entity) for entity in entities or ()]
    # Without a parse mode the model holds a `Default`, which is no string.
    if isinstance(parse_mode, str) and parse_mode:
        if parse_mode.lower() != "html":
            raise bad_request("unsupported parse_mode")
        text, found = parse_html(text)
    plain, found = tidy(text, found)
    return plain, with_found(plain, found)


def _entity(entity: MessageEntity) -> Entity:
    return Entity(entity.type, entity.offset, entity.length, entity.url, entity.language)


def checked_markup(markup: Any, chat_id: int) -> Json | None:
    """A keyboard as plain JSON, if Telegram would take it.

    Args:
        markup: any of aiogram's reply markups, or None.
        chat_id: where it goes; nobody shares a phone number with a whole group.
    """
    if markup is None:
        return None
    raw: Json = markup.model_dump(exclude_none=True)
    inline = [button for row in raw.get("inline_keyboard", []) for button in row]
    reply = [button for row in raw.get("keyboard", []) for button in row]
    for button in inline:
        _check_inline_button(button)
    for button in reply:
        _check_reply_button(button, chat_id)
    size = len(json.dumps(raw, ensure_ascii=False, separators=(",", ":")).encode())
    if len(inline) + len(reply) > BUTTONS or size > MARKUP:
        raise bad_request("reply markup is too long")
    return raw if inline or "inline_keyboard" not in raw else None


def _check_reply_button(button: Json, chat_id: int) -> None:
    if not button["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    if chat_id < 0 and button.get("request_contact"):
        raise bad_request("phone number can be requested in private chats only")


def _check_inline_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    # A button with empty callback data counts as one without an action.
    if not any(button.get(action) not in (None, "") for action in _ACTIONS):
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(button.get("callback_data", "").encode("utf-8", "surrogatepass")) > CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if button.get("style") not in (None, *_STYLES):
        raise bad_request("can't parse inline keyboard button: invalid button style specified")
    url = button.get("url")
    if url and (problem := link_problem(url)):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {problem}")


def checked_location(
    latitude: float, longitude: float, reason: str = "invalid location specified"
) -> Location:
    """A point that exists on the globe; NaN is none."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise bad_request(reason)
    return Location(latitude, longitude)


def checked_words(name: str, words: str) -> str:
    """A parameter with something to read in it."""
    if not (plain := words.strip()):
        raise bad_request(f"{name} is empty")
    return plain


def checked_photo(content: bytes) -> Picture:
    """A picture that can be shown; of all the kinds that Telegram knows, PNG and JPEG."""
    if len(content) > PHOTO:
        raise bad_request(
            f"file of size {len(content)} bytes is too big for a photo; "
            f"the maximum size is {PHOTO} bytes"
        )
    found = picture(content)
    if found is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    shorter, longer = sorted((found.width, found.height))
    if shorter + longer > PHOTO_SIDES or longer > PHOTO_RATIO * shorter:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return found


def check_callback_text(text: str | None) -> None:
    """Toasts and alerts have room for 200 characters."""
    if len(text or "") > CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
