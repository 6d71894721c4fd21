"""One person's updates have their turn one after another, and take no place from others."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiogram.types import TelegramObject, Update
from aiogram.utils.i18n import I18n

from bot.telegram.middlewares import TAPS_AT_ONCE, WORDS_AT_ONCE, OneAtATime
from bot.telegram.trying import trying
from services.model.people import Language
from tests.chat.conftest import Chat

WAIT = "Секунду, пожалуйста."
TOO_MUCH = "Слишком много сразу. Подождите минуту и повторите."


@dataclass
class Lane:
    """Hands over what a person did, to a handler that takes its time."""

    i18n: I18n
    handled: list[int] = field(default_factory=list)
    free: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.turns = OneAtATime(self.i18n, Language.RUSSIAN)

    async def handle(self, event: TelegramObject, _data: dict[str, Any]) -> None:
        assert isinstance(event, Update)
        await self.free.wait()
        self.handled.append(event.update_id)

    async def hand_over(self, *people: Chat) -> tuple[list[int], set[asyncio.Task[Any]]]:
        """Everything at once; the ids, and what waits for its turn."""
        world = people[0].world
        updates = [
            Update.model_validate(raw, context={"bot": world.bot}) for raw in world.telegram.take()
        ]
        tasks = [
            asyncio.create_task(
                self.turns(
                    self.handle,
                    update,
                    {"event_from_user": (update.message or update.callback_query).from_user},  # type: ignore[union-attr]
                )
            )
            for update in updates
        ]
        _, waiting = await asyncio.wait(tasks, timeout=0.2)
        return [update.update_id for update in updates], waiting


@pytest.fixture
def lane(i18n: I18n) -> Lane:
    return Lane(i18n)


async def test_who_taps_without_end_takes_nobodys_place(
    lane: Lane, anna: Chat, boris: Chat
) -> None:
    """Of ninety taps a few wait for their turn; the others are answered at once, in words, and take
    no place that another parent needs (R51)."""
    for _ in range(90):
        anna.press("visits")
    boris.press("visits")
    ids, waiting = await lane.hand_over(anna, boris)

    assert len(waiting) == TAPS_AT_ONCE + 1
    answers = [a.text for a in anna.world.telegram.answers() if a.update_id in ids]
    assert answers == [WAIT] * (90 - TAPS_AT_ONCE)
    lane.free.set()
    await asyncio.wait(waiting)
    assert sorted(lane.handled) == [*ids[:TAPS_AT_ONCE], ids[-1]]

    anna.press("visits")
    again, waiting = await lane.hand_over(anna)
    assert lane.handled[-1:] == again, "the lane is free again"
    assert not waiting


async def test_who_writes_without_end_is_told_once(lane: Lane, anna: Chat) -> None:
    """Words are not thrown away so soon, as no tap brings them again; and what is too much is
    said once, or it would flood the chat."""
    before = len(anna.messages)
    for number in range(40):
        anna.world.telegram.say(anna.user_id, f"слово {number}")
    ids, waiting = await lane.hand_over(anna)

    assert len(waiting) == WORDS_AT_ONCE
    assert [message.text for message in anna.messages[before:]] == [TOO_MUCH]
    lane.free.set()
    await asyncio.wait(waiting)
    assert lane.handled == ids[:WORDS_AT_ONCE]


async def test_what_was_let_in_once_is_let_in_again(lane: Lane, anna: Chat) -> None:
    """The database was away at the first try: to be told to wait now would lose the tap (R43)."""
    for _ in range(TAPS_AT_ONCE):
        anna.press("visits")
    first, waiting = await lane.hand_over(anna)
    anna.press("visits")
    with trying(again=True):
        second, still_waiting = await lane.hand_over(anna)

    assert len(still_waiting) == 1
    lane.free.set()
    await asyncio.wait(waiting | still_waiting)
    assert lane.handled == first + second
