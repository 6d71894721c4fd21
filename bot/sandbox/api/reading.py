"""A request as a form becomes one of aiogram's method models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from aiogram.methods.base import TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from pydantic import BaseModel, ValidationError

from bot.sandbox.model import UploadedFile, bad_request

Files = Mapping[str, UploadedFile]
Request = TypeVar("Request", bound=TelegramMethod[Any])

_NESTED = {
    "allowed_updates",
    "caption_entities",
    "commands",
    "entities",
    "link_preview_options",
    "reply_markup",
    "reply_parameters",
    "scope",
}
"""Parameters that travel as JSON inside a form."""

_FILES = {"document", "photo"}
"""Parameters that may be a file of the same request: "attach://" and its name."""

_MARKUPS: dict[str, type[BaseModel]] = {
    "inline_keyboard": InlineKeyboardMarkup,
    "keyboard": ReplyKeyboardMarkup,
    "remove_keyboard": ReplyKeyboardRemove,
    "force_reply": ForceReply,
}


def read(model: type[Request], form: Mapping[str, Any], files: Files) -> Request:
    """Read a form.

    Args:
        form: texts, as forms carry them; nested values are JSON inside a text.
        files: uploaded files by the name of their form field.

    Raises:
        ApiError: the form does not fit the method.
    """
    fields = {name: _value(name, value, files) for name, value in form.items()}
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise bad_request(_explain(error)) from None


def _value(name: str, value: Any, files: Files) -> Any:
    """A parameter as the model wants it: nested values and attached files are unpacked."""
    if name in _FILES and (upload := files.get(str(value).removeprefix("attach://"))):
        return BufferedInputFile(upload.content, upload.name)
    if name in _NESTED and isinstance(value, str):
        try:
            value = json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
    return _markup(value) if name == "reply_markup" and value is not None else value


def _markup(raw: Any) -> BaseModel | None:
    """The keyboard that is meant.

    The choice must not be left to aiogram: a broken keyboard would be read as the order to remove
    one, because all fields of that have defaults.
    """
    if not isinstance(raw, Mapping):
        raise bad_request("object expected as reply markup")
    for field, model in _MARKUPS.items():
        if field in raw:
            try:
                return model.model_validate(raw)
            except ValidationError as error:
                raise bad_request(_explain_button(field, error)) from None
    return None


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    place = first["loc"]
    if place[0] == "reply_markup":
        return "inline keyboard expected"
    if first["type"] == "missing":
        return "message text is empty" if place == ("text",) else f"{place[0]} is empty"
    return f"wrong parameter {'.'.join(map(str, place))}"


def _explain_button(keyboard: str, error: ValidationError) -> str:
    first = error.errors()[0]
    name = first["loc"][-1]
    kind = "inline keyboard button" if keyboard == "inline_keyboard" else "keyboard button"
    if first["type"] == "missing":
        return f"can't parse {kind}: Can't find field \"{name}\""
    return f'can\'t parse {kind}: Field "{name}" must be of type String'
