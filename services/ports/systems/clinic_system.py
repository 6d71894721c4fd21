"""A clinic's own system, as use cases need it. It is for foreign systems only: a clinic with its
own schedule keeps its single transaction.

No transaction of the database is open while one of these is awaited.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from services.model.ids import ClinicId
from services.model.systems.values import (
    Capabilities,
    ForeignHold,
    ForeignRef,
    ForeignSlot,
    ForeignVisit,
    News,
    Patient,
    Refused,
    SystemSettings,
    Window,
)


class SystemRefused(Exception):
    """The system did not do what it was asked, or nobody knows whether it did."""

    def __init__(
        self, why: Refused, *, in_doubt: bool = False, after: timedelta | None = None
    ) -> None:
        super().__init__(why)
        self.why = why
        self.in_doubt = in_doubt
        """Whether it may have been done all the same: the request left, and no answer to it was
        understood. Never with a refusal of `FINAL` that the system said itself."""
        self.after = after
        """How long it wants to be left in peace, where it said so."""


class ClinicSystem(Protocol):
    """One clinic's own system. Each method is one attempt, bounded by the settings' patience: who
    tries again, when, and after which question, is the caller's to decide. All raise
    `SystemRefused` and nothing else of the network or of what was read."""

    async def capabilities(self) -> Capabilities:
        """What it can do; asked of it where it can say so itself (FHIR: /metadata)."""
        ...

    async def find(self, window: Window) -> list[ForeignSlot]:
        """All that it says of the window, every page of it. A time that it does not name is not
        there, or not free. Half an answer is no answer: raises rather than give that."""
        ...

    async def changes(self, since: str) -> News:
        """What changed since a mark of its own; an empty mark: from now on."""
        ...

    async def hold(self, slot: ForeignSlot, key: str) -> ForeignHold:
        """Keep a time; only where `Capabilities.hold`."""
        ...

    async def book(
        self, what: ForeignSlot | ForeignHold, patient: Patient, key: str
    ) -> ForeignVisit:
        """Book it, and read back how it stands. The visit is booked there if and only if this
        returns one that is `BOOKED`; one that is `PENDING` has to be looked at again.

        Where `Capabilities.keyed`, the same key goes on with what it began. What it left half done
        when the time turned out to be taken it takes back itself; if it cannot, it is in doubt.
        """
        ...

    async def move(
        self, ref: ForeignRef, to: ForeignSlot, patient: Patient, key: str
    ) -> ForeignVisit:
        """Give a visit another time, and read it back; only where `Capabilities.move`. Asked again
        it does the same once more: a no means that the visit is where it was.

        Args:
            patient: whose visit it is, for systems that write all of it anew.
        """
        ...

    async def whereabouts(self, ref: ForeignRef, to: ForeignSlot) -> ForeignVisit | None:
        """Whether a visit that was asked to be moved is at its old time or at the new one; None:
        there is no such visit. Only where `Capabilities.move`.

        Raises `SystemRefused`, of `UNKNOWN` where it cannot be told: both are taken."""
        ...

    async def cancel(self, ref: ForeignRef, why: str) -> None:
        """Cancel a visit and free its time. One that is cancelled, or is not there, is no error.

        Args:
            why: our own few words, which name nobody.
        """
        ...

    async def look_up(self, key: str) -> ForeignVisit | None:
        """What was asked for under our key; None: nothing was. Only where `Capabilities.keyed`."""
        ...

    async def status(self, ref: ForeignRef) -> ForeignVisit | None:
        """How a visit stands there; None: there is no such visit."""
        ...


class ClinicSystems(Protocol):
    """The systems that this process can speak to."""

    def of(self, clinic_id: ClinicId, settings: SystemSettings) -> ClinicSystem:
        """The clinic's system, by these settings; the same one for as long as they are the same.

        Raises:
            ValueError: they cannot be; it says what is wrong in one line, without any secret.
        """
        ...


Secrets = Mapping[str, str]
"""The process's keys for clinics' systems, by what settings call them."""
