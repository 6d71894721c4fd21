"""1С over HTTP: every request is a POST with the key in its body."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import structlog

from bot.systems.first_bit.answers import Done, answer_in
from bot.systems.first_bit.switches import Switches
from bot.systems.talking.authorising import Keys, basic, keys_of
from bot.systems.talking.wire import Answer, Wire
from services.model.systems.values import Authorisation, Refused, SystemSettings
from services.ports.systems.clinic_system import SystemRefused

log = structlog.get_logger()

_BOM = b"\xef\xbb\xbf"
_SENT = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
_T = TypeVar("_T")


class Overlaps(Exception):
    """The document could not be written, in the words that 1С has for a time that is taken."""


class Base:
    """One published base of 1С."""

    def __init__(
        self, settings: SystemSettings, keys: Keys, wire: Wire, switches: Switches
    ) -> None:
        if settings.authorisation is not Authorisation.IN_BODY:
            raise ValueError("authorisation: 1С wants its key in-body")
        self.url = settings.url
        self._keys = keys_of(settings, keys)
        self._used = 0
        self._wire = wire
        self._switches = switches
        self._patience = settings.patience_seconds
        self._headers: Mapping[str, str] = _SENT
        if switches.basic_key:
            [password, *_] = keys_of(settings, keys, switches.basic_key)
            self._headers = {**_SENT, **basic(settings.client, password)}

    async def read(self, service: str, asked: Mapping[str, Any], kind: type[_T]) -> _T:
        """What a service that changes nothing answers."""
        return self._understood(await self._ask(service, asked, changes=False), kind, changes=False)

    async def do(self, service: str, asked: Mapping[str, Any]) -> Done:
        """What became of a change.

        Raises:
            Overlaps: the time is taken, as it seems.
        """
        answer = await self._ask(service, asked, changes=True)
        done = self._understood(answer, Done, changes=True)
        if not done.is_done:
            words = done.trouble or ""
            if self._is_overlap(words):
                raise Overlaps
            raise SystemRefused(self._meaning(words) or _unknown(service, 200))
        return done

    async def _ask(self, service: str, asked: Mapping[str, Any], *, changes: bool) -> Answer:
        """An answer; where the key is not known, the next one is said, once."""
        for attempt in (1, 2):
            key = self._keys[self._used]
            answer = await self._wire.ask(
                "POST",
                f"{self.url}/{service}",
                patience=self._patience,
                headers=self._headers,
                body=msgspec.json.encode({"Key": key, **asked}),
                changes=changes,
            )
            if not self._refuses_key(answer):
                break
            if attempt == 2 or len(self._keys) == 1:
                raise SystemRefused(Refused.UNAUTHORISED)
            self._used = (self._used + 1) % len(self._keys)
        if not answer.is_fine:
            self._refuse(service, answer, changes=changes)
        return answer

    def _refuse(self, service: str, answer: Answer, *, changes: bool) -> None:
        words = _words(answer)
        if answer.status == 500 and changes and self._is_overlap(words):
            raise Overlaps
        if meant := self._meaning(words):
            raise SystemRefused(meant)
        if answer.status == 429:
            raise SystemRefused(Refused.THROTTLED, after=self._wire.pause(answer))
        if answer.status >= 500:
            after = self._wire.pause(answer)
            raise SystemRefused(Refused.AWAY, in_doubt=changes, after=after)
        raise SystemRefused(_unknown(service, answer.status))

    def _refuses_key(self, answer: Answer) -> bool:
        """By a status of HTTP, or in words: which ones, the specification does not say."""
        if answer.status in {401, 403}:
            return True
        wanted = self._switches.key_words.casefold()
        if not wanted or (answer.is_fine and b'"false"' not in answer.body):
            return False
        words = _words(answer)
        return wanted in words.casefold() and not self._is_overlap(words)

    def _is_overlap(self, words: str) -> bool:
        wanted = self._switches.overlap_words.casefold()
        return bool(wanted) and wanted in words.casefold()

    def _meaning(self, words: str) -> Refused | None:
        return self._switches.dialect.meaning(words)

    def _understood(self, answer: Answer, kind: type[_T], *, changes: bool) -> _T:
        try:
            return answer_in(answer.body.removeprefix(_BOM), kind)
        except ValueError as error:
            raise SystemRefused(Refused.UNKNOWN, in_doubt=changes) from error


def _unknown(service: str, status: int) -> Refused:
    """A refusal that nobody here understands is written down, without its words: they may name a
    child."""
    log.warning("a clinic's 1С refused a request", service=service, status=status)
    return Refused.UNKNOWN


def _words(answer: Answer) -> str:
    return answer.body.removeprefix(_BOM).decode(errors="replace")
