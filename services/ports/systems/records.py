"""What is kept of clinics' own systems: how they are, their times, and what is on its way there."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from services.model.clinic import Clinic, Doctor
from services.model.ids import AppointmentId, ChildId, ClinicId, DoctorId, PersonId, PostId, SlotId
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot, Stretch
from services.model.systems.mirror import Mirrored, MirrorPlan
from services.model.systems.outbox import (
    OwnSystem,
    Queue,
    Step,
    SystemBooking,
    SystemBookingId,
)
from services.model.systems.values import (
    ForeignRef,
    ForeignSlot,
    ForeignVisit,
    Refused,
    SentPart,
    SystemSettings,
)
from services.model.visits import Appointment, AppointmentState


class SystemRepository(Protocol):
    """Clinics' own systems, and how each answered last."""

    async def all(self) -> list[OwnSystem]:
        """In order of the clinics' names."""
        ...

    async def of(self, clinic_id: ClinicId) -> OwnSystem | None: ...

    async def connect(self, clinic: Clinic, settings: SystemSettings, now: datetime) -> None:
        """Let the clinic's times be those of its system from now on, or reach it otherwise."""
        ...

    async def moved(self, clinic_id: ClinicId, settings: SystemSettings, now: datetime) -> None:
        """The same system is at another address: what it named by the earlier one goes on by its
        new name, and is all looked at next."""
        ...

    async def disconnect(self, clinic_id: ClinicId) -> None:
        """Let them be the clinic's own again: what its system gave is withdrawn."""
        ...

    async def begin_whole(self, clinic_id: ClinicId, due_since: datetime) -> None:
        """All its times are read from here on: whoever wants that from now on wants another look.

        Args:
            due_since: what has it be read anew if nobody ends this look.
        """
        ...

    async def answered(
        self, clinic_id: ClinicId, now: datetime, due_at: datetime, mark: str, *, whole: bool
    ) -> None:
        """Its times were read, or the news of them up to a mark. All of them are to be read next
        all the same where somebody has wanted that since `begin_whole`."""
        ...

    async def failed(
        self, clinic_id: ClinicId, why: Refused, now: datetime, due_at: datetime
    ) -> None: ...

    async def is_well(self, clinic_id: ClinicId) -> None:
        """It answered what it was asked beside: the failures in a row are over."""
        ...


class MirrorRepository(Protocol):
    """The times of clinics' own systems, as they are stored here."""

    async def stored(self, doctor_id: DoctorId, within: Stretch, now: datetime) -> list[Mirrored]:
        """A doctor's times that share a moment with a stretch and are not over."""
        ...

    async def carry_out(
        self, doctor: Doctor, plan: MirrorPlan, now: datetime, most: int, *, freed: bool
    ) -> MirrorPlan | None:
        """Do so many steps of a plan, what goes first; what is left of it. What became ours since
        the plan was made is not touched.

        Args:
            freed: whether what is free by now was not before, and goes to who waits first.
        """
        ...

    async def time_of(self, doctor: Doctor, there: ForeignSlot) -> SlotId:
        """The stored time at which a visit is there by now; a closed one is made if there is
        none."""
        ...

    async def named(self, slot_id: SlotId) -> ForeignSlot | None: ...


class OutboxRepository(Protocol):
    """What is on its way into clinics' own systems. That a visit on one of their times has to be
    asked for there is written down with the visit itself (see `AppointmentRepository`)."""

    async def leave(self, now: datetime) -> int:
        """Have taken back there what stands there, and here no more; how many. A visit that is
        being moved keeps its old time until its new one is decided."""
        ...

    async def let_go(self, now: datetime, most: int) -> int:
        """Have done with so many that stand there and are over for a day; how many there were.
        Only what is ahead is gone through each time, however many there ever were."""
        ...

    async def ask_together(self, visits: Sequence[AppointmentId]) -> None:
        """Let what was just asked for, for several visits, stand there all, or none of it."""
        ...

    async def together(self, booking: SystemBooking) -> list[SystemBooking]:
        """The others that were asked for in one go with it."""
        ...

    async def was_together(self, visit_id: AppointmentId) -> bool:
        """Whether a visit's time was asked for last in one go with others."""
        ...

    async def complete(self, most: int) -> list[SystemBooking]:
        """What stands there, and waits here for others of which nothing is to be waited for."""
        ...

    async def due(self, now: datetime, most: int) -> list[SystemBookingId]:
        """What is to be seen to, the longest due first."""
        ...

    async def of_visit(self, visit_id: AppointmentId) -> SystemBookingId | None:
        """What is on its way for a visit now."""
        ...

    async def take(
        self, booking_id: SystemBookingId, now: datetime, until: datetime
    ) -> SystemBooking | None:
        """Take one in hand until a moment, as it was before; None: somebody else has, or it is not
        to be seen to. One that is to be asked for counts as sent from here on."""
        ...

    async def go_on(self, clinic_id: ClinicId, now: datetime) -> None:
        """Have seen to at once what was not sent while the clinic's system was away."""
        ...

    async def is_behind(self, booking: SystemBooking) -> bool:
        """Whether it is not known yet what became of an earlier time of the same visit."""
        ...

    async def standing(self, visit_id: AppointmentId) -> SystemBooking | None:
        """What stands there for a visit."""
        ...

    async def get(self, booking_id: SystemBookingId) -> SystemBooking:
        """Raises `NotFound`."""
        ...

    async def put_off(
        self,
        booking: SystemBooking,
        step: Step,
        due_at: datetime,
        *,
        in_doubt: bool = False,
        still: Step | None = None,
    ) -> None:
        """Have it seen to later; see `settle` for when nothing is changed."""
        ...

    async def settle(
        self,
        booking: SystemBooking,
        step: Step,
        *,
        ref: ForeignRef | None = None,
        why: Refused | None = None,
        by: PostId | None = None,
        due_at: datetime | None = None,
        still: Step | None = None,
    ) -> bool:
        """It goes on to another step, if that follows the one it is at by now (`BEFORE`), which
        has to be `still` this one where that is said. False: somebody else has settled it.

        Where that ends it, all times of the clinic's system are read next: that its time is free
        there may be no news, or have been while it was this visit's."""
        ...

    async def moved(self, booking: SystemBooking, slot_id: SlotId) -> None:
        """It stands there at another time; its earlier one is read next, see `settle`."""
        ...

    async def told_late(self, booking: SystemBooking) -> None: ...

    async def undecided(
        self, clinic_id: ClinicId | None, now: datetime, most: int
    ) -> list[SystemBooking]:
        """What was promised an answer by now, and whose family was not told so."""
        ...

    async def open_at(self, clinic_id: ClinicId, most: int) -> list[tuple[SystemBooking, str]]:
        """What waits or is stuck at a clinic, the stuck ones first, with the child's name, and
        whether it was given up here."""
        ...

    async def queues(self, now: datetime) -> dict[ClinicId, Queue]:
        """How much waits for each clinic's system and is due."""
        ...

    async def by_ref(self, clinic_id: ClinicId, ref: ForeignRef) -> SystemBooking | None: ...

    async def to_check(
        self, clinic_id: ClinicId, now: datetime, most: int, *, flagged: bool
    ) -> list[SystemBooking]:
        """What stands there and is ahead, or of today, looked at there longest ago; what is known
        by hand alone cannot be looked at.

        Args:
            flagged: only what was never looked at, or has to be soon.
        """
        ...

    async def checked(self, bookings: Sequence[SystemBookingId], at: datetime) -> None: ...

    async def check_soon(self, slots: Collection[SlotId]) -> None:
        """Have what stands there on these times looked at next."""
        ...

    async def sent_of(
        self, child_id: ChildId, most: int
    ) -> list[tuple[ClinicId, datetime, frozenset[SentPart]]]:
        """What of a child was sent to which clinic's system and when, the latest first."""
        ...

    async def sent(self, booking: SystemBooking, parts: frozenset[SentPart]) -> None: ...


class SystemPatientRepository(Protocol):
    """How clinics' own systems name the children who were met there."""

    async def named(self, clinic_id: ClinicId, child_id: ChildId) -> ForeignRef | None:
        """How that system named the child when it was last met."""
        ...

    async def child_of(self, clinic_id: ClinicId, patient: ForeignRef) -> ChildId | None:
        """Whom it names so; None: nobody here, or two."""
        ...

    async def keep(self, clinic_id: ClinicId, child_id: ChildId, patient: ForeignRef) -> None: ...

    async def forget(self, child_ids: Collection[ChildId], clinic_id: ClinicId | None) -> None:
        """Know these children by no name there any more, or (None) nowhere."""
        ...


class SystemVisitRepository(Protocol):
    """Visits as a clinic's own system decides about them."""

    async def confirm(self, visit: Appointment, at: datetime) -> Appointment | None:
        """The system said yes: a visit that awaits it is booked. None: it awaits it no more."""
        ...

    async def decline(self, visit: Appointment, at: datetime, *, owed: bool) -> Appointment | None:
        """The system said no: a visit that awaits it is cancelled. None: it awaits it no more.

        Args:
            owed: whether it needs another time still, since the clinic took an earlier one away.
        """
        ...

    async def stays(self, visit: Appointment, old: Slot, at: datetime) -> Appointment | None:
        """The system said no to another time: the visit is at its old one, where it stands there.
        None: it awaits nothing any more. Raises `SlotTaken`, `ChildIsBusy`: the child has another
        visit by then at that time."""
        ...

    async def cancelled_there(self, visit: Appointment, at: datetime) -> Appointment | None:
        """The clinic cancelled it in its system. None: it did not stand here any more."""
        ...

    async def moved_there(
        self, visit: Appointment, slot_id: SlotId, at: datetime
    ) -> Appointment | None:
        """The clinic moved it in its system. Raises `SlotTaken`, `ChildIsBusy`."""
        ...

    async def came_there(
        self, visit: Appointment, state: AppointmentState, at: datetime
    ) -> Appointment | None:
        """The clinic wrote down whether the child came. None: it did not stand here any more."""
        ...

    async def book_there(
        self, child_id: ChildId, slot: Slot, reason: KindKey, by: PersonId, at: datetime
    ) -> Appointment:
        """What was booked there for a child who is known here. Raises `SlotTaken`,
        `ChildIsBusy`."""
        ...

    async def note_there(
        self, clinic_id: ClinicId, visit: Appointment, there: ForeignVisit, at: datetime
    ) -> None:
        """A visit that was booked there stands here, too."""
        ...
