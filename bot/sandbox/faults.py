"""Faults on demand: the bad days of the network and of Telegram, as a bot gets to see them.

None is in force until it is asked for. Limits and delays follow the real time and never the
sandbox's own clock, which people move forward.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from http import HTTPStatus
from math import ceil, floor
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from bot.sandbox.api import registry
from bot.sandbox.model import ApiError, Json

_COUNTED = ("send", "edit", "copy", "forward")
"""Telegram limits what puts words into a chat; edits share the limit of new messages."""
_BLOCKED = "Forbidden: bot was blocked by the user"
_ROUNDING = 1e-9


class Dropped(Exception):
    """The connection was closed without an answer."""


# --- What can go wrong ------------------------------------------------------------------------


class _Fault(BaseModel):
    """Happens at every occasion, unless `times` or `share` say less."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    times: int | None = Field(default=None, ge=1)
    """It is over after so many; None: it lasts until the faults are cleared."""
    share: float = Field(default=1, gt=0, le=1)
    """0.1 is every tenth occasion."""

    def concerns(self, method: str, chat_id: int | None) -> bool:
        return True


class _RequestFault(_Fault):
    """Happens to requests of the bot: to all, or to those of one method or for one chat."""

    method: str = ""
    chat: int | None = None

    @field_validator("method")
    @classmethod
    def _is_known(cls, method: str) -> str:
        if method and not registry.is_known(method):
            raise ValueError(f"the sandbox knows no method {method}")
        return method

    def concerns(self, method: str, chat_id: int | None) -> bool:
        is_meant = self.method.lower() in ("", method.lower())
        return is_meant and self.chat in (None, chat_id)


class Failure(_RequestFault):
    """An error in place of the effect; 403 has the words for a person who blocked the bot."""

    kind: Literal["failure"] = "failure"
    status: int = 500

    @field_validator("status")
    @classmethod
    def _is_an_error(cls, status: int) -> int:
        if HTTPStatus(status) < HTTPStatus.BAD_REQUEST or status == HTTPStatus.TOO_MANY_REQUESTS:
            raise ValueError("an error is wanted; 429 comes from limits")
        return status

    def error(self) -> ApiError:
        if self.status == HTTPStatus.FORBIDDEN:
            return ApiError(self.status, _BLOCKED)
        return ApiError(self.status, HTTPStatus(self.status).phrase)


class LostRequest(_RequestFault):
    """The connection is closed before anything took effect."""

    kind: Literal["lost request"] = "lost request"


class LostAnswer(_RequestFault):
    """The connection is closed after it took effect: the bot cannot know."""

    kind: Literal["lost answer"] = "lost answer"


class Slow(_RequestFault):
    """So many seconds pass before anything takes effect; several of them add up."""

    kind: Literal["slow"] = "slow"
    seconds: float = Field(gt=0, le=600)


class Twice(_Fault):
    """An update is delivered once more after the bot has confirmed it."""

    kind: Literal["twice"] = "twice"


class Limit(BaseModel):
    """So many messages in any stretch of so many seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    messages: int = Field(ge=1)
    seconds: float = Field(default=1, gt=0)


class Limits(BaseModel):
    """Telegram's limits, enforced to the letter; None leaves one out.

    Every attempt that a limit lets through counts, whatever becomes of it; a 429 does not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["limits"] = "limits"
    bot: Limit | None = Limit(messages=30)
    private: Limit | None = Limit(messages=1)
    """For each private chat."""
    group: Limit | None = Limit(messages=20, seconds=60)
    """For each group."""


Fault = Failure | LostRequest | LostAnswer | Slow | Twice | Limits

_FAULT: TypeAdapter[Fault] = TypeAdapter(Annotated[Fault, Field(discriminator="kind")])
_Kind = TypeVar("_Kind", bound=_Fault)


def read_fault(raw: object) -> Fault:
    """A fault from JSON.

    Raises:
        ValueError: there is no such fault; it says why.
    """
    try:
        return _FAULT.validate_python(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{place}: {first['msg']}" if place else first["msg"]) from None


# --- What is in force -------------------------------------------------------------------------


@dataclass(slots=True)
class Counts:
    """What became of the bot's requests."""

    accepted: int = 0
    """Messages and edits that took place."""
    limited: int = 0
    """429s."""
    failed: int = 0
    lost: int = 0
    """Connections that were closed without an answer."""


class Faults:
    """The faults in force, and what they did.

    Args:
        monotonic: a clock in seconds that never jumps.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._rules: list[_Rule] = []
        self._limiter: _Limiter | None = None
        self._over = asyncio.Event()
        self.counts = Counts()

    def add(self, fault: Fault) -> None:
        """Put a fault in force beside the others; new limits take the place of the old ones."""
        if isinstance(fault, Limits):
            self._limiter = _Limiter(fault)
        else:
            self._rules.append(_Rule(fault))

    def clear(self) -> None:
        """Let everything go well again, and count from nothing."""
        self._rules.clear()
        self._limiter = None
        self.counts = Counts()

    def end_waiting(self) -> None:
        """Drop what is slow still: nobody is there any more who would answer it."""
        self._over.set()
        self._over = asyncio.Event()

    def to_json(self) -> Json:
        limits = [self._limiter.limits.model_dump()] if self._limiter else []
        rules = [rule.to_json() for rule in self._rules]
        return {"faults": limits + rules, "counts": asdict(self.counts)}

    async def meet(self, method: str, form: Mapping[str, Any]) -> None:
        """Let happen what happens to a request on its way.

        Raises:
            Dropped: it never arrives.
            ApiError: Telegram fails, or finds the bot too fast.
        """
        if not self._rules and self._limiter is None:
            return
        chat_id = _chat_of(form)
        for slow in self._striking(Slow, method, chat_id):
            await self._let_pass(slow.seconds)
        if self._first(LostRequest, method, chat_id):
            self._drop()
        if failure := self._first(Failure, method, chat_id):
            self.counts.failed += 1
            raise failure.error()
        if self._limiter and _counts(method):
            self._admit(self._limiter, chat_id)

    def part(self, method: str, form: Mapping[str, Any]) -> None:
        """Let happen what happens to the answer.

        Raises:
            Dropped: it never arrives.
        """
        self.counts.accepted += _counts(method)
        if self._rules and self._first(LostAnswer, method, _chat_of(form)):
            self._drop()

    def doubles(self) -> bool:
        """Whether an update that was just made will be delivered twice."""
        return self._first(Twice) is not None

    def _admit(self, limiter: _Limiter, chat_id: int | None) -> None:
        wait = limiter.wait(chat_id, self._monotonic())
        if wait <= 0:
            return
        self.counts.limited += 1
        seconds = ceil(wait)
        words = f"Too Many Requests: retry after {seconds}"
        raise ApiError(429, words, {"retry_after": seconds})

    async def _let_pass(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over.wait()
            self._drop()

    def _drop(self) -> None:
        self.counts.lost += 1
        raise Dropped

    def _first(
        self, kind: type[_Kind], method: str = "", chat_id: int | None = None
    ) -> _Kind | None:
        return next(self._striking(kind, method, chat_id), None)

    def _striking(self, kind: type[_Kind], method: str, chat_id: int | None) -> Iterator[_Kind]:
        """The faults of a kind that happen now; those that are over are forgotten."""
        for rule in tuple(self._rules):
            fault = rule.fault
            if isinstance(fault, kind) and fault.concerns(method, chat_id) and rule.strikes():
                if rule.left == 0:
                    self._rules.remove(rule)
                yield fault


class _Rule:
    """A fault and how often it can still happen."""

    def __init__(self, fault: Failure | LostRequest | LostAnswer | Slow | Twice) -> None:
        self.fault = fault
        self.left = fault.times
        self._occasions = 0

    def strikes(self) -> bool:
        """Whether it happens at this occasion. A share is spread evenly, so tests can count."""
        before = floor(self._occasions * self.fault.share + _ROUNDING)
        self._occasions += 1
        if floor(self._occasions * self.fault.share + _ROUNDING) == before:
            return False
        if self.left is not None:
            self.left -= 1
        return True

    def to_json(self) -> Json:
        left = self.fault.model_copy(update={"times": self.left})
        return {"kind": left.kind, **left.model_dump(exclude_defaults=True)}


class _Limiter:
    """Keeps the limits of the bot and of each of its chats."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._windows: dict[int | None, _Window] = {}
        """By chat; the bot's own is that of None."""

    def wait(self, chat_id: int | None, now: float) -> float:
        """Seconds until a message may be sent; if there are none left, it counts as sent."""
        windows = list(self._windows_of(chat_id))
        wait = max((window.wait(now) for window in windows), default=0.0)
        if wait <= 0:
            for window in windows:
                window.sent.append(now)
        return wait

    def _windows_of(self, chat_id: int | None) -> Iterator[_Window]:
        limits: dict[int | None, Limit | None] = {None: self.limits.bot}
        if chat_id is not None:
            limits[chat_id] = self.limits.group if chat_id < 0 else self.limits.private
        for key, limit in limits.items():
            if limit:
                yield self._windows.setdefault(key, _Window(limit))


class _Window:
    """Remembers when the last messages were sent, as many as a limit allows."""

    def __init__(self, limit: Limit) -> None:
        self._seconds = limit.seconds
        self.sent: deque[float] = deque(maxlen=limit.messages)

    def wait(self, now: float) -> float:
        is_full = len(self.sent) == self.sent.maxlen
        return self.sent[0] + self._seconds - now if is_full else 0.0


def _counts(method: str) -> bool:
    name = method.lower()
    return name.startswith(_COUNTED) and name != "sendchataction"


def _chat_of(form: Mapping[str, Any]) -> int | None:
    with suppress(TypeError, ValueError):
        return int(form.get("chat_id"))  # type: ignore[arg-type]  # None is a TypeError, too
    return None
