"""What commands have in common: somebody at a terminal, files, words, the bot's own name."""

import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from io import UnsupportedOperation
from pathlib import Path
from typing import TextIO

from aiogram.exceptions import AiogramError

from bot import words
from bot.app import build_bot, build_session
from bot.serving import token_of
from bot.settings import Settings

_YES = {"y", "yes", "д", "да"}


class CannotDo(Exception):
    """The command cannot be done; the message has a line for each reason. Nothing was changed."""


class Unwell(Exception):
    """Something is wrong; it has been said."""


def agreed(question: str) -> bool:
    """Whether somebody at the terminal said yes.

    Raises:
        CannotDo: there is nobody to ask.
    """
    answer = _ask(question)
    if answer is None:
        raise CannotDo("There is nobody to ask: use --yes. Nothing was changed.")
    return answer


def _ask(question: str) -> bool | None:
    """What the person at the terminal says; a plain Enter is a no, and so is Ctrl+C.

    None: there is nobody to ask.
    """
    # Asyncio's own handler would only be heard after the answer.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        sys.stdout.write(f"{question} ")
        sys.stdout.flush()
        if sys.stdin is None:  # closed by whoever started the command
            return None
        _wait_for_typing()
        return input().strip().casefold() in _YES
    except KeyboardInterrupt:
        return False
    except EOFError:
        return None
    finally:
        signal.signal(signal.SIGINT, before)


def _wait_for_typing() -> None:
    """Until something is typed, or Ctrl+C.

    A Ctrl+C between the question and the start of reading leaves `input()` waiting; what the
    signal wakes here stays awake.
    """
    heard, wakes = socket.socketpair()
    with heard, wakes, suppress(UnsupportedOperation):  # typed ahead: nothing to wait for
        wakes.setblocking(False)
        before = signal.set_wakeup_fd(wakes.fileno())
        try:
            select.select([sys.stdin, heard], [], [])
        finally:
            signal.set_wakeup_fd(before)


def no_such_clinic(code: str) -> CannotDo:
    """What is said where a clinic's code is none."""
    return CannotDo(f"There is no clinic with the code {code}: `clinic list` shows them.")


class ProgressLine:
    """A line at the terminal that says how far it is, and renews itself; gone at the end.

    Where nobody looks, in a file or a pipe, it says nothing.
    """

    def __init__(self, said: Callable[[int, int], str], to: TextIO) -> None:
        self._said = said
        self._to = to
        self._width = 0

    def __call__(self, done: int, of: int) -> None:
        if not self._to.isatty():
            return
        line = "" if done >= of else self._said(done, of)
        self._to.write(f"\r{line:<{self._width}}" + ("" if line else "\r"))
        self._to.flush()
        self._width = len(line)


def read_file(file: Path, most: int) -> bytes:
    """What is in the file, and at most one byte more than it may have.

    Raises:
        CannotDo: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise CannotDo(f"{file} cannot be read: {error.strerror}.") from None


def write_new_file(file: Path, data: bytes) -> None:
    """Put this into a new file.

    Raises:
        CannotDo: it is there already, or cannot be written.
    """
    try:
        with file.open("xb") as opened:
            opened.write(data)
    except FileExistsError:
        raise CannotDo(f"{file} is there already, and is not written over.") from None
    except OSError as error:
        raise CannotDo(f"{file} cannot be written: {error.strerror}.") from None


def in_clinics_language(settings: Settings) -> AbstractContextManager[None]:
    """Within it, words come out as a clinic reads them.

    Raises:
        MissingCatalog: at once; a language of the bot has no compiled catalog.
    """
    return words.speaking(words.load(), settings.default_language)


async def username_of(settings: Settings) -> str:
    """The bot's name, as Telegram knows it.

    Raises:
        CannotStart: there is no token to ask with.
        CannotDo: Telegram could not be asked.
    """
    bot = build_bot(token_of(settings), build_session(settings))
    try:
        async with bot.session:
            return (await bot.me()).username or ""
    except AiogramError:
        raise CannotDo("Telegram cannot be asked for the bot's name: give it by --bot") from None
