"""Resources in memory, and what searches find of them: as much of FHIR R4 as booking needs."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

Resource = dict[str, Any]
Params = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Store:
    """Every resource in its last version; `now` is the server's clock.

    With a `memory`, a file: what is changed is written there before anybody is answered, a line
    for each resource, so that a server that was killed has lost nothing that it said was done.
    """

    now: Callable[[], datetime]
    memory: Path | None = None
    kept: dict[str, dict[str, Resource]] = field(default_factory=dict)
    _changed: dict[tuple[str, str], None] = field(default_factory=dict)
    """Of which kind, and which id: what is not written yet."""

    def __post_init__(self) -> None:
        if self.memory is None or not self.memory.exists():
            return
        # The last line has no end if the server was killed while it wrote: nobody was answered.
        for line in self.memory.read_bytes().split(b"\n")[:-1]:
            kind, id, resource = json.loads(line)
            self._keep(kind, id, resource)
        fresh = self.memory.with_suffix(".new")
        fresh.write_bytes(
            b"".join(
                _line(kind, id, one) for kind, all_ in self.kept.items() for id, one in all_.items()
            )
        )
        fresh.replace(self.memory)

    def get(self, kind: str, id: str) -> Resource | None:
        found = self.kept.get(kind, {}).get(id)
        return copy.deepcopy(found) if found else None

    def put(self, resource: Resource, id: str = "") -> Resource:
        """A new resource, or a new version of one."""
        kept = copy.deepcopy(resource)
        kept["id"] = id or str(uuid4())
        before = self.kept.get(kept["resourceType"], {}).get(kept["id"])
        number = int(before["meta"]["versionId"]) + 1 if before else 1
        kept["meta"] = {"versionId": str(number), "lastUpdated": self._instant()}
        self._keep(kept["resourceType"], kept["id"], kept)
        self._changed[kept["resourceType"], kept["id"]] = None
        return copy.deepcopy(kept)

    def remove(self, kind: str, id: str) -> None:
        self._keep(kind, id, None)
        self._changed[kind, id] = None

    def write(self) -> None:
        """What was changed is as it is now for good."""
        if self.memory is not None and self._changed:
            lines = b"".join(
                _line(kind, id, self.kept.get(kind, {}).get(id)) for kind, id in self._changed
            )
            self.memory.parent.mkdir(parents=True, exist_ok=True)
            with self.memory.open("ab", buffering=0) as file:
                file.write(lines)
        self._changed.clear()

    def search(self, kind: str, params: Params) -> list[Resource]:
        """Whatever fits all of the parameters. Raises `ValueError` at one that is unknown."""
        wanted = [(name, value) for name, value in params if name not in {"_count", "_offset"}]
        return [
            copy.deepcopy(resource)
            for resource in self.kept.get(kind, {}).values()
            if all(_fits(resource, name, value) for name, value in wanted)
        ]

    def _keep(self, kind: str, id: str, resource: Resource | None) -> None:
        if resource is None:
            self.kept.get(kind, {}).pop(id, None)
        else:
            self.kept.setdefault(kind, {})[id] = resource

    def _instant(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds")


def _line(kind: str, id: str, resource: Resource | None) -> bytes:
    return json.dumps([kind, id, resource]).encode() + b"\n"


def _fits(resource: Resource, name: str, value: str) -> bool:
    if name not in _TESTS:
        raise ValueError(f"unknown search parameter {name}")
    return _TESTS[name](resource, value)


def _reference(holder: Mapping[str, Any] | None, value: str) -> bool:
    return bool(holder) and holder is not None and holder.get("reference") == value


def _identified(resource: Resource, value: str) -> bool:
    system, _, wanted = value.rpartition("|")
    return any(
        each.get("value") == wanted and (not system or each.get("system") == system)
        for each in resource.get("identifier", [])
    )


def _moment(found: str | None, value: str) -> bool:
    operator, wanted = (value[:2], value[2:]) if value[:2].isalpha() else ("eq", value)
    if not found:
        return False
    if len(wanted) == len("2026-01-01"):
        return operator == "eq" and found[:10] == wanted
    one, other = datetime.fromisoformat(found), datetime.fromisoformat(wanted)
    one = one if one.tzinfo else one.replace(tzinfo=UTC)
    return {"ge": one >= other, "lt": one < other, "eq": one == other}[operator]


def _named(resource: Resource, value: str) -> bool:
    words = [
        word
        for name in resource.get("name", [])
        for part in (name.get("text", ""), name.get("family", ""), *name.get("given", []))
        for word in part.split()
    ]
    return any(word.casefold().startswith(value.casefold()) for word in words)


_TESTS: dict[str, Callable[[Resource, str], bool]] = {
    "schedule": lambda each, value: _reference(each.get("schedule"), value),
    "status": lambda each, value: each.get("status") in value.split(","),
    "start": lambda each, value: _moment(each.get("start"), value),
    "_lastUpdated": lambda each, value: _moment(each["meta"]["lastUpdated"], value),
    "birthdate": lambda each, value: _moment(each.get("birthDate"), value),
    "identifier": _identified,
    "name": _named,
    "slot": lambda each, value: any(_reference(one, value) for one in each.get("slot", [])),
    "actor": lambda each, value: any(
        _reference(one.get("actor", one), value)
        for one in [*each.get("participant", []), *each.get("actor", [])]
    ),
}
