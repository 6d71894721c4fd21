"""People who chat with the bot: an in-memory Telegram, the real dispatcher, a real database."""

import asyncio
import io
import logging
import pickle
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import structlog
from aiogram import Bot, Dispatcher, Router
from aiogram.types import Update
from aiogram.utils.i18n import I18n

from bot import words
from bot.app import build_bot, build_dispatcher
from bot.flows.routing import build_router
from bot.sandbox.model import Message
from bot.sandbox.session import SandboxSession
from bot.sandbox.telegram import Telegram
from bot.telegram.middlewares import Patience
from bot.telegram.pacing import Pace
from bot.telegram.sending import TelegramNotifier
from bot.watch import logs
from services.model.access import Role
from services.model.clinic import Clinic
from services.model.people import Language
from services.ports.transaction import StorageUnavailable
from storage.database.transaction import inside_transaction
from tests import playing
from tests.conftest import House
from tests.playing import played, scenery

TOKEN = "4200000:token-of-the-tests"


class WatchfulSession(SandboxSession):
    """Telegram as the bot reaches it in tests; refuses to be reached in a transaction (R49)."""

    async def make_request(self, *args: Any, **kwargs: Any) -> Any:
        assert not inside_transaction(), "talked to Telegram inside a database transaction"
        return await super().make_request(*args, **kwargs)


@dataclass(frozen=True)
class World:
    """Everybody's Telegram, and the bot that answers there."""

    telegram: Telegram
    bot: Bot
    dispatcher: Dispatcher
    notes: bool = True
    """Whether it is written down at once what was shown, as a job does every ten seconds."""

    async def deliver(self) -> None:
        """Let the bot handle all that people did, everything at once."""
        await asyncio.gather(*(self.handle(raw) for raw in self.telegram.take()))
        if self.notes:
            with suppress(StorageUnavailable):
                await self.dispatcher["corrections"].write_down()

    async def handle(self, raw: dict[str, Any]) -> None:
        update = Update.model_validate(raw, context={"bot": self.bot})
        await self.dispatcher.feed_update(self.bot, update)


def _as_read(message: Message) -> Message:
    """The message as an eye reads it: a blank that does not break is a blank."""
    return replace(message, text=_plain(message.text))


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@dataclass
class Chat:
    """One person's private chat with the bot."""

    world: World
    user_id: int

    async def say(self, text: str) -> None:
        self.world.telegram.say(self.user_id, text)
        await self.world.deliver()

    async def tap(self, label: str) -> None:
        """Tap the lowest button with this label, or with a label that has it in it."""
        message, data = self.find(label)
        await self.tap_data(data, message.id)

    async def tap_data(self, data: str, message_id: int | None = None) -> None:
        """Tap with any data at all, as a forger would."""
        self.press(data, message_id)
        await self.world.deliver()

    def press(self, data: str, message_id: int | None = None) -> int:
        """Tap, and leave it undelivered for now; the update's id."""
        return self.world.telegram.tap(self.user_id, message_id or self.screen.id, data)

    def find(self, label: str) -> tuple[Message, str]:
        """The message and the data behind a label."""
        buttons = [
            (message, button)
            for message in reversed(self.messages)
            for row in message.buttons
            for button in row
        ]
        for fits in (lambda text: text == label, lambda text: label in text):
            for message, button in buttons:
                if fits(_plain(button.text)):
                    assert button.data
                    return message, button.data
        raise AssertionError(f"no button {label!r} in {[b.text for _, b in buttons]}")

    @property
    def messages(self) -> list[Message]:
        """What the bot wrote here and has not deleted, oldest first."""
        written = self.world.telegram.chat(self.user_id)
        return [_as_read(note) for note in written if note.from_bot]

    @property
    def screen(self) -> Message:
        """The lowest message of the bot."""
        return self.messages[-1]

    @property
    def labels(self) -> list[str]:
        return [_plain(button.text) for row in self.screen.buttons for button in row]

    @property
    def alert(self) -> str | None:
        """What the person's last tap was answered with, if it was more than silence."""
        mine = [a for a in self.world.telegram.answers() if a.user_id == self.user_id]
        return _plain(mine[-1].text) or None if mine else None


@pytest.fixture(scope="session")
def i18n() -> I18n:
    return words.load()


def dispatcher_of(house: House, i18n: I18n, taps_per_minute: int = 10_000) -> Dispatcher:
    """A dispatcher over the house, patient with people who tap as fast as a machine."""
    patience = Patience(taps_per_minute, house.clock)
    return build_dispatcher(house.services, i18n, Language.RUSSIAN, patience)


_resting: list[Router] = []
"""All handlers, of worlds that have ended: to ask each of them what it wants to be called with took
as long as three taps. They know no house; what they are given of one is the dispatcher's."""


@asynccontextmanager
async def world_over(house: House, i18n: I18n, memory: Path | None = None) -> AsyncIterator[World]:
    """A Telegram where the bot of this house is; with a memory, as it was when it was closed."""
    telegram = Telegram(token=TOKEN, now=house.clock, memory=memory)
    bot = build_bot(TOKEN, WatchfulSession(telegram))
    handlers = _resting.pop() if _resting else build_router()
    with patch("bot.app.build_router", return_value=handlers):
        dispatcher = dispatcher_of(house, i18n)
    yield World(telegram, bot, dispatcher)
    await bot.session.close()
    await telegram.close()
    handlers._parent_router = None  # aiogram ties it to one dispatcher for life: that life is over
    _resting.append(handlers)


@pytest.fixture
@scenery
async def world(house: House, clinic: Clinic, i18n: I18n) -> AsyncIterator[World]:
    """A Telegram where the bot of the clinic Ромашка is."""
    async with world_over(house, i18n) as world:
        telegram = world.telegram
        playing.beside("world", world, partial(_shown, telegram), partial(_show_again, telegram))
        yield world


def _shown(telegram: Telegram) -> bytes:
    """All that people see there, and what it remembers for tests."""
    return pickle.dumps((telegram.world, telegram._answers, telegram._made))


def _show_again(telegram: Telegram, shown: bytes) -> None:
    world, answers, made = pickle.loads(shown)  # noqa: S301 - the tests' own
    for each in fields(world):
        setattr(telegram.world, each.name, getattr(world, each.name))
    telegram._answers.extend(answers)
    telegram._made.update(made)


def come(world: World, user_id: int, name: str, language_code: str = "ru") -> Chat:
    """One more person opens Telegram."""
    world.telegram.add_user(user_id, name, language_code=language_code)
    return Chat(world, user_id)


@pytest.fixture
def enter(world: World) -> Callable[..., Chat]:
    """Let one more person open Telegram."""

    def person(user_id: int, name: str = "Анна", language_code: str = "ru") -> Chat:
        return come(world, user_id, name, language_code)

    return person


async def register(
    chat: Chat, child: str = "Миша", born: str = "12.03.2024", clinic: str = "romashka"
) -> Chat:
    """Come by the poster link, consent, name a child: be at home."""
    await chat.say(f"/start c{clinic}")
    await chat.tap("Даю согласие")
    await chat.say(child)
    await chat.say(born)
    return chat


async def let_name(chat: Chat) -> Chat:
    """They want to read names and doctors in what comes by itself."""
    await chat.say("/settings")
    await chat.tap("Писать имя и врача: нет")
    return chat


@played
async def anna(enter: Callable[..., Chat]) -> Chat:
    """A mother who is at home in the clinic, with Миша."""
    return await register(enter(101, "Анна"))


@played
async def boris(enter: Callable[..., Chat]) -> Chat:
    """A father who is at home in the clinic, with Соня."""
    return await register(enter(102, "Борис"), "Соня", "05.05.2021")


@pytest.fixture
def vera(enter: Callable[..., Chat]) -> Chat:
    """A mother who has never written to the bot."""
    return enter(103, "Вера")


@played
async def petrova(enter: Callable[..., Chat], house: House, clinic: Clinic) -> Chat:
    """Доктор Петрова at her desk."""
    chat = enter(203, "Доктор")
    doctor = (await house.doctors(clinic))[1]
    invitation = await house.services.members.appoint("romashka", Role.DOCTOR, doctor.id)
    await chat.say(f"/start i{invitation.token}")
    return chat


@pytest.fixture
def notifier(world: World, house: House, i18n: I18n) -> TelegramNotifier:
    """What is due arrives at once: the stories are not about Telegram's limits."""
    note = house.services.corrections.note
    return TelegramNotifier(world.bot, i18n, Pace(1000, private_rest=0), note)


async def tap_all(chat: Chat, *labels: str) -> None:
    """One after the other."""
    for label in labels:
        await chat.tap(label)


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """The log as the operator gets it, down to the most talkative level."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lines = io.StringIO()
    logs.set_up("DEBUG", lines)
    yield lines
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
