"""FHIR servers for tests: our own small one, and one that nobody here wrote, filled alike."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from bot.clock import now
from bot.sandbox.systems.fhir import FhirServer, Habits, serve_app
from bot.systems.adapters import build
from bot.systems.fhir.adapter import Fhir
from bot.systems.known import KnownSystems
from services.model.slots import Stretch
from services.model.systems.values import (
    Patient,
    PatientRule,
    SystemKind,
    SystemSettings,
    Window,
)

NODE = Path(__file__).parents[2] / "fhir"
"""Where the real server is installed."""
MORNING = datetime(2027, 3, 1, 6, 0, tzinfo=UTC)
MISHA = Patient("Миша Иванов", date(2024, 3, 12))
LENGTH = timedelta(minutes=20)


@dataclass
class Clinic:
    """A clinic's server with one doctor of its own in it, and ways to see what stands there."""

    url: str
    session: aiohttp.ClientSession
    known: KnownSystems
    fake: FhirServer | None = None
    """Our own server; None: it is the other one."""
    keys: dict[str, list[str]] = field(default_factory=dict)
    actor: str = ""
    schedule: str = ""
    slots: list[str] = field(default_factory=list)

    async def open(self, times: int = 6) -> None:
        """A doctor with so many free times, and Misha's card."""
        self.actor = f"PractitionerRole/{uuid4()}"
        schedule = await self.post(
            {"resourceType": "Schedule", "actor": [{"reference": self.actor}]}
        )
        self.schedule = schedule["id"]
        for each in range(times):
            self.slots.append((await self.post(self.a_slot(MORNING + each * LENGTH)))["id"])

    def a_slot(self, starts_at: datetime) -> dict[str, Any]:
        return {
            "resourceType": "Slot",
            "schedule": {"reference": f"Schedule/{self.schedule}"},
            "status": "free",
            "start": starts_at.isoformat(),
            "end": (starts_at + LENGTH).isoformat(),
            "comment": "у окна",
            "extension": [{"url": "urn:the-clinics-own", "valueString": "не терять"}],
        }

    def settings(self, **other: Any) -> SystemSettings:
        """How the adapter reaches it."""
        usual: dict[str, Any] = {
            "kind": SystemKind.FHIR,
            "url": self.url,
            "doctors": {self.actor: "Петрова Анна Сергеевна"},
            "patients": PatientRule.CREATE,
            "patience_seconds": 5,
        }
        return SystemSettings(**{**usual, **other})

    def adapter(self, **other: Any) -> Fhir:
        """A way of its own to the server, as another process would have it."""
        made = self.known.adapters[SystemKind.FHIR](self.settings(**other))
        assert isinstance(made, Fhir)
        return made

    @property
    def window(self) -> Window:
        return Window([self.actor], Stretch(MORNING, MORNING + timedelta(days=1)))

    # What the clinic itself does and sees

    async def post(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        return await self._send("POST", str(resource["resourceType"]), resource)

    async def put(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        return await self._send("PUT", f"{resource['resourceType']}/{resource['id']}", resource)

    async def get(self, path: str) -> dict[str, Any]:
        return await self._send("GET", path, None)

    async def slot(self, number: int = 0) -> dict[str, Any]:
        return await self.get(f"Slot/{self.slots[number]}")

    async def visits(self, status: str = "") -> list[dict[str, Any]]:
        """The doctor's visits there."""
        bundle = await self.get(f"Appointment?actor={self.actor}")
        found = [entry["resource"] for entry in bundle.get("entry", [])]
        return [each for each in found if status in ("", each["status"])]

    async def _send(self, method: str, path: str, body: Any) -> dict[str, Any]:
        async with self.session.request(method, f"{self.url}/{path}", json=body) as answer:
            assert answer.status < 300, await answer.text()
            found: dict[str, Any] = await answer.json(content_type=None)
            return found


@asynccontextmanager
async def clinic_at(
    url: str, fake: FhirServer | None = None, keys: dict[str, list[str]] | None = None
) -> AsyncIterator[Clinic]:
    """A clinic whose server listens there."""
    keys = keys if keys is not None else {}
    known = build(keys, now)
    async with aiohttp.ClientSession() as session:
        clinic = Clinic(url, session, known, fake, keys)
        try:
            yield clinic
        finally:
            await known.close()


@asynccontextmanager
async def fake_clinic(habits: Habits | None = None) -> AsyncIterator[Clinic]:
    """A clinic with our own small server."""
    server = FhirServer(now, habits)
    async with serve_app(server.app()) as url, clinic_at(url, server) as clinic:
        await clinic.open()
        yield clinic


@contextmanager
def real_server() -> Iterator[str]:
    """The address of the server that nobody here wrote; `make test-fhir` installs it."""
    node = shutil.which("node") or "node"
    with subprocess.Popen([node, "server.mjs"], cwd=NODE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().decode().strip()
        finally:
            process.terminate()
