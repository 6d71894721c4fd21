"""All flows put together: what is tapped, and then whose typed words are."""

import importlib
import pkgutil

from aiogram import Router

from bot import flows
from bot.flows.typed import rest, whose

TYPED = (whose, rest)
"""Behind all flows: what is said, and whatever is left."""


def build_router() -> Router:
    """All handlers, in routers made fresh: aiogram ties a router to one dispatcher for life."""
    router = Router(name="house")
    for name in _flows():
        flow = importlib.import_module(name)
        if hasattr(flow, "build_router"):  # the others take nothing but words: see `whose`
            router.include_router(flow.build_router())
    for words in TYPED:
        router.include_router(words.build_router())
    return router


def _flows() -> list[str]:
    """Every flow's handlers: whoever adds a flow has nothing to enter here."""
    found = pkgutil.walk_packages(flows.__path__, f"{flows.__name__}.")
    return sorted(module.name for module in found if module.name.endswith(".handlers"))
