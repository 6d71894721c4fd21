"""Log lines without personal data: what happened, to which id, and where in the code."""

import asyncio
import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

from bot.telegram.errors import describe


def set_up(level: str, stream: TextIO | None = None) -> None:
    """Write structured lines to the stream, of this house and of the libraries alike.

    By default it is stderr.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _error_by_place,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)  # None is stderr, as it is now
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.LogfmtRenderer(
                    key_order=["timestamp", "level", "event"], bool_as_flag=False
                ),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Libraries quote what they were given: of theirs, only trouble is wanted.
    for chatty in ("aiogram", "aiohttp", "aiosqlite", "alembic", "sqlalchemy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # That a tick is left out while the last one is still sending is as it should be.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def log_loop_trouble(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody was there to catch: asyncio's own line would quote the exception (R34)."""
    error = context.get("exception")
    structlog.get_logger().error(
        "trouble in the background", error=describe(error) if error else context.get("message")
    )


def _error_by_place(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """An exception is said by its kind and place: its message may quote a person (R34)."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info
    if info is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = describe(error)
    return event
