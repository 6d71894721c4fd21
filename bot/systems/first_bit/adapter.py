"""A clinic's 1С as the house sees it. Implements `ClinicSystem`.

It knows no key of ours: what a silence left open is for people to settle. Only where a time is kept
first (Reservation) can the booking itself be asked for again, as it changes the document that the
reservation made.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.systems.first_bit.answers import Done, Employee, Schedules, listed
from bot.systems.first_bit.base import Base, Overlaps
from bot.systems.first_bit.grid import cut
from bot.systems.first_bit.switches import DEFAULT_LENGTH, NameOrder, read_switches
from bot.systems.talking.authorising import Keys
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
    SentPart,
    SystemSettings,
    TimeState,
    Window,
)
from services.ports.readers import Clock
from services.ports.systems.clinic_system import SystemRefused

log = structlog.get_logger()

_NOT_FOUND = "0"
_STATES = {
    "1": ForeignState.BOOKED,
    "2": ForeignState.BOOKED,
    "3": ForeignState.CANCELLED,
    "4": ForeignState.FULFILLED,
    "5": ForeignState.BOOKED,
}
"""Created, confirmed, cancelled, done, overdue: https://github.com/czdetstvo/1bit-api-spec,
AppointmentStatus. "Overdue" says that nobody has marked it as done, and not that nobody came."""
_OVERDUE = "5"
LONGEST_GUID = 64
"""A УИД has 36 characters."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A document of 1С: its УИД, and what 1С does not say of it when it is asked."""

    guid: str
    employee: str
    starts_at: datetime
    ends_at: datetime

    def ref(self, url: str) -> ForeignRef:
        begins = self.starts_at.astimezone(UTC).strftime("%Y%m%dT%H%MZ")
        minutes = int((self.ends_at - self.starts_at).total_seconds() // 60)
        return ForeignRef(f"{url}/Appointment", f"{self.guid}/{self.employee}/{begins}/{minutes}")

    @classmethod
    def of(cls, ref: ForeignRef) -> "_Named":
        """Raises `SystemRefused` where it is no name of ours."""
        try:
            guid, employee, begins, minutes = ref.value.split("/")
            starts_at = datetime.strptime(begins, "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
            lasts = timedelta(minutes=int(minutes))
        except ValueError as error:
            raise SystemRefused(Refused.UNKNOWN) from error
        return cls(guid, employee, starts_at, starts_at + lasts)

    @property
    def stretch(self) -> Stretch:
        return Stretch(self.starts_at, self.ends_at)


class FirstBit:
    """One clinic's base."""

    def __init__(self, settings: SystemSettings, keys: Keys, wire: Wire, clock: Clock) -> None:
        self._switches = read_switches(Dialect(settings.dialect))
        self._base = Base(settings, keys, wire, self._switches)
        self._doctors = settings.doctors
        self._sends = settings.sends
        self._clock = clock

    async def capabilities(self) -> Capabilities:
        """It cannot say itself: what the specification promises."""
        return Capabilities(hold=self._switches.hold, move=self._switches.moves)

    async def find(self, window: Window) -> list[ForeignSlot]:
        zone, clinic = self._switches.zone, self._switches.clinic
        asked = {
            "Method": "GetSchedule20",
            "StartDate": _day(window.stretch.starts_at, zone),
            "FinishDate": _day(window.stretch.ends_at, zone),
            "Clinic": clinic,
            "Employees": ";".join(window.doctors),
            "OnlyFreeTime": False,
        }
        found = await self._base.read("Schedule", asked, Schedules)
        times = [
            slot
            for employee in listed(found.all)
            if employee.id in window.doctors and employee.clinic in ("", clinic)
            for slot in self._times(employee)
        ]
        within = window.stretch
        return [
            slot for slot in times if within.starts_at <= slot.stretch.starts_at < within.ends_at
        ]

    def _times(self, employee: Employee) -> list[ForeignSlot]:
        """An employee's free stretches as times, each named by whose it is and when it begins."""
        length = self._switches.length or employee.length or DEFAULT_LENGTH
        zone = self._switches.zone
        return [
            ForeignSlot(
                ForeignRef(f"{self._base.url}/Schedule", f"{employee.id}/{begins:%Y-%m-%dT%H:%M}"),
                employee.id,
                Stretch(
                    begins.replace(tzinfo=zone).astimezone(UTC),
                    ends.replace(tzinfo=zone).astimezone(UTC),
                ),
                TimeState.FREE,
            )
            for begins, ends in cut(*employee.spans(), length)
        ]

    async def changes(self, since: str) -> News:
        """It cannot tell: windows are read whole, and known visits are asked for one by one."""
        return News()

    async def hold(self, slot: ForeignSlot, key: str) -> ForeignHold:
        done = await self._write("Reservation", self._time(slot), slot)
        until = self._clock() + timedelta(minutes=self._switches.hold_minutes)
        return ForeignHold(slot, self._named(done, slot).ref(self._base.url), until)

    async def book(
        self, what: ForeignSlot | ForeignHold, patient: Patient, key: str
    ) -> ForeignVisit:
        slot = what.slot if isinstance(what, ForeignHold) else what
        asked = {"Method": self._switches.method, **self._time(slot), **self._person(patient)}
        if isinstance(what, ForeignHold):
            asked["GUID"] = _Named.of(what.ref).guid
        done = await self._write("AppointmentCreate", asked, slot)
        return await self._read_back(self._named(done, slot))

    async def move(
        self, ref: ForeignRef, to: ForeignSlot, patient: Patient, key: str
    ) -> ForeignVisit:
        """The document is written anew under its УИД, and so all of it is sent. A base that makes
        another one of it cannot move: that one is cancelled (the switch is `moves`)."""
        guid = _Named.of(ref).guid
        asked = {"Method": self._switches.method, **self._time(to), **self._person(patient)}
        done = await self._write("AppointmentCreate", {**asked, "GUID": guid}, to)
        named = self._named(done, to)
        if named.guid != guid:
            log.warning("a clinic's 1С makes another document where it is to change one")
            await self.cancel(named.ref(self._base.url), "")
            raise SystemRefused(Refused.UNKNOWN)
        return await self._read_back(named)

    async def whereabouts(self, ref: ForeignRef, to: ForeignSlot) -> ForeignVisit | None:
        """1С does not say when a document's visit is: which of the two times is free says it."""
        named = _Named.of(ref)
        state = await self._state(named.guid)
        if state is None or state is ForeignState.CANCELLED or await self._is_free(to):
            return self._visit(named, state) if state else None
        before = replace(to, doctor=named.employee, stretch=named.stretch)
        if not await self._is_free(before):
            raise SystemRefused(Refused.UNKNOWN)
        moved = _Named(named.guid, to.doctor, to.stretch.starts_at, to.stretch.ends_at)
        return self._visit(moved, state)

    async def cancel(self, ref: ForeignRef, why: str) -> None:
        guid = _Named.of(ref).guid
        asked = {"GUID": guid, "Reason": why, "AdditionalInformation": ""}
        try:
            await self._base.do("AppointmentCancel", asked)
        except Overlaps:
            raise SystemRefused(Refused.UNKNOWN) from None
        except SystemRefused as refused:
            if refused.in_doubt or refused.why is not Refused.UNKNOWN:
                raise
            if await self._state(guid) not in {None, ForeignState.CANCELLED}:
                raise

    async def look_up(self, key: str) -> ForeignVisit | None:
        """Never called: it keeps no key of ours."""
        raise SystemRefused(Refused.UNKNOWN)

    async def status(self, ref: ForeignRef) -> ForeignVisit | None:
        named = _Named.of(ref)
        state = await self._state(named.guid)
        return self._visit(named, state) if state else None

    # Parts

    async def _write(self, service: str, asked: dict[str, Any], slot: ForeignSlot) -> Done:
        """A document on a time.

        Raises:
            SystemRefused: not written. "Not written" is said in the same words whatever the reason:
                the time is taken only if it is not free when it is looked at again.
        """
        try:
            return await self._base.do(service, asked)
        except Overlaps:
            is_free = await self._is_free(slot)
            raise SystemRefused(Refused.UNKNOWN if is_free else Refused.TAKEN) from None

    async def _is_free(self, slot: ForeignSlot) -> bool:
        now = await self.find(Window([slot.doctor], slot.stretch))
        return any(each.stretch == slot.stretch for each in now)

    async def _read_back(self, named: _Named) -> ForeignVisit:
        """A visit that was just written; whatever is not understood now leaves it in doubt."""
        try:
            state = await self._state(named.guid)
        except SystemRefused as refused:
            raise SystemRefused(refused.why, in_doubt=True, after=refused.after) from refused
        if state is None:
            raise SystemRefused(Refused.UNKNOWN, in_doubt=True)
        return self._visit(named, state)

    async def _state(self, guid: str) -> ForeignState | None:
        """Raises `SystemRefused` where the status is none that the specification knows."""
        done = await self._base.read("AppointmentStatus", {"GUID": guid}, Done)
        status = str(done.status or _NOT_FOUND)
        if status == _NOT_FOUND:
            return None
        if status == _OVERDUE and self._switches.overdue_is_no_show:
            return ForeignState.NO_SHOW
        if status not in _STATES:
            raise SystemRefused(Refused.UNKNOWN)
        return _STATES[status]

    def _visit(self, named: _Named, state: ForeignState) -> ForeignVisit:
        ref = named.ref(self._base.url)
        return ForeignVisit(ref, state, named.employee, named.stretch)

    def _named(self, done: Done, slot: ForeignSlot) -> _Named:
        if not done.guid or not _is_guid(done.guid):
            raise SystemRefused(Refused.UNKNOWN, in_doubt=True)
        return _Named(done.guid, slot.doctor, slot.stretch.starts_at, slot.stretch.ends_at)

    def _time(self, slot: ForeignSlot) -> dict[str, Any]:
        """Dates as 20.10.2024, times as 9:10:00, on the clinic's wall."""
        begins = slot.stretch.starts_at.astimezone(self._switches.zone)
        length = slot.stretch.ends_at - slot.stretch.starts_at
        asked = {
            "EmployeeID": slot.doctor,
            "Clinic": self._switches.clinic,
            "Date": f"{begins:%d.%m.%Y}",
            "TimeBegin": _hours(timedelta(hours=begins.hour, minutes=begins.minute)),
        }
        if self._switches.sends_duration:
            asked["Duration"] = _hours(length)
        return asked

    def _person(self, patient: Patient) -> dict[str, str]:
        """Who the child is, as far as the settings name it."""
        asked: dict[str, str] = {}
        if SentPart.NAME in self._sends:
            asked |= _parted(patient.name, self._switches.names)
        if SentPart.BIRTH_DATE in self._sends:
            asked["Birthday"] = f"{patient.birth_date:%d.%m.%Y}"
        if SentPart.PHONE in self._sends and patient.phone:
            asked["Phone"] = patient.phone
        return asked


def _is_guid(said: str) -> bool:
    """Whether it can be kept as a part of a name of ours."""
    return said.isascii() and said.isprintable() and "/" not in said and len(said) <= LONGEST_GUID


def _parted(name: str, order: NameOrder) -> dict[str, str]:
    """A name in 1С's three fields; one of a single word, or of four, is a name and nothing else."""
    words = name.split()
    fields = {
        (NameOrder.GIVEN_FIRST, 2): ("PatientName", "PatientSurname"),
        (NameOrder.GIVEN_FIRST, 3): ("PatientName", "PatientFatherName", "PatientSurname"),
        (NameOrder.FAMILY_FIRST, 2): ("PatientSurname", "PatientName"),
        (NameOrder.FAMILY_FIRST, 3): ("PatientSurname", "PatientName", "PatientFatherName"),
    }.get((order, len(words)))
    return dict(zip(fields, words, strict=True)) if fields else {"PatientName": name}


def _day(moment: datetime, zone: ZoneInfo) -> str:
    day: date = moment.astimezone(zone).date()
    return f"{day:%d.%m.%Y}"


def _hours(length: timedelta) -> str:
    """A length of time, or a time of day as the length since midnight."""
    minutes = int(length.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}:00"
