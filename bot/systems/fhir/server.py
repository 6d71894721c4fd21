"""A FHIR server over HTTP: what is asked of it, and what it says."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import msgspec
import structlog

from bot.systems.fhir.refusing import Said, Sense, outcome_of, said
from bot.systems.fhir.resources import (
    Bundle,
    Entry,
    Outcome,
    Read,
    Resource,
    Response,
    Statement,
    read,
    readable,
)
from bot.systems.fhir.switches import Switches
from bot.systems.talking.authorising import Authoriser
from bot.systems.talking.wire import Answer, Wire
from services.model.systems.values import Refused
from services.ports.systems.clinic_system import SystemRefused

log = structlog.get_logger()

MOST_PAGES = 1000
MOST_BYTES = 64 * 1024 * 1024
"""A search with more has no end."""

Params = Sequence[tuple[str, str]]
_T = TypeVar("_T", bound=Resource)
_JSON = "application/fhir+json"
_KINDS = ("Appointment", "Patient", "Schedule", "Slot", "metadata")
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,40}")
"""What a code looks like, and nobody's name or birth date written in words."""
_STATUS = re.compile(r"\s*(\d{3})")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search."""

    found: list[msgspec.Raw]
    mark: str
    """When the server made it, in its own words; empty: it does not say."""


class Server:
    """One server. Everything raises `Said` where it refuses, and `SystemRefused` where it is not
    understood or not there."""

    def __init__(
        self, url: str, wire: Wire, authoriser: Authoriser, switches: Switches, patience: float
    ) -> None:
        self.url = url
        self._wire = wire
        self._authoriser = authoriser
        self._switches = switches
        self._patience = patience

    async def statement(self) -> Statement:
        """What it can do (`/metadata`); nothing is known of a server that has none."""
        try:
            answer = await self._ask("GET", f"{self.url}/metadata")
        except Said as refused:
            if refused.sense is Sense.GONE:
                return Statement()
            raise
        found = _decoded(answer, Statement)
        if found.fhirVersion and not found.fhirVersion.startswith("4."):
            raise SystemRefused(Refused.UNKNOWN)
        return found

    async def read(self, kind: type[_T], id: str) -> Read[_T] | None:
        """A resource as it stands; None: there is none."""
        try:
            answer = await self._ask("GET", f"{self.url}/{kind.__name__}/{id}")
        except Said as refused:
            if refused.sense is Sense.GONE:
                return None
            raise
        return self._read(answer, kind, changes=False)

    async def search(self, kind: type[_T], params: Params) -> list[Read[_T]]:
        """All that is found, but for what nobody can read."""
        found: dict[str, Read[_T]] = {}
        async for page in self.pages(kind, params):
            found |= {each.id: each for each in readable(page.found, kind)}
        return list(found.values())

    async def pages(self, kind: type[Resource], params: Params) -> AsyncIterator[Page]:
        """A search, page by page; half of it is none: raises rather than end too early."""
        url, asked = f"{self.url}/{kind.__name__}", [*params]
        if self._switches.page:
            asked.append(("_count", str(self._switches.page)))
        seen: set[str] = set()
        size = 0
        while True:
            answer = await self._ask("GET", url, params=asked)
            size += len(answer.body)
            bundle = _decoded(answer, Bundle)
            if bundle.resourceType != "Bundle":
                raise SystemRefused(Refused.UNKNOWN)
            made = (bundle.meta and bundle.meta.lastUpdated) or answer.headers.get("Date", "")
            yield Page([each.resource for each in _matches(bundle)], made)
            if not (following := bundle.next):
                return
            if following in seen or len(seen) == MOST_PAGES or size > MOST_BYTES:
                raise SystemRefused(Refused.UNKNOWN)
            seen.add(following)
            url, asked = self._ours(following, url)

    async def create(
        self, kind: type[_T], resource: Mapping[str, Any], none_exist: str
    ) -> tuple[Read[_T], bool]:
        """A new resource, or the one that is there already under the same condition; and whether
        it is new."""
        answer = await self._ask(
            "POST",
            f"{self.url}/{kind.__name__}",
            body=resource,
            headers={"If-None-Exist": none_exist} if none_exist else {},
        )
        is_new = answer.status == HTTPStatus.CREATED
        if answer.body.strip():
            return self._read(answer, kind, changes=True), is_new
        location = answer.headers.get("Location") or answer.headers.get("Content-Location") or ""
        found = re.search(rf"{kind.__name__}/([^/?#]+)", location)
        made = await self.read(kind, found[1]) if found else None
        if made is None:
            raise SystemRefused(Refused.UNKNOWN, in_doubt=True)
        return made, is_new

    async def update(self, kind: type[Resource], resource: Mapping[str, Any], version: str) -> None:
        """A resource as we want it, unless somebody else changed the version that we know of."""
        await self._ask(
            "PUT",
            f"{self.url}/{kind.__name__}/{resource['id']}",
            body=resource,
            headers={"If-Match": f'W/"{version}"'} if version else {},
        )

    async def transact(self, entries: Sequence[Mapping[str, Any]]) -> list[Response]:
        """Several changes at once. What became of each is in its own response: there are servers
        that answer 200 around a refusal."""
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        answer = await self._ask("POST", self.url, body=bundle)
        found = _decoded(answer, Bundle, changes=True)
        responses = [each.response or Response() for each in found.entry or ()]
        if len(responses) != len(entries):
            raise SystemRefused(Refused.UNKNOWN, in_doubt=True)
        return responses

    def refused(self, response: Response) -> Said | None:
        """What a response inside a bundle refuses; None: it was done."""
        status = _STATUS.match(response.status)
        if status and 200 <= int(status[1]) < 300:
            return None
        outcome = response.outcome or Outcome()
        number = int(status[1]) if status else 500
        return said(number, outcome, self._switches.dialect, changes=True, after=None)

    async def _ask(
        self,
        method: str,
        url: str,
        *,
        params: Params = (),
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """An answer that is no refusal; who we are is said anew once, if the server asks for it."""
        content = None if body is None else msgspec.json.encode(body)
        changes = method != "GET"
        usual = {"Accept": _JSON, **headers}
        if content is not None:
            usual |= {"Content-Type": _JSON, "Prefer": "return=representation"}
        for attempt in (1, 2):
            who = await self._authoriser.headers()
            answer = await self._wire.ask(
                method,
                url,
                patience=self._patience,
                headers={**usual, **who},
                body=content,
                params=[*params],
                changes=changes,
            )
            if answer.is_fine:
                return answer
            refused = said(
                answer.status,
                outcome_of(answer),
                self._switches.dialect,
                changes=changes,
                after=self._wire.pause(answer),
            )
            again = refused.sense is Sense.AUTHORISE and attempt == 1
            if not (again and self._authoriser.renew(who)):
                if refused.sense is Sense.REFUSED:
                    _note(method, url, answer)
                raise refused
        raise AssertionError("the second attempt is the last one")

    def _ours(self, following: str, page: str) -> tuple[str, list[tuple[str, str]]]:
        """A link to the next page, at the address by which we know the server: one that a proxy
        hides names itself otherwise, and a key is never carried to another. A link may be written
        whole, or as seen from the page it stands on; what is outside of the server's base is none
        of its pages."""
        ours = urlsplit(self.url)
        try:
            theirs = urlsplit(urljoin(page, following))
        except ValueError as error:
            raise SystemRefused(Refused.UNKNOWN) from error
        path = theirs.path or ours.path
        base = ours.path.rstrip("/")
        climbs = {".", ".."} & set(unquote(path).replace("\\", "/").split("/"))
        if climbs or not (path == base or path.startswith(f"{base}/")):
            raise SystemRefused(Refused.UNKNOWN)
        asked = parse_qsl(theirs.query, keep_blank_values=True)
        return f"{ours.scheme}://{ours.netloc}{path}", asked

    def _read(self, answer: Answer, kind: type[_T], *, changes: bool) -> Read[_T]:
        try:
            return read(answer.body, kind, answer.headers.get("ETag", ""))
        except ValueError as error:
            raise SystemRefused(Refused.UNKNOWN, in_doubt=changes) from error


def _note(method: str, url: str, answer: Answer) -> None:
    """What a server refuses for a reason of its own is written down by its codes, as whoever
    connects it needs them for the dialect; its words may name a child."""
    coded = [each.details for each in outcome_of(answer).issue or () if each.details]
    said = [coding.code or "" for each in coded for coding in each.coding or ()]
    codes = [code for code in said if _CODE.fullmatch(code)]
    kind = next((name for name in _KINDS if f"/{name}" in url), "")
    log.warning(
        "a clinic's system refused a request",
        method=method,
        kind=kind,
        status=answer.status,
        codes=codes,
    )


_D = TypeVar("_D", Bundle, Statement)


def _decoded(answer: Answer, kind: type[_D], *, changes: bool = False) -> _D:
    try:
        return msgspec.json.decode(answer.body, type=kind, strict=False)
    except msgspec.MsgspecError as error:
        raise SystemRefused(Refused.UNKNOWN, in_doubt=changes) from error


def _matches(bundle: Bundle) -> list[Entry]:
    """What was searched for, without what came along with it."""
    entries = bundle.entry or []
    return [each for each in entries if not each.search or each.search.mode in {None, "match"}]
