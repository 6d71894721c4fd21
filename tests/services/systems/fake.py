"""A clinic's own system in memory, with all that can go wrong between two computers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

from services.model.ids import ClinicId
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
    SystemKind,
    SystemSettings,
    TimeState,
    Window,
)
from services.ports.systems.clinic_system import ClinicSystem, SystemRefused
from storage.database.transaction import inside_transaction

T = TypeVar("T")

AWAY, LOST_REQUEST, LOST_ANSWER, LATE, BROKEN = "away", "lost request", "lost answer", "late", "500"
"""It is not reached; the request is lost; it is done, and the answer lost; it is done later; it
says something that nobody understands, and did nothing."""
FAULTS = (AWAY, LOST_REQUEST, LOST_ANSWER, LATE, BROKEN)

PETROVA = "dr-1"
SETTINGS = SystemSettings(
    kind=SystemKind.FHIR,
    url="https://system.example",
    doctors={PETROVA: "Петрова Анна Сергеевна"},
    patience_seconds=1,
)


class Killed(BaseException):
    """The process is no more."""


@dataclass
class FakeSystem:
    """Implements `ClinicSystem`."""

    capable: Capabilities = field(default_factory=lambda: Capabilities(keyed=True))
    slots: dict[str, ForeignSlot] = field(default_factory=dict)
    visits: dict[str, ForeignVisit] = field(default_factory=dict)
    faults: list[str | None] = field(default_factory=list)
    """What goes wrong with the next changes asked for, one after the other."""
    refusal: Refused | None = None
    """What it says to the next booking."""
    down: bool = False
    asked: list[str] = field(default_factory=list)
    patients: list[Patient] = field(default_factory=list)
    kill: Callable[[], None] = lambda: None
    """Called wherever the process may die."""
    news: list[ForeignVisit] = field(default_factory=list)
    tells_news: bool = False
    blind: bool = False
    """It cannot tell where a visit is by now that was asked to be moved."""
    _changed: list[str] = field(default_factory=list)
    """Its times, each as often as it changed: news tell of nothing else."""
    _late: list[Callable[[], object]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    # What the clinic's people do there

    def give(self, starts_at: datetime, times: int, minutes: int = 15) -> None:
        """Free times of Петрова, one after another."""
        for number in range(times):
            begins = starts_at + timedelta(minutes=minutes * number)
            self.add(Stretch(begins, begins + timedelta(minutes=minutes)))

    def add(self, stretch: Stretch, state: TimeState = TimeState.FREE) -> ForeignSlot:
        value = f"slot-{next(self._numbers)}"
        slot = ForeignSlot(ForeignRef("slots", value), PETROVA, stretch, state, "1")
        self.slots[value] = slot
        self._changed.append(value)
        return slot

    def take(self, stretch: Stretch) -> None:
        """Somebody there has the time now."""
        self._set(stretch, TimeState.TAKEN)

    def free(self, stretch: Stretch) -> None:
        """Nobody there has the time any more."""
        self._set(stretch, TimeState.FREE)

    def standing(self) -> list[ForeignVisit]:
        """The visits that stand there."""
        return [each for each in self.visits.values() if each.state is ForeignState.BOOKED]

    def deliver(self) -> None:
        """What was on its way arrives."""
        late, self._late = self._late, []
        for do in late:
            try:
                do()
            except SystemRefused:
                continue

    def moved(self, ref: ForeignRef, to: Stretch) -> None:
        """The clinic moves a visit."""
        visit = self.visits[ref.value]
        self._set(visit.stretch, TimeState.FREE)
        self._set(to, TimeState.TAKEN)
        self.visits[ref.value] = replace(visit, stretch=to)
        self.news.append(self.visits[ref.value])

    def cancelled(self, ref: ForeignRef) -> None:
        """The clinic cancels a visit."""
        self._cancel(ref)
        self.news.append(self.visits[ref.value])

    def booked(self, stretch: Stretch, patient: ForeignRef) -> ForeignVisit:
        """The clinic books a visit for somebody who called."""
        self._set(stretch, TimeState.TAKEN)
        value = f"visit-{next(self._numbers)}"
        visit = ForeignVisit(
            ForeignRef("visits", value), ForeignState.BOOKED, PETROVA, stretch, patient
        )
        self.visits[value] = visit
        self.news.append(visit)
        return visit

    # The port

    async def capabilities(self) -> Capabilities:
        self._begin("capabilities")
        return self.capable

    async def find(self, window: Window) -> list[ForeignSlot]:
        self._begin("find")
        return [
            slot
            for slot in self.slots.values()
            if slot.doctor in window.doctors and slot.stretch.overlaps(window.stretch)
        ]

    async def changes(self, since: str) -> News:
        self._begin("changes")
        if not self.tells_news:
            return News()
        mark = f"{len(self._changed)} {len(self.news)}"
        times, visits = map(int, (since or mark).split())
        slots = [self.slots[value] for value in dict.fromkeys(self._changed[times:])]
        return News(slots, self.news[visits:], mark)

    async def hold(self, slot: ForeignSlot, key: str) -> ForeignHold:
        raise AssertionError("it keeps no times")

    async def book(
        self, what: ForeignSlot | ForeignHold, patient: Patient, key: str
    ) -> ForeignVisit:
        slot = what.slot if isinstance(what, ForeignHold) else what
        self.patients.append(patient)
        return self._change("book", lambda: self._book(slot, patient, key))

    async def move(
        self, ref: ForeignRef, to: ForeignSlot, patient: Patient, key: str
    ) -> ForeignVisit:
        self.patients.append(patient)
        return self._change("move", lambda: self._move(ref, to))

    async def whereabouts(self, ref: ForeignRef, to: ForeignSlot) -> ForeignVisit | None:
        self._begin("whereabouts")
        assert self.capable.move
        if self.blind:
            raise SystemRefused(Refused.UNKNOWN)
        return self.visits.get(ref.value)

    async def cancel(self, ref: ForeignRef, why: str) -> None:
        self._change("cancel", lambda: self._cancel(ref))

    async def look_up(self, key: str) -> ForeignVisit | None:
        self._begin("look up")
        assert self.capable.keyed
        return next((each for each in self.visits.values() if each.key == key), None)

    async def status(self, ref: ForeignRef) -> ForeignVisit | None:
        self._begin("status")
        return self.visits.get(ref.value)

    # What it does

    def _begin(self, what: str) -> None:
        assert not inside_transaction(), "a transaction is open while another system is asked"
        self.asked.append(what)
        self.kill()
        if self.down:
            raise SystemRefused(Refused.AWAY)

    def _change(self, what: str, do: Callable[[], T]) -> T:
        self._begin(what)
        fault = self.faults.pop(0) if self.faults else None
        if fault == AWAY:
            raise SystemRefused(Refused.AWAY)
        if fault in (LOST_REQUEST, BROKEN):
            raise SystemRefused(Refused.AWAY, in_doubt=True)
        if fault == LATE:
            self._late.append(do)
            raise SystemRefused(Refused.AWAY, in_doubt=True)
        done = do()
        self.kill()
        if fault == LOST_ANSWER:
            raise SystemRefused(Refused.AWAY, in_doubt=True)
        return done

    def _book(self, slot: ForeignSlot, patient: Patient, key: str) -> ForeignVisit:
        if self.capable.keyed:
            for each in self.visits.values():
                if each.key == key:
                    return each
        if self.refusal:
            refusal, self.refusal = self.refusal, None
            raise SystemRefused(refusal)
        self._check_free(slot)
        self._set(slot.stretch, TimeState.TAKEN)
        value = f"visit-{next(self._numbers)}"
        self.visits[value] = ForeignVisit(
            ForeignRef("visits", value),
            ForeignState.BOOKED,
            slot.doctor,
            slot.stretch,
            patient.ref or ForeignRef("patients", patient.name),
            key=key if self.capable.keyed else "",
        )
        return self.visits[value]

    def _move(self, ref: ForeignRef, to: ForeignSlot) -> ForeignVisit:
        visit = self.visits[ref.value]
        if visit.stretch != to.stretch:
            self._check_free(to)
            self._set(visit.stretch, TimeState.FREE)
            self._set(to.stretch, TimeState.TAKEN)
        self.visits[ref.value] = replace(visit, stretch=to.stretch)
        return self.visits[ref.value]

    def _cancel(self, ref: ForeignRef) -> None:
        visit = self.visits.get(ref.value)
        if visit and visit.state is ForeignState.BOOKED:
            self._set(visit.stretch, TimeState.FREE)
            self.visits[ref.value] = replace(visit, state=ForeignState.CANCELLED)

    def _check_free(self, slot: ForeignSlot) -> None:
        states = [each.state for each in self.slots.values() if each.stretch == slot.stretch]
        if TimeState.FREE not in states:
            raise SystemRefused(Refused.TAKEN)

    def _set(self, stretch: Stretch | None, state: TimeState) -> None:
        for value, slot in self.slots.items():
            if slot.stretch == stretch and slot.state is not state:
                self.slots[value] = replace(slot, state=state)
                self._changed.append(value)


@dataclass
class FakeSystems:
    """Implements `ClinicSystems`: one for every clinic."""

    system: FakeSystem

    def of(self, clinic_id: ClinicId, settings: SystemSettings) -> ClinicSystem:
        return self.system


def starts(visits: Sequence[ForeignVisit]) -> list[datetime]:
    stretches = [each.stretch for each in visits]
    assert None not in stretches
    return sorted(each.starts_at for each in stretches if each)
