"""What a registrar is about at the desk: whom for, in whose place, what is left to choose."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, date, datetime
from enum import StrEnum

from services.access.audit import take_down
from services.access.posts import post_of, visit_at
from services.model.access import REGISTRY, Access, Post
from services.model.clinic import Doctor
from services.model.ids import AppointmentId, ChildId, DoctorId, PersonId, PostId, SlotId
from services.model.people import Child
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.visits import KindNotHere, SlotClosed, SlotPassed, VisitCancelled
from services.model.settings.visit_kinds import KindKey, VisitKind
from services.model.slots import DayTimes, FreeTimes, GridTime, Slot, Stretch, Taking, Wish
from services.model.visits import Appointment, AppointmentState
from services.ports.transaction import Transaction
from services.rules import booking
from services.rules.eligibility.kinds import USUAL
from services.rules.slots import is_off
from services.rules.typed.texts import mark
from services.schedule.availability import freshness


class Aim(StrEnum):
    """What a time is looked for at the desk."""

    BOOK = "b"
    MOVE = "m"
    TAKE = "t"
    """For somebody without a name."""
    NEXT = "n"
    """The child's next visit, named at one that they have: a doctor may, too."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Why somebody at the desk looks for a time."""

    aim: Aim
    subject: int = 0
    """The child who is booked for, the visit that is moved, or that the next one follows; 0 is
    nobody."""
    reason: KindKey = USUAL


@dataclass(frozen=True, slots=True)
class Call:
    """An errand and everybody in it, as they stand now."""

    post: Post
    errand: Errand
    child: Child | None
    moving: Appointment | None
    now: datetime
    after: Appointment | None = None
    """The visit at which the next one is named."""
    read_at: datetime | None = None
    """Of times of the clinic's own system that nobody has read lately: how old they are."""
    is_away: bool = False
    """Whether the clinic's own system has not answered for so long that none of its times may be
    given."""


@dataclass(frozen=True, slots=True)
class DeskReasons:
    """Why a child can come."""

    call: Call
    kinds: Sequence[VisitKind]


@dataclass(frozen=True, slots=True)
class DeskDoctors:
    """The clinic's doctors and what each has free."""

    call: Call
    doctors: Sequence[tuple[Doctor, FreeTimes | None]]
    of_district: DoctorId | None = None
    """Whose district the child lives in, as far as the family said so."""


@dataclass(frozen=True, slots=True)
class DeskDays:
    """The days on which a doctor receives, in order, beyond what families see."""

    call: Call
    doctor: Doctor
    days: Sequence[DayTimes]


@dataclass(frozen=True, slots=True)
class DeskDay:
    """All times of a doctor's day, those that are gone included."""

    call: Call
    doctor: Doctor
    day: date
    times: Sequence[GridTime]

    @property
    def offered(self) -> list[GridTime]:
        """What can be given for the errand: free, or to be squeezed in beside who has it.

        What somebody looks at just now is not; nobody without a name is squeezed in.
        """
        takes = self.call.errand.aim is Aim.TAKE
        possible = (
            time for time in self.times if not time.slot.held and not (time.slot.taken and takes)
        )
        first: dict[tuple[Stretch, bool], GridTime] = {}
        for time in possible:  # who is squeezed in beside two is so once
            first.setdefault((time.slot.stretch, time.slot.taken), time)
        return list(first.values())

    def having(self, time: GridTime) -> int:
        """How many have the very same time."""
        return sum(
            each.slot.taken and each.slot.stretch == time.slot.stretch for each in self.times
        )


@dataclass(frozen=True, slots=True)
class DeskOffer:
    """A time before anybody said yes, and what the registry would do by giving it."""

    call: Call
    slot: Slot
    bent: Sequence[Refusal]
    """The clinic's rules that would be bent."""

    @property
    def extra(self) -> bool:
        """Whether the visit would be squeezed in beside another one."""
        return self.slot.taken


@dataclass(frozen=True, slots=True)
class MovedAtDesk:
    """A visit at its new time, and where it was."""

    post: Post
    visit: Appointment
    before: Slot
    in_bot: bool
    """Whether the family is told by the bot; otherwise it has to be called."""


@dataclass(frozen=True, slots=True)
class TakenTime:
    """A time that is somebody's whom we do not know, or was until now."""

    post: Post
    slot: Slot
    taking: Taking | None
    """None: it is nobody's, and free again if the slot is open."""

    @property
    def as_shown(self) -> int:
        """What a button keeps of whose it is: taken once more, it is another number."""
        if not (self.taking and self.taking.since):
            return 0
        since = int(self.taking.since.timestamp())
        return mark(f"{self.taking.taker} {self.taking.reference} {since}")


_FOREVER = datetime(MAXYEAR, 1, 1, tzinfo=UTC)


async def call_of(
    tx: Transaction, by: PersonId, post_id: PostId, errand: Errand, now: datetime
) -> Call:
    """Who is meant by an errand, taken down: whatever the desk looks at for them shows their name;
    and how fresh the times are that they could have.

    Raises `NotFound`, `KindNotHere`, `VisitPassed`, `VisitCancelled`."""
    call = await _call_of(tx, by, post_id, errand, now)
    read_at, is_away = await freshness(tx, call.post.clinic, now)
    return replace(call, read_at=read_at, is_away=is_away)


async def _call_of(
    tx: Transaction, by: PersonId, post_id: PostId, errand: Errand, now: datetime
) -> Call:
    if errand.aim in (Aim.BOOK, Aim.NEXT):
        post, child, after = await whom_of(tx, by, post_id, errand)
        await take_down(tx, post, Access.TIMES, [(child.id, after.id if after else None)], now)
        return Call(post, errand, child, None, now, after)
    post = await post_of(tx, by, post_id, REGISTRY)
    if errand.aim is Aim.TAKE:
        return Call(post, errand, None, None, now)
    visit = await visit_at(tx, post, AppointmentId(errand.subject))
    booking.check_movable(visit, now)
    await take_down(tx, post, Access.TIMES, [(visit.child.id, visit.id)], now)
    return Call(post, Errand(Aim.MOVE, visit.id, visit.reason), visit.child, visit, now)


async def whom_of(
    tx: Transaction, by: PersonId, post_id: PostId, errand: Errand
) -> tuple[Post, Child, Appointment | None]:
    """Who books, for which child, and at which visit: a doctor only at one of their own.

    Raises `NotFound`, `KindNotHere` of what the clinic never had, and `VisitCancelled` of a visit
    that is none."""
    if errand.aim is not Aim.NEXT:
        post = await post_of(tx, by, post_id, REGISTRY)
        _check_known(post, errand)
        return post, await tx.registry.child(post.clinic.id, ChildId(errand.subject)), None
    post = await post_of(tx, by, post_id)
    _check_known(post, errand)
    after = await visit_at(tx, post, AppointmentId(errand.subject))
    if after.state is AppointmentState.CANCELLED:
        raise VisitCancelled
    return post, after.child, after


def _check_known(post: Post, errand: Errand) -> None:
    """What is hidden by now may be booked still: who is at the desk knows why."""
    if errand.reason not in {kind.key for kind in post.clinic.kinds}:
        raise KindNotHere


def _check_own(post: Post, doctor: Doctor) -> None:
    """A doctor's times are the clinic's registry's to give, and their own. Raises `NotFound`."""
    if doctor.clinic.id != post.clinic.id or (post.doctor and post.doctor.id != doctor.id):
        raise NotFound


async def slot_at(
    tx: Transaction,
    post: Post,
    by: PersonId,
    slot_id: SlotId,
    now: datetime,
    *,
    lock: bool = False,
    moves: AppointmentId | None = None,
) -> Slot:
    """A time that the post may give. Its lock is enough also for squeezing in beside whoever has
    it: who closes days locks all times of theirs that somebody has."""
    slot = await tx.slots.get(slot_id, person=by, now=now, lock=lock, moves=moves)
    _check_own(post, slot.doctor)
    return slot


def moves_one(call: Call) -> AppointmentId | None:
    """What is offered to this visit's family can be given to it."""
    return call.moving.id if call.moving else None


def wish_at_desk(call: Call, by: PersonId) -> Wish:
    """Whatever is free from now on: neither notice nor horizon bind the registry."""
    return Wish(
        person=by,
        now=call.now,
        kind=call.post.clinic.kind(call.errand.reason),
        earliest=call.now,
        latest=call.now if call.post.clinic.times_apart else _FOREVER,
        busy=(),
        seen_by=frozenset(),
        moves=moves_one(call),
    )


async def weigh(tx: Transaction, call: Call, slot: Slot, *, extra: bool) -> list[Refusal]:
    """The clinic's rules that a visit at this time would bend.

    Raises what `Desk.book` raises of the time and the child."""
    if extra:
        await _check_beside(tx, slot, call.now)
    else:
        booking.check_free(slot, call.now)
    if call.child is None:
        return booking.kept_for_others(slot, call.now)
    ahead = await tx.appointments.planned([call.child.id], after=call.now)
    own = {visit.id for visit in (call.moving, call.after) if visit}
    others = [visit for visit in ahead if visit.id not in own]
    return booking.rules_bent(slot, call.child, call.errand.reason, others, call.now)


async def _check_beside(tx: Transaction, slot: Slot, now: datetime) -> None:
    """Let one more visit be squeezed in beside the one that has the time.

    Times that somebody has without a name, and squeezed ones, are never open: of these it is asked
    whether the doctor is there that day.

    Raises:
        SlotPassed, SlotClosed: it cannot be.
    """
    if slot.starts_at < now:
        raise SlotPassed
    if slot.doctor.clinic.times_apart:
        raise SlotClosed
    if not (slot.open or slot.extra or await tx.slots.taking(slot.id)):
        raise SlotClosed
    day = slot.local_start.date()
    if is_off(await tx.schedules.of(slot.doctor, day), day):
        raise SlotClosed


def is_same(ahead: Sequence[Appointment], slot: Slot, *, extra: bool) -> Appointment | None:
    """The visit that was asked for, if it is there already."""
    for visit in ahead:
        squeezed = visit.slot.extra and visit.slot.doctor.id == slot.doctor.id
        if visit.slot.id == slot.id or (extra and squeezed and visit.slot.stretch == slot.stretch):
            return visit
    return None
