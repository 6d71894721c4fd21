"""The house itself as one of the ways: its services over a database, its jobs, its deaths."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias, TypeVar

from sqlalchemy import Select, bindparam, exists, func, select, union_all

from services.desk.absences.report import Absent
from services.families.home import USUAL
from services.model.clinic import Clinic
from services.model.ids import AbsenceId, AppointmentId, PersonId, TimeOfferId, WaitId
from services.model.letters import Letter, TimeOffered
from services.model.messages import Urgency
from services.model.people import Child, Person
from services.model.refusals.base import Refusal
from services.model.slots import Wish
from services.model.visits import Need, SiblingsNeed
from services.model.waitlist.waits import WaitWish
from services.ports.sending import NotNow, Unreachable
from services.rules.booking import wish_of
from services.runtime.use_case import effect_of, finish_use_cases
from storage.schedule.conditions import fits
from storage.schedule.reserved import NOBODY
from storage.schedule.wishes import shape_of, standing_for, values_of
from storage.tables.messages import NotificationRow
from storage.tables.slots import SlotRow
from storage.tables.visits import OfferRow
from storage.tables.waitlist.offers import FreedTimeRow, WaitOfferRow
from storage.tables.waitlist.waits import WaitRow
from storage.waitlist.keeping import IS_LIVE, IS_OPEN
from tests.conftest import House, StillClock, house_over
from tests.databases import POSTGRESQL, Database
from tests.services.conftest import Employee
from tests.simulation.chance import Chance
from tests.simulation.killing import Killed, dying
from tests.simulation.people import MINUTE, Town, Want
from tests.simulation.residents import Residents
from tests.simulation.times import Time, Times
from tests.simulation.ways import Told

T = TypeVar("T")
Use: TypeAlias = Callable[[House], Awaitable[T]]

LOOKS_ANYWAY = timedelta(hours=1)
"""So often the jobs run even if nothing is due: in life they run every minute, or two seconds."""
BUSY = 0.05
"""How often Telegram has no time for a message."""


@dataclass
class Post:
    """Telegram. What it accepted was told, whatever becomes of us afterwards."""

    chance: Chance
    blocked: set[int]
    told: list[TimeOffered] = field(default_factory=list)
    letters: int = 0

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """At once."""

    async def tell(self, letter: Letter) -> None:
        if letter.person.id in self.blocked:
            raise Unreachable
        self.letters += 1
        if self.chance.happens(BUSY, "busy", self.letters):
            raise NotNow
        if isinstance(letter, TimeOffered):
            self.told.append(letter)


@dataclass
class Ours:
    """A real house, that is killed now and then and begins again over the same database."""

    town: Town
    database: Database
    clinic: Clinic
    clock: StillClock
    people: Residents
    desk: Employee
    post: Post
    stack: AsyncExitStack
    house: House
    kills: float
    """How often a use case is killed on its way."""
    name: str = "ours"
    visits: dict[int, list[AppointmentId]] = field(default_factory=dict)
    """Of each want."""
    waits: dict[int, WaitId] = field(default_factory=dict)
    wants: dict[WaitId, int] = field(default_factory=dict)
    saw: dict[int, set[int]] = field(default_factory=dict)
    """What stood free for the children of each who waits when they began to, and had chosen none
    of it."""
    owed: dict[AppointmentId, int] = field(default_factory=dict)
    """Whose visits an absence took."""
    killed: int = 0
    _done: int = 0
    """How many updates and rounds of jobs there were."""
    _looked_at: datetime | None = None
    _told: set[TimeOfferId] = field(default_factory=set)
    _absences: dict[tuple[int, date], AbsenceId] = field(default_factory=dict)

    # One use case

    async def _do(self, use: Use[T]) -> T:
        """Do what an update wants; where the house dies at it, the update comes again."""
        self._done += 1
        with effect_of(self._done):
            try:
                return await self._at_risk(use)
            except Killed:
                await self._begin_anew()
                return await use(self.house)

    async def _at_risk(self, use: Use[T]) -> T:
        after = None
        if self.town.chance.happens(self.kills, "killed", self._done):
            after = int(30 * self.town.chance.of("killed after", self._done) ** 2)
        with dying(self.house, after):
            return await use(self.house)

    async def _begin_anew(self) -> None:
        self.killed += 1
        await finish_use_cases(0)  # what it did beside dies with it
        await self.stack.aclose()
        if self.database.kind == POSTGRESQL:  # as the server does when a socket is gone
            await self.database.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        self.house = await self.stack.enter_async_context(house_over(self.database, self.clock))

    # What families do

    async def free(self, want: Want) -> Sequence[Time]:
        return sorted(set.intersection(*[await self._free(want, each) for each in want.children]))

    async def _free(self, want: Want, child: int) -> set[Time]:
        resident, has = self.people.of(want), self.visits.get(want.number)
        moves = has[0] if has and len(want.children) == 1 else None
        return {*await self.shown(resident.parent, resident.children[child], moves)}

    async def shown(
        self, person: PersonId, child: Child, moves: AppointmentId | None = None
    ) -> dict[Time, int]:
        """What is listed for a child who has no other visits ahead, and the ids."""
        wish = wish_of(person, child, USUAL, self.clinic, [], self.clock())
        wish = replace(wish, moves=moves)
        values = {**values_of(wish), "clinic": self.clinic.id}
        async with self.house.engines.reading.connect() as connection:
            rows = (await connection.execute(_listed(shape_of(wish)), values)).all()
        return {self.people.learn(*row): row.id for row in rows}

    async def book(self, want: Want, times: Times) -> bool:
        slots, resident = self.people.ids(times), self.people.of(want)
        has = self.visits.get(want.number)

        async def use(house: House) -> list[AppointmentId]:
            booking, together = house.services.booking, house.services.sibling_visits
            if len(slots) > 1:
                need = SiblingsNeed(self.people.children(want), USUAL)
                return (await together.book(resident.parent, need, slots)).ids
            if has:
                moved = await booking.move(resident.parent, has[0], slots[0])
                return [moved.visit.id]
            need_of_one = Need(self.people.children(want)[0], USUAL)
            booked = await booking.book(resident.parent, need_of_one, slots[0])
            return [booked.visit.id]

        try:
            self.visits[want.number] = await self._do(use)
        except Refusal:
            return False
        return True

    async def cancel(self, want: Want, by: str) -> None:
        visits, resident = self.visits.pop(want.number), self.people.of(want)
        who = resident.other if by == "other" and resident.other else resident.parent
        if by == "desk":
            for each in visits:
                await self._cancel_by_phone(each)
            return

        async def use(house: House) -> None:
            if len(visits) > 1:
                await house.services.sibling_visits.cancel(who, visits)
            else:
                await house.services.mine.cancel(who, visits[0])

        await self._do(use)

    async def _cancel_by_phone(self, visit: AppointmentId) -> None:
        """The registry taps once for each child: each tap is an update of its own."""
        by = self.desk
        await self._do(
            lambda house: house.services.desk.cancel(by.person, by.post, visit, as_asked=True)
        )

    async def wait(self, want: Want) -> None:
        resident, has = self.people.of(want), self.visits.get(want.number)
        if has and has[0] in self.owed:
            return  # it is in the list by itself (R64)
        wish = WaitWish(
            self.people.children(want),
            USUAL,
            self.clock().astimezone(self.clinic.zone).date(),
            want.last,
            frozenset(self.people.doctors[each] for each in want.doctors),
            want.weekdays,
            want.since,
            want.until,
            want.notice,
            has[0] if has else None,
        )
        waitlist, parent = self.house.services.waitlist, resident.parent
        free = {each for child in want.children for each in await self._free(want, child)}
        try:
            found = await self._do(
                lambda house: house.services.waitlist.join(
                    parent, self.clinic.id, wish, has_looked=True
                )
            )
        except Refusal:
            return
        self.waits[want.number] = found.wait.id
        self.wants[found.wait.id] = want.number
        self.saw[found.wait.id] = set(self.people.ids(tuple(free)))
        if want.early:
            await waitlist.allow_early(parent, found.wait.id, early=True)

    async def leave(self, want: Want) -> None:
        parent = self.people.of(want).parent
        if wait_id := self.waits.pop(want.number, None):
            await self._do(lambda house: house.services.answers.leave(parent, wait_id))
        for each in self.visits.get(want.number, []):
            if self.owed.pop(each, None) is not None:
                await self._need_none(want, each)

    async def _need_none(self, want: Want, visit: AppointmentId) -> None:
        """It needs no time any more, if it got none."""
        parent = self.people.of(want).parent
        found = await self.house.services.mine.visit(parent, visit)
        if found.visit.needs_time:
            await self._do(lambda house: house.services.mine.cancel(parent, visit))
            del self.visits[want.number]

    async def answer(self, told: Told, *, yes: bool) -> bool:
        want = self.town.wants[told.want]
        parent, offer_id = self.people.of(want).parent, TimeOfferId(told.key)
        if not yes:
            await self._do(lambda house: house.services.answers.refuse(parent, offer_id))
            return False
        try:
            taken = await self._do(lambda house: house.services.answers.accept(parent, offer_id))
        except Refusal:
            return False
        self.visits[want.number] = [each.id for each in taken.visits]
        return True

    # What the clinic does

    async def absent(self, doctor: int, day: date) -> Sequence[int]:
        absent = Absent(self.people.doctors[doctor], day, day)
        who = self.desk
        report = await self._do(
            lambda house: house.services.absences.make(who.person, who.post, absent)
        )
        self._absences[doctor, day] = report.absence.id
        wants = {each: want for want, visits in self.visits.items() for each in visits}
        gone = {each.visit.id: wants[each.visit.id] for each in report.concerned}
        self.owed |= gone
        return list(dict.fromkeys(gone.values()))

    async def back(self, doctor: int, day: date) -> Mapping[int, Times]:
        who, absence = self.desk, self._absences[doctor, day]
        try:
            report = await self._do(
                lambda house: house.services.absences.undo(who.person, who.post, absence)
            )
        except Refusal:
            return {}
        again: dict[int, Times] = {}
        for each in report.concerned:
            want = self.owed.pop(each.visit.id, None)
            if want is not None and each.visit.is_active:
                again[want] = (*again.get(want, ()), self.people.time(each.visit.slot))
        return again

    # What happens by itself

    async def due(self) -> datetime | None:
        """The next round of jobs at which there is something to be done: they run each minute."""
        now = self.clock()
        last = self._looked_at or now
        moments = [last + LOOKS_ANYWAY, *await self._moments(now)]
        return max(_minute_after(min(moments)), _minute_after(last))

    async def _moments(self, now: datetime) -> list[datetime]:
        freed = select(func.min(FreedTimeRow.next_at)).where(IS_OPEN)
        offered = select(func.min(WaitOfferRow.until)).where(IS_LIVE)
        chooses = exists().where(OfferRow.appointment_id == WaitRow.visit_id, OfferRow.until > now)
        looked = select(func.min(WaitRow.look_at)).where(
            WaitRow.state == "waiting", WaitRow.look_at <= now, ~chooses
        )
        told = select(func.min(NotificationRow.try_at)).where(NotificationRow.state == "planned")
        kept = select(func.min(OfferRow.until)).where(OfferRow.until > now)
        opened = select(func.min(SlotRow.released_at)).where(
            SlotRow.reserved_for != NOBODY, SlotRow.released_at > now
        )
        async with self.house.engines.reading.connect() as connection:
            rows = await connection.scalars(union_all(freed, offered, looked, kept, opened, told))
            return [each for each in rows if each is not None]

    async def work(self) -> Sequence[Told]:
        """The jobs, once; where the house dies at it, the next minute goes on."""
        self._done += 1
        day = (self._looked_at or self.clock()).date() != self.clock().date()
        self._looked_at = self.clock()

        async def jobs(house: House) -> None:
            if day or self._done == 1:
                await house.services.clinics.refresh_schedules()
                await house.services.upkeep.forget_updates()
            await house.services.word.settle()
            await house.services.looking.look_around()
            await house.services.passing.pass_on()
            await house.services.notices.tell_due(self.post)

        try:
            await self._at_risk(jobs)
        except Killed:
            await self._begin_anew()
        told, self.post.told = self.post.told, []
        return [found for each in told if (found := self._as_told(each))]

    def _as_told(self, letter: TimeOffered) -> Told | None:
        offer = letter.offer
        wish = offer.wait.wish
        want = self.wants.get(offer.wait.id)
        if want is None and wish.moves is not None:
            want = self.owed.get(wish.moves)
        if want is None or offer.id in self._told:
            return None
        self._told.add(offer.id)
        times = tuple(self.people.time(slot) for slot in offer.slots)
        return Told(want, times, self.clock(), int(offer.id))


@lru_cache
def _listed(shape: Wish) -> Select[int, int, datetime, datetime]:
    """It is asked after each event."""
    return (
        select(SlotRow.id, SlotRow.doctor_id, SlotRow.starts_at, SlotRow.ends_at)
        .where(SlotRow.clinic_id == bindparam("clinic"), fits(standing_for(shape)))
        .order_by(SlotRow.starts_at, SlotRow.id)
    )


def _minute_after(moment: datetime) -> datetime:
    """The next full minute."""
    return moment.replace(second=0, microsecond=0) + MINUTE
