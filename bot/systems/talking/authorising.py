"""How a request says who we are. Keys never stand in an error, a log or a setting."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.systems.talking.wire import Wire
from services.model.systems.values import Authorisation, SystemSettings
from services.ports.readers import Clock

Keys = Mapping[str, Sequence[str]]
"""The process's keys by name: the first one is used; where the system refuses it, the next one is,
so that a new key is put first before the clinic knows it, and the old one goes when it does."""


class Authoriser(Protocol):
    """Says who we are."""

    async def headers(self) -> Mapping[str, str]:
        """What a request carries. Raises `SystemRefused` where a token cannot be had."""
        ...

    def renew(self, refused: Mapping[str, str]) -> bool:
        """The system refused what these headers say: whether there is something else to say."""
        ...


class Nobody:
    """A system that asks nobody who they are."""

    async def headers(self) -> Mapping[str, str]:
        return {}

    def renew(self, refused: Mapping[str, str]) -> bool:
        return False


class OneOf:
    """Headers that are known from the start, one set for each key."""

    def __init__(self, ways: Sequence[Mapping[str, str]]) -> None:
        self._ways = ways
        self._used = 0

    async def headers(self) -> Mapping[str, str]:
        return self._ways[self._used]

    def renew(self, refused: Mapping[str, str]) -> bool:
        if refused == self._ways[self._used]:
            self._used = (self._used + 1) % len(self._ways)
        return refused != self._ways[self._used]


def keys_of(settings: SystemSettings, keys: Keys, name: str = "") -> Sequence[str]:
    """The keys of a name, or of the one that the settings say. Raises `ValueError` where the
    process has none of them."""
    name = name or settings.secret
    if not name:
        raise ValueError("secret: the name of a key is needed")
    if not keys.get(name):
        raise ValueError(f"secret: SYSTEM_KEYS has no key called {name!r}")
    return keys[name]


def authoriser(
    settings: SystemSettings, keys: Keys, wire: Wire, clock: Clock, scope: str
) -> Authoriser:
    """The way that the settings name.

    Raises:
        ValueError: they cannot be; what is wrong, without any key.
    """
    match settings.authorisation:
        case Authorisation.NONE:
            return Nobody()
        case Authorisation.BEARER:
            return OneOf(
                [{"Authorization": f"Bearer {_plain(key)}"} for key in keys_of(settings, keys)]
            )
        case Authorisation.BASIC:
            return OneOf([basic(settings.client, key) for key in keys_of(settings, keys)])
        case Authorisation.SMART:
            from bot.systems.talking.smart import BackendService  # joserfc is for whoever needs it

            return BackendService(settings, keys_of(settings, keys), wire, clock, scope)
        case Authorisation.IN_BODY:
            raise ValueError("authorisation: in-body is for systems of the kind 1bit")


def basic(login: str, password: str) -> Mapping[str, str]:
    """What HTTP's Basic says. Raises `ValueError` where the login cannot be one."""
    if not login or ":" in login:
        raise ValueError("client: a login without a colon is needed")
    return {"Authorization": f"Basic {b64encode(f'{login}:{password}'.encode()).decode()}"}


def _plain(key: str) -> str:
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("secret: a token is written in ASCII, without blanks")
    return key
