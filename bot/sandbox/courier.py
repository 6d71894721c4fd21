"""Brings updates to the bot's webhook, with the manners of the real server.

Each is posted until it is taken with a 2xx; several at a time, in no promised order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp

from bot.sandbox.model import Update, World
from bot.sandbox.queue import UpdateQueue

LONGEST_PAUSE = 60.0
ANSWER_WITHIN = 60.0
"""Seconds that a webhook may take for one update."""
CONNECTIONS = 40


class Courier:
    """Deliveries to whatever webhook is set; idle while there is none.

    Args:
        pause: seconds before an update that was not taken is brought again; they double.
        tell: called with a kind of event and what belongs to it whenever an update was taken, or
            refused.
    """

    def __init__(
        self,
        world: World,
        queue: UpdateQueue,
        seconds: Callable[[], float],
        tell: Callable[..., None],
        pause: float,
    ) -> None:
        self._world = world
        self._queue = queue
        self._seconds = seconds
        self._tell = tell
        self._pause = pause
        self._http: aiohttp.ClientSession | None = None
        self._carried: dict[int, asyncio.Task[None]] = {}
        """By the identity of the update: a repeated one has the same number."""

    def look(self) -> None:
        """Set out with what waits, as far as the webhook's connections go."""
        hook = self._world.webhook
        if not hook.get("url"):
            return
        for update in self._queue.waiting():
            if len(self._carried) >= hook["max_connections"]:
                return
            if id(update) not in self._carried:
                task = asyncio.create_task(self._bring(update))
                self._carried[id(update)] = task

    async def rest(self) -> None:
        """Come back with whatever was not taken; it waits as before."""
        tasks = list(self._carried.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def _bring(self, update: Update) -> None:
        pause = self._pause
        try:
            while self._world.webhook.get("url") and self._queue.is_waiting(update):
                trouble = await self._post(update)
                if trouble is None:
                    self._queue.confirm(update)
                    break
                self._world.webhook["last_error_date"] = int(self._seconds())
                self._world.webhook["last_error_message"] = trouble
                self._tell("refused delivery", update_id=update.id, trouble=trouble, pause=pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
        finally:
            del self._carried[id(update)]
        self._tell("delivered", update_id=update.id)
        self.look()

    async def _post(self, update: Update) -> str | None:
        """Post it once; what went wrong in Telegram's words, if anything did."""
        if self._http is None:
            limit = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
            self._http = aiohttp.ClientSession(timeout=limit)
        hook = self._world.webhook
        secret = hook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with self._http.post(hook["url"], json=update.body, headers=headers) as response:
                if 200 <= response.status < 300:
                    return None
                return f"Wrong response from the webhook: {response.status} {response.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection refused"
