"""The door for people at clinics' own systems: which there are, and a switch for each."""

from __future__ import annotations

import json
from collections.abc import Mapping

from aiohttp import web

from bot.sandbox.people import TELEGRAM
from bot.sandbox.systems.troubles import Troubles

SYSTEMS: web.AppKey[Mapping[str, Troubles]] = web.AppKey("systems", Mapping)
"""The systems that run beside this Telegram, by the clinics' names."""


def systems_door() -> list[web.RouteDef]:
    """Everything below `/sim/systems`."""
    return [web.get("/sim/systems", _systems), web.post("/sim/systems", _switch)]


async def _systems(request: web.Request) -> web.Response:
    return _shown(request)


async def _switch(request: web.Request) -> web.Response:
    """Off: nobody answers there, until it is on again."""
    try:
        wish = json.loads(await request.text())
        troubles = request.app[SYSTEMS][wish["name"]]
        if not isinstance(wish["on"], bool):
            raise TypeError("on has to be true or false")
    except (LookupError, TypeError, ValueError) as error:
        return web.json_response({"error": str(error)}, status=400)
    troubles.is_off = not wish["on"]
    request.app[TELEGRAM].tell("systems")
    return _shown(request)


def _shown(request: web.Request) -> web.Response:
    systems = request.app[SYSTEMS].items()
    shown = [{"name": name, "on": not troubles.is_off} for name, troubles in systems]
    return web.json_response({"systems": shown})
