"""What of FHIR's resources is read. Whatever else a server says is passed over, and what it leaves
out is left out: https://hl7.org/fhir/R4/resourcelist.html."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from services.model.slots import Stretch

_ID = re.compile(r"[A-Za-z0-9\-.]*[A-Za-z0-9\-][A-Za-z0-9\-.]*")
"""https://hl7.org/fhir/R4/datatypes.html#id; none of dots alone, which lead out of a path."""
_LONGEST_ID = 64
_LONGEST_VERSION = 100
_REFERENCE = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?$")


class Meta(msgspec.Struct):
    versionId: str | None = None  # noqa: N815 - FHIR's name, like all below
    lastUpdated: str | None = None  # noqa: N815


class Identifier(msgspec.Struct):
    system: str | None = None
    value: str | None = None


class Reference(msgspec.Struct):
    reference: str | None = None


class Coding(msgspec.Struct):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(msgspec.Struct):
    coding: list[Coding] | None = None
    text: str | None = None


class Resource(msgspec.Struct):
    """What every resource has."""

    resourceType: str = ""  # noqa: N815
    id: str | None = None
    meta: Meta | None = None
    identifier: list[Identifier] | None = None

    def has(self, system: str, value: str) -> bool:
        """Whether it carries this identifier."""
        return any(each.system == system and each.value == value for each in self.identifier or ())

    @property
    def last_updated(self) -> str:
        return (self.meta and self.meta.lastUpdated) or ""


class Schedule(Resource):
    actor: list[Reference] | None = None
    active: bool | None = None


class Slot(Resource):
    schedule: Reference | None = None
    status: str = ""
    start: str | None = None
    end: str | None = None


class Participant(msgspec.Struct):
    actor: Reference | None = None
    status: str | None = None


class Appointment(Resource):
    status: str = ""
    start: str | None = None
    end: str | None = None
    slot: list[Reference] | None = None
    participant: list[Participant] | None = None

    def actors(self, *kinds: str) -> list[str]:
        """The ids of who takes part, of these kinds of resources."""
        named = [part.actor.reference for part in self.participant or () if part.actor]
        return [found for each in named for kind in kinds if (found := id_of(each, kind))]


class HumanName(msgspec.Struct):
    text: str | None = None
    family: str | None = None
    given: list[str] | None = None


class Patient(Resource):
    name: list[HumanName] | None = None
    birthDate: str | None = None  # noqa: N815
    active: bool | None = None


class Issue(msgspec.Struct):
    severity: str | None = None
    code: str | None = None
    details: Concept | None = None
    diagnostics: str | None = None


class Outcome(msgspec.Struct):
    issue: list[Issue] | None = None

    @property
    def words(self) -> str:
        """All that it says, for a dialect to give it a meaning."""
        said: list[str | None] = []
        for each in self.issue or ():
            concept = each.details or Concept()
            said += [each.code, each.diagnostics, concept.text]
            said += [part for found in concept.coding or () for part in (found.code, found.display)]
        return "\n".join(filter(None, said))


class Link(msgspec.Struct):
    relation: str | None = None
    url: str | None = None


class Search(msgspec.Struct):
    mode: str | None = None


class Response(msgspec.Struct):
    status: str = ""
    location: str | None = None
    etag: str | None = None
    outcome: Outcome | None = None


class Request(msgspec.Struct):
    method: str | None = None
    url: str | None = None


class Entry(msgspec.Struct):
    resource: msgspec.Raw = msgspec.Raw()
    search: Search | None = None
    request: Request | None = None
    response: Response | None = None


class Bundle(msgspec.Struct):
    resourceType: str = ""  # noqa: N815
    type: str | None = None
    meta: Meta | None = None
    link: list[Link] | None = None
    entry: list[Entry] | None = None

    @property
    def next(self) -> str:
        """Where the next page is; empty: this is the last one."""
        return next((each.url or "" for each in self.link or () if each.relation == "next"), "")


class Ability(msgspec.Struct):
    type: str = ""
    versioning: str | None = None
    conditionalCreate: bool | None = None  # noqa: N815


class Rest(msgspec.Struct):
    mode: str | None = None
    resource: list[Ability] | None = None


class Statement(msgspec.Struct):
    """A CapabilityStatement."""

    resourceType: str = ""  # noqa: N815
    fhirVersion: str | None = None  # noqa: N815
    rest: list[Rest] | None = None

    def of(self, kind: str) -> Ability:
        rests = [rest for rest in self.rest or () if rest.mode == "server"]
        abilities = [each for rest in rests for each in rest.resource or ()]
        return next((each for each in abilities if each.type == kind), Ability())


T = TypeVar("T", bound=Resource)


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """A resource as it was read."""

    it: T
    raw: bytes
    """As the server wrote it: what we do not know of it has to survive a change of ours."""
    version: str
    """What a change of it is guarded by; empty: nothing."""

    @property
    def id(self) -> str:
        return self.it.id or ""

    def with_(self, **changes: Any) -> dict[str, Any]:
        """All that the server said, with these fields in place of its own; None takes one out."""
        whole: dict[str, Any] = {**msgspec.json.decode(self.raw), **changes}
        return {name: value for name, value in whole.items() if value is not None}


def read(raw: bytes, kind: type[T], etag: str = "") -> Read[T]:
    """A resource of a kind.

    Raises:
        ValueError: it is none, or has no id.
    """
    try:
        it = msgspec.json.decode(raw, type=kind, strict=False)
    except msgspec.MsgspecError as error:
        raise ValueError("unreadable") from error
    if it.resourceType != kind.__name__ or not _is_id(it.id or ""):
        raise ValueError("another resource")
    version = (it.meta and it.meta.versionId) or etag.removeprefix("W/").strip('"')
    return Read(it, bytes(raw), version if _is_version(version) else "")


def _is_id(said: str) -> bool:
    return len(said) <= _LONGEST_ID and _ID.fullmatch(said) is not None


def _is_version(said: str) -> bool:
    """Whether it can stand in a header, and be kept."""
    plain = said.isascii() and said.isprintable() and '"' not in said
    return plain and len(said) <= _LONGEST_VERSION


def readable(found: Iterable[bytes | msgspec.Raw], kind: type[T]) -> list[Read[T]]:
    """What of these can be read: a time that nobody can read is not free, a visit not known."""
    known = []
    for raw in found:
        with suppress(ValueError):
            known.append(read(bytes(raw), kind))
    return known


def id_of(reference: str | None, kind: str) -> str:
    """The id in a reference to a resource of a kind, relative or whole; empty: it is to another."""
    found = _REFERENCE.search(reference or "")
    return found[2] if found and found[1] == kind else ""


def stretch_of(it: Slot | Appointment) -> Stretch:
    """From when until when, in aware UTC.

    Raises:
        ValueError: it does not say so, or not in which zone.
    """
    starts_at, ends_at = (datetime.fromisoformat(each or "") for each in (it.start, it.end))
    if starts_at.tzinfo is None or ends_at.tzinfo is None or starts_at >= ends_at:
        raise ValueError("no stretch of time")
    try:
        return Stretch(starts_at.astimezone(UTC), ends_at.astimezone(UTC))
    except OverflowError as error:  # "for ever", in a zone behind ours
        raise ValueError("no stretch of time") from error
