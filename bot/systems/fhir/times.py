"""Doctors' times: which schedules there are, what of them is free, what has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.systems.fhir.resources import (
    Read,
    Schedule,
    Slot,
    id_of,
    readable,
    stretch_of,
)
from bot.systems.fhir.server import Server
from services.model.systems.values import ForeignRef, ForeignSlot, TimeState, Window

_STATES = {"free": TimeState.FREE, "busy": TimeState.TAKEN, "busy-tentative": TimeState.TAKEN}
_ACTORS = ("PractitionerRole", "Practitioner", "HealthcareService", "Location")


@dataclass(frozen=True, slots=True)
class Roster:
    """A doctor as the server knows them."""

    schedules: Sequence[str]
    """Ids of Schedule."""
    actors: Sequence[str]
    """References to who receives, as an Appointment names them."""


class Times:
    """The times of the doctors whom the settings name: by a schedule ("Schedule/12"), or by who
    receives in it ("PractitionerRole/7")."""

    def __init__(self, server: Server, doctors: Sequence[str]) -> None:
        self._server = server
        self._doctors = doctors
        self._rosters: dict[str, Roster] = {}

    async def free(self, window: Window) -> list[ForeignSlot]:
        """All free times of the window, whatever else the server gives."""
        found: dict[str, ForeignSlot] = {}
        for doctor in window.doctors:
            roster = await self._find_roster(doctor)
            for schedule in roster.schedules:
                slots = await self._server.search(
                    Slot,
                    [
                        ("schedule", f"Schedule/{schedule}"),
                        ("status", "free"),
                        ("start", f"ge{_instant(window.stretch.starts_at)}"),
                        ("start", f"lt{_instant(window.stretch.ends_at)}"),
                    ],
                )
                for slot in self._known(slots):
                    if slot.doctor == doctor and _is_in(slot, window):
                        found[slot.ref.value] = slot
        return [slot for slot in found.values() if slot.state is TimeState.FREE]

    async def roster(self, doctor: str) -> Roster:
        """Who a doctor is, as it was found last."""
        return self._rosters.get(doctor) or await self._find_roster(doctor)

    async def doctor_among(self, actors: Sequence[str]) -> str:
        """Who of the doctors these references name; empty: none."""
        for doctor in self._doctors:
            if set(actors) & set((await self.roster(doctor)).actors):
                return doctor
        return ""

    def _known(self, slots: Sequence[Read[Slot]]) -> list[ForeignSlot]:
        """The times that belong to somebody, and say when they are."""
        owners = {
            schedule: doctor
            for doctor, roster in self._rosters.items()
            for schedule in roster.schedules
        }
        known = []
        for slot in slots:
            schedule = slot.it.schedule.reference if slot.it.schedule else None
            doctor = owners.get(id_of(schedule, "Schedule"))
            try:
                stretch = stretch_of(slot.it)
            except ValueError:
                continue
            if doctor:
                state = _STATES.get(slot.it.status, TimeState.CLOSED)
                ref = ForeignRef(f"{self._server.url}/Slot", slot.id)
                known.append(ForeignSlot(ref, doctor, stretch, state, slot.version))
        return known

    async def changed(self, since: str) -> tuple[list[ForeignSlot], list[str]]:
        """The times that changed since an instant, and when the server said so, on each page."""
        slots: list[Read[Slot]] = []
        marks: list[str] = []
        for doctor in self._doctors:
            for schedule in (await self.roster(doctor)).schedules:
                params = [("schedule", f"Schedule/{schedule}"), ("_lastUpdated", f"ge{since}")]
                async for page in self._server.pages(Slot, params):
                    marks.append(page.mark)
                    slots += readable(page.found, Slot)
        return self._known(slots), marks

    async def _find_roster(self, doctor: str) -> Roster:
        """A doctor whom the server does not know has no schedules."""
        kind, _, id = doctor.partition("/")
        if kind == "Schedule":
            schedule = await self._server.read(Schedule, id)
            found = [schedule] if schedule else []
        else:
            found = await self._server.search(Schedule, [("actor", doctor)])
        actors = [
            each.reference
            for schedule in found
            for each in schedule.it.actor or ()
            if each.reference and any(id_of(each.reference, kind) for kind in _ACTORS)
        ]
        receiving = [each for each in found if each.it.active is not False]
        roster = Roster([each.id for each in receiving], actors or [doctor])
        self._rosters[doctor] = roster
        return roster


def _is_in(slot: ForeignSlot, window: Window) -> bool:
    return window.stretch.starts_at <= slot.stretch.starts_at < window.stretch.ends_at


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_of(mark: str) -> datetime | None:
    """What a server's date says: FHIR's instant, or HTTP's; None: nothing."""
    for way in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = way(mark)
            if found.tzinfo:
                return found.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def mark_of(pages: Sequence[str], overlap: timedelta) -> str:
    """Where to go on from: the earliest page's moment, a little before it; empty: none said one."""
    moments = [moment for mark in pages if (moment := instant_of(mark))]
    return _instant(min(moments) - overlap) if moments else ""
