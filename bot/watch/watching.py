"""What happens, told to whoever counts it. By default nobody does, and it costs nothing."""

from collections.abc import Sequence
from time import perf_counter
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.handler import HandlerObject
from aiogram.types import TelegramObject

from services.desk.kept.figures import Priorities
from services.model.messages import NotificationKind, NotificationState
from services.model.refusals.base import Refusal
from services.model.waitlist.history import ListHealth
from services.systems.operating import Health


class Watch:
    """Hears what happens: kinds, names from our code and seconds; never who, and never what."""

    def update(self, kind: str, outcome: str) -> None:
        """An update was done, is tried again, or was set aside; the kind is Telegram's."""

    def refused(self, refusal: Refusal) -> None:
        """Somebody was refused something."""

    def handled(self, handler: str, seconds: float) -> None:
        """A handler has ended, well or not."""

    def transaction(self, kind: str, seconds: float) -> None:
        """A transaction that reads or writes has ended, well or not."""

    def notified(self, kind: NotificationKind, state: NotificationState) -> None:
        """What became of a notification."""

    def systems(self, found: Sequence[Health]) -> None:
        """How clinics' own systems are doing."""

    def priorities(self, found: Sequence[Priorities]) -> None:
        """How many times clinics keep, and what waits beside."""

    def waitlist(self, found: ListHealth) -> None:
        """How the lists of those who wait are doing."""


class Stopwatch(BaseMiddleware):
    """Tells how long each handler took, by its flow and its name."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def __call__(self, handler: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
        called: HandlerObject = data["handler"]
        begun = perf_counter()
        try:
            return await handler(event, data)
        finally:
            flow = called.callback.__module__.removesuffix(".handlers").rpartition(".")[2]
            name = f"{flow}.{called.callback.__name__}"
            self._watch.handled(name, perf_counter() - begun)
