"""All flows put together: what is tapped, and then whose typed words are."""

import importlib
import pkgutil
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.dispatcher.event.telegram import TelegramEventObserver
from aiogram.filters.callback_data import CallbackQueryFilter
from aiogram.types import CallbackQuery, TelegramObject

from bot import flows
from bot.flows.common.taps import prefix_of
from bot.flows.typed import rest, whose

TYPED = (whose, rest)
"""Behind all flows: what is said, and whatever is left."""
_TAPPED = "callback_query"


class House(Router):
    """All flows. A tap's handler is looked up by the tap's prefix: to ask each of two hundred
    whether it is theirs takes longer than to answer."""

    def __init__(self) -> None:
        super().__init__(name="house")
        self._by_prefix: dict[str, TelegramEventObserver] = {}

    def include_flow(self, flow: Router) -> None:
        """Let a flow have what is tapped and said."""
        self.include_router(flow)
        for handler in flow.callback_query.handlers:
            for only in handler.filters or ():
                if isinstance(only.callback, CallbackQueryFilter):
                    alone = TelegramEventObserver(router=flow, event_name=_TAPPED)
                    alone.handlers.append(handler)
                    self._by_prefix[only.callback.callback_data.__prefix__] = alone

    async def propagate_event(self, update_type: str, event: TelegramObject, **kwargs: Any) -> Any:
        """As every router does, but for taps: what the table does not know, `rest` answers."""
        if isinstance(event, CallbackQuery) and event.data:
            if found := self._by_prefix.get(prefix_of(event.data)):
                answer = await found.trigger(event, **kwargs | {"event_router": found.router})
                if answer is not UNHANDLED:
                    return answer
            return await self.sub_routers[-1].propagate_event(update_type, event, **kwargs)
        return await super().propagate_event(update_type, event, **kwargs)


def build_router() -> Router:
    """All handlers, in routers made fresh: aiogram ties a router to one dispatcher for life."""
    router = House()
    for name in _flows():
        flow = importlib.import_module(name)
        if hasattr(flow, "build_router"):  # the others take nothing but words: see `whose`
            router.include_flow(flow.build_router())
    for words in TYPED:
        router.include_flow(words.build_router())
    return router


def _flows() -> list[str]:
    """Every flow's handlers: whoever adds a flow has nothing to enter here."""
    found = pkgutil.walk_packages(flows.__path__, f"{flows.__name__}.")
    return sorted(module.name for module in found if module.name.endswith(".handlers"))
