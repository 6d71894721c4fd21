"""How a use case runs: shielded from cancellation, and as the one effect of one update.

Telegram may deliver an update again, after a crash or a lost answer. The transaction of a use case
(see `Transactions.writes`) records the update it is the effect of; this module says which.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from services.model.refusals.base import Refusal
from services.ports.transaction import StorageInterrupted

P = ParamSpec("P")
T = TypeVar("T")

PAUSES = (0.05, 0.2, 0.5)
"""Seconds before an interrupted use case is begun again, about."""

_update: ContextVar[int | None] = ContextVar("update", default=None)
_running: set[asyncio.Task[Any]] = set()


@contextmanager
def effect_of(update_id: int) -> Iterator[None]:
    """Within it, what is written is the effect of this update."""
    token = _update.set(update_id)
    try:
        yield
    finally:
        _update.reset(token)


@contextmanager
def no_effect() -> Iterator[None]:
    """Within it, what is written is nobody's effect: doing it again is harmless.

    For what follows the effect of an update, whose record would refuse it.
    """
    token = _update.set(None)
    try:
        yield
    finally:
        _update.reset(token)


def current_update() -> int | None:
    """The update whose effect is being written; None for jobs and the command line."""
    return _update.get()


def use_case(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Run a service's method to its end even if its caller is cancelled.

    A transaction cancelled half-way was seen to leak its connection and to leave SQLite locked; and
    a booking that is committed must not look failed. What others interrupted is begun again: its
    transaction came to nothing, or is known by its update.
    """

    async def persist(*args: P.args, **kwargs: P.kwargs) -> T:
        for pause in PAUSES:
            try:
                return await method(*args, **kwargs)
            except StorageInterrupted:
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - out of step
        return await method(*args, **kwargs)

    @wraps(method)
    async def shielded(*args: P.args, **kwargs: P.kwargs) -> T:
        task = asyncio.create_task(persist(*args, **kwargs))
        _running.add(task)
        task.add_done_callback(_running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_tell_of_trouble)
            raise

    return shielded


def _tell_of_trouble(alone: asyncio.Task[Any]) -> None:
    """Nobody waits for how it ends: a refusal is an end like another, anything else is trouble."""
    error = None if alone.cancelled() else alone.exception()
    if error and not isinstance(error, Refusal):
        told = {"message": "a use case failed after its caller was gone", "exception": error}
        alone.get_loop().call_exception_handler(told)


async def finish_use_cases(within: float = 2.0) -> None:
    """Give use cases whose callers are gone some seconds, before the database is let go.

    What is not finished then is cancelled, and rolled back: its update is not acknowledged.
    """
    if _running:
        await asyncio.wait(set(_running), timeout=within)
    late = set(_running)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
