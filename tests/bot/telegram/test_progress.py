"""A message that says how far long work is: late, seldom, and gone at the end."""

import asyncio
from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import EditMessageText
from aiogram.types import Chat, Message

from bot.telegram.progress import ProgressMessage


class Spy:
    """What became of the messages in a chat."""

    def __init__(self, *, refused: bool = False) -> None:
        self.seen = asyncio.Queue[str]()
        self._refused = refused

    def message(self) -> Message:
        """The one that began the work; answers to it note themselves, too."""
        spy = self

        class Noted(Message):
            async def answer(self, text: str, *_: Any, **__: Any) -> "Noted":  # type: ignore[override]
                await spy.seen.put(f"sent {text}")
                return self

            async def edit_text(self, text: str, *_: Any, **__: Any) -> bool:  # type: ignore[override]
                await spy.seen.put(f"edited {text}")
                if spy._refused:
                    raise TelegramBadRequest(EditMessageText(text=text), "no")
                return True

            async def delete(self, **_: Any) -> bool:  # type: ignore[override]
                await spy.seen.put("deleted")
                return True

        return Noted.model_validate(
            {"message_id": 1, "date": 0, "chat": Chat(id=1, type="private")}
        )


def words(done: int, of: int) -> str:
    return f"{done} of {of}"


async def test_short_work_goes_without_a_word() -> None:
    """Whoever has the answer at once needs no message that comes and goes."""
    spy = Spy()
    async with ProgressMessage(spy.message(), "begun", words) as told:
        told(1, 2)
    assert spy.seen.empty()


@pytest.mark.parametrize("refused", [False, True])
async def test_long_work_says_how_far_it_is(refused: bool) -> None:
    """R37: one message, edited with what is new, and taken away; an edit that Telegram does not
    take is not the work's failure."""
    spy = Spy(refused=refused)
    async with ProgressMessage(spy.message(), "begun", words, every=0) as told:
        assert await spy.seen.get() == "sent begun"
        told(500, 2000)
        told(1000, 2000)
        assert await spy.seen.get() == "edited 1000 of 2000"
    assert await spy.seen.get() == "deleted"
    assert spy.seen.empty()


async def test_it_is_gone_when_the_work_fails() -> None:
    """What is said then is the error's business."""
    spy = Spy()

    async def fail() -> None:
        async with ProgressMessage(spy.message(), "begun", words, every=0):
            await spy.seen.get()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await spy.seen.get() == "deleted"
