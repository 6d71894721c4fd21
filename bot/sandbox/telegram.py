"""One Telegram in memory: people on one side, the bot on the other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from time import monotonic as real_seconds
from typing import Any, Unpack

from bot.sandbox.api import registry
from bot.sandbox.api.markup import find_entities
from bot.sandbox.chats import Chats, Upcoming
from bot.sandbox.courier import Courier
from bot.sandbox.faults import Faults
from bot.sandbox.model import (
    ApiError,
    CallbackAnswer,
    CallbackQuery,
    Content,
    Entity,
    Json,
    Location,
    Message,
    UploadedFile,
)
from bot.sandbox.pictures import Picture, picture
from bot.sandbox.queue import TAP_LIFE, UpdateQueue

_ANY_PICTURE = Picture("image/jpeg", 1280, 960)
"""A person's app sends whatever it shows as a JPEG of about this size."""

_KEPT_FOR_TESTS = 10_000


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Telegram(Chats):
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
        super().__init__(
            token=token, username=username, name=name, now=now, memory=memory, upcoming=upcoming
        )
        self.faults = Faults(monotonic)
        self.queue = UpdateQueue(self.world, self.seconds, self.faults.doubles)
        self._answers: deque[CallbackAnswer] = deque(maxlen=_KEPT_FOR_TESTS)
        self._made: dict[int, Json] = {}
        self.courier = Courier(self.world, self.queue, self.seconds, self.tell, webhook_pause)
        self.queue.on_arrival = self.courier.look
        self._polled = False

    # --- People -------------------------------------------------------------------------------

    def say(
        self,
        user_id: int,
        text: str,
        *,
        chat_id: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        """Write a text to the bot, or into a group; `reply_to` is a message of the same chat.

        Returns:
            The id of the update that tells the bot.
        """
        text = text.strip()
        if not text:
            raise ValueError("nobody can send an empty message")
        place = user_id if chat_id is None else chat_id
        if reply_to is not None and reply_to not in self.world.chats.get(place, {}):
            raise ValueError(f"there is no message {reply_to} to reply to")
        return self._write(user_id, chat_id, text, find_entities(text), reply_to)

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

    # --- The end --------------------------------------------------------------------------------

    def end_waiting(self) -> None:
        """Let long polls, slow requests and event streams come to their end."""
        self.queue.end_poll()
        self.faults.end_waiting()
        for listener in self._listeners:
            listener.put_nowait(None)

    async def close(self) -> None:
        """End what waits, and save the world in good order."""
        self.end_waiting()
        await self.courier.rest()
        self._memory.close(self.world)

    # --- Inside -------------------------------------------------------------------------------

    def _write(
        self,
        user_id: int,
        chat_id: int | None,
        text: str = "",
        entities: Sequence[Entity] = (),
        reply_to: int | None = None,
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
            reply_to=reply_to,
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

    def _made_update(self, update_id: int) -> int:
        """Remember an update for `repeat`."""
        pending = self.world.pending
        if pending and pending[-1].id == update_id:
            self._made[update_id] = pending[-1].body
        while len(self._made) > _KEPT_FOR_TESTS:
            del self._made[next(iter(self._made))]
        self._remember()
        return update_id
