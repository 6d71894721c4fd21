"""Answers that Telegram did not take are owed: the update is let go, and whoever lives answers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiogram.types import Update

from bot.sandbox.faults import Failure, Limit, Limits
from bot.telegram.handling import TELEGRAM_AWAY, Handling
from bot.telegram.owing import OwedAnswers
from services.messages.owing import CLAIM
from tests.chat.conftest import Chat
from tests.conftest import House
from tests.databases import BOTH

WAIT = 40
"""Seconds that Telegram asks for."""


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@dataclass
class Process:
    """A process of the bot, with what it has in hand and what it owes."""

    house: House
    chat: Chat

    def __post_init__(self) -> None:
        world, upkeep = self.chat.world, self.house.services.upkeep

        async def handle(update: Update) -> None:
            await world.dispatcher.feed_update(world.bot, update)

        self.owed = OwedAnswers(
            world.bot, self.house.services.owing, self.house.clock, handle, upkeep.set_aside
        )
        self.handling = Handling(world.bot, handle, upkeep.set_aside, owe=self.owed.owe)

    async def deliver(self) -> None:
        """Let all that people did be handled, until nothing is in hand."""
        for raw in self.chat.world.telegram.take():
            await self.handling.take(raw["update_id"], raw)

    async def rows(self) -> list[tuple[object, ...]]:
        found = await self.house.database.rows("SELECT * FROM owed_answers ORDER BY update_id")
        return [tuple(row) for row in found]

    def refuse(self) -> None:
        """From now on Telegram takes one more message for a chat, and then none for a while."""
        self.chat.world.telegram.faults.add(
            Limits(bot=None, private=Limit(messages=1, seconds=WAIT), group=None)
        )

    def relent(self) -> None:
        """The time that Telegram asked for is over."""
        self.chat.world.telegram.faults.clear()
        self.house.clock.forward(seconds=WAIT + 1)


@pytest.fixture
async def process(house: House, anna: Chat, boris: Chat) -> AsyncIterator[Process]:
    process = Process(house, anna)
    process.refuse()
    # The one message that Anna's chat takes in the next while:
    await anna.world.bot.send_message(anna.user_id, "Напоминание")
    yield process
    assert await process.rows() == []
    assert process.handling.in_hand == {}


async def test_a_tap_whose_effect_is_committed_is_let_go(
    process: Process, anna: Chat, boris: Chat, house: House
) -> None:
    """The visit is booked, Telegram takes no answer for half a minute: the update keeps nobody's
    place, and the answer comes when it can, once (R43, R45)."""
    _, data = anna.find("🕘")
    tap = data.replace("time:", "book:", 1)
    anna.press(tap, anna.messages[-2].id)
    await process.deliver()
    assert process.handling.in_hand == {}
    assert await house.count("appointments") == 1
    assert len(await process.rows()) == 1

    await process.owed.tick()
    assert "Вы записаны" not in anna.screen.text, "it is not due yet"
    process.relent()
    await process.owed.tick()
    await process.owed.tick()
    assert [m.text for m in anna.messages if "Вы записаны" in m.text] == [anna.screen.text]
    assert anna.world.telegram.answers()[-1].user_id == anna.user_id, "the button has stopped"
    assert await house.count("appointments") == 1
    assert await house.count("dead_letters") == 0


async def test_typed_words_are_not_kept_for_their_answer(process: Process, anna: Chat) -> None:
    """What was typed took effect, and stands nowhere else; the answer is where Anna stands."""
    process.chat.world.telegram.faults.clear()
    await anna.tap("Дети")
    await anna.tap("Добавить ребёнка")
    await anna.say("Соня")
    process.refuse()
    await anna.world.bot.send_message(anna.user_id, "Напоминание")
    anna.world.telegram.say(anna.user_id, "05.05.2021")
    await process.deliver()

    rows = await process.rows()
    assert len(rows) == 1
    assert "here" in rows[0]
    assert "05.05.2021" not in str(rows)
    process.relent()
    await process.owed.tick()
    assert "Соня" in anna.screen.text


async def test_a_bare_command_is_given_again(process: Process, anna: Chat) -> None:
    """It says nothing of anybody, and what it shows is what was wanted."""
    process.chat.world.telegram.faults.clear()
    await anna.say("/visits")
    visits = anna.screen.text
    process.refuse()
    await anna.world.bot.send_message(anna.user_id, "Напоминание")
    anna.world.telegram.say(anna.user_id, "/visits")
    await process.deliver()
    process.relent()
    await process.owed.tick()

    assert anna.screen.text == visits


async def test_who_is_refused_again_waits_alone_and_in_order(
    process: Process, anna: Chat, boris: Chat, house: House
) -> None:
    """Anna's chat is refused once more, which holds up hers that follow, and nothing of Boris's."""
    await anna.world.bot.send_message(boris.user_id, "Напоминание")
    for chat, data in ((anna, "visits"), (anna, "children"), (boris, "visits")):
        chat.press(data)
    await process.deliver()
    assert len(await process.rows()) == 3

    process.relent()
    process.refuse()
    await anna.world.bot.send_message(anna.user_id, "Ещё одно")
    await process.owed.tick()
    assert [row[1] for row in await process.rows()] == [anna.user_id] * 2
    assert "Напоминание" not in boris.screen.text

    process.relent()
    await process.owed.tick()
    assert await house.count("dead_letters") == 0


async def test_what_nobody_waits_for_any_more_is_set_aside(
    process: Process, anna: Chat, house: House
) -> None:
    """A tap lives for 150 seconds; then it is counted, and operators are told (R44)."""
    anna.press("visits")
    await process.deliver()
    for _ in range(int(TELEGRAM_AWAY / 5)):
        process.chat.world.telegram.faults.clear()
        process.chat.world.telegram.faults.add(Failure(status=502))
        house.clock.forward(seconds=WAIT)
        await process.owed.tick()

    assert await house.count("dead_letters") == 1


async def test_a_killed_process_leaves_its_answers_to_the_others(
    process: Process, anna: Chat, house: House
) -> None:
    """Whoever took an answer up and died has it for half a minute at most; meanwhile nobody gives
    it a second time (R43)."""
    anna.press("visits")
    await process.deliver()
    process.relent()
    [taken] = await house.services.owing.take_up()
    assert await house.services.owing.take_up() == []

    house.clock.forward(seconds=CLAIM.total_seconds() + 1)
    await Process(house, anna).owed.tick()
    assert anna.screen.text != "Напоминание"
    assert taken.telegram_id == anna.user_id


async def test_who_is_alone_gives_at_once_what_the_process_before_took_up(
    process: Process, anna: Chat, house: House
) -> None:
    """By polling there is one process: when it begins, nobody else is at anything (R12, R43)."""
    anna.press("visits")
    await process.deliver()
    process.relent()
    assert await house.services.owing.take_up()

    await house.services.owing.take_back()
    await Process(house, anna).owed.tick()
    assert anna.screen.text == "Предстоящих записей нет."
    assert await house.count("owed_answers") == 0


async def test_a_tap_of_long_ago_does_nothing(process: Process, anna: Chat, house: House) -> None:
    """All processes were down for a while: what Anna tapped then is not done behind her back."""
    _, data = anna.find("🕘")
    anna.press("visits")
    await process.deliver()
    # As if Telegram had refused before the effect:
    await house.database.run(
        "UPDATE owed_answers SET data = :data", data=data.replace("time", "book")
    )
    process.relent()
    house.clock.forward(seconds=TELEGRAM_AWAY)
    await process.owed.tick()

    assert await house.count("appointments") == 0
    assert await house.count("dead_letters") == 1
    assert anna.screen.text == "Напоминание"


async def test_nobody_changes_language_by_an_owed_answer(process: Process, anna: Chat) -> None:
    """Who writes is not told anew: the person is known."""
    process.chat.world.telegram.faults.clear()
    await anna.say("/language")
    await anna.tap("English")
    process.refuse()
    await anna.world.bot.send_message(anna.user_id, "Напоминание")
    anna.press("here")
    await process.deliver()
    process.relent()
    await process.owed.tick()

    assert "Earliest time" in anna.screen.text
