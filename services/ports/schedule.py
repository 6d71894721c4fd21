"""Schedules, and the stored times that come of them or of another system."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from services.model.clinic import Doctor
from services.model.ids import (
    AppointmentId,
    ChildId,
    ClinicId,
    DeviationId,
    DoctorId,
    PersonId,
    PostId,
    SlotId,
)
from services.model.reserved.times import KeptTime, OpensLater, Reservation, ReservedFor
from services.model.schedule import (
    Delay,
    Deviation,
    DeviationKind,
    Holiday,
    Leave,
    Schedule,
    ScheduleException,
    ScheduleRule,
)
from services.model.settings.visit_kinds import VisitKind
from services.model.slot_sync import Known, Plan
from services.model.slots import (
    Changes,
    Counted,
    DayLoad,
    DayTimes,
    FreeTimes,
    GridTime,
    Slot,
    Stored,
    Stretch,
    Taking,
    TimesTogether,
    Wish,
)
from services.model.visits import FirstAsk


class ScheduleRepository(Protocol):
    """When doctors receive."""

    async def of(self, doctor: Doctor, first: date, *, lock: bool = False) -> Schedule:
        """All that decides when the doctor receives from a day on."""
        ...

    async def add_rule(self, doctor_id: DoctorId, rule: ScheduleRule) -> None: ...

    async def end_rules(self, doctor_id: DoctorId, last_day: date) -> None:
        """Let no rule of the doctor hold after a day: later ones are dropped."""
        ...

    async def add_exception(
        self, doctor_id: DoctorId, exception: ScheduleException
    ) -> DeviationId: ...

    async def add_holiday(self, clinic_id: ClinicId, holiday: Holiday) -> None: ...

    async def add_leave(self, doctor_id: DoctorId, leave: Leave) -> DeviationId: ...

    async def leave_on(self, doctor_id: DoctorId, day: date) -> Leave | None:
        """The doctor's leave of which the day is a part."""
        ...

    async def delay(self, doctor_id: DoctorId, day: date) -> Delay | None:
        """How late the doctor is on a day; None: nobody said anything."""
        ...

    async def set_delay(self, doctor_id: DoctorId, day: date, delay: Delay) -> None: ...

    async def deviations(self, clinic_id: ClinicId, first: date) -> list[Deviation]:
        """Other hours, leaves and holidays of a clinic that end on a day or later, in order."""
        ...

    async def deviation(self, kind: DeviationKind, deviation_id: DeviationId) -> Deviation:
        """Raises `NotFound`."""
        ...

    async def remove(self, kind: DeviationKind, deviation_id: DeviationId) -> None: ...


class SlotRepository(Protocol):
    """The stored times of doctors, and who holds which."""

    async def get(
        self,
        slot_id: SlotId,
        *,
        person: PersonId,
        now: datetime,
        lock: bool = False,
        moves: AppointmentId | None = None,
        child: ChildId | None = None,
    ) -> Slot:
        """A time as this person finds it at this moment; what is offered to the visit that is to
        be moved there is free, and for this child what the list offers them. Raises `NotFound`."""
        ...

    async def lock(self, slot_ids: Iterable[SlotId]) -> None:
        """Have whoever else claims any of these wait for the end of this transaction."""
        ...

    async def close(
        self, doctor_id: DoctorId, first: date, last: date, now: datetime
    ) -> list[SlotId]:
        """Close the doctor's times ahead of these days that no schedule gives; which those are."""
        ...

    async def reopen(self, slot_ids: Iterable[SlotId]) -> None:
        """Open these again, as far as nothing open stands in their place by now. Times of a
        clinic's own system rest until it says that they are free."""
        ...

    async def grid(
        self,
        doctor: Doctor,
        day: date,
        person: PersonId | None,
        now: datetime,
        moves: AppointmentId | None = None,
    ) -> list[GridTime]:
        """All the doctor's times of a day that are open or that somebody has, in order; what is
        held for the person is free."""
        ...

    async def taking(self, slot_id: SlotId) -> Taking | None:
        """Who has the time whom we do not know."""
        ...

    async def take(self, slot: Slot, taking: Taking, by: PostId | None, at: datetime) -> None:
        """Close a time, as somebody has it whom we do not know."""
        ...

    async def give_back(self, slot: Slot) -> None:
        """Nobody has the time any more; one of the schedule's is open once it is regenerated.

        On a day on which the doctor turned out to be absent it stays closed, and is opened when
        that is taken back."""
        ...

    async def squeeze(self, slot: Slot) -> Slot:
        """Add a time beside one that is not free, for one visit alone."""
        ...

    async def rest(self, slot_ids: Iterable[SlotId]) -> None:
        """Let free times that the schedule gave be nobody's, while something else is in their
        place."""
        ...

    async def hold(
        self, slots: Sequence[Slot], person: PersonId, until: datetime, now: datetime
    ) -> None:
        """Keep the slots for the person, and nothing else.

        Raises:
            SlotHeld: somebody else holds one of them; nothing was changed.
        """
        ...

    async def let_go(self, person: PersonId) -> None:
        """Keep nothing for the person any more."""
        ...

    async def stored(
        self,
        doctor_id: DoctorId,
        now: datetime,
        until: datetime | None = None,
        *,
        lock: bool = False,
    ) -> list[Stored]:
        """The doctor's slots that are not over, up to a moment or however far ahead, as
        regeneration sees them.

        Those that did not come from the schedule look as if closed by hand: they are not touched.
        What another system gives no more is left out: it stands in nobody's way.
        """
        ...

    async def loads(
        self, clinic_id: ClinicId, first: date, last: date
    ) -> dict[tuple[DoctorId, date], DayLoad]:
        """How much of each doctor's days is taken, both days included; days without any time are
        left out. A time is taken by a visit, or by somebody whom nobody here knows."""
        ...

    async def change(self, doctor: Doctor, changes: Changes) -> None:
        """Bring the doctor's slots into line with the schedule."""
        ...

    async def date_anew(self, doctor: Doctor, after: datetime, most: int) -> int:
        """Give the doctor's slots from a moment on the days that they have in the clinic's zone,
        so many of those that have others; of how many."""
        ...

    async def are_promised(self, clinic_id: ClinicId, after: datetime) -> bool:
        """Whether somebody without a visit was told the hour of a time of the clinic from a moment
        on: a caller who has it, or a family for which it is kept.

        What the clinic's other system has is at the hours of its own sheets."""
        ...

    async def clear_ahead(self, clinic_id: ClinicId, after: datetime) -> None:
        """Have whoever wants a time of the clinic from a moment on wait for the end of this
        transaction, and keep none for anybody."""
        ...


class LoadRepository(Protocol):
    """What families who asked could be offered."""

    async def is_asked(self, clinic_id: ClinicId, child_id: ChildId, day: date) -> bool:
        """Whether the child's first ask of a day is taken down."""
        ...

    async def add_ask(self, ask: FirstAsk) -> None:
        """Take down an ask; one that comes second on its day changes nothing."""
        ...

    async def asks(self, clinic_id: ClinicId, first: date, last: date) -> list[FirstAsk]:
        """What was taken down on these days, both ends included, in order."""
        ...

    async def month(self, clinic_id: ClinicId, first: datetime, until: datetime) -> Counted:
        """What became of a clinic's visits whose times lie in between, and by whose doing."""
        ...


class ImportRepository(Protocol):
    """The stored times of doctors, as whoever reconciles them with another system sees them."""

    async def stored(
        self,
        doctor_ids: Sequence[DoctorId],
        now: datetime,
        first: datetime,
        until: datetime,
        *,
        lock: bool = False,
    ) -> dict[DoctorId, list[Known]]:
        """All slots of these doctors that end after `now` and `first`, up to a moment, in order.

        Holds that end after `now` are alive."""
        ...

    async def carry_out(self, doctor: Doctor, plan: Plan, at: datetime) -> None:
        """Write what a plan says about the doctor's slots."""
        ...


class FreeTimeRepository(Protocol):
    """Times that fit a wish, as families look for them."""

    async def earliest(
        self, clinic_id: ClinicId, wish: Wish, doctor_id: DoctorId | None = None
    ) -> Slot | None:
        """The first time that fits the wish, with this doctor or with any of the clinic's."""
        ...

    async def by_doctor(self, clinic_id: ClinicId, wish: Wish) -> dict[DoctorId, FreeTimes]:
        """What each doctor has for the wish; doctors without any time are left out."""
        ...

    async def have_hours(
        self, clinic_id: ClinicId, kinds: Sequence[VisitKind], after: datetime
    ) -> Sequence[VisitKind]:
        """For which of these, one at least, anybody at the clinic receives, free or not."""
        ...

    async def days(self, doctor_id: DoctorId, wish: Wish) -> list[DayTimes]:
        """The days on which the doctor receives for such a reason within the wish, in order."""
        ...

    async def on_day(self, doctor: Doctor, wish: Wish, day: date) -> list[Slot]:
        """The doctor's times of one day of the clinic that fit the wish, in order."""
        ...

    async def near(self, doctor: Doctor, wish: Wish, moment: datetime, count: int) -> list[Slot]:
        """The doctor's times that fit the wish and are nearest to a moment, in order of time."""
        ...

    async def free(
        self,
        clinic_id: ClinicId,
        wish: Wish,
        most: int,
        *,
        doctor_id: DoctorId | None = None,
        day: date | None = None,
    ) -> list[Slot]:
        """The first times that fit the wish, of all doctors and days or of these, in order."""
        ...


class TogetherRepository(Protocol):
    """Times of which each fits the wishes of all the children, and that lie together as
    `rules.together` says."""

    async def times(
        self,
        clinic_id: ClinicId,
        wishes: Sequence[Wish],
        most: int,
        *,
        doctor_id: DoctorId | None = None,
        day: date | None = None,
    ) -> list[TimesTogether]:
        """The first of them, of all doctors and days or of these, in order of time. Of times of two
        doctors at once there is one choice at a moment, and none where one doctor is asked for."""
        ...

    async def days(
        self, clinic_id: ClinicId, wishes: Sequence[Wish], *, doctor_id: DoctorId | None = None
    ) -> list[date]:
        """The days on which there are any, in order."""
        ...

    async def first_of_doctors(
        self, clinic_id: ClinicId, wishes: Sequence[Wish]
    ) -> list[TimesTogether]:
        """The first times of each doctor who has them, one after another, in order of time."""
        ...


class ReservationRepository(Protocol):
    """Which times are kept for whom, and until when."""

    async def times(self, doctor: Doctor, now: datetime) -> dict[date, dict[SlotId, KeptTime]]:
        """All times of a doctor from today's first on, those that somebody has included, but not
        what was squeezed in; by day. Whoever claims one waits for the end of this transaction."""
        ...

    async def keep(self, changes: Mapping[SlotId, Reservation | None]) -> None:
        """Keep these times so; None: for nobody."""
        ...

    async def name(self, doctor_id: DoctorId, whom: Mapping[Stretch, ReservedFor | None]) -> None:
        """Note for whom a sheet names the doctor's times that stand there; None: for nobody."""
        ...

    async def named(self, doctor_id: DoctorId, now: datetime) -> set[ReservedFor]:
        """For whom sheets name any of the doctor's times ahead."""
        ...

    async def keep_nothing(self, doctor_id: DoctorId, now: datetime) -> None:
        """Let none of the doctor's times ahead be kept for anybody."""
        ...

    async def release(self, slot_id: SlotId, by: PostId, at: datetime) -> None:
        """Let everybody have the time from now on, and take down who said so."""
        ...

    async def released(self, slot_ids: Collection[SlotId]) -> dict[SlotId, str]:
        """Which of these somebody has released, and how colleagues call who did."""
        ...

    async def counts(self, now: datetime) -> dict[ClinicId, tuple[int, int]]:
        """How many times ahead are kept still, and how many somebody opened early; of clinics with
        neither there is nothing."""
        ...

    async def opening_later(
        self, clinic_id: ClinicId, wish: Wish, day: date, doctor_id: DoctorId | None = None
    ) -> list[OpensLater]:
        """What of a day would fit the wish, were it not kept for others still; the first first."""
        ...
