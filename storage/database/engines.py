"""Where transactions get their connections."""

from dataclasses import dataclass

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.database import postgresql, sqlite
from storage.database.urls import is_sqlite


@dataclass(frozen=True, slots=True)
class Engines:
    """Where transactions get their connections."""

    writing: AsyncEngine
    reading: AsyncEngine

    async def dispose(self) -> None:
        """Close every connection: the drivers' threads would keep the process alive."""
        await self.reading.dispose()
        await self.writing.dispose()


def open_engines(url: URL) -> Engines:
    """Engines over the database. Nothing is connected yet."""
    kind = sqlite if is_sqlite(url) else postgresql
    return Engines(writing=kind.writing_engine(url), reading=kind.reading_engine(url))
