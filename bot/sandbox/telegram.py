"""One Telegram in memory: people on one side, the bot on the other."""

from __future__ import annotations

import asyncio
import mimetypes
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from time import monotonic as real_seconds
from typing import Any, Unpack

from bot.sandbox.api import registry
from bot.sandbox.api.markup import find_entities
from bot.sandbox.courier import Courier
from bot.sandbox.faults import Faults
from bot.sandbox.memory import Memory
from bot.sandbox.model import (
    ApiError,
    CallbackAnswer,
    CallbackQuery,
    Content,
    Entity,
    File,
    Group,
    Json,
    Location,
    Message,
    UploadedFile,
    User,
    entities_json,
)
from bot.sandbox.pictures import Picture, picture
from bot.sandbox.queue import TAP_LIFE, UpdateQueue

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

_ANY_PICTURE = Picture("image/jpeg", 1280, 960)
"""A person's app sends whatever it shows as a JPEG of about this size."""

_KEPT_FOR_TESTS = 10_000


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Telegram:
    """The world: what people do, what the bot is told, and what both of them see.

    Args:
        token: the bot's token; the part before the colon is the bot's id.
        now: the clock for dates and for the life of updates; `fast_forward` goes ahead of it.
        memory: a JSON file that keeps the world over a restart or a crash; None keeps nothing.
        webhook_pause: seconds before a webhook that did not take an update gets it again.
        monotonic: the clock of the limits in `faults`: seconds that nobody moves forward.
        upcoming: where `forward_to_next` goes; whoever serves the bot may set it later.
    """

    def __init__(
        self,
        *,
        token: str,
        username: str = "pediatr_demo_bot",
        name: str = "Запись к педиатру",
        now: Callable[[], datetime] = _utc_now,
        memory: Path | None = None,
        webhook_pause: float = 1.0,
        monotonic: Callable[[], float] = real_seconds,
        upcoming: Upcoming | None = None,
    ) -> None:
        self.token = token
        self.bot_id = int(token.partition(":")[0])
        self.username = username
        self.name = name
        self._clock = now
        self._memory = Memory(memory)
        self.world = self._memory.load(now().timestamp())
        self.upcoming = upcoming
        self.faults = Faults(monotonic)
        self.queue = UpdateQueue(self.world, self.seconds, self.faults.doubles)
        self._answers: deque[CallbackAnswer] = deque(maxlen=_KEPT_FOR_TESTS)
        self._made: dict[int, Json] = {}
        self._listeners: set[asyncio.Queue[Event | None]] = set()
        self.courier = Courier(self.world, self.queue, self.seconds, self.tell, webhook_pause)
        self.queue.on_arrival = self.courier.look
        self._polled = False

    # --- People -------------------------------------------------------------------------------

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

    def say(self, user_id: int, text: str, *, chat_id: int | None = None) -> int:
        """Write a text to the bot, or into a group.

        Returns:
            The id of the update that tells the bot.
        """
        text = text.strip()
        if not text:
            raise ValueError("nobody can send an empty message")
        return self._write(user_id, chat_id, text, find_entities(text))

    def attach(
        self,
        user_id: int,
        name: str,
        content: bytes,
        *,
        caption: str = "",
        chat_id: int | None = None,
    ) -> int:
        """Send a document to the bot, or into a group; returns the id of the update."""
        document = self.keep_file(name, content)
        return self._write(user_id, chat_id, caption.strip(), document=document)

    def send_photo(
        self,
        user_id: int,
        name: str,
        content: bytes,
        caption: str = "",
        *,
        chat_id: int | None = None,
    ) -> int:
        """Send a photo to the bot, or into a group; returns the id of the update."""
        photo = self.keep_file(name, content, picture(content) or _ANY_PICTURE)
        return self._write(user_id, chat_id, caption.strip(), photo=photo)

    def send_location(
        self, user_id: int, latitude: float, longitude: float, *, chat_id: int | None = None
    ) -> int:
        """Send a point on the map to the bot, or into a group; returns the id of the update."""
        return self._write(user_id, chat_id, location=Location(latitude, longitude))

    def share_contact(
        self,
        user_id: int,
        *,
        phone: str | None = None,
        owner_id: int | None = None,
        chat_id: int | None = None,
    ) -> int:
        """Share a phone number with the bot, or with a group; returns the id of the update.

        Args:
            phone: the number, if it is not the one that its owner has here.
            owner_id: whose contact it is; by default the person's own.
        """
        owner = self._user(user_id if owner_id is None else owner_id)
        return self._write(user_id, chat_id, contact=owner.contact(phone))

    def tap(self, user_id: int, message_id: int, data: str, *, chat_id: int | None = None) -> int:
        """Tap an inline button; the data need not be on any button, so that tests can forge it.

        Returns:
            The id of the update that tells the bot.
        """
        chat_id = user_id if chat_id is None else chat_id
        message = self.world.chats[chat_id].get(message_id)
        if message is None:
            return self.tap_inaccessible(user_id, message_id, data, chat_id=chat_id)
        return self._tap(user_id, chat_id, data, self.message_json(message))

    def tap_inaccessible(
        self, user_id: int, message_id: int, data: str, *, chat_id: int | None = None
    ) -> int:
        """Tap a button of a message that the bot cannot see any more."""
        chat_id = user_id if chat_id is None else chat_id
        message = {"chat": self.chat_json(chat_id), "message_id": message_id, "date": 0}
        return self._tap(user_id, chat_id, data, message)

    def block(self, user_id: int) -> None:
        """Block the bot: it is told so, and its messages are refused from now on."""
        self._set_blocked(user_id, blocked=True)

    def unblock(self, user_id: int) -> None:
        self._set_blocked(user_id, blocked=False)

    def chat(self, chat_id: int) -> list[Message]:
        """The messages of a chat as its people see them, oldest first."""
        return list(self.world.chats.get(chat_id, {}).values())

    def answers(self) -> list[CallbackAnswer]:
        """What taps were answered since the start, oldest first."""
        return list(self._answers)

    # --- Tests --------------------------------------------------------------------------------

    def push(self, update: Mapping[str, Any]) -> int:
        """Queue any update, however strange; its `update_id` is set and returned."""
        return self._made_update(self.queue.add(dict(update)))

    def poison(self) -> int:
        """Queue an update that aiogram cannot read; its id is returned."""
        return self.push({"message": {"nonsense": True}})

    def repeat(self, update_id: int) -> None:
        """Deliver an update once more, although the bot may have confirmed it."""
        self.queue.repeat(self._made[update_id])

    def take(self) -> list[Json]:
        """Remove and return all updates that wait for the bot, without the Bot API."""
        taken = self.queue.take()
        self._remember()
        return taken

    # --- The bot ------------------------------------------------------------------------------

    async def call(
        self,
        token: str,
        method: str,
        form: Mapping[str, Any],
        files: Mapping[str, UploadedFile] | None = None,
    ) -> Any:
        """Call a method of the Bot API.

        Args:
            form: the parameters as a form has them; nested values may be JSON strings.
            files: uploaded files by the name of their form field.

        Raises:
            ApiError: what Telegram would refuse, in Telegram's words.
        """
        # A real request always lets others run; so does this one, or races would never show.
        await asyncio.sleep(0)
        if token != self.token:
            raise ApiError(401, "Unauthorized")
        result = await registry.call(self, method, form, files or {})
        self._remember()
        return result

    async def respond(
        self,
        token: str,
        method: str,
        form: Mapping[str, Any],
        files: Mapping[str, UploadedFile] | None = None,
    ) -> tuple[int, Json]:
        """Call a method as far as the faults in force let it.

        Returns:
            The status and what came of it, in the envelope of the Bot API.

        Raises:
            Dropped: there is no answer; whether there was an effect remains open.
        """
        try:
            await self.faults.meet(method, form)
            result = await self.call(token, method, form, files)
        except ApiError as error:
            return error.status, error.to_json()
        self.faults.part(method, form)
        return 200, {"ok": True, "result": result}

    def polled(self) -> bool:
        """Has the bot asked for updates since this process started?"""
        return self._polled

    def note_poll(self) -> None:
        if not self._polled:
            self._polled = True
            self.tell("bot")

    def note_answer(self, answer: CallbackAnswer) -> None:
        """Show a person what came of a tap."""
        self._answers.append(answer)
        self.tell(
            "answer",
            user_id=answer.user_id,
            update_id=answer.update_id,
            text=answer.text,
            show_alert=answer.show_alert,
        )

    def post(
        self,
        chat_id: int,
        text: str = "",
        entities: Sequence[Entity] = (),
        reply_markup: Json | None = None,
        **content: Unpack[Content],
    ) -> Message:
        """Put a message of the bot into a chat."""
        message = Message(
            id=self._next_message_id(),
            chat_id=chat_id,
            author=self.bot_id,
            from_bot=True,
            date=int(self.seconds()),
            text=text,
            entities=list(entities),
            reply_markup=reply_markup,
            **content,
        )
        self._show(message)
        return message

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

    # --- Both sides ---------------------------------------------------------------------------

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
        return raw

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

    def end_waiting(self) -> None:
        """Let long polls and event streams come to their end."""
        self.queue.end_poll()
        for listener in self._listeners:
            listener.put_nowait(None)

    async def close(self) -> None:
        """End what waits, and save the world in good order."""
        self.end_waiting()
        await self.courier.rest()
        self._memory.close(self.world)

    # --- Inside -------------------------------------------------------------------------------

    def _announce(self, kind: str, **details: Any) -> None:
        for listener in self._listeners:
            listener.put_nowait({"kind": kind, **details})

    def _user(self, user_id: int) -> User:
        try:
            return self.world.users[user_id]
        except KeyError:
            raise LookupError(f"there is no user {user_id}: add_user() first") from None

    def _write(
        self,
        user_id: int,
        chat_id: int | None,
        text: str = "",
        entities: Sequence[Entity] = (),
        **content: Unpack[Content],
    ) -> int:
        user = self._user(user_id)
        message = Message(
            id=self._next_message_id(),
            chat_id=user_id if chat_id is None else chat_id,
            author=user_id,
            from_bot=False,
            date=int(self.seconds()),
            text=text,
            entities=list(entities),
            **content,
        )
        if message.chat_id == user_id:
            user.started = True
        self._show(message)
        return self._made_update(self.queue.add_allowed("message", self.message_json(message)))

    def _tap(self, user_id: int, chat_id: int, data: str, message: Json) -> int:
        user = self._user(user_id)
        # Whoever taps has the chat open, so the bot may answer there.
        user.started = user.started or chat_id == user_id
        update_id = self.world.last_update_id + 1
        query = CallbackQuery(str(2**40 + update_id), user_id, update_id, self.seconds())
        self._forget_old_taps()
        self.world.queries[query.id] = query
        body = {
            "id": query.id,
            "from": user.to_json(),
            "message": message,
            "chat_instance": str(chat_id),
            "data": data,
        }
        return self._made_update(self.queue.add_allowed("callback_query", body, TAP_LIFE))

    def _forget_old_taps(self) -> None:
        oldest_first = self.world.queries.values()
        since = self.seconds() - TAP_LIFE
        for query in list(takewhile(lambda query: query.asked_at < since, oldest_first)):
            del self.world.queries[query.id]

    def _set_blocked(self, user_id: int, *, blocked: bool) -> None:
        user = self._user(user_id)
        if user.blocked == blocked:
            return
        user.blocked = blocked
        bot = self.bot_json()
        away: Json = {"user": bot, "status": "kicked", "until_date": 0}
        here: Json = {"user": bot, "status": "member"}
        body = {
            "chat": user.chat_json(),
            "from": user.to_json(),
            "date": int(self.seconds()),
            "old_chat_member": here if blocked else away,
            "new_chat_member": away if blocked else here,
        }
        self._made_update(self.queue.add_allowed("my_chat_member", body))
        self.tell("people")

    def _next_message_id(self) -> int:
        self.world.last_message_id += 1
        return self.world.last_message_id

    def _show(self, message: Message) -> None:
        self.world.chats.setdefault(message.chat_id, {})[message.id] = message
        # It is written down together with what it belongs to, an update or the bot's call.
        self._memory.note_message(message.chat_id, message.id)
        self._announce("message", chat_id=message.chat_id, message_id=message.id)

    def _made_update(self, update_id: int) -> int:
        """Remember an update for `repeat`."""
        pending = self.world.pending
        if pending and pending[-1].id == update_id:
            self._made[update_id] = pending[-1].body
        while len(self._made) > _KEPT_FOR_TESTS:
            del self._made[next(iter(self._made))]
        self._remember()
        return update_id

    def _remember(self) -> None:
        """Write down what changed: nobody is answered, or told, before."""
        self._memory.write(self.world)
