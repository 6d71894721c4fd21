"""Engines over a PostgreSQL database, which several processes share.

What a transaction reads before it writes is locked (see `storage.database.locks`) and read again
under the lock, so READ COMMITTED is enough; the constraints judge all the same. A reading
transaction sees one state of the database.
"""

from typing import Any

from sqlalchemy import NullPool
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECTIONS = 5
"""Of each kind and process: three replicas stay well below the server's usual hundred."""
_POOL = {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_timeout": 10}
PATIENCE = "60s"
"""How long a migration waits for another one."""
CONNECTING = 5
"""Seconds that a connection may take."""

PREPARED = 500
"""Statements that each connection keeps prepared: more than the ways that people walk have, where a
hundred, as is usual, were told and planned anew again and again."""

LIMITS = {
    "lock_timeout": "5s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "30s",
}
"""No one waits for ever: not for another's lock, and nobody for who fell silent with one. A handler
has twenty seconds in all."""


def writing_engine(url: URL) -> AsyncEngine:
    """Connections that write."""
    return _engine(url, LIMITS, **_POOL)


def reading_engine(url: URL) -> AsyncEngine:
    """Connections that cannot write, of their own: who looks does not queue behind writers."""
    return _engine(
        url,
        LIMITS,
        **_POOL,
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )


def migrating_engine(url: URL) -> AsyncEngine:
    """A connection for work that takes its time, such as rebuilding a large table."""
    return _engine(url, {"lock_timeout": PATIENCE}, poolclass=NullPool)


def _engine(url: URL, limits: dict[str, str], **other: Any) -> AsyncEngine:
    settings = {"application_name": "pediatrician-bot", "timezone": "UTC", **limits}
    # hide_parameters: an error's text must not carry a child's name (R34).
    return create_async_engine(
        url,
        hide_parameters=True,
        connect_args={
            "timeout": CONNECTING,
            "server_settings": settings,
            "prepared_statement_cache_size": PREPARED,
        },
        **other,
    )


def why_not(error: Exception) -> str | None:
    """What keeps the bot from using the database, for the operator; None if it is a mistake.

    Never quotes the server, whose messages may name people.
    """
    if isinstance(error, OSError | TimeoutError):
        return f"cannot be reached: {getattr(error, 'strerror', None) or type(error).__name__}"
    state = str(getattr(getattr(error, "orig", None), "sqlstate", None))
    return next((words for begins, words in _REFUSALS.items() if state.startswith(begins)), None)


_REFUSALS = {
    "28": "refuses this user or password",
    "3D": "does not exist on this server: create it first (createdb)",
    "42501": "does not let this user make tables: give it the database or its schema",
    "55P03": "is being migrated by another process, which does not come to an end",
    "53300": "has no connection left: raise max_connections, or run fewer processes",
    "57P03": "is starting or stopping: try again",
    "08": "broke the connection: try again",
}
