"""The system of the demo's third clinic: two doctors, with times for some weeks ahead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.sandbox.systems.fhir import FhirServer

NAME = "Клиника «Лесная»"
ZONE = ZoneInfo("Europe/Moscow")
DOCTORS = {
    "PractitionerRole/sokolova": "Соколова Мария Андреевна",
    "PractitionerRole/zimin": "Зимин Павел Олегович",
}
"""How the system calls them, and how families do."""
DAYS = 28
"""For which there are times."""

_HOURS = {
    "PractitionerRole/sokolova": (time(9), time(13)),
    "PractitionerRole/zimin": (time(14), time(18)),
}
_LENGTH = timedelta(minutes=20)


def demo_clinic(now: Callable[[], datetime], memory: Path | None = None) -> FhirServer:
    """The clinic's server with its doctors and their times; what is in its `memory` goes on."""
    server = FhirServer(now, memory=memory)
    for actor, name in DOCTORS.items():
        if server.store.get("Schedule", _id(actor)):
            continue
        schedule = {
            "resourceType": "Schedule",
            "active": True,
            "actor": [{"reference": actor, "display": name}],
        }
        server.store.put(schedule, _id(actor))
    fill(server)
    return server


def fill(server: FhirServer) -> None:
    """Times for every weekday ahead that has none yet: to be called again as time goes on."""
    today = server.store.now().astimezone(ZONE).date()
    for actor, (begins, ends) in _HOURS.items():
        for day in (today + timedelta(each) for each in range(DAYS)):
            starts_at = datetime.combine(day, begins, ZONE)
            while day.weekday() < 5 and starts_at + _LENGTH <= datetime.combine(day, ends, ZONE):
                id = f"{_id(actor)}-{starts_at:%Y%m%d-%H%M}"
                if server.store.get("Slot", id) is None:
                    server.store.put(_slot(actor, starts_at), id)
                starts_at += _LENGTH
    server.store.write()


def _slot(actor: str, starts_at: datetime) -> dict[str, object]:
    return {
        "resourceType": "Slot",
        "schedule": {"reference": f"Schedule/{_id(actor)}"},
        "status": "free",
        "start": starts_at.isoformat(),
        "end": (starts_at + _LENGTH).isoformat(),
    }


def _id(actor: str) -> str:
    return actor.rpartition("/")[2]
