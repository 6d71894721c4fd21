"""The chats as both sides see them: who there is, what was written, and what time it is."""

from __future__ import annotations

import asyncio
import mimetypes
import secrets
from collections.abc import Awaitable, Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.sandbox.memory import Memory
from bot.sandbox.model import File, Group, Json, Message, User, entities_json
from bot.sandbox.pictures import Picture

Event = Json
"""What the chat page is told: always with a `kind`."""

Upcoming = Callable[[], Awaitable[datetime | None]]
"""Says when the next thing is due that people will see; None when nothing is."""

LONGEST_JUMP = 366 * 24 * 3600
"""Seconds; a year shows everything, and the calendar has an end."""

_TYPES = mimetypes.MimeTypes(filenames=())
"""Types of files by their names, the same on every machine."""
_TYPES.add_type("text/calendar", ".ics")
_TYPES.add_type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")


class Chats:
    """People, messages and files with their clock, kept by a memory and told to who listens.

    Args:
        token: the bot's token; the part before the colon is the bot's id.
        now: the clock; `fast_forward` goes ahead of it.
        memory: a JSON file that keeps the world over a restart or a crash; None keeps nothing.
        upcoming: where `forward_to_next` goes.
    """

    def __init__(
        self,
        *,
        token: str,
        username: str,
        name: str,
        now: Callable[[], datetime],
        memory: Path | None,
        upcoming: Upcoming | None,
    ) -> None:
        self.token = token
        self.bot_id = int(token.partition(":")[0])
        self.username = username
        self.name = name
        self.upcoming = upcoming
        self.unseen: Container[int] = ()
        """Ids of people who read the bot somewhere else: it may write to them, the page shows them
        to nobody."""
        self._clock = now
        self._memory = Memory(memory)
        self._listeners: set[asyncio.Queue[Event | None]] = set()
        self.world = self._memory.load(now().timestamp())

    # --- Who there is ---------------------------------------------------------------------------

    def add_user(
        self,
        user_id: int,
        first_name: str,
        *,
        language_code: str = "ru",
        hint: str = "",
        phone: str = "",
    ) -> None:
        """Let a person exist, or change what is known of one who does."""
        user = self.world.users.setdefault(user_id, User(user_id, first_name, language_code, hint))
        user.first_name, user.language_code = first_name, language_code
        user.hint, user.phone = hint, phone
        self.world.chats.setdefault(user_id, {})
        self.tell("people")

    def add_group(self, chat_id: int, title: str) -> None:
        """Let a group exist that everybody and the bot are in; its id is negative."""
        self.world.groups[chat_id] = Group(chat_id, title)
        self.world.chats.setdefault(chat_id, {})
        self.tell("people")

    # --- The clock ------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The present moment in the sandbox, in UTC."""
        return self._clock().astimezone(UTC) + timedelta(seconds=self.world.offset)

    def seconds(self) -> float:
        """The present moment in unix seconds."""
        return self.now().timestamp()

    def fast_forward(self, seconds: float) -> None:
        """Let time pass at once. There is no way back.

        Raises:
            ValueError: the jump leads nowhere, back, or further than a year.
        """
        if not 0 < seconds <= LONGEST_JUMP:
            raise ValueError(f"time goes forward by up to {LONGEST_JUMP} s, not by {seconds}")
        self.world.offset += seconds
        self.tell("clock", now=self.now().isoformat())

    def forward_to(self, moment: datetime) -> None:
        """Let time pass at once until a moment.

        Raises:
            ValueError: it has passed, or is further than a year ahead.
        """
        now = self.now()
        if moment <= now:
            raise ValueError(f"{moment.isoformat()} is not ahead, now is {now.isoformat()}")
        self.fast_forward((moment - now).total_seconds())

    async def forward_to_next(self) -> None:
        """Let time pass at once until the next thing is due, and a second more.

        Raises:
            ValueError: nothing is due, or it is already.
        """
        moment = await self.upcoming() if self.upcoming else None
        if moment is None:
            raise ValueError("nothing is due")
        self.forward_to(moment + timedelta(seconds=1))

    # --- What is known, as the bot gets it ------------------------------------------------------

    def chat(self, chat_id: int) -> list[Message]:
        """The messages of a chat as its people see them, oldest first."""
        return list(self.world.chats.get(chat_id, {}).values())

    def chat_json(self, chat_id: int) -> Json:
        if group := self.world.groups.get(chat_id):
            return group.chat_json()
        return self._user(chat_id).chat_json()

    def bot_json(self) -> Json:
        return {
            "id": self.bot_id,
            "is_bot": True,
            "first_name": self.name,
            "username": self.username,
        }

    def message_json(self, message: Message) -> Json:
        """A message as the bot gets it."""
        author = self.bot_json() if message.from_bot else self._user(message.author).to_json()
        content = message.content_json()
        raw: Json = {
            "message_id": message.id,
            "from": author,
            "chat": self.chat_json(message.chat_id),
            "date": message.date,
            **content,
        }
        if message.edited is not None:
            raw["edit_date"] = message.edited
        if message.text:
            raw["caption" if content else "text"] = message.text
        if message.entities:
            name = "caption_entities" if content else "entities"
            raw[name] = entities_json(message.entities)
        if message.buttons:
            raw["reply_markup"] = message.reply_markup
        if answered := self.quoted(message):
            raw["reply_to_message"] = self.message_json(replace(answered, reply_to=None))
        return raw

    def quoted(self, message: Message) -> Message | None:
        """The message that this one answers, if it is there still."""
        return self.world.chats.get(message.chat_id, {}).get(message.reply_to or 0)

    # --- Files ----------------------------------------------------------------------------------

    def keep_file(self, name: str, content: bytes, photo: Picture | None = None) -> File:
        """Store a file, as a document or as a photo, and give it an id and a path.

        The name of a document tells its type.
        """
        folder = "photos" if photo else "documents"
        guessed = _TYPES.guess_type(name)[0] or "application/octet-stream"
        file = File(
            id=secrets.token_urlsafe(24),
            path=f"{folder}/file_{len(self.world.files) + 1}{Path(name).suffix}",
            name=name,
            mime_type=photo.mime_type if photo else guessed,
            size=len(content),
            width=photo.width if photo else 0,
            height=photo.height if photo else 0,
        )
        self.world.files[file.id] = file
        self.world.contents[file.id] = content
        self._memory.note_file(file.id)
        return file

    def file_at(self, path: str) -> File | None:
        """The file that a path from getFile leads to."""
        return next((file for file in self.world.files.values() if file.path == path), None)

    # --- Who listens ----------------------------------------------------------------------------

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[Event | None]]:
        """Events from now on, as the chat page needs them; None is the end."""
        listener: asyncio.Queue[Event | None] = asyncio.Queue()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def tell(self, kind: str, **details: Any) -> None:
        """Tell the chat page that something changed, once it is written down."""
        if "message_id" in details:
            self._memory.note_message(details["chat_id"], details["message_id"])
        self._remember()
        self._announce(kind, **details)

    # --- Inside ---------------------------------------------------------------------------------

    def _announce(self, kind: str, **details: Any) -> None:
        for listener in self._listeners:
            listener.put_nowait({"kind": kind, **details})

    def has_chat(self, chat_id: int) -> bool:
        """Is there anybody whom the bot could write to?"""
        return chat_id in self.world.chats or chat_id in self.unseen

    def _user(self, user_id: int) -> User:
        if user_id in self.unseen:
            return User(user_id, str(user_id), "ru", "", started=True)
        try:
            return self.world.users[user_id]
        except KeyError:
            raise LookupError(f"there is no user {user_id}: add_user() first") from None

    def _next_message_id(self) -> int:
        self.world.last_message_id += 1
        return self.world.last_message_id

    def _show(self, message: Message) -> None:
        self.world.chats.setdefault(message.chat_id, {})[message.id] = message
        # It is written down together with what it belongs to, an update or the bot's call.
        self._memory.note_message(message.chat_id, message.id)
        self._announce("message", chat_id=message.chat_id, message_id=message.id)

    def _remember(self) -> None:
        """Write down what changed: nobody is answered, or told, before."""
        self._memory.write(self.world)
