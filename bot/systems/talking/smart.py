"""SMART Backend Services: a token for an assertion that we sign.

https://hl7.org/fhir/smart-app-launch/backend-services.html and
https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import msgspec
from joserfc import jwt

from bot.systems.talking.signing import SigningKey, algorithm_of, signing_key
from bot.systems.talking.wire import Answer, Wire
from services.model.systems.values import Refused, SystemSettings
from services.ports.readers import Clock
from services.ports.systems.clinic_system import SystemRefused

ASSERTION_LIFE = timedelta(minutes=4)
"""At most five, says SMART; what is left is for clocks that differ."""
LONGEST_LIFE = timedelta(minutes=5)
"""Of a token, as SMART recommends; one that says less is believed."""
BEFORE_ITS_END = timedelta(seconds=20)
"""A token is not used any more so shortly before it ends."""
_THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}
_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class _Token(msgspec.Struct):
    access_token: str
    expires_in: int | None = None


class _Configuration(msgspec.Struct):
    token_endpoint: str


class BackendService:
    """Asks for a token when there is none, once for all requests that wait for it."""

    def __init__(
        self,
        settings: SystemSettings,
        keys: Sequence[str],
        wire: Wire,
        clock: Clock,
        scope: str,
    ) -> None:
        if not settings.client:
            raise ValueError("client: the client_id that the system gave us is needed")
        if settings.token_url and not _is_sealed(settings.token_url):
            raise ValueError("token_url: has to begin with https://")
        self._settings = settings
        self._keys = [signing_key(key) for key in keys]
        self._used = 0
        self._wire = wire
        self._clock = clock
        self._scope = scope
        self._asking = asyncio.Lock()
        self._token = ""
        self._until: datetime | None = None
        self._endpoint = settings.token_url

    async def headers(self) -> Mapping[str, str]:
        async with self._asking:
            if self._until is None or self._clock() >= self._until:
                await self._ask()
            return {"Authorization": f"Bearer {self._token}"}

    def renew(self, refused: Mapping[str, str]) -> bool:
        if refused == {"Authorization": f"Bearer {self._token}"}:
            self._until = None
        return True

    async def _ask(self) -> None:
        """A token by the key that was good last, or by the next one that is."""
        endpoint = self._endpoint or await self._find_endpoint()
        for _ in self._keys:
            answer = await self._present(endpoint, self._keys[self._used])
            if answer.is_fine:
                self._keep(_decoded(answer, _Token))
                return
            if answer.status == 429 or answer.status >= 500:
                why = Refused.THROTTLED if answer.status == 429 else Refused.AWAY
                raise SystemRefused(why, after=self._wire.pause(answer))
            self._used = (self._used + 1) % len(self._keys)
        raise SystemRefused(Refused.UNAUTHORISED)

    async def _present(self, endpoint: str, key: SigningKey) -> Answer:
        form = {
            "grant_type": "client_credentials",
            "scope": self._scope,
            "client_assertion_type": _BEARER,
            "client_assertion": self._assertion(endpoint, key),
        }
        return await self._wire.ask(
            "POST",
            endpoint,
            patience=self._settings.patience_seconds,
            headers=_FORM,
            body=urlencode(form).encode(),
        )

    def _assertion(self, endpoint: str, key: SigningKey) -> str:
        algorithm = algorithm_of(key)
        now = self._clock()
        claims = {
            "iss": self._settings.client,
            "sub": self._settings.client,
            "aud": endpoint,
            "iat": int(now.timestamp()),
            "exp": int((now + ASSERTION_LIFE).timestamp()),
            "jti": str(uuid4()),
        }
        header = {"alg": algorithm, "kid": key.kid, "typ": "JWT"}
        return jwt.encode(header, claims, key, algorithms=[algorithm])

    async def _find_endpoint(self) -> str:
        """Where tokens are given, as the system says itself."""
        answer = await self._wire.ask(
            "GET",
            f"{self._settings.url}/.well-known/smart-configuration",
            patience=self._settings.patience_seconds,
            headers={"Accept": "application/json"},
        )
        if not answer.is_fine:
            raise SystemRefused(Refused.AWAY if answer.status >= 500 else Refused.UNAUTHORISED)
        found = _decoded(answer, _Configuration).token_endpoint
        if not _is_sealed(found):
            raise SystemRefused(Refused.UNAUTHORISED)
        self._endpoint = found
        return found

    def _keep(self, token: _Token) -> None:
        life = LONGEST_LIFE
        if token.expires_in is not None:
            life = timedelta(seconds=min(token.expires_in, life.total_seconds()))
        self._token = token.access_token
        self._until = self._clock() + max(life - BEFORE_ITS_END, life / 2)


def _is_sealed(url: str) -> bool:
    """Whether nobody on the way reads a token that is given there: by https, or on this machine."""
    try:
        asked = urlsplit(url)
        return asked.scheme == "https" or asked.hostname in _THIS_MACHINE
    except ValueError:
        return False


_T = TypeVar("_T")


def _decoded(answer: Answer, kind: type[_T]) -> _T:
    """What an answer says. Raises `SystemRefused` where nobody understands it."""
    try:
        return msgspec.json.decode(answer.body, type=kind, strict=False)
    except msgspec.MsgspecError as error:
        raise SystemRefused(Refused.UNKNOWN) from error
