"""`python -m bot run`: the bot itself."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from bot.commands.line import House, Line
from bot.serving import serve_parents, token_of
from bot.settings import Settings
from bot.watch import logs

if TYPE_CHECKING:
    from bot.watch.metrics import Metrics


def add(line: Line) -> None:
    """`run`."""
    line.add("run", run).add_argument(
        "--delete-webhook", action="store_true", help="remove a webhook that was set before"
    )


async def run(house: House, settings: Settings, options: Namespace) -> None:
    """Serve parents until SIGTERM or Ctrl+C."""
    logs.set_up(settings.log_level)
    token_of(settings)  # before a database comes into being that nobody will serve
    metrics = _metrics_for(settings)
    async with house.opened(settings, options.name, watch=metrics) as services:
        await serve_parents(
            settings, services, metrics=metrics, delete_webhook=options.delete_webhook
        )


def _metrics_for(settings: Settings) -> Metrics | None:
    """What counts, if somebody looks at it: its library takes its time to be loaded."""
    if settings.operations_port is None:
        return None
    from bot.watch.metrics import Metrics

    return Metrics()
