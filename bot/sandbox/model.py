"""What the sandbox consists of: people, messages, keyboards, files, and refusals.

All times are unix seconds of the sandbox's own clock. A private chat has the id of its user;
groups have negative ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from pydantic import ConfigDict

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal of the Bot API, as the bot gets to see it."""

    def __init__(
        self, status: int, description: str, parameters: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.parameters = parameters

    def to_json(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            answer["parameters"] = dict(self.parameters)
        return answer


def bad_request(reason: str) -> ApiError:
    """The commonest refusal."""
    return ApiError(400, f"Bad Request: {reason}")


@dataclass(slots=True)
class User:
    """A person who can write to the bot."""

    id: int
    first_name: str
    language_code: str
    hint: str
    """A note for the chat page ("мама Миши"); the bot never sees it."""
    started: bool = False
    """A bot may only write to people who wrote to it first."""
    blocked: bool = False
    phone: str = ""

    def contact(self, phone: str | None = None) -> Contact:
        """Their own number unless another is given; whoever has none gets one made up."""
        number = phone or self.phone or f"+7900{self.id % 10**7:07}"
        return Contact(re.sub(r"[^+\d]", "", number), self.first_name, self.id)

    def to_json(self) -> Json:
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language_code,
        }

    def chat_json(self) -> Json:
        return {"id": self.id, "type": "private", "first_name": self.first_name}


@dataclass(slots=True)
class Group:
    """A group chat which the bot is a member of."""

    id: int
    title: str

    def chat_json(self) -> Json:
        return {"id": self.id, "type": "group", "title": self.title}


@dataclass(frozen=True, slots=True)
class Entity:
    """Formatting of a part of a text; offset and length count UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    def to_json(self) -> Json:
        entity: Json = {"type": self.type, "offset": self.offset, "length": self.length}
        if self.url is not None:
            entity["url"] = self.url
        if self.language is not None:
            entity["language"] = self.language
        return entity


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody sent; its bytes are kept apart, in the world's `contents`."""

    id: str
    path: str
    """Where `/file/bot<token>/` serves it."""
    name: str
    mime_type: str
    size: int
    """Bytes."""
    width: int = 0
    """Pixels of a photo; a document has none."""
    height: int = 0

    @property
    def kind(self) -> str:
        """What Telegram takes it for: a file sent as one thing cannot be sent as another."""
        return "Photo" if self.width else "Document"

    def to_json(self) -> Json:
        return {
            "file_id": self.id,
            "file_unique_id": f"u{self.id}",
            "file_size": self.size,
        }

    def document_json(self) -> Json:
        return {**self.to_json(), "file_name": self.name, "mime_type": self.mime_type}

    def photo_json(self) -> list[Json]:
        """All sizes of a photo; here there is one."""
        return [{**self.to_json(), "width": self.width, "height": self.height}]


@dataclass(frozen=True, slots=True)
class Location:
    """A point on the map, in degrees."""

    latitude: float
    longitude: float

    def to_json(self) -> Json:
        return {"latitude": self.latitude, "longitude": self.longitude}


@dataclass(frozen=True, slots=True)
class Venue:
    """A place with a name."""

    location: Location
    title: str
    address: str

    def to_json(self) -> Json:
        return {"location": self.location.to_json(), "title": self.title, "address": self.address}


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody's phone number, as one person shares it."""

    phone_number: str
    first_name: str
    user_id: int
    """Whose it is, which need not be who shares it."""

    def to_json(self) -> Json:
        return {
            "phone_number": self.phone_number,
            "first_name": self.first_name,
            "user_id": self.user_id,
        }


class Content(TypedDict, total=False):
    """What a message carries besides words: one of these, or nothing."""

    document: File
    photo: File
    location: Location
    venue: Venue
    contact: Contact


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message."""

    text: str
    data: str | None
    url: str | None
    style: str | None


@dataclass(frozen=True, slots=True)
class ReplyKeyboard:
    """Buttons in place of the keyboard: a tap on one sends its text."""

    rows: tuple[tuple[str, ...], ...]
    placeholder: str | None
    one_time: bool


@dataclass(slots=True)
class Message:
    """A message as the people of a chat see it."""

    id: int
    chat_id: int
    author: int
    """The id of the user or of the bot who wrote it."""
    from_bot: bool
    date: int
    text: str
    """The text, or the caption of a file."""
    entities: list[Entity] = field(default_factory=list)
    reply_markup: Json | None = None
    """As the bot sent it: an inline keyboard, a reply keyboard, or the order to remove one."""
    document: File | None = None
    edited: int | None = None
    """When it was edited last, or None."""
    photo: File | None = None
    location: Location | None = None
    venue: Venue | None = None
    contact: Contact | None = None
    reply_to: int | None = None
    """The message of the same chat that it answers."""

    def content_json(self) -> Json:
        """What it carries besides words, as the bot gets it; empty for a mere text."""
        if self.document:
            return {"document": self.document.document_json()}
        if self.photo:
            return {"photo": self.photo.photo_json()}
        if self.contact:
            return {"contact": self.contact.to_json()}
        if self.location:
            return {"location": self.location.to_json()}
        if self.venue:
            # Telegram repeats the location, for bots that know no venues.
            return {"venue": self.venue.to_json(), "location": self.venue.location.to_json()}
        return {}

    @property
    def buttons(self) -> list[list[Button]]:
        """The inline keyboard, row by row; empty without one."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [[_button(button) for button in row] for row in rows]

    @property
    def reply_keyboard(self) -> ReplyKeyboard | None:
        """The reply keyboard that came with this very message."""
        markup = self.reply_markup or {}
        if "keyboard" not in markup:
            return None
        return ReplyKeyboard(
            rows=tuple(tuple(button["text"] for button in row) for row in markup["keyboard"]),
            placeholder=markup.get("input_field_placeholder"),
            one_time=bool(markup.get("one_time_keyboard")),
        )

    @property
    def removes_keyboard(self) -> bool:
        """True when it takes the reply keyboard away."""
        return bool((self.reply_markup or {}).get("remove_keyboard"))


def _button(raw: Mapping[str, Any]) -> Button:
    return Button(raw["text"], raw.get("callback_data"), raw.get("url"), raw.get("style"))


def entities_json(entities: Iterable[Entity]) -> list[Json]:
    return [entity.to_json() for entity in entities]


@dataclass(slots=True)
class CallbackQuery:
    """A tap that waits for its answer."""

    id: str
    user_id: int
    update_id: int
    asked_at: float
    answered: bool = False


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What a person saw after a tap: a toast, an alert, or without text the end of waiting."""

    user_id: int
    update_id: int
    text: str
    show_alert: bool


@dataclass(slots=True)
class Update:
    """An update that waits for the bot."""

    id: int
    body: Json
    """As the bot will get it, `update_id` included."""
    expires_at: float
    repeated: bool = False
    """Delivered once more whatever the bot has confirmed, and only once."""
    twice: bool = False
    """To be repeated as soon as the bot has confirmed it."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file inside a request."""

    name: str
    content: bytes


@dataclass(slots=True)
class World:
    """Everything that outlives a restart."""

    # In the file that keeps the world, bytes are written in base64.
    __pydantic_config__ = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    users: dict[int, User] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    chats: dict[int, dict[int, Message]] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    queries: dict[str, CallbackQuery] = field(default_factory=dict)
    pending: list[Update] = field(default_factory=list)
    allowed_updates: list[str] | None = None
    commands: dict[str, list[Json]] = field(default_factory=dict)
    profile: dict[str, str] = field(default_factory=dict)
    webhook: Json = field(default_factory=dict)
    offset: float = 0
    """Seconds by which the sandbox is ahead of the clock that it was given."""
    last_update_id: int = 0
    last_message_id: int = 0
    closed: bool = False
    """Written by an orderly end; without it the counters may lag behind what was handed out."""
