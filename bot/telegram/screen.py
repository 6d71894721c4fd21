"""What a person sees, as a value, and the only code that draws it."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from time import monotonic
from typing import TypeAlias
from weakref import WeakKeyDictionary

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.flows.common.taps import STAYS, Tap
from bot.words import Markup
from services.model.messages import Spoken
from services.model.visits import Appointment


class Style(StrEnum):
    """Telegram's colours of a button."""

    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button and what it means."""

    text: str
    tap: Tap
    style: Style | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """A message with buttons. The text is markup: typed words got into it escaped, or not at all.

    A screen that `stays` is a message of its own, and never edited into another one: its buttons
    open a new message.
    """

    text: Markup
    rows: Sequence[Sequence[Button]] = ()
    stays: bool = False
    about: Sequence[Appointment] = ()
    """The visits of which it says when they are, where it stays and has to stay true."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that somebody gets, with words below it."""

    name: str
    content: bytes
    caption: Markup


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that somebody gets, with words and buttons below it. It stays: the buttons open
    messages of their own."""

    name: str
    content: bytes
    caption: Markup
    rows: Sequence[Sequence[Button]] = ()


@dataclass(frozen=True, slots=True)
class Venue:
    """A place that somebody gets as a card with a map. The texts are plain, not markup."""

    latitude: float
    """Degrees, WGS 84, as the longitude is."""
    longitude: float
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """Words, and below the chat a button that sends the person's own number."""

    text: Markup
    label: str


_words: ContextVar[str | None] = ContextVar("words before the screen", default=None)


@contextmanager
def saying(words: str) -> Iterator[None]:
    """Within it, the next screen is shown together with these words: why it is another one."""
    token = _words.set(words)
    try:
        yield
    finally:
        _words.reset(token)


_note: ContextVar[Callable[[Sequence[Spoken]], None]] = ContextVar(
    "who notes which messages stay", default=lambda _said: None
)


@contextmanager
def noting(note: Callable[[Sequence[Spoken]], None]) -> Iterator[None]:
    """Within it, `note` hears which messages speak of which visits."""
    token = _note.set(note)
    try:
        yield
    finally:
        _note.reset(token)


def _remember(sent: Message, screen: Screen) -> None:
    about = [Spoken(sent.chat.id, sent.message_id, each.id, each.slot.id) for each in screen.about]
    if about:
        _note.get()(about)


async def show(event: Message | CallbackQuery, screen: Screen) -> None:
    """Show a screen in answer to a message or a tap.

    A tap's own message becomes the screen where that can be; otherwise a new one is sent. A screen
    that stays takes the place of the menu it was tapped on: another tap on that menu may be on its
    way already, and must not find what stays. Words to be said go into the tap's alert, or above
    the screen when the tap is too old to be answered.
    """
    words = _words.get()
    if isinstance(event, Message):
        await _send(event, _with(words, screen))
    elif words is None:
        await _while_answering(event, _draw(event, screen))
    else:
        heard = await answer(event, words)
        await _draw(event, screen if heard else _with(words, screen))


async def give(tap: CallbackQuery, what: Document | Picture | Venue) -> None:
    """Send a file, a picture or a place below the screen that was tapped, which stays."""
    if tap.message is not None:
        if isinstance(what, Venue):
            await tap.message.answer_venue(what.latitude, what.longitude, what.title, what.address)
        elif isinstance(what, Picture):
            photo = BufferedInputFile(what.content, what.name)
            buttons = _markup(what.rows, STAYS)
            await tap.message.answer_photo(photo, caption=what.caption, reply_markup=buttons)
        else:
            file = BufferedInputFile(what.content, what.name)
            await tap.message.answer_document(file, caption=what.caption)
    await answer(tap)


async def follow(tap: CallbackQuery, screen: Screen) -> None:
    """Show a screen below the one that was just shown in answer to a tap."""
    if tap.message is not None:
        await _send(tap.message, screen)


async def request(tap: CallbackQuery, what: ContactRequest) -> None:
    """Ask for the person's number below the screen that was just shown. `put_away` ends it."""
    if tap.message is not None:
        button = KeyboardButton(text=what.label, request_contact=True)
        buttons = ReplyKeyboardMarkup(
            keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True
        )
        await tap.message.answer(what.text, reply_markup=buttons)


async def put_away(event: Message | CallbackQuery, words: Markup, screen: Screen) -> None:
    """Take a request's button back with some words, and show a screen below them.

    The menu that was tapped would stand above: it goes."""
    message = event if isinstance(event, Message) else event.message
    if message is not None:  # no keyboard can be taken back by the message of a screen
        await message.answer(words, reply_markup=ReplyKeyboardRemove())
        await _send(message, screen)
    if isinstance(event, CallbackQuery):
        if isinstance(message, Message):
            await _remove(message)
        await answer(event)


async def discard(message: Message) -> None:
    """Let what a person sent not stay in the chat."""
    await _remove(message)


async def renew(tap: CallbackQuery, screen: Screen) -> None:
    """Show what stays anew, in its own place."""
    message = tap.message
    if message is None:
        return
    if isinstance(message, InaccessibleMessage) or message.text is None:
        await _send(message, screen)
    else:
        await _edit(message, screen)
    await answer(tap)


async def enclose(bot: Bot, telegram_id: int, document: Document) -> None:
    """Send a file after a message to somebody who did not ask, without a second sound."""
    file = BufferedInputFile(document.content, document.name)
    await bot.send_document(telegram_id, file, caption=document.caption, disable_notification=True)


async def send(bot: Bot, telegram_id: int, screen: Screen) -> int:
    """Show a screen to somebody who did not ask just now; the id of the message."""
    sent = await bot.send_message(telegram_id, screen.text, reply_markup=keyboard(screen))
    _remember(sent, screen)
    return sent.message_id


async def post(message: Message, screen: Screen) -> int:
    """Show a screen in answer to a message, to be renewed later; the id of its own message."""
    return (await message.answer(screen.text, reply_markup=keyboard(screen))).message_id


async def rewrite(bot: Bot, telegram_id: int, message_id: int, screen: Screen) -> int:
    """Show a screen in place of an earlier one, or below where that is gone; where it is now."""
    try:
        await bot.edit_message_text(
            screen.text, None, telegram_id, message_id, reply_markup=keyboard(screen)
        )
    except TelegramBadRequest as error:
        if "message is not modified" not in error.message:
            return await send(bot, telegram_id, screen)
    return message_id


async def amend(bot: Bot, telegram_id: int, message_id: int, screen: Screen) -> None:
    """Let an earlier message say something else in its own place, or nowhere."""
    try:
        await bot.edit_message_text(
            screen.text, None, telegram_id, message_id, reply_markup=keyboard(screen)
        )
    except TelegramBadRequest as error:
        if "message is not modified" not in error.message:
            raise


async def take_away(bot: Bot, telegram_id: int, message_id: int) -> None:
    """Let a message stand in the chat no longer, if that can be."""
    with suppress(AiogramError):
        await bot.delete_message(telegram_id, message_id)


async def _while_answering(tap: CallbackQuery, drawing: Coroutine[None, None, None]) -> None:
    """Draw and stop the spinner at the same time: neither waits for the other's way to Telegram."""
    failed, _ = await asyncio.gather(drawing, answer(tap), return_exceptions=True)
    if isinstance(failed, BaseException):
        raise failed


async def answer(tap: CallbackQuery, words: str | None = None) -> bool:
    """Stop the button's spinner, with an alert if there are words; False if Telegram would not."""
    try:
        await tap.answer(words, show_alert=words is not None)
    except AiogramError:
        return False  # too old a tap, or a lost one: never the failure of what was done
    return True


_Tapped: TypeAlias = tuple[object, ...]
"""By whom, on which message, with which data; and what was answered, of which visits."""


class _Given:
    """Which taps were answered just now by a message that stays. A thumb that taps five times gets
    it once; a tap that comes later, or again after a restart, gets it anew, as does one to which
    something else is said."""

    def __init__(self) -> None:
        self._until: WeakKeyDictionary[BaseSession, OrderedDict[_Tapped, float]]
        self._until = WeakKeyDictionary()  # a bot is equal to every other one with its token

    def lately(self, tap: CallbackQuery, screen: Screen) -> bool:
        return self._of(tap).get(_tapped(tap, screen), 0) > monotonic()

    def now(self, tap: CallbackQuery, screen: Screen) -> None:
        given = self._of(tap)
        given[_tapped(tap, screen)] = monotonic() + ONCE_IN
        while len(given) > MOST_GIVEN:
            given.popitem(last=False)

    def _of(self, tap: CallbackQuery) -> "OrderedDict[_Tapped, float]":
        return self._until.setdefault(tap.bot.session, OrderedDict()) if tap.bot else OrderedDict()


ONCE_IN = 60.0
"""Seconds in which the same tap on the same message brings no second message that stays."""
MOST_GIVEN = 4096
_given = _Given()


def _tapped(tap: CallbackQuery, screen: Screen) -> _Tapped:
    message = tap.message
    about = tuple((visit.id, visit.sequence) for visit in screen.about)
    below = message.message_id if message else 0
    return tap.from_user.id, below, tap.data, screen.text, about


async def _draw(tap: CallbackQuery, screen: Screen) -> None:
    message = tap.message
    if message is None:
        return  # of an inline message, which the bot never sends
    if screen.stays:
        if not _given.lately(tap, screen):
            await _stay(tap, message, screen)
            _given.now(tap, screen)  # only now: what was not sent is tried again
        return
    tapped_stays = (tap.data or "").startswith(STAYS)
    if tapped_stays or isinstance(message, InaccessibleMessage) or message.text is None:
        await _send(message, screen)
    else:
        await _edit(message, screen)


async def _stay(tap: CallbackQuery, message: Message | InaccessibleMessage, screen: Screen) -> None:
    """What was tapped goes, if it was a menu with words."""
    await _send(message, screen)
    tapped_stays = (tap.data or "").startswith(STAYS)
    if isinstance(message, Message) and message.text is not None and not tapped_stays:
        await _remove(message)


async def _edit(message: Message, screen: Screen) -> None:
    try:
        await message.edit_text(screen.text, reply_markup=keyboard(screen))
    except TelegramBadRequest as error:
        if "message is not modified" not in error.message:
            await _send(message, screen)


async def _remove(message: Message) -> None:
    with suppress(AiogramError):  # too old, or gone already: nothing hangs on it
        await message.delete()


async def _send(to: Message | InaccessibleMessage, screen: Screen) -> None:
    _remember(await to.answer(screen.text, reply_markup=keyboard(screen)), screen)


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """The screen's buttons as Telegram wants them."""
    return _markup(screen.rows, STAYS if screen.stays else "")


def _markup(rows: Sequence[Sequence[Button]], mark: str) -> InlineKeyboardMarkup | None:
    keys = [
        [
            InlineKeyboardButton(
                text=button.text, callback_data=mark + button.tap.pack(), style=button.style
            )
            for button in row
        ]
        for row in rows
        if row
    ]
    return InlineKeyboardMarkup(inline_keyboard=keys) if keys else None


def _with(words: str | None, screen: Screen) -> Screen:
    if words is None:
        return screen
    text = Markup("{}\n\n{}").format(words, screen.text)
    return replace(screen, text=text)
