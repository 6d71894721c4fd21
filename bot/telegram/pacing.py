"""Telegram's limits in one place: so many messages a second from the bot, and so many to a chat.

What is sent in the background asks for a permit first. Answers to taps never wait, but they count
all the same: what they took of the limit is owed, and background permits yield until it is paid. A
refusal by Telegram (429) pauses what it concerns; nobody sleeps on it here.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import count
from time import monotonic

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import (
    BaseRequestMiddleware,
    NextRequestMiddlewareType,
)
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiolimiter import AsyncLimiter

from services.model.messages import Urgency

log = structlog.get_logger()

PER_SECOND = 29.5
"""Messages of the bot. Telegram's limit is 30; at 29.9 what jitters on the way drew refusals."""
_LEEWAY = 1.2
"""Permits that may be given at once. With one, each millisecond that the event loop wakes up late
is lost (measured on a busy machine: 94 to 97 % of the limit, and 98 % with this). It is never more
than 30 in any second all the same, as 29.5 + 1.2 is less than 31."""
PRIVATE_REST, GROUP_REST = 1.0, 3.0
"""Seconds between two messages to a person, and to a group (20 a minute)."""
PAID_IN_A_ROW = 2
"""Permits that are spent on what is owed before one goes to somebody who waits: a busy hour takes
two thirds of the limit from reminders, and not all of it."""
ROOM_WHILE_ANSWERING = 1.15
"""What a permit costs while people tap: so much of the limit stays free that an answer, which does
not wait, finds room in the same second. What is owed afterwards comes too late for that second, and
Telegram refused some answers then: they came a second late."""
ANSWERING = 2.0
"""Seconds after an answer in which more are expected."""
FEW = 2
"""Chats that Telegram may refuse at once and mean each of them: a parent who taps without end, a
group where much is said. It is the bot that is too fast where more are refused."""
AT_ONCE = 5.0
"""Seconds in which refusals count as drawn at once: they come within one, where it is the bot."""
_ROOMY = 1024
"""Chats that are remembered before those that have rested are looked for."""

_permitted: ContextVar[bool] = ContextVar("a request that has its permit", default=False)


@dataclass(frozen=True, slots=True, order=True)
class _Turn:
    """A place in the queue."""

    urgency: Urgency
    arrival: int
    chat_id: int = field(compare=False)
    given: asyncio.Future[None] = field(compare=False)


class Pace:
    """Gives the turns, one after another; one for a bot, and for the event loop that it lives in.

    Args:
        per_second: messages of the bot.
        private_rest: seconds between two messages to a person.
        group_rest: the same to a group.
        seconds: a clock that never jumps, for rests and pauses; permits follow the event loop's.
    """

    def __init__(
        self,
        per_second: float = PER_SECOND,
        *,
        private_rest: float = PRIVATE_REST,
        group_rest: float = GROUP_REST,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._permits = AsyncLimiter(_LEEWAY, _LEEWAY / per_second)
        self._private_rest = private_rest
        self._group_rest = group_rest
        self._seconds = seconds
        self._resting = _Ends(seconds)
        self._paused = _Ends(seconds)
        self._just_refused = _Ends(seconds)
        self._all_paused_until = 0.0
        self._waiting: list[_Turn] = []
        self._arrivals = count()
        self._owed = 0
        self._answering_until = 0.0
        self._most_owed = max(1, round(per_second))
        self._paid_in_a_row = 0
        self._changed = asyncio.Event()
        self._giving: asyncio.Task[None] | None = None

    async def permit(self, chat_id: int, urgency: Urgency) -> None:
        """Wait until one message may be sent to a chat; negative ids are groups.

        Send it within `permitted()`. While a chat is paused its messages wait here, too: ask
        `chat_paused_for()` first if there is something better to do.
        """
        given = asyncio.get_running_loop().create_future()
        turn = _Turn(urgency, next(self._arrivals), chat_id, given)
        self._waiting.append(turn)
        self._go_on()
        try:
            await given
        except asyncio.CancelledError:
            self._hand_back(turn)
            raise

    @contextmanager
    def permitted(self) -> Iterator[None]:
        """Within it, a request has its permit, and nothing is owed for it."""
        token = _permitted.set(True)
        try:
            yield
        finally:
            _permitted.reset(token)

    def owe(self, chat_id: int | None) -> None:
        """Note a message that is sent without a permit.

        Its chat rests after it, but who waits for that chat already is not put back: a person who
        goes on tapping would keep their own reminder away. At most a second's worth is owed.
        """
        self._owed = min(self._owed + 1, self._most_owed)
        self._answering_until = self._seconds() + ANSWERING
        if chat_id is not None and all(turn.chat_id != chat_id for turn in self._waiting):
            self._rest(chat_id)
        self._go_on()

    def pause(self, chat_id: int, seconds: float) -> None:
        """Give no permit for a chat; for none at all if more than a few chats were refused just
        now: then it is the bot that Telegram finds too fast. That pause is as long as the shortest
        of theirs: what is longer is a chat's own."""
        self._paused.put(chat_id, seconds)
        self._just_refused.put(chat_id, AT_ONCE)
        refused = self._just_refused.going_on()
        if whole_bot := len(refused) > FEW:
            shortest = min(left for chat in refused if (left := self._paused.left(chat)))
            self._all_paused_until = max(self._all_paused_until, self._seconds() + shortest)
        log.warning("Telegram asks for a pause", seconds=seconds, whole_bot=whole_bot)

    def paused_for(self, chat_id: int) -> float:
        """Seconds until Telegram may be asked again to take a message for a chat."""
        return max(self._paused.left(chat_id), self._all_paused_until - self._seconds())

    def chat_paused_for(self, chat_id: int) -> float:
        """The same if it is the chat's own pause that lasts longest; 0 while the bot's does, as
        nobody else could go first then."""
        own = self._paused.left(chat_id)
        return own if own > self._all_paused_until - self._seconds() else 0.0

    def _go_on(self) -> None:
        """Look again who is next; nobody looks while nobody waits and nothing is owed."""
        self._changed.set()
        if self._giving is None or self._giving.done():
            self._giving = asyncio.create_task(self._give_turns())

    async def _give_turns(self) -> None:
        while self._waiting or self._owed:
            if self._owed or self._first():
                await self._permits.acquire(self._price())
                self._spend_permit()
            else:
                await self._until_somebody_may()

    def _price(self) -> float:
        return ROOM_WHILE_ANSWERING if self._seconds() < self._answering_until else 1

    def _spend_permit(self) -> None:
        """Pay what is owed, or give a turn to who is first now, which an urgent latecomer may be.

        Debts are paid while nobody waits, too, so that old ones hold up nobody.
        """
        first = self._first()
        if self._owed and (first is None or self._paid_in_a_row < PAID_IN_A_ROW):
            self._owed -= 1
            self._paid_in_a_row += 1
        elif first:
            self._paid_in_a_row = 0
            self._waiting.remove(first)
            self._rest(first.chat_id)
            first.given.set_result(None)

    def _first(self) -> _Turn | None:
        """The most urgent of those whose chats may get a message now."""
        ready = (turn for turn in self._waiting if not self._wait_of(turn))
        # Who was cancelled in this very moment has not left the queue yet.
        return min((turn for turn in ready if not turn.given.done()), default=None)

    def _wait_of(self, turn: _Turn) -> float:
        """Seconds that a turn has to wait for its chat, whatever becomes of the others."""
        return max(self._resting.left(turn.chat_id), self.paused_for(turn.chat_id))

    async def _until_somebody_may(self) -> None:
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(map(self._wait_of, self._waiting))):
                await self._changed.wait()

    def _hand_back(self, turn: _Turn) -> None:
        """Take a turn out of the queue; if it was given but not used, the next one has it."""
        if turn in self._waiting:
            self._waiting.remove(turn)
        else:
            self._resting.end(turn.chat_id)
            self._spend_permit()

    def _rest(self, chat_id: int) -> None:
        self._resting.put(chat_id, self._group_rest if chat_id < 0 else self._private_rest)


class _Ends:
    """When something ends for a chat; what has ended is forgotten."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._ends: dict[int, float] = {}
        self._room = _ROOMY

    def __len__(self) -> int:
        return len(self._ends)

    def put(self, chat_id: int, seconds: float) -> None:
        """It ends in so many seconds, or later if that was said before."""
        end = self._seconds() + seconds
        self._ends[chat_id] = max(end, self._ends.get(chat_id, end))
        if len(self._ends) > self._room:
            now = self._seconds()
            self._ends = {chat: end for chat, end in self._ends.items() if end > now}
            # Twice of what is left: looking through all of them stays cheap for each.
            self._room = max(_ROOMY, 2 * len(self._ends))

    def end(self, chat_id: int) -> None:
        self._ends.pop(chat_id, None)

    def left(self, chat_id: int) -> float:
        """Seconds until it ends; 0 if it has."""
        return max(0.0, self._ends.get(chat_id, 0.0) - self._seconds())

    def going_on(self) -> list[int]:
        """The chats for which it has not ended."""
        return [chat for chat in self._ends if self.left(chat)]


class Paced(BaseRequestMiddleware):
    """Tells the pace what goes to Telegram without its permit, and what Telegram refuses to take.

    It delays nothing: who has a permit has waited, and who answers a tap does not wait.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Response[TelegramType]:
        chat_id = _chat_of(method)
        if _counts(method) and not _permitted.get():
            self._pace.owe(chat_id)
        try:
            return await make_request(bot, method)
        except TelegramRetryAfter as error:
            # Without a chat it concerns that method alone: nobody's reminder waits for the menu.
            if chat_id is not None:
                self._pace.pause(chat_id, error.retry_after)
            raise


def _counts(method: TelegramMethod[TelegramType]) -> bool:
    """Whether it puts words into a chat, which is what Telegram limits."""
    name = method.__api_method__
    kinds = ("send", "editMessage", "copyMessage", "forwardMessage")
    return name.startswith(kinds) and name != "sendChatAction"


def _chat_of(method: TelegramMethod[TelegramType]) -> int | None:
    chat_id = getattr(method, "chat_id", None)
    return chat_id if isinstance(chat_id, int) else None
