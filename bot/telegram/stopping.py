"""Being asked to stop, and not waiting for anything longer than that."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and Ctrl+C set."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for asked in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(asked, stopping.set)
    return stopping


async def unless(stopping: asyncio.Event, doing: Coroutine[Any, Any, T]) -> T | None:
    """Do it, unless `stopping` is set first: then it is cancelled, and there is no result."""
    task = asyncio.create_task(doing)
    asked = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        asked.cancel()
        if task.cancel():
            await asyncio.wait({task})
