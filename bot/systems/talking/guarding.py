"""Whatever an adapter stumbles over in what it read is a refusal like any other: what a server says
may be anything, and one clinic's server stops nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from services.model.systems.values import (
    Capabilities,
    ForeignHold,
    ForeignRef,
    ForeignSlot,
    ForeignVisit,
    News,
    Patient,
    Refused,
    Window,
)
from services.ports.systems.clinic_system import ClinicSystem, SystemRefused

log = structlog.get_logger()


class Guarded:
    """An adapter that raises `SystemRefused` and nothing else, as the port promises."""

    def __init__(self, system: ClinicSystem) -> None:
        self._system = system

    async def capabilities(self) -> Capabilities:
        with _understood():
            return await self._system.capabilities()

    async def find(self, window: Window) -> list[ForeignSlot]:
        with _understood():
            return await self._system.find(window)

    async def changes(self, since: str) -> News:
        with _understood():
            return await self._system.changes(since)

    async def hold(self, slot: ForeignSlot, key: str) -> ForeignHold:
        with _understood(changes=True):
            return await self._system.hold(slot, key)

    async def book(
        self, what: ForeignSlot | ForeignHold, patient: Patient, key: str
    ) -> ForeignVisit:
        with _understood(changes=True):
            return await self._system.book(what, patient, key)

    async def move(
        self, ref: ForeignRef, to: ForeignSlot, patient: Patient, key: str
    ) -> ForeignVisit:
        with _understood(changes=True):
            return await self._system.move(ref, to, patient, key)

    async def whereabouts(self, ref: ForeignRef, to: ForeignSlot) -> ForeignVisit | None:
        with _understood():
            return await self._system.whereabouts(ref, to)

    async def cancel(self, ref: ForeignRef, why: str) -> None:
        with _understood(changes=True):
            await self._system.cancel(ref, why)

    async def look_up(self, key: str) -> ForeignVisit | None:
        with _understood():
            return await self._system.look_up(key)

    async def status(self, ref: ForeignRef) -> ForeignVisit | None:
        with _understood():
            return await self._system.status(ref)


@contextmanager
def _understood(*, changes: bool = False) -> Iterator[None]:
    try:
        yield
    except SystemRefused:
        raise
    except Exception as error:  # noqa: BLE001 - what is read may be anything, and name a child
        log.error("a clinic's system says what nobody here foresaw", kind=type(error).__name__)
        raise SystemRefused(Refused.UNKNOWN, in_doubt=changes) from None
