"""HTTP to clinics' systems: one session for all of them, one attempt a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from services.model.systems.values import Refused
from services.ports.readers import Clock
from services.ports.systems.clinic_system import SystemRefused

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes; a month of a large clinic's times on one page is a tenth of it."""
KEPT_OPEN = 5
"""Seconds; a connection that a server has let go meanwhile costs a request."""
LONGEST_PAUSE = timedelta(hours=1)
"""Who asks to be left in peace for longer is asked again all the same."""

_NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""What happens before anything of a request is written."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever it says."""

    status: int
    headers: Mapping[str, str]
    """Their names in any case."""
    body: bytes

    @property
    def is_fine(self) -> bool:
        return 200 <= self.status < 300


class Wire:
    """One session of the process; it is opened by the first request, inside the loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self,
        method: str,
        url: str,
        *,
        patience: float,
        headers: Mapping[str, str],
        body: bytes | None = None,
        params: list[tuple[str, str]] | None = None,
        changes: bool = False,
    ) -> Answer:
        """One request, one answer; redirects are not followed, as they would carry keys away.

        Args:
            patience: seconds, from the first to the last byte.
            changes: whether it asks for something to be done.

        Raises:
            SystemRefused: away; in doubt if a change may have been made.
        """
        if self._session is None:
            self._session = _session()
        limit = aiohttp.ClientTimeout(total=patience, sock_connect=patience / 2)
        try:
            async with self._session.request(
                method,
                url,
                params=params,
                data=body,
                headers=headers,
                timeout=limit,
                allow_redirects=False,
            ) as response:
                content = await _read(response)
                return Answer(response.status, response.headers.copy(), content)
        except _NEVER_LEFT as error:
            raise SystemRefused(Refused.AWAY) from error
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise SystemRefused(Refused.AWAY, in_doubt=changes) from error

    def pause(self, answer: Answer) -> timedelta | None:
        """How long an answer asks to be left in peace (Retry-After: seconds, or a date)."""
        asked = answer.headers.get("Retry-After", "").strip()
        if asked.isascii() and asked.isdigit():
            wait = timedelta(seconds=min(int(asked), LONGEST_PAUSE.total_seconds()))
        elif until := _date(asked):
            wait = until - self._clock()
        else:
            return None
        return min(max(wait, timedelta()), LONGEST_PAUSE)

    async def close(self) -> None:
        """Let the connections go; a request after this opens them anew."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _session() -> aiohttp.ClientSession:
    """Without cookies, and without aiohttp's own second attempt: it sends a PUT again whenever a
    connection breaks, which may have been done already."""
    connector = aiohttp.TCPConnector(keepalive_timeout=KEPT_OPEN)
    session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
    session._retry_connection = False  # there is no other way; the tests of lost answers watch it
    return session


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body. Raises `ValueError` where it has no end."""
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise ValueError("an answer without an end")
    return b"".join(parts)


def _date(written: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else None
