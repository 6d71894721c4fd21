"""The methods of the Bot API by name, and who carries each out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram.methods.base import TelegramMethod

from bot.sandbox.api.reading import Files, Request, read
from bot.sandbox.model import ApiError

Handler = Callable[[Any, Request], Awaitable[Any]]
"""Takes the world and a request."""

_METHODS: dict[str, tuple[type[TelegramMethod[Any]], Handler[Any]]] = {}


async def call(world: object, name: str, form: Mapping[str, Any], files: Files) -> Any:
    """Carry out a method; its name may be written in any case.

    Raises:
        ApiError: no such method, or Telegram would refuse.
    """
    known = _METHODS.get(name.lower())
    if known is None:
        raise ApiError(404, "Not Found")
    model, handler = known
    return await handler(world, read(model, form, files))


def is_known(name: str) -> bool:
    """Whether there is such a method; its name may be written in any case."""
    return name.lower() in _METHODS


def method(model: type[Request]) -> Callable[[Handler[Request]], Handler[Request]]:
    """Register the function below as what carries out `model`."""

    def register(handler: Handler[Request]) -> Handler[Request]:
        _METHODS[model.__api_method__.lower()] = (model, handler)
        return handler

    return register
