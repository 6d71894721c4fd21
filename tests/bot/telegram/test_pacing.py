"""Telegram's limits: how many messages go out, who is first, and what a refusal pauses.

Time is the event loop's own and jumps to the next timer, so that minutes pass at once and nothing
depends on how busy the machine is.
"""

import asyncio
import selectors
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from functools import wraps
from typing import Any

import pytest
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import (
    AnswerCallbackQuery,
    CopyMessage,
    DeleteMessage,
    EditMessageReplyMarkup,
    EditMessageText,
    GetUpdates,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVenue,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.types import URLInputFile

from bot.app import build_bot
from bot.telegram.pacing import ANSWERING, PER_SECOND, ROOM_WHILE_ANSWERING, Pace, Paced, _Ends
from services.model.messages import Urgency

URGENT, REMINDER, NEWS = Urgency.URGENT, Urgency.REMINDER, Urgency.NEWS
ANNA, BORIS, VERA = 101, 102, 103
GROUP = -100
TURN = 1 / PER_SECOND
"""Seconds between two messages of the bot."""
MOMENT = 1e-6
AT_ONCE = pytest.approx(0, abs=1000 * MOMENT)


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing, and tells the time as if it had; each turn of the loop takes a moment."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "everybody waits, and nothing will ever happen"
        self.now += max(timeout, MOMENT)
        return super().select(0)


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return float(self._jumping.now)


def in_no_time(story: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Tell a story in an event loop whose time jumps."""

    @wraps(story)
    def told(*args: Any, **kwargs: Any) -> None:
        with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
            runner.run(story(*args, **kwargs))

    return told


def now() -> float:
    """Seconds since the story began."""
    return asyncio.get_running_loop().time()


class Sender:
    """Asks for permits, and notes who got one and when."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.pace = pace or Pace(seconds=now)
        self.sent: list[tuple[str, float]] = []

    def ask(self, name: str, chat_id: int, urgency: Urgency = REMINDER) -> asyncio.Task[None]:
        return asyncio.create_task(self._send(name, chat_id, urgency))

    async def _send(self, name: str, chat_id: int, urgency: Urgency) -> None:
        await self.pace.permit(chat_id, urgency)
        self.sent.append((name, now()))

    @property
    def order(self) -> list[str]:
        return [name for name, _ in self.sent]

    @property
    def times(self) -> list[float]:
        return [at for _, at in self.sent]


@in_no_time
async def test_no_second_has_more_than_thirty_messages() -> None:
    """Many families at once: the limit is used up, and never exceeded."""
    sender = Sender()
    await asyncio.gather(*(sender.ask("reminder", chat) for chat in range(1, 601)))

    times = sender.times
    assert 600 / times[-1] == pytest.approx(PER_SECOND, rel=0.01)
    assert [at for at, later in zip(times, times[30:], strict=False) if later - at < 1] == []


@pytest.mark.parametrize(("chat", "rest"), [(ANNA, 1), (GROUP, 3)])
@in_no_time
async def test_a_chat_rests_between_two_messages(chat: int, rest: float) -> None:
    """A second in a private chat, three in a group."""
    sender = Sender()
    await asyncio.gather(*(sender.ask("reminder", chat) for _ in range(4)))

    assert sender.times == pytest.approx([0, rest, 2 * rest, 3 * rest], abs=TURN)
    gaps = [later - at for at, later in zip(sender.times, sender.times[1:], strict=False)]
    assert min(gaps) >= rest


@in_no_time
async def test_a_resting_chat_holds_up_nobody_else() -> None:
    """A group has a long queue; the families that come meanwhile are told at once."""
    sender = Sender()
    queue = [sender.ask("group", GROUP, URGENT) for _ in range(5)]
    await asyncio.sleep(1)
    families = [sender.ask("family", chat) for chat in range(1, 11)]
    await asyncio.gather(*families)

    assert sender.order == ["group"] + 10 * ["family"]
    assert now() == pytest.approx(1 + 9 * TURN, abs=TURN)
    await asyncio.gather(*queue)


@in_no_time
async def test_what_is_urgent_overtakes_what_waits() -> None:
    """Somebody may be on the way already: it comes before news that waited longer."""
    sender = Sender()
    news = [sender.ask("news", chat, NEWS) for chat in range(1, 6)]
    await news[0]
    late = [
        sender.ask("reminder", 11, REMINDER),
        sender.ask("urgent", 12, URGENT),
        sender.ask("urgent, too", 13, URGENT),
    ]
    await asyncio.gather(*news, *late)

    assert sender.order == ["news", "urgent", "urgent, too", "reminder", *4 * ["news"]]
    assert sender.times[1] <= TURN


@in_no_time
async def test_in_one_chat_the_urgent_overtakes_as_well() -> None:
    """While Anna's chat rests, her visit is called off; that comes before the reminder."""
    sender = Sender()
    await sender.ask("first", ANNA)
    reminder = sender.ask("reminder", ANNA)
    await asyncio.sleep(0.5)
    await asyncio.gather(reminder, sender.ask("called off", ANNA, URGENT))

    assert sender.order == ["first", "called off", "reminder"]


@pytest.mark.parametrize("behind", [[], [("last", VERA)]], ids=["same chat", "another, too"])
@in_no_time
async def test_who_gives_up_costs_nobody_anything(behind: list[tuple[str, int]]) -> None:
    """At whatever moment a waiter is cancelled: those behind it are served as if it had not been
    there, in the same chat, too; only if it was served, its chat rests."""
    gave_up = 0
    for turns_of_the_loop in range(60):
        sender = Sender(Pace(per_second=0.1 / MOMENT, seconds=now))
        begun = now()
        people = [("first", BORIS), ("leaving", ANNA), ("staying", ANNA), *behind]
        first, leaving, *others = [sender.ask(name, chat) for name, chat in people]
        for _ in range(turns_of_the_loop):
            await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([first, leaving, *others])

        gave_up += leaving.cancelled()
        rest = 0 if leaving.cancelled() else 1
        assert sender.times[-1] - begun == pytest.approx(rest, abs=100 * MOMENT)
    assert 10 < gave_up < 50


@in_no_time
async def test_who_gives_up_in_the_queue_leaves_no_gap() -> None:
    """Every second one gives up while it waits; the others move up."""
    sender = Sender()
    tasks = [sender.ask("reminder", chat) for chat in range(1, 41)]
    await tasks[0]
    for task in tasks[1::2]:
        task.cancel()
    await asyncio.wait(tasks)

    assert len(sender.sent) == 20
    assert now() == pytest.approx(19 * TURN, rel=0.02)


@in_no_time
async def test_chats_that_have_rested_are_forgotten() -> None:
    """What is kept of a hundred thousand chats is what can still matter."""
    ends = _Ends(now)
    for chat in range(100_000):
        ends.put(chat, 1.0)
        if chat % 1000 == 0:
            await asyncio.sleep(1)

    assert len(ends) < 3000
    assert ends.left(99_999) > 0
    assert ends.left(90_000) == 0


@in_no_time
async def test_answers_come_out_of_what_reminders_get() -> None:
    """Ten answers were sent without asking; two of three permits pay for them, until it is even."""
    sender = Sender()
    for chat in range(1001, 1011):
        sender.pace.owe(chat)
    await asyncio.gather(*(sender.ask("reminder", chat) for chat in range(1, 21)))

    slower = TURN * ROOM_WHILE_ANSWERING
    while_owing = [3 * turn * slower for turn in range(1, 6)]
    afterwards = [while_owing[-1] + turn * slower for turn in range(1, 16)]
    assert sender.times == pytest.approx(while_owing + afterwards, abs=1.5 * TURN)


@in_no_time
async def test_an_answer_finds_room_in_the_same_second() -> None:
    """People tap while reminders go out at the limit: in no second are there more than thirty, so
    that Telegram refuses no answer."""
    sender = Sender()
    waiting = [sender.ask("reminder", chat) for chat in range(1, 401)]
    answers = []
    for parent in range(1001, 1031):
        sender.pace.owe(parent)
        answers.append(now())
        await asyncio.sleep(1 / 3)
    await asyncio.gather(*waiting)

    everything = sorted([*sender.times, *answers])
    while_tapped = [at for at in everything if 1 < at < answers[-1]]
    busiest = max(sum(at <= each < at + 1 for each in everything) for at in while_tapped)
    assert 26 <= busiest <= 30


@in_no_time
async def test_a_busy_hour_does_not_starve_reminders() -> None:
    """However many answers there are, one of three permits is a reminder's."""
    sender = Sender()

    async def answer() -> None:
        while True:
            sender.pace.owe(None)
            await asyncio.sleep(0.01)

    busy = asyncio.create_task(answer())
    await asyncio.gather(*(sender.ask("reminder", chat) for chat in range(1, 301)))
    busy.cancel()

    assert 300 / now() == pytest.approx(PER_SECOND / ROOM_WHILE_ANSWERING / 3, rel=0.02)


@in_no_time
async def test_no_more_than_a_second_is_owed() -> None:
    """After a storm of taps reminders are slow for three seconds, and not for an hour."""
    sender = Sender()
    for _ in range(100_000):
        sender.pace.owe(None)
    await asyncio.gather(*(sender.ask("reminder", chat) for chat in range(1, 60)))

    while_answering = ANSWERING / (TURN * ROOM_WHILE_ANSWERING)
    assert now() == pytest.approx(ANSWERING + (59 + 30 - while_answering) * TURN, rel=0.03)


@in_no_time
async def test_old_debts_are_paid_while_nobody_waits() -> None:
    """The storm of taps is over: the first reminders go out as ever."""
    sender = Sender()
    for _ in range(30):
        sender.pace.owe(None)
    await asyncio.sleep(ANSWERING + 0.1)
    begun = now()
    await asyncio.gather(*(sender.ask("reminder", chat) for chat in range(1, 11)))

    assert now() - begun == pytest.approx(9 * TURN, abs=TURN)


@in_no_time
async def test_a_chat_rests_after_an_answer_too() -> None:
    """Anna was answered just now: her reminder comes a second later, Boris's does not wait."""
    sender = Sender()
    sender.pace.owe(ANNA)
    await asyncio.gather(sender.ask("Anna", ANNA), sender.ask("Boris", BORIS))

    assert sender.order == ["Boris", "Anna"]
    assert sender.times[1] == pytest.approx(1, abs=2 * TURN)


@in_no_time
async def test_who_goes_on_tapping_is_reminded_all_the_same() -> None:
    """Anna taps twice a second; her reminder waits a second, and not until she stops."""
    sender = Sender()
    sender.pace.owe(ANNA)
    reminder = sender.ask("reminder", ANNA)
    while not reminder.done():
        await asyncio.sleep(0.5)
        sender.pace.owe(ANNA)

    assert sender.times[0] == pytest.approx(1, abs=2 * TURN)


@in_no_time
async def test_a_pause_is_the_chats_own() -> None:
    """Telegram refused a message to Anna for ten seconds: Boris hears at once."""
    sender = Sender()
    sender.pace.pause(ANNA, 10)

    assert sender.pace.paused_for(ANNA) == pytest.approx(10)
    assert sender.pace.paused_for(BORIS) == 0
    assert sender.pace.chat_paused_for(ANNA) == pytest.approx(10)
    await asyncio.gather(sender.ask("Anna", ANNA, URGENT), sender.ask("Boris", BORIS))
    assert sender.order == ["Boris", "Anna"]
    assert sender.times == pytest.approx([0, 10], abs=TURN)
    assert sender.pace.paused_for(ANNA) == 0


@in_no_time
async def test_two_refused_chats_pause_nobody_else() -> None:
    """Anna taps without end, much is said in a group: an urgent letter to Vera goes at once."""
    sender = Sender()
    sender.pace.pause(ANNA, 60)
    sender.pace.pause(GROUP, 60)

    await sender.ask("Vera", VERA, URGENT)
    assert now() == AT_ONCE


@in_no_time
async def test_many_refused_chats_pause_the_whole_bot() -> None:
    """It was not Anna's chat that was too fast, but the bot: everybody waits, as long as the
    shortest pause, as a longer one is a chat's own."""
    sender = Sender()
    for chat, seconds in ((ANNA, 60), (BORIS, 5), (GROUP, 7)):
        sender.pace.pause(chat, seconds)

    paused_for = [sender.pace.paused_for(chat) for chat in (ANNA, BORIS, VERA)]
    assert paused_for == pytest.approx([60, 5, 5])
    assert sender.pace.chat_paused_for(ANNA) == pytest.approx(60), "longer than the bot"
    assert [sender.pace.chat_paused_for(chat) for chat in (BORIS, VERA)] == [0, 0]
    await asyncio.gather(sender.ask("Anna", ANNA), sender.ask("Vera", VERA))
    assert sender.order == ["Vera", "Anna"]
    assert sender.times == pytest.approx([5, 60], abs=TURN)


@in_no_time
async def test_short_pauses_that_are_over_count_as_refusals() -> None:
    """A bot that is too fast is refused for a second each time, one chat after the other."""
    pace = Pace(seconds=now)
    for chat in (ANNA, BORIS, GROUP):
        await asyncio.sleep(0.6)
        assert pace.paused_for(VERA) == 0
        pace.pause(chat, 1)

    assert pace.paused_for(VERA) == pytest.approx(0.4, abs=TURN), "what is left of Boris's"


@in_no_time
async def test_refusals_one_after_another_pause_their_chats_only() -> None:
    """Long pauses of many chats that were drawn at different times are their own; and one chat
    refused again and again is one chat."""
    pace = Pace(seconds=now)
    for _ in range(5):
        pace.pause(ANNA, 120)
    for chat in (BORIS, GROUP, 104, 105):
        await asyncio.sleep(3)
        pace.pause(chat, 120)
        assert pace.paused_for(VERA) == 0


@in_no_time
async def test_a_pause_that_comes_while_one_waits_counts() -> None:
    """Vera's reminder waits for her chat's rest when the bot is paused: it waits on."""
    sender = Sender()
    await sender.ask("first", VERA)
    second = sender.ask("second", VERA)
    await asyncio.sleep(0.5)
    for chat in (ANNA, BORIS, GROUP):
        sender.pace.pause(chat, 10)
    await second

    assert sender.times[1] == pytest.approx(10.5, abs=TURN)


class RefusingSession(BaseSession):
    """A Telegram that takes everything, but for the chats that it refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: Mapping[int, int] = {}
        self.taken: list[str] = []

    async def make_request(
        self,
        bot: Any,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109
    ) -> Any:
        if seconds := self.refused.get(getattr(method, "chat_id", 0)):
            raise TelegramRetryAfter(method, "Too Many Requests", seconds)
        self.taken.append(method.__api_method__)
        return True

    def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is held open."""


class Office:
    """A bot with its pace, and the Telegram it talks to."""

    def __init__(self) -> None:
        self.telegram = RefusingSession()
        self.sender = Sender()
        self.pace = self.sender.pace
        self.bot = build_bot("4200000:token-of-the-tests", self.telegram)
        self.telegram.middleware(Paced(self.pace))

    async def seconds_for(self, reminders: int) -> float:
        """How long it takes until so many families have their permits."""
        begun = now()
        await asyncio.gather(*(self.sender.ask("any", chat) for chat in range(1, reminders + 1)))
        return now() - begun


PICTURE = URLInputFile("https://example.org/map.png")
LIMITED: list[TelegramMethod[Any]] = [
    SendMessage(chat_id=ANNA, text="Приём завтра"),
    SendDocument(chat_id=ANNA, document=PICTURE),
    SendPhoto(chat_id=ANNA, photo=PICTURE),
    SendVenue(chat_id=ANNA, latitude=55.7, longitude=37.6, title="Ромашка", address="Садовая, 7"),
    EditMessageText(chat_id=ANNA, message_id=1, text="Выберите день"),
    EditMessageReplyMarkup(chat_id=ANNA, message_id=1),
    CopyMessage(chat_id=ANNA, from_chat_id=BORIS, message_id=1),
]
UNLIMITED: list[TelegramMethod[Any]] = [
    AnswerCallbackQuery(callback_query_id="1"),
    GetUpdates(),
    DeleteMessage(chat_id=ANNA, message_id=1),
    SendChatAction(chat_id=ANNA, action="typing"),
    SetMyCommands(commands=[]),
]


def _name(method: TelegramMethod[Any]) -> str:
    return method.__api_method__


@pytest.mark.parametrize("method", LIMITED, ids=_name)
@in_no_time
async def test_what_puts_words_into_a_chat_counts(method: TelegramMethod[Any]) -> None:
    """Reminders make room for each screen that is shown, and it waits for nothing."""
    office = Office()
    for _ in range(20):
        await office.bot(method)

    assert office.telegram.taken == 20 * [method.__api_method__]
    assert now() == AT_ONCE
    assert await office.seconds_for(15) == pytest.approx(
        (20 + 14) * TURN * ROOM_WHILE_ANSWERING, abs=2 * TURN
    )


@pytest.mark.parametrize("method", UNLIMITED, ids=_name)
@in_no_time
async def test_what_puts_no_words_into_a_chat_does_not_count(method: TelegramMethod[Any]) -> None:
    """Spinners are stopped and updates asked for as often as need be."""
    office = Office()
    for _ in range(20):
        await office.bot(method)

    assert await office.seconds_for(15) == pytest.approx(14 * TURN, abs=TURN)


@in_no_time
async def test_what_has_its_permit_is_not_counted_twice() -> None:
    """Twenty messages with their permits take twenty turns; beyond `permitted` they are owed."""
    office = Office()
    for chat in range(1001, 1021):
        await office.pace.permit(chat, REMINDER)
        with office.pace.permitted():
            await office.bot.send_message(chat, "Приём завтра")
    assert now() == pytest.approx(19 * TURN, abs=TURN)

    await office.bot.send_message(ANNA, "Выберите день")
    assert await office.seconds_for(10) == pytest.approx(11 * TURN * ROOM_WHILE_ANSWERING, abs=TURN)


@in_no_time
async def test_a_permit_is_nobody_elses() -> None:
    """While a reminder is being sent, an answer that goes out at the same time is owed."""
    office = Office()
    await office.pace.permit(ANNA, REMINDER)

    async def answer() -> None:
        await office.bot.send_message(BORIS, "Выберите день")

    answering = asyncio.create_task(answer())
    with office.pace.permitted():
        await answering
    assert await office.seconds_for(10) == pytest.approx(11 * TURN * ROOM_WHILE_ANSWERING, abs=TURN)


@in_no_time
async def test_a_refusal_is_noted_and_passed_on() -> None:
    """Who sent it decides what becomes of it; others go on, and answers are tried again."""
    office = Office()
    office.telegram.refused = {ANNA: 7}
    with pytest.raises(TelegramRetryAfter), office.pace.permitted():
        await office.bot.send_message(ANNA, "Приём завтра")

    assert now() == AT_ONCE
    assert office.pace.paused_for(ANNA) == pytest.approx(7, abs=0.01)
    assert office.pace.paused_for(BORIS) == 0

    office.telegram.refused = {}
    await office.bot.send_message(ANNA, "Выберите день")
    assert office.telegram.taken == ["sendMessage"]
    assert now() == AT_ONCE


@in_no_time
async def test_answers_go_on_while_the_whole_bot_is_paused() -> None:
    """Many chats were refused: reminders wait, and who taps is answered."""
    office = Office()
    office.telegram.refused = {ANNA: 7, BORIS: 7, GROUP: 7}
    for chat in (ANNA, BORIS, GROUP):
        with pytest.raises(TelegramRetryAfter):
            await office.bot.send_message(chat, "Приём завтра")
    reminder = office.sender.ask("reminder", VERA)
    await office.bot.send_message(VERA, "Выберите день")

    assert office.telegram.taken == ["sendMessage"]
    assert now() == AT_ONCE
    await reminder
    assert office.sender.times == pytest.approx([7], abs=TURN)


@in_no_time
async def test_a_refusal_without_a_chat_pauses_nobody() -> None:
    """The menu was filled too often, for which Telegram may refuse it for a day."""
    office = Office()
    office.telegram.refused = {0: 86_400}
    with pytest.raises(TelegramRetryAfter):
        await office.bot.set_my_commands([])

    assert office.pace.paused_for(ANNA) == 0
    for chat in (BORIS, VERA):
        office.pace.pause(chat, 5)
    assert office.pace.paused_for(ANNA) == 0, "those are the only chats that were refused"
