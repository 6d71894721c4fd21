"""From a Telegram update to a person we know, in their language, one thing at a time."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, cast
from weakref import WeakValueDictionary

from aiogram import BaseMiddleware, Bot
from aiogram.enums import ChatType
from aiogram.exceptions import AiogramError
from aiogram.types import Chat, Message, TelegramObject, Update, User
from aiogram.utils.i18n import I18n

from bot.telegram.screen import noting
from bot.telegram.trying import tried_before
from bot.words import _, speaking
from services.families.onboarding import Families
from services.model.ids import PersonId
from services.model.messages import Spoken
from services.model.people import Language, Person
from services.ports.readers import Clock
from services.runtime.acquaintance import Lately, NotAsKnown, taken_for
from services.runtime.use_case import effect_of

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


TAPS_AT_ONCE = 4
"""Taps of one person that are handled or wait for their turn. Who waits keeps a place that others
may need; and whoever taps that fast has not seen the answer to the first."""
WORDS_AT_ONCE = 16
"""The same with words: they are sent one by one, and nothing can be sent anew by a tap."""


class OneAtATime(BaseMiddleware):
    """Handles the updates of one person in the order they came: screens do not overtake.

    What is too much at once is answered before its turn, and nothing is done then.
    """

    def __init__(self, i18n: I18n, default: Language) -> None:
        self._i18n = i18n
        self._default = default
        self._lanes: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._in_lane: Counter[int] = Counter()
        self._told: set[int] = set()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        update = cast("Update", event)  # registered for updates, and for nothing else
        user: User | None = data.get("event_from_user")
        if user is None:
            return None  # nobody asked for anything: a channel's post
        if self._is_too_much(update, user):
            with speaking(self._i18n, _language_of(user, self._default)):
                return await self._ask_to_wait(update, user)
        lane = self._lanes.setdefault(user.id, asyncio.Lock())
        self._in_lane[user.id] += 1
        try:
            async with lane:
                return await handler(event, data)
        finally:
            self._leave(user)

    def _is_too_much(self, update: Update, user: User) -> bool:
        most = TAPS_AT_ONCE if update.callback_query else WORDS_AT_ONCE
        return self._in_lane[user.id] >= most and not tried_before()

    def _leave(self, user: User) -> None:
        self._in_lane[user.id] -= 1
        if not self._in_lane[user.id]:
            del self._in_lane[user.id]
            self._told.discard(user.id)

    async def _ask_to_wait(self, update: Update, user: User) -> None:
        if update.callback_query:
            with suppress(AiogramError):
                await update.callback_query.answer(_("One moment, please."))
        else:
            first = user.id not in self._told
            self._told.add(user.id)
            await _ask_to_wait(update, say_so=first)


class Noting(BaseMiddleware):
    """Has the messages noted that stay and speak of visits; a note is made and not waited for."""

    def __init__(self, note: Callable[[Sequence[Spoken]], None]) -> None:
        self._note = note

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        with noting(self._note):
            return await handler(event, data)


class Introduction(BaseMiddleware):
    """Gives handlers the `person`, speaks their language, and names the update being handled.

    Who came lately is taken for who they were then, and the use case's own transaction begins with
    finding them so. Whom it does not is met anew: by then nothing was done and nothing said.
    """

    def __init__(self, families: Families, i18n: I18n, default: Language) -> None:
        self._families = families
        self._i18n = i18n
        self._default = default
        self._lately = Lately()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        update = cast("Update", event)  # registered for updates, and for nothing else
        user: User = data["event_from_user"]
        chat: Chat | None = data.get("event_chat")
        if chat is None or chat.type != ChatType.PRIVATE:
            with speaking(self._i18n, _language_of(user, self._default)):
                return await _point_to_private_chat(update, data["bot"])
        if known := self._lately.known(user.id):
            with suppress(NotAsKnown), taken_for(known):
                return await self._handle(handler, update, data, known)
        person = await self._families.meet(user.id, _language_of(user, self._default))
        self._lately.met(person)
        return await self._handle(handler, update, data, person)

    async def _handle(
        self, handler: Handler, update: Update, data: dict[str, Any], person: Person
    ) -> Any:
        data["person"] = person.id
        with speaking(self._i18n, person.language), effect_of(update.update_id):
            return await handler(update, data)


def _language_of(user: User, default: Language) -> Language:
    """The language of the person's Telegram, if the bot speaks it."""
    code = (user.language_code or "").split("-")[0]
    return Language(code) if code in set(Language) else default


class Patience(BaseMiddleware):
    """Lets wait who taps faster than a hand can mean it (R51): nothing is done then."""

    def __init__(self, taps_per_minute: int, clock: Clock) -> None:
        self._most = taps_per_minute
        self._clock = clock
        self._minute: datetime | None = None
        self._counts: Counter[PersonId] = Counter()

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        if tried_before():
            return await handler(event, data)
        minute = self._clock().replace(second=0, microsecond=0)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        self._counts[data["person"]] += 1
        beyond = self._counts[data["person"]] - self._most
        if beyond <= 0:
            return await handler(event, data)
        return await _ask_to_wait(cast("Update", event), say_so=beyond == 1)


async def _ask_to_wait(update: Update, *, say_so: bool) -> None:
    """Every tap is answered; among messages only the first one, or we would flood the chat too."""
    words = _("That was a lot at once. Please wait a minute and do it again.")
    with suppress(AiogramError):
        if update.callback_query:
            await update.callback_query.answer(words, show_alert=True)
        elif update.message and say_so:
            await update.message.answer(words)


async def _point_to_private_chat(update: Update, bot: Bot) -> None:
    """In groups nothing personal is said (R33): only commands and taps are answered, with this."""
    words = _("Here everybody can read along. Please write to me in a private chat.")
    with suppress(AiogramError):  # where the bot may not write, it is silent
        if update.callback_query:
            await update.callback_query.answer(words, show_alert=True)
        elif update.message and await _is_command(update.message, bot):
            await update.message.answer(words)


async def _is_command(message: Message, bot: Bot) -> bool:
    """Whether a message is a command to this bot: "/start", "/start@its_name"."""
    command = (message.text or "").split(maxsplit=1)[:1] or [""]
    name, _at, addressee = command[0].partition("@")
    return name.startswith("/") and addressee in ("", (await bot.me()).username)
