"""What is booked: looked at, come to, given back, hidden, kept in a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.messages.questions import thread_of
from services.messages.telling import news_for_others
from services.model.ids import AppointmentId, PersonId
from services.model.messages import CHANGES, REMINDERS, NotificationKind
from services.model.people import CareRole, Scope
from services.model.questions import Question
from services.model.refusals.visits import (
    VisitCancelled,
)
from services.model.visits import Appointment, AppointmentState, Offered
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules import booking, questions, visit_states
from services.runtime.use_case import use_case

PAST_SHOWN = 10
"""How many past visits are listed."""


@dataclass(frozen=True, slots=True)
class Coming:
    """The visits that a family said it comes to."""

    visits: Sequence[Appointment]
    now: datetime


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits of all children in a person's care."""

    visits: Sequence[Appointment]
    now: datetime
    needing: Sequence[Appointment] = ()
    """Those that need another time."""
    waits: int = 0
    """For how many times the family waits."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, and the moment at which it was looked at."""

    visit: Appointment
    now: datetime
    thread: Sequence[Question] = ()
    """What the family asked about it."""
    offers: Sequence[Offered] = ()
    """What is kept for the family of one that needs a time."""
    may_hide: bool = False
    """Whether somebody helps with the child, from whom the person may hide it."""
    helps: bool = False
    """Whether the person only helps with the child."""
    only_looks: bool = False
    """Whether the person may do nothing about the visit."""

    @property
    def is_ahead(self) -> bool:
        return self.visit.slot.starts_at > self.now

    @property
    def is_over(self) -> bool:
        """Whether nobody comes to it any more: it has begun, or does not stand."""
        return not (self.visit.is_active and self.is_ahead)

    @property
    def is_askable(self) -> bool:
        """Whether something may be asked about it."""
        return questions.is_askable(self.visit, self.now)


class MyVisits:
    """What a family does with the visits that it has."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def visits(self, person: PersonId) -> Visits:
        """The visits ahead, in order of time."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            ahead = await tx.appointments.ahead(person, after=now)
            return Visits(ahead.planned, now, ahead.needing, ahead.waits)

    @use_case
    async def past(self, person: PersonId) -> Visits:
        """The latest visits that are over or were cancelled, the latest first."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            children = await tx.families.children(cared_for_by=person)
            ids = [child.id for child in children]
            past = await tx.appointments.past(ids, before=now, most=PAST_SHOWN, shown_to=person)
            return Visits(past, now)

    @use_case
    async def visit(self, person: PersonId, visit_id: AppointmentId) -> Visit:
        """One visit, whatever became of it; raises `NotFound`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            visit = await tx.appointments.get(visit_id, cared_for_by=person)
            return await self._look_at(tx, person, visit, now)

    async def _look_at(
        self, tx: Transaction, person: PersonId, visit: Appointment, now: datetime
    ) -> Visit:
        thread = await thread_of(tx, person, visit)
        offers = await tx.offers.of(visit.id, now)
        links = await tx.people.of_child(visit.child.id)
        helpers = {link.person: link for link in links if link.role is CareRole.HELPER}
        own = helpers.get(person)
        return Visit(
            visit,
            now,
            thread,
            offers,
            may_hide=bool(helpers) and not own,
            helps=own is not None,
            only_looks=own is not None and not own.may_book,
        )

    @use_case
    async def hide(self, person: PersonId, visit_id: AppointmentId, *, hidden: bool) -> Visit:
        """Show a visit to no helper, or to all again. Raises `NotFound`, `NotEntrusted`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            visit = await tx.appointments.to_change(
                visit_id, cared_for_by=person, scope=Scope.DECIDE
            )
            if not tx.replay and visit.hidden != hidden:
                visit = await tx.appointments.hide(visit, hidden=hidden)
            return await self._look_at(tx, person, visit, now)

    @use_case
    async def calendar_file(self, person: PersonId, visit_id: AppointmentId) -> Visit:
        """A visit whose file for the calendar is wanted: after a change by the clinic a newer one
        comes to the person by itself. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            visit = await tx.appointments.get(visit_id, cared_for_by=person)
            await tx.appointments.into_calendar(visit, person)
            return Visit(visit, now)

    @use_case
    async def cancellable(self, person: PersonId, visit_id: AppointmentId) -> Visit:
        """A visit that can still be cancelled, or was; raises `NotFound`, `VisitPassed`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            visit = await tx.appointments.get(visit_id, cared_for_by=person, scope=Scope.CANCEL)
        if visit.state is not AppointmentState.CANCELLED:
            booking.check_cancellable(visit, now)
        return Visit(visit, now)

    @use_case
    async def cancel(
        self, person: PersonId, visit_id: AppointmentId, seen: int | None = None
    ) -> Visit:
        """Give a time back, or need none any more; doing it again changes nothing.

        Args:
            seen: how the visit was shown, see `visit_states.check_shown`.

        Raises:
            NotFound: not this person's.
            VisitChanged: it is not as it was seen.
            VisitPassed: it has begun, or is over.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            visit, _freed = await give_back(tx, person, visit_id, seen, now)
            return Visit(visit, now)

    @use_case
    async def come(
        self,
        person: PersonId,
        visit_id: AppointmentId,
        seen: int | None = None,
        *,
        all_day: bool,
        seen_all: int | None = None,
    ) -> Coming:
        """Say that the child comes; with `all_day`, all children of the person to the clinic that
        day. Doing it again changes nothing.

        Args:
            seen: how the visit was shown, see `visit_states.check_shown`.
            seen_all: which visits of the day were shown with it, see `visit_states.those_shown`.

        Raises:
            NotFound: not this person's visit.
            VisitChanged: it is not as it was seen, or another one of them is not.
            VisitCancelled, VisitPassed: there is nothing to come to.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            if all_day:
                await tx.families.children(cared_for_by=person, lock=True)
            visit = await tx.appointments.to_change(visit_id, cared_for_by=person, scope=Scope.BOOK)
            if visit.needs_time:
                raise VisitCancelled
            booking.check_movable(visit, now)
            if not tx.replay:
                visit_states.check_shown(visit, seen)
            visits = await self._same_day(tx, person, visit, now) if all_day else [visit]
            if tx.replay:
                return Coming(visits, now)
            if all_day:
                visits = visit_states.those_shown(visits, seen_all)
            return Coming([await tx.appointments.expect(each, now) for each in visits], now)

    @use_case
    async def day_of(self, person: PersonId, visit_id: AppointmentId) -> Coming:
        """The family's visits ahead at the clinic on the day of this one, asked about anew.

        Raises:
            NotFound: not this person's visit.
            VisitCancelled: there is none left.
        """
        now = self._clock()
        async with self._transactions.reads() as tx:
            visit = await tx.appointments.get(visit_id, cared_for_by=person)
            visits = await self._same_day(tx, person, visit, now)
            if not visits:
                raise VisitCancelled
            return Coming(visits, now)

    async def _same_day(
        self, tx: Transaction, person: PersonId, visit: Appointment, now: datetime
    ) -> Sequence[Appointment]:
        children = await tx.families.children(cared_for_by=person, scope=Scope.BOOK)
        ids = [child.id for child in children]
        planned = await tx.appointments.planned(ids, after=now, shown_to=person)
        return [
            other
            for other in planned
            if other.slot.doctor.clinic.id == visit.slot.doctor.clinic.id
            and other.slot.local_start.date() == visit.slot.local_start.date()
            and other.slot.starts_at > now
        ]


async def give_back(
    tx: Transaction, person: PersonId, visit_id: AppointmentId, seen: int | None, now: datetime
) -> tuple[Appointment, bool]:
    """What `MyVisits.cancel` does; the visit, and whether it was this that ended it."""
    visit = await to_change(tx, person, visit_id, Scope.CANCEL)
    stood = visit.is_active or visit.needs_time
    if stood:
        visit_states.check_shown(visit, seen)
    return await let_go_of(tx, person, visit, now), stood


async def let_go_of(
    tx: Transaction,
    person: PersonId,
    visit: Appointment,
    now: datetime,
    first: Appointment | None = None,
) -> Appointment:
    """The same of a visit that nobody else can change meanwhile.

    Args:
        first: of several that are given back in one go, the first.
    """
    if visit.needs_time:
        visit = await tx.appointments.give_up(visit, person, now)
        await tx.notifications.replan(visit.id, CHANGES, [], now)
    if visit.state is AppointmentState.CANCELLED:
        return visit
    booking.check_cancellable(visit, now)
    visit = await tx.appointments.change(visit, AppointmentState.CANCELLED, by=person, at=now)
    kind = NotificationKind.FAMILY_CANCELLED
    others = await news_for_others(tx, kind, visit, person, now, first)
    await tx.notifications.replan(visit.id, [*CHANGES, *REMINDERS], others, now)
    return visit


async def to_change(
    tx: Transaction, person: PersonId, visit_id: AppointmentId, scope: Scope
) -> Appointment:
    """A visit as it stands once nobody else can change it.

    Raises `NotFound`, `NotEntrusted`."""
    return await tx.appointments.to_change(visit_id, cared_for_by=person, scope=scope)
