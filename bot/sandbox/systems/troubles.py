"""Bad days of a clinic's system, on demand. None is in force until it is asked for."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web


class Kind(StrEnum):
    """What can go wrong with a request."""

    FAILURE = "failure"
    """An error in place of the effect."""
    LOST_REQUEST = "lost request"
    """The connection is closed before anything took effect."""
    LOST_ANSWER = "lost answer"
    """The connection is closed after it took effect: whoever asked cannot know."""
    LATE = "late"
    """It takes effect when whoever asked has long stopped waiting for the answer."""


@dataclass(slots=True)
class Trouble:
    """Happens to requests whose method and path begin so."""

    kind: Kind
    method: str = ""
    path: str = ""
    times: int | None = None
    """It is over after so many; None: it lasts."""
    skip: int = 0
    """So many go well before."""
    status: int = 500
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def strikes(self, method: str, path: str) -> bool:
        """Whether it happens to this request; what is over never does."""
        if not (method.startswith(self.method) and path.startswith(self.path)) or self.times == 0:
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times:
            self.times -= 1
        return True


class Troubles:
    """What is in force, and whether the system is there at all."""

    def __init__(self) -> None:
        self.is_off = False
        self.asked: Counter[str] = Counter()
        """How often each method and path was asked for, whatever became of it."""
        self._all: list[Trouble] = []
        self._released = asyncio.Event()
        self._late: set[asyncio.Task[web.StreamResponse]] = set()

    def add(self, trouble: Trouble) -> None:
        """Put a trouble in force, before those that are there."""
        self._all.insert(0, trouble)

    def clear(self) -> None:
        self._all.clear()

    async def release(self) -> None:
        """Let everything that is late take effect, and wait until it has."""
        self._released.set()
        await asyncio.gather(*self._late, return_exceptions=True)
        self._released = asyncio.Event()

    async def around(
        self, request: web.Request, act: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """A request as it fares today."""
        self.asked[f"{request.method} {request.path}"] += 1
        if self.is_off:
            return _hung_up(request)
        trouble = next(
            (one for one in self._all if one.strikes(request.method, request.path)), None
        )
        if trouble is None:
            return await act()
        if trouble.kind is Kind.FAILURE:
            return web.Response(status=trouble.status, text=trouble.body, headers=trouble.headers)
        if trouble.kind is Kind.LOST_ANSWER:
            await act()
        if trouble.kind is Kind.LATE:
            await request.read()  # nobody can when the connection is gone
            task = asyncio.ensure_future(self._later(act, self._released))
            self._late.add(task)
        return _hung_up(request)

    async def _later(
        self, act: Callable[[], Awaitable[web.StreamResponse]], released: asyncio.Event
    ) -> web.StreamResponse:
        await released.wait()
        return await act()


def _hung_up(request: web.Request) -> web.Response:
    """What nobody will get: the connection is closed."""
    if request.transport:
        request.transport.abort()
    return web.Response()
