"""A visit on a FHIR server: asked for, its time taken, and only then booked.

The Appointment comes first, under our identifier: were the Slot first, a lost answer would leave a
busy time that no identifier finds. The Slot is the judge: it is taken under If-Match, marked with
the same identifier, so that whoever reads it again knows whose it is, and it is always read again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot.systems.fhir.refusing import Said, Sense
from bot.systems.fhir.resources import Appointment, Read, Slot, id_of
from bot.systems.fhir.server import Server
from bot.systems.fhir.switches import Switches
from bot.systems.fhir.times import Times
from services.model.systems.values import ForeignSlot, Refused
from services.ports.systems.clinic_system import SystemRefused

ASKED = frozenset({"proposed", "pending", "waitlist"})
OVER = frozenset({"cancelled", "entered-in-error", "noshow"})
"""https://hl7.org/fhir/R4/valueset-appointmentstatus.html; whatever is in neither stands."""
BOOKED = "booked"
MOST_TRIES = 4
"""How often something is tried that others keep changing meanwhile."""

_TAKEN = frozenset({"busy", "busy-tentative"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A visit that was asked for."""

    visit: Read[Appointment]
    is_new: bool
    """Whether nothing was tried under its key before."""


class Visits:
    """Appointments and the slots they stand on. `guarded` and `keyed` are what the server can do:
    to refuse a change of what was changed, and to make one resource under one condition."""

    def __init__(self, server: Server, times: Times, switches: Switches) -> None:
        self._server = server
        self._times = times
        self._switches = switches
        self.guarded = False
        self.keyed = True

    # Asking

    async def ask_for(self, slot: ForeignSlot, patient_id: str, key: str) -> Asked:
        """The visit under our key, pending; or however it stands if it was asked for before.

        Raises:
            SystemRefused: it was, and is over: the time had gone to somebody else.
        """
        if not self.keyed and (before := await self.under(key)):
            return Asked(_still(before), is_new=False)
        resource = await self._appointment(slot, patient_id, key, "pending")
        try:
            made, is_new = await self._server.create(Appointment, resource, self._condition(key))
        except Said as refused:
            if not refused.wants_a_look or not (found := await self.under(key)):
                raise
            made, is_new = found, False
        if not made.it.has(self._switches.visit_system, key):
            # It forgets our identifier: nothing that is done here could ever be found again.
            with in_doubt():
                await self._cancel(made, "")
            raise SystemRefused(Refused.UNKNOWN)
        return Asked(_still(made), is_new)

    async def send_at_once(self, slot: ForeignSlot, patient_id: str, key: str) -> Asked:
        """The same in one transaction with the slot. Whatever the server says became of it, visit
        and slot are looked at as if they had been sent one by one: there are servers that answer
        200 around a refusal, and keep the visit that they should have dropped."""
        now = await self._server.read(Slot, slot.ref.value)
        if now is None or now.it.status != "free":
            return await self.ask_for(slot, patient_id, key)
        whole = now.with_(status="busy", identifier=[*self._marks(now), self._mark(key)])
        visit = await self._appointment(slot, patient_id, key, BOOKED)
        guard = {"ifMatch": f'W/"{now.version}"'} if now.version else {}
        wishes = [
            (visit, {"method": "POST", "url": "Appointment", "ifNoneExist": self._condition(key)}),
            (whole, {"method": "PUT", "url": f"Slot/{now.id}", **guard}),
        ]
        refusals: list[Said] = []
        try:
            entries = [{"resource": resource, "request": wish} for resource, wish in wishes]
            responses = await self._server.transact(entries)
            refusals = [said for each in responses if (said := self._server.refused(each))]
        except Said as refused:
            if not refused.wants_a_look:
                raise
            refusals = [refused]
        with in_doubt():
            if found := await self.under(key):
                return Asked(_still(found), is_new=True)  # the slot was free just now
        raise refusals[0] if refusals else SystemRefused(Refused.UNKNOWN, in_doubt=True)

    async def under(self, key: str) -> Read[Appointment] | None:
        """The visit that was asked for under our key; of several the one that stands, or came
        first, so that whoever looks finds the same."""
        system = self._switches.visit_system
        found = await self._server.search(Appointment, [("identifier", f"{system}|{key}")])
        ours = [each for each in found if each.it.has(system, key)]
        return min(ours, key=_standing, default=None)

    async def _appointment(
        self, slot: ForeignSlot, patient_id: str, key: str, status: str
    ) -> dict[str, Any]:
        actors = (await self._times.roster(slot.doctor)).actors
        named = [*([f"Patient/{patient_id}"] if patient_id else []), *actors]
        return {
            "resourceType": "Appointment",
            "identifier": [self._mark(key)],
            "status": status,
            "slot": [{"reference": f"Slot/{slot.ref.value}"}],
            "start": slot.stretch.starts_at.isoformat(),
            "end": slot.stretch.ends_at.isoformat(),
            "participant": [_participant(each) for each in named],
        }

    def _mark(self, key: str) -> dict[str, str]:
        return {"system": self._switches.visit_system, "value": key}

    def _condition(self, key: str) -> str:
        return f"identifier={quote(f'{self._switches.visit_system}|{key}', safe=':|')}"

    # Taking the time

    async def take(self, asked: Asked, key: str, status: str = "busy") -> None:
        """The visit's slot for the visit; what was begun is taken back where it is not to be had.

        Raises:
            SystemRefused: somebody else has it, or it is no more.
        """
        try:
            await self._take(asked, key, status)
        except SystemRefused as refused:
            if refused.why is Refused.TAKEN:
                with in_doubt():
                    await self._cancel(asked.visit, "the time was taken")
            raise

    async def _take(self, asked: Asked, key: str, status: str) -> None:
        visit, slot_id = asked.visit, slot_of(asked.visit)
        system = self._switches.visit_system
        for _ in range(MOST_TRIES):
            slot = await self._server.read(Slot, slot_id) if slot_id else None
            if slot is None:
                raise SystemRefused(Refused.TAKEN)
            ours = slot.it.has(system, key)
            if ours and slot.it.status == status:
                break
            if not ours and slot.it.status != "free":
                await self._check_strange(slot, asked, key)
                raise SystemRefused(Refused.TAKEN)
            await self._check_first(slot, visit)
            refused = await self._write(slot, status, key)
            if refused is None:
                break
        else:
            raise SystemRefused(Refused.TAKEN)
        back = await self._server.read(Slot, slot_id)
        if back is None or back.it.status == "free" or self._is_anothers(back, key):
            raise SystemRefused(Refused.TAKEN)
        await self._check_first(back, visit)

    async def _check_strange(self, slot: Read[Slot], asked: Asked, key: str) -> None:
        """A busy slot without a mark, on which nobody but us has a visit that was asked for before,
        may have been taken by us where the server keeps no marks: then people look at it.

        Raises:
            SystemRefused: so it is.
        """
        if asked.is_new or slot.it.status not in _TAKEN or self._is_anothers(slot, key):
            return
        if not await self._others_on(slot.id, asked.visit.id):
            raise SystemRefused(Refused.UNKNOWN, in_doubt=True)

    async def _write(self, slot: Read[Slot], status: str, key: str) -> Said | None:
        """Take the slot as it was read; what the server refuses is looked at again by the caller,
        unless the refusal is about something else."""
        marks = [each for each in self._marks(slot) if each.get("value") != key]
        whole = slot.with_(status=status, identifier=[*marks, self._mark(key)])
        try:
            await self._server.update(Slot, whole, slot.version)
        except Said as refused:
            if not refused.wants_a_look:
                raise
            if refused.sense is Sense.OURS_OR_TAKEN:
                now = await self._server.read(Slot, slot.id)
                if now and now.it.status == "free":
                    raise  # nobody has it, and it is refused all the same: it is another rule
            return refused
        return None

    def _marks(self, slot: Read[Slot]) -> list[Mapping[str, Any]]:
        """The identifiers that the slot has, but for those that we ourselves left there."""
        known = slot.with_().get("identifier") or []
        return [each for each in known if each.get("system") != self._switches.visit_system]

    def _is_anothers(self, slot: Read[Slot], key: str) -> bool:
        """Whether another of us took it; a server that keeps no mark of ours says nothing of it."""
        system = self._switches.visit_system
        marked = any(each.system == system for each in slot.it.identifier or ())
        return marked and not slot.it.has(system, key)

    async def _check_first(self, slot: Read[Slot], visit: Read[Appointment]) -> None:
        """Where nothing guards a slot, the visit that was asked for first has it. All were asked
        for before any was looked at, so that two who look see each other.

        Raises:
            SystemRefused: another one was.
        """
        if self.guarded and slot.version:
            return
        others = await self._others_on(slot.id, visit.id)
        if any(_standing(each) < _standing(visit) for each in others):
            raise SystemRefused(Refused.TAKEN)

    async def _others_on(self, slot_id: str, visit_id: str) -> list[Read[Appointment]]:
        """The visits that stand on a slot, but for one."""
        found = await self._server.search(Appointment, [("slot", f"Slot/{slot_id}")])
        return [
            each
            for each in found
            if each.id != visit_id and slot_of(each) == slot_id and each.it.status not in OVER
        ]

    # Booking

    async def admit(self, visit: Read[Appointment], patient_id: str) -> Read[Appointment]:
        """The visit with its patient in it: a time is kept for nobody in particular."""
        if visit.it.actors("Patient"):
            return visit
        parts = [_participant(f"Patient/{patient_id}"), *visit.with_().get("participant", [])]
        await self._server.update(Appointment, visit.with_(participant=parts), visit.version)
        found = await self._server.read(Appointment, visit.id)
        if found is None:
            raise SystemRefused(Refused.TAKEN)
        return found

    async def confirm(self, visit: Read[Appointment], key: str) -> Read[Appointment]:
        """The visit as booked, read back.

        Raises:
            SystemRefused: the clinic has cancelled it meanwhile; its time is free again.
        """
        now: Read[Appointment] | None = visit
        for _ in range(MOST_TRIES):
            if now is None or now.it.status in OVER:
                await self.free(slot_of(visit), visit.id, key)
                raise SystemRefused(Refused.TAKEN)
            if now.it.status not in ASKED:
                return now
            try:
                await self._server.update(Appointment, now.with_(status=BOOKED), now.version)
            except Said as refused:
                if not refused.wants_a_look:
                    raise
            else:
                now = await self._server.read(Appointment, visit.id)
                if now and now.it.status in ASKED:
                    return now  # the clinic itself has the last word
                continue
            now = await self._server.read(Appointment, visit.id)
        raise SystemRefused(Refused.UNKNOWN)

    # Giving back

    async def cancel(self, id: str, why: str) -> None:
        """Cancel a visit and free its time; one that is over, or is not there, has none left."""
        visit = await self._server.read(Appointment, id)
        if visit is None:
            return
        key = self.key_of(visit)
        with in_doubt():
            await self._cancel(visit, why)
            await self.free(slot_of(visit), visit.id, key)
            if key and visit.it.status in ASKED:
                await self._outdate(slot_of(visit))

    async def _cancel(self, visit: Read[Appointment], why: str) -> None:
        now: Read[Appointment] | None = visit
        for _ in range(MOST_TRIES):
            if now is None or now.it.status in OVER:
                return
            if now.it.status not in {*ASKED, BOOKED}:
                raise SystemRefused(Refused.UNKNOWN)  # the child is there, or was
            reason = {"text": why} if why else None
            whole = now.with_(status="cancelled", cancelationReason=reason)
            try:
                await self._server.update(Appointment, whole, now.version)
            except Said as refused:
                if not refused.wants_a_look:
                    raise
            now = await self._server.read(Appointment, visit.id)
        raise SystemRefused(Refused.UNKNOWN)

    async def free(self, slot_id: str, visit_id: str, key: str) -> None:
        """Free a slot if it is ours, or nobody's who has a visit on it; else leave it alone."""
        for _ in range(MOST_TRIES):
            slot = await self._server.read(Slot, slot_id) if slot_id else None
            if slot is None or slot.it.status not in _TAKEN:
                return
            if not slot.it.has(self._switches.visit_system, key) and (
                self._is_anothers(slot, key) or await self._others_on(slot_id, visit_id)
            ):
                return
            whole = slot.with_(status="free", identifier=self._marks(slot) or None)
            try:
                await self._server.update(Slot, whole, slot.version)
            except Said as refused:
                if not refused.wants_a_look:
                    raise
            else:
                return
        raise SystemRefused(Refused.UNKNOWN)

    async def _outdate(self, slot_id: str) -> None:
        """Make a new version of a slot that is free: a request of ours for it that is still on its
        way comes too late then, whenever it comes."""
        slot = await self._server.read(Slot, slot_id) if slot_id else None
        if slot is None or slot.it.status != "free":
            return
        try:
            await self._server.update(Slot, slot.with_(), slot.version)
        except Said as refused:
            if not refused.wants_a_look:
                raise

    def key_of(self, visit: Read[Appointment]) -> str:
        """The key under which we asked for it; empty: somebody else booked it."""
        system = self._switches.visit_system
        marks = [each.value or "" for each in visit.it.identifier or () if each.system == system]
        return next(iter(marks), "")


@contextmanager
def in_doubt() -> Iterator[None]:
    """Something was begun: whatever goes wrong now but a plain no leaves it half done."""
    try:
        yield
    except Said as refused:
        why = refused.refusal
        raise SystemRefused(why.why, in_doubt=True, after=why.after) from refused
    except SystemRefused as refused:
        if refused.in_doubt or refused.why is Refused.TAKEN:
            raise
        raise SystemRefused(refused.why, in_doubt=True, after=refused.after) from refused


def _participant(reference: str) -> dict[str, Any]:
    return {"actor": {"reference": reference}, "required": "required", "status": "accepted"}


def slot_of(visit: Read[Appointment]) -> str:
    """The id of the slot that a visit stands on; empty: it names none."""
    named = [id_of(each.reference, "Slot") for each in visit.it.slot or ()]
    return next(filter(None, named), "")


def _still(visit: Read[Appointment]) -> Read[Appointment]:
    if visit.it.status in OVER:
        raise SystemRefused(Refused.TAKEN)
    return visit


def _standing(visit: Read[Appointment]) -> tuple[int, str, str]:
    """What comes first: what is booked, then what was asked for first; what is over comes last."""
    status = visit.it.status
    rank = 2 if status in OVER else 1 if status in ASKED else 0
    return rank, visit.it.last_updated, visit.id
