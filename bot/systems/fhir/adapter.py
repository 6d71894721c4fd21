"""A clinic's FHIR server as the house sees it. Implements `ClinicSystem`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.systems.fhir.patients import Patients
from bot.systems.fhir.refusing import Said
from bot.systems.fhir.resources import Appointment, Read, Slot, readable, stretch_of
from bot.systems.fhir.server import Server
from bot.systems.fhir.switches import Switches, read_switches
from bot.systems.fhir.times import Times, mark_of
from bot.systems.fhir.visits import Asked, Visits, in_doubt, slot_of
from bot.systems.talking.authorising import Keys, authoriser
from bot.systems.talking.dialects import Dialect
from bot.systems.talking.wire import Wire
from services.model.slots import Stretch
from services.model.systems.values import (
    Capabilities,
    ForeignHold,
    ForeignRef,
    ForeignSlot,
    ForeignState,
    ForeignVisit,
    News,
    Patient,
    Refused,
    SystemSettings,
    Window,
)
from services.ports.readers import Clock
from services.ports.systems.clinic_system import SystemRefused

STATES = {
    "proposed": ForeignState.PENDING,
    "pending": ForeignState.PENDING,
    "waitlist": ForeignState.PENDING,
    "booked": ForeignState.BOOKED,
    "arrived": ForeignState.BOOKED,
    "checked-in": ForeignState.BOOKED,
    "fulfilled": ForeignState.FULFILLED,
    "cancelled": ForeignState.CANCELLED,
    "entered-in-error": ForeignState.CANCELLED,
    "noshow": ForeignState.NO_SHOW,
}


class Fhir:
    """One clinic's server."""

    def __init__(self, settings: SystemSettings, keys: Keys, wire: Wire, clock: Clock) -> None:
        self._switches: Switches = read_switches(Dialect(settings.dialect))
        who = authoriser(settings, keys, wire, clock, self._switches.scope)
        server = Server(settings.url, wire, who, self._switches, settings.patience_seconds)
        self._server = server
        self._doctors = [*settings.doctors]
        self._patients = Patients(server, settings)
        self._times = Times(server, self._doctors)
        self._visits = Visits(server, self._times, self._switches)
        self._clock = clock
        self.able: Capabilities | None = None
        """What it said it can do; None: it was not asked yet."""

    async def look(self) -> Capabilities:
        """Ask the server what it can do, and go by it from now on."""
        statement = await self._server.statement()
        guarded, keyed = self._switches.if_match, self._switches.if_none_exist
        if guarded is None:
            guarded = statement.of("Slot").versioning == "versioned-update"
        if keyed is None:
            keyed = bool(statement.of("Appointment").conditionalCreate)
        self._visits.guarded, self._visits.keyed = guarded, keyed
        self.able = Capabilities(hold=self._switches.hold, if_match=guarded, keyed=True)
        return self.able

    async def capabilities(self) -> Capabilities:
        try:
            return await self.look()
        except Said as refused:
            raise refused.refusal from refused

    async def find(self, window: Window) -> list[ForeignSlot]:
        async with self._asked():
            return await self._times.free(window)

    async def changes(self, since: str) -> News:
        async with self._asked():
            if not self._switches.changes:
                return News()
            since = since or mark_of([self._clock().isoformat()], timedelta())
            slots, marks = await self._times.changed(since)
            visits: dict[str, Read[Appointment]] = {}
            for doctor in self._doctors:
                for actor in (await self._times.roster(doctor)).actors:
                    params = [("actor", actor), ("_lastUpdated", f"ge{since}")]
                    async for page in self._server.pages(Appointment, params):
                        marks.append(page.mark)
                        visits |= {each.id: each for each in readable(page.found, Appointment)}
            overlap = timedelta(seconds=self._switches.overlap_seconds)
            seen = [await self._foreign(each) for each in visits.values()]
            return News(slots, seen, mark_of(marks, overlap) or since)

    async def hold(self, slot: ForeignSlot, key: str) -> ForeignHold:
        self._check_ours(slot.ref)
        async with self._asked():
            asked = await self._visits.ask_for(slot, "", key)
            with in_doubt():
                await self._visits.take(asked, key, "busy-tentative")
                until = self._clock() + timedelta(minutes=self._switches.hold_minutes)
                return ForeignHold(slot, self._ref(asked.visit.id), until)

    async def book(
        self, what: ForeignSlot | ForeignHold, patient: Patient, key: str
    ) -> ForeignVisit:
        self._check_ours(what.ref)
        async with self._asked():
            patient_id = await self._patients.find(patient)
            if isinstance(what, ForeignHold):
                asked = await self._held(what, patient_id)
            elif self._switches.one_bundle:
                asked = await self._visits.send_at_once(what, patient_id, key)
            else:
                asked = await self._visits.ask_for(what, patient_id, key)
            with in_doubt():
                await self._visits.take(asked, key)
                return await self._foreign(await self._visits.confirm(asked.visit, key))

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[None]:
        """What the server can do is known before; behind it its refusals are the port's."""
        try:
            if self.able is None:
                await self.look()
            yield
        except Said as refused:
            raise refused.refusal from refused

    async def _held(self, hold: ForeignHold, patient_id: str) -> Asked:
        visit = await self._server.read(Appointment, hold.ref.value)
        if visit is None or STATES.get(visit.it.status) is ForeignState.CANCELLED:
            raise SystemRefused(Refused.TAKEN)
        with in_doubt():
            return Asked(await self._visits.admit(visit, patient_id), is_new=False)

    async def move(
        self, ref: ForeignRef, to: ForeignSlot, patient: Patient, key: str
    ) -> ForeignVisit:
        """Never called: a new visit is booked, and then the old one is cancelled."""
        raise SystemRefused(Refused.UNKNOWN)

    async def whereabouts(self, ref: ForeignRef, to: ForeignSlot) -> ForeignVisit | None:
        """Never called, as `move` is not."""
        raise SystemRefused(Refused.UNKNOWN)

    async def cancel(self, ref: ForeignRef, why: str) -> None:
        self._check_ours(ref)
        async with self._asked():
            await self._visits.cancel(ref.value, why)

    async def look_up(self, key: str) -> ForeignVisit | None:
        async with self._asked():
            found = await self._visits.under(key)
            return await self._foreign(found) if found else None

    async def status(self, ref: ForeignRef) -> ForeignVisit | None:
        self._check_ours(ref)
        async with self._asked():
            found = await self._server.read(Appointment, ref.value)
            return await self._foreign(found) if found else None

    async def _foreign(self, visit: Read[Appointment]) -> ForeignVisit:
        """A visit as the house knows it."""
        slot_id = slot_of(visit)
        references = [
            part.actor.reference
            for part in visit.it.participant or ()
            if part.actor and part.actor.reference
        ]
        return ForeignVisit(
            ref=self._ref(visit.id),
            state=STATES.get(visit.it.status, ForeignState.PENDING),
            doctor=await self._times.doctor_among(references),
            stretch=await self._stretch(visit, slot_id),
            patient=self._patients.ref(next(iter(visit.it.actors("Patient")), "")),
            slot=ForeignRef(f"{self._server.url}/Slot", slot_id) if slot_id else None,
            version=visit.version,
            key=self._visits.key_of(visit),
        )

    async def _stretch(self, visit: Read[Appointment], slot_id: str) -> Stretch | None:
        """When a visit is: as it says itself, or as its slot does; None: neither does. One that
        nobody can tell the time of is no reason to hear nothing of the others."""
        try:
            return stretch_of(visit.it)
        except ValueError:
            slot = await self._server.read(Slot, slot_id) if slot_id else None
        try:
            return stretch_of(slot.it) if slot else None
        except ValueError:
            return None

    def _check_ours(self, ref: ForeignRef) -> None:
        """Let a name be this server's: by its number alone it would be somebody else's here, where
        the clinic had another server before. Raises `SystemRefused`."""
        if not ref.system.startswith(f"{self._server.url}/"):
            raise SystemRefused(Refused.UNKNOWN)

    def _ref(self, id: str) -> ForeignRef:
        return ForeignRef(f"{self._server.url}/Appointment", id)
