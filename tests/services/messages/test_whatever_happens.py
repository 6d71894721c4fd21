"""Whatever families and clinics do, and whenever the sender is down: who is told what.

A model that knows no database says what must be sent at each moment; what was sent is compared with
it, and looked at by itself.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeAlias

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.clinic.opening import NewDoctor
from services.model.access import Role
from services.model.consents import Purpose
from services.model.ids import AppointmentId, ChildId, ClinicId, PersonId, SlotId
from services.model.letters import (
    CardsJoined,
    CheckUpInvitation,
    ClinicCancelled,
    ClinicMoved,
    ClinicNews,
    FamilyDid,
    GroupLetter,
    HelperLetter,
    Letter,
    QuestionsWait,
    Reminder,
    StillBooked,
    SystemAnswers,
    TimeOffered,
    ToConfirm,
    WaitChanged,
)
from services.model.messages import NotificationKind, Urgency
from services.model.people import Language, Person
from services.model.refusals.base import Refusal
from services.model.slots import Slot
from services.model.visits import Appointment
from services.ports.sending import Unreachable
from tests.chances import so_often
from tests.conftest import CONSENTS, ROMASHKA, House, StillClock, house_over, weekly
from tests.databases import SQLITE, Database, Shelves
from tests.services.conftest import Employee, employ
from tests.values import on_wall

ANNA, BORIS = 101, 102
"""By what Telegram calls them. Анна looks after Миша and Соня, Борис after Миша too."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TICK = timedelta(minutes=30)
FROM_UTC = timedelta(hours=3)
"""Moscow keeps no summer time, so that the model needs no calendar."""
EVENING, SOON = NotificationKind.EVENING, NotificationKind.SOON
BOOKED, MOVED, CANCELLED = (
    NotificationKind.BOOKED,
    NotificationKind.MOVED,
    NotificationKind.CANCELLED,
)


# What must be sent, by a model


@dataclass
class Adult:
    id: PersonId
    evening_at: int | None = 18
    """At which hour; None: not at all."""
    before: int | None = 2
    """How many hours."""
    agreed: bool = False
    blocked: bool = False
    """Whether Telegram would not let us write to them."""
    ever_blocked: bool = False
    lost: bool = False
    """Whether we found that out."""


@dataclass
class Visited:
    """A visit, as everybody outside of the house knows it."""

    id: AppointmentId
    carers: list[Adult]
    starts_at: datetime
    slot: SlotId
    changed_at: datetime
    before: datetime | None = None
    """When it began before it was moved last."""
    active: bool = True
    heard: tuple[SlotId, datetime] | None = None
    """Where its family believes it to be and since which change, if the clinic moved it since and
    nobody was told."""
    unheard_since: datetime | None = None
    """When the clinic moved it from there."""

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + TICK


@dataclass
class Due:
    """Something that is to be told, and was not yet."""

    at: datetime
    useful_until: datetime
    planned_at: datetime
    tried: bool = False


WHILE_AHEAD = (BOOKED, NotificationKind.FAMILY_BOOKED, NotificationKind.FAMILY_MOVED)
"""What is told only before the visit begins."""
Key: TypeAlias = tuple[AppointmentId, PersonId, NotificationKind]
Sent: TypeAlias = tuple[PersonId, str, frozenset[AppointmentId]]
"""To whom, what (a reminder, or a change's kind), of which visits."""


def morning_after(moment: datetime) -> datetime:
    """The moment, or seven in the morning if it is between then and nine in the evening."""
    wall = moment + FROM_UTC
    if 7 <= wall.hour < 21:
        return moment
    day = wall.date() + timedelta(days=wall.hour >= 21)
    return datetime.combine(day, time(7), moment.tzinfo) - FROM_UTC


def day_of(moment: datetime) -> object:
    return (moment + FROM_UTC).date()


def wished(visit: Visited, adult: Adult) -> dict[NotificationKind, tuple[datetime, datetime]]:
    """When an adult is to be reminded, and until when that is of use."""
    found: dict[NotificationKind, tuple[datetime, datetime]] = {}

    def fits(moment: datetime) -> bool:
        return visit.changed_at + 2 * HOUR <= moment <= visit.starts_at - 30 * MINUTE

    until = visit.starts_at
    if adult.before is not None:
        soon = morning_after(visit.starts_at - adult.before * HOUR)
        if fits(soon):
            found[SOON] = soon, visit.starts_at
            until = soon
    if adult.evening_at is not None:
        midnight = datetime.combine((visit.starts_at + FROM_UTC).date(), time(), UTC)
        evening = morning_after(midnight - FROM_UTC - (24 - adult.evening_at) * HOUR)
        if fits(evening) and evening < until:
            found[EVENING] = evening, until
    return found


@dataclass
class Model:
    """What is due to whom."""

    clock: StillClock
    adults: dict[int, Adult]
    visits: list[Visited] = field(default_factory=list)
    due: dict[Key, Due] = field(default_factory=dict)
    done: set[tuple[AppointmentId, PersonId, NotificationKind, datetime]] = field(
        default_factory=set
    )
    """Reminders that were told, or could not be, and of which time of the visit."""

    def replan(self, visit: Visited, since: datetime | None = None) -> None:
        """Let what is due to remind of a visit follow from how everything stands; from `since` on
        it stood otherwise, and nobody heard of it."""
        now = self.clock()
        earliest = since or now
        for adult in visit.carers:
            wanted = wished(visit, adult) if visit.active and adult.agreed else {}
            for kind in (EVENING, SOON):
                key = visit.id, adult.id, kind
                if kind not in wanted or (*key, visit.starts_at) in self.done:
                    self.due.pop(key, None)
                    continue
                moment, until = wanted[kind]
                if there := self.due.get(key):
                    there.useful_until = until
                    if there.planned_at != moment:
                        there.planned_at = moment
                        there.at = there.at if there.tried and there.at > now else moment
                elif moment >= earliest:
                    self.due[key] = Due(max(moment, now), until, moment)

    def changed(
        self,
        visit: Visited,
        kind: NotificationKind | None,
        *adults: Adult,
        others: NotificationKind | None = None,
    ) -> None:
        """Of a visit's changes only the last one is told, to these; and to the others of the
        family, what one of it did."""
        for key in [key for key in self.due if key[0] == visit.id]:
            del self.due[key]  # reminders of another time, or of the same one: planned anew
        now = self.clock()
        for adult in adults:
            if kind:
                at = now + 5 * MINUTE if kind is BOOKED else now
                self.due[visit.id, adult.id, kind] = Due(at, visit.ends_at, at)
        for adult in visit.carers:
            if others and adult not in adults:
                self.due[visit.id, adult.id, others] = Due(now, visit.ends_at, now)
        self.replan(visit)

    def moved(self, visit: Visited, chosen: Slot) -> None:
        """The clinic moves a visit: its family is told, unless it believes it to be there."""
        if visit.heard and any(
            due.tried for key, due in self.due.items() if key[0] == visit.id and key[2] is MOVED
        ):
            visit.heard = None  # they may have been told
        heard = visit.heard or (visit.slot, visit.changed_at)
        since = visit.unheard_since if visit.heard else self.clock()
        visit.before, visit.starts_at, visit.slot = visit.starts_at, chosen.starts_at, chosen.id
        if chosen.id == heard[0]:
            visit.heard, visit.changed_at = None, heard[1]
            for key in [key for key in self.due if key[0] == visit.id]:
                del self.due[key]
            self.replan(visit, since)
        else:
            visit.heard, visit.unheard_since = heard, since
            visit.changed_at = self.clock()
            self.changed(visit, MOVED, *visit.carers)

    def send(self) -> list[Sent]:
        """What the sender sends now."""
        now = self.clock()
        sent: list[Sent] = []
        while messages := self._messages(now):
            lost = {adult.id for adult in self.adults.values() if adult.lost}
            told = [self._send(keys, now, lost) for keys in messages]
            sent += [message for message in told if message]
        return sent

    def _messages(self, now: datetime) -> list[list[Key]]:
        """What is due: of reminders together with others of that day that are due soon."""
        found: dict[object, list[Key]] = {}
        for key, due in self.due.items():
            if due.at <= now:
                found.setdefault(self._bundle(key), []).append(key)
        for key, due in self.due.items():
            bundle = self._bundle(key)
            if now < due.at <= now + 3 * HOUR and bundle in found and not due.tried:
                found[bundle].append(key)
        return list(found.values())

    def _bundle(self, key: Key) -> object:
        visit_id, person, kind = key
        return (person, day_of(self.visit(visit_id).starts_at)) if kind in (EVENING, SOON) else key

    def _send(self, keys: list[Key], now: datetime, lost: set[PersonId]) -> Sent | None:
        adult = next(each for each in self.adults.values() if each.id == keys[0][1])
        told = []
        for key in keys:
            visit, due = self.visit(key[0]), self.due[key]
            is_past = now >= due.useful_until or (key[2] in WHILE_AHEAD and now >= visit.starts_at)
            waits_until = (
                now if adult.id in lost or is_past else self._waits_until(visit, key[2], now)
            )
            if waits_until > now:
                due.at, due.tried = min(waits_until, due.useful_until), True
                continue
            self._settle(key)
            if adult.id not in lost and not is_past:
                told.append(key)
        if not told:
            return None
        if adult.blocked:
            adult.lost = True
            return None
        kind = told[0][2]
        if kind is MOVED:
            self.visit(told[0][0]).heard = None
        what = "reminder" if kind in (EVENING, SOON) else str(kind)
        return adult.id, what, frozenset(visit_id for visit_id, _, _ in told)

    def _waits_until(self, visit: Visited, kind: NotificationKind, now: datetime) -> datetime:
        morning = morning_after(now)
        if kind in (EVENING, SOON):
            return morning
        moments = [visit.starts_at]
        if kind is MOVED and visit.before and visit.before > now:
            moments.append(visit.before)
        return now if kind is BOOKED or min(moments) < morning + 3 * HOUR else morning

    def _settle(self, key: Key) -> None:
        del self.due[key]
        self.done.add((*key, self.visit(key[0]).starts_at))

    def visit(self, visit_id: AppointmentId) -> Visited:
        return next(visit for visit in self.visits if visit.id == visit_id)


# What was sent

WORDS: dict[type[Letter], str] = {
    Reminder: "reminder",
    StillBooked: "booked",
    ClinicMoved: "moved",
    ClinicCancelled: "cancelled",
}


@dataclass
class Post:
    """A notifier that looks at each letter as the person who gets it would."""

    model: Model
    sent: list[Sent] = field(default_factory=list)
    reminded: set[tuple[PersonId, AppointmentId, datetime]] = field(default_factory=set)
    """Who was reminded of which time of a visit."""

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """At once."""

    async def tell(self, letter: Letter) -> None:
        adult = next(each for each in self.model.adults.values() if each.id == letter.person.id)
        if adult.blocked:
            raise Unreachable
        elsewhere = QuestionsWait | ClinicNews | CardsJoined  # not in these stories
        about_none = (
            HelperLetter
            | CheckUpInvitation
            | TimeOffered
            | WaitChanged
            | GroupLetter
            | SystemAnswers
        )
        assert not isinstance(letter, elsewhere | about_none)
        if isinstance(letter, Reminder | ToConfirm | FamilyDid):
            visits = letter.visits
        else:
            visits = [letter.visit]
        for visit in visits:
            self._look_at(letter, visit, adult)
        starts = [visit.slot.starts_at for visit in visits]
        assert starts == sorted(starts)
        assert len({day_of(start) for start in starts}) == 1
        ids = frozenset(visit.id for visit in visits)
        what = str(letter.kind) if isinstance(letter, FamilyDid) else WORDS[type(letter)]
        self.sent.append((adult.id, what, ids))
        if isinstance(letter, Reminder):
            self.reminded |= {(adult.id, visit.id, visit.slot.starts_at) for visit in visits}

    def _look_at(self, letter: Letter, visit: Appointment, adult: Adult) -> None:
        """R17, R19, R22: it is as everybody knows it, it is ahead, and this is an hour for it."""
        now, known = self.model.clock(), self.model.visit(visit.id)
        assert adult in known.carers
        assert (visit.slot.id, visit.slot.starts_at) == (known.slot, known.starts_at)
        assert now < known.ends_at
        if isinstance(letter, Reminder):
            assert known.active
            assert adult.agreed
            assert now < known.starts_at
            assert morning_after(now) == now
        if isinstance(letter, StillBooked):
            assert known.active


# What happens


@dataclass
class World:
    """A clinic, its families, the model of them, and what is done to both."""

    house: House
    model: Model
    post: Post
    clinic: ClinicId
    children: list[tuple[ChildId, list[Adult]]]
    slots: list[Slot]
    desk: Employee

    async def book(self, child: int, slot: int, seen: bool) -> None:
        child_id, carers = self.children[child % len(self.children)]
        chosen = self.slots[slot % len(self.slots)]
        ids = {visit.id for visit in self.model.visits}
        visit = await self.house.book(carers[0].id, child_id, chosen)
        if visit.id in ids:
            return
        known = Visited(visit.id, carers, chosen.starts_at, chosen.id, self.house.clock())
        self.model.visits.append(known)
        self.model.changed(known, BOOKED, carers[0], others=NotificationKind.FAMILY_BOOKED)
        if seen:
            await self.house.answered(carers[0].id, visit)
            del self.model.due[visit.id, carers[0].id, BOOKED]

    async def move(self, visit: int, slot: int, by: int) -> None:
        known, chosen = self._one(visit), self.slots[slot % len(self.slots)]
        adult = known.carers[by % len(known.carers)]
        await self.house.services.booking.move(adult.id, known.id, chosen.id)
        if chosen.id != known.slot:
            known.before, known.starts_at, known.slot = known.starts_at, chosen.starts_at, chosen.id
            known.changed_at, known.heard = self.house.clock(), None
            self.model.changed(known, BOOKED, adult, others=NotificationKind.FAMILY_MOVED)

    async def clinic_moves(self, visit: int, slot: int) -> None:
        known, chosen = self._one(visit), self.slots[slot % len(self.slots)]
        await self.house.services.desk.move(self.desk.person, self.desk.post, known.id, chosen.id)
        if chosen.id != known.slot:
            self.model.moved(known, chosen)

    async def cancel(self, visit: int) -> None:
        known = self._one(visit)
        adult = known.carers[-1]
        await self.house.services.mine.cancel(adult.id, known.id)
        if known.active:
            known.active = False
            told = NotificationKind.FAMILY_CANCELLED
            self.model.changed(known, None, adult, others=told)

    async def clinic_cancels(self, visit: int) -> None:
        known = self._one(visit)
        await self.house.services.desk.cancel(self.desk.person, self.desk.post, known.id)
        if known.active:
            known.active = False
            self.model.changed(known, CANCELLED, *known.carers)

    async def agree(self, who: int, yes: bool) -> None:
        adult, consents = self._adult(who), self.house.services.consents
        if yes:
            await consents.agree(adult.id, self.clinic, Purpose.REMINDERS, version=1)
        else:
            await consents.withdraw(adult.id, self.clinic, Purpose.REMINDERS)
        if adult.agreed != yes:
            adult.agreed = yes
            self._wishes_changed(adult)

    async def wish_evening(self, who: int, hour: int | None) -> None:
        adult, wishes = self._adult(who), self.house.services.wishes
        at = None if hour is None else time(hour)
        await wishes.remind_in_the_evening(adult.id, self.clinic, at)
        adult.evening_at = hour
        self._wishes_changed(adult)

    async def wish_before(self, who: int, hours: int | None) -> None:
        adult, wishes = self._adult(who), self.house.services.wishes
        before = None if hours is None else hours * HOUR
        await wishes.remind_before(adult.id, self.clinic, before)
        adult.before = hours
        self._wishes_changed(adult)

    def _wishes_changed(self, adult: Adult) -> None:
        for visit in self.model.visits:
            if adult in visit.carers and visit.active and visit.ends_at > self.house.clock():
                self.model.replan(visit)

    async def block(self, who: int, yes: bool) -> None:
        """Who blocks the bot cannot be written to; that they let it again is not said to us."""
        adult = self._adult(who)
        adult.blocked = yes
        adult.ever_blocked |= yes

    async def write(self, who: int) -> None:
        """Who writes can be written to (R20)."""
        adult = self._adult(who)
        adult.blocked = adult.lost = False
        telegram_id = next(key for key, each in self.model.adults.items() if each is adult)
        await self.house.services.families.meet(telegram_id, Language.RUSSIAN)

    async def wait(self, ticks: int, span: timedelta = TICK) -> None:
        """Time passes, and the sender runs."""
        for _ in range(ticks):
            self.house.clock.now += span
            await self.tick()
            self.look_for_forgotten(span)

    async def nobody_sends(self, ticks: int) -> None:
        """Time passes, and everything is down."""
        self.house.clock.now += ticks * TICK

    async def tick(self) -> None:
        """What is sent is what the model says, once, and of one day in one message (R23)."""
        before = len(self.post.sent)
        await self.house.services.notices.tell_due(self.post)
        sent = self.post.sent[before:]
        assert Counter(sent) == Counter(self.model.send())
        days = [
            (person, {day_of(self.model.visit(visit).starts_at) for visit in visits})
            for person, what, visits in sent
            if what == "reminder"
        ]
        assert all(days.count(each) == 1 for each in days)
        if sent:
            await self.house.services.notices.tell_due(self.post)
            assert len(self.post.sent) == before + len(sent)

    def look_for_forgotten(self, span: timedelta) -> None:
        """Whoever was to be reminded while the sender ran was (R19, R48)."""
        now = self.house.clock()
        for visit in self.model.visits:
            for adult in visit.carers:
                if not visit.active or not adult.agreed or adult.ever_blocked:
                    continue
                for moment, until in wished(visit, adult).values():
                    if now - span < moment <= now < until and morning_after(now) == now:
                        assert (adult.id, visit.id, visit.starts_at) in self.post.reminded

    async def come_to_the_end(self) -> None:
        """Everybody is told what they must be, and nothing is left (R18, R19)."""
        await self.wait(40, 2 * HOUR)
        assert self.model.due == {}
        assert await self.house.count("notifications", "state = 'planned'") == 0

    def _one(self, number: int) -> Visited:
        if not self.model.visits:
            raise Refusal
        return self.model.visits[number % len(self.model.visits)]

    def _adult(self, who: int) -> Adult:
        return self.model.adults[(ANNA, BORIS)[who % 2]]


SLOTS = [
    f"2026-11-{day} {hour}"
    for day in (24, 25, 23)
    for hour in ("10:00", "08:30", "07:30", "13:00", "20:00", "23:00")
]
"""On the clinic's wall."""

Step: TypeAlias = tuple[Any, ...]
"""What is done to the world, with what."""


def steps() -> st.SearchStrategy[list[Step]]:
    """A few days of a small clinic: some visits are booked, and then much happens."""
    some, slot = st.integers(0, 8), st.integers(0, len(SLOTS) - 1)
    books = st.tuples(st.just(World.book), some, slot, st.booleans())
    waits = st.tuples(st.just(World.wait), st.integers(1, 24))
    anything = st.one_of(
        books,
        waits,
        waits,
        st.tuples(st.just(World.nobody_sends), st.integers(1, 40)),
        st.tuples(st.just(World.move), some, slot, some),
        st.tuples(st.just(World.cancel), some),
        st.tuples(st.just(World.clinic_moves), some, slot),
        st.tuples(st.just(World.clinic_moves), some, slot),
        st.tuples(st.just(World.clinic_cancels), some),
        st.tuples(st.just(World.agree), some, st.booleans()),
        st.tuples(st.just(World.wish_evening), some, st.sampled_from([18, 20, 22, 17, None])),
        st.tuples(st.just(World.wish_before), some, st.sampled_from([2, 1, 3, 4, None])),
        st.tuples(st.just(World.block), some, st.booleans()),
        st.tuples(st.just(World.write), some),
    )
    first, then = (
        st.lists(books, min_size=3, max_size=6),
        st.lists(anything, min_size=6, max_size=20),
    )
    return st.tuples(first, then).map(lambda both: [*both[0], *both[1]])


@asynccontextmanager
async def opened(shelves: Shelves) -> AsyncIterator[Database]:
    """A database in which a clinic is open, that receives from 7:30 to 23:30."""
    if "planner" not in shelves.opened:
        shelf = shelves.of(SQLITE)
        shelves.opened["planner"] = await shelf.copy(await shelves.empty(SQLITE))
        profile = replace(ROMASHKA, one_visit_per_doctor=False)
        doctor = NewDoctor("Петрова Анна Сергеевна", "12", weekly(time(7, 30), time(23, 30), 30))
        async with house_over(shelves.opened["planner"], StillClock()) as house:
            await house.services.clinics.open(profile, CONSENTS, [doctor])
    database = await shelves.of(SQLITE).copy(shelves.opened["planner"])
    try:
        yield database
    finally:
        await shelves.of(SQLITE).drop(database)


@asynccontextmanager
async def world(shelves: Shelves) -> AsyncIterator[World]:
    """Анна and Борис, who both agreed to be reminded, on a Monday at seven."""
    async with opened(shelves) as database, house_over(database, StillClock()) as house:
        async with house.transactions.reads() as tx:
            [clinic] = await tx.clinics.all()
            [doctor] = await tx.clinics.doctors(clinic.id)
            stored = await tx.slots.stored(doctor.id, house.clock(), house.clock() + 72 * HOUR)
            ids = {each.opening.stretch.starts_at: each.id for each in stored}
            slots = [
                await tx.slots.get(ids[on_wall(wall)], person=PersonId(0), now=house.clock())
                for wall in SLOTS
            ]
        adults = {
            telegram_id: Adult(await house.parent(telegram_id, clinic))
            for telegram_id in (ANNA, BORIS)
        }
        anna, boris = adults[ANNA], adults[BORIS]
        misha, sonya = await house.child(anna.id, "Миша"), await house.child(anna.id, "Соня")
        care = "INSERT INTO care (person_id, child_id, since) VALUES (:adult, :child, '2026-11-20')"
        await house.database.run(care, adult=boris.id, child=misha.id)
        model = Model(house.clock, adults)
        children = [(misha.id, [anna, boris]), (sonya.id, [anna])]
        desk = await employ(house, Role.REGISTRAR, 900)
        here = World(house, model, Post(model), clinic.id, children, slots, desk)
        for who in range(2):
            await here.agree(who, True)
        yield here


THERE_AND_BACK: list[Step] = [
    (World.book, 0, 2, True),
    (World.wait, 19),
    (World.clinic_moves, 0, 10),
    (World.clinic_moves, 0, 2),
    (World.wait, 5),
]
"""A move of which nobody hears, as it is taken back in the same minute."""


IN_ONE_SECOND: list[Step] = [
    (World.book, 0, 0, False),
    (World.book, 0, 6, False),
    (World.wait, 1),
]
"""Two visits of two days, booked one by one and quickly: the other carer reads of each alone."""


@settings(
    max_examples=so_often(15),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(steps=steps())
@example(steps=THERE_AND_BACK)
@example(steps=IN_ONE_SECOND)
async def test_whatever_happens_everybody_is_told_what_they_must_be_and_nothing_else(
    shelves: Shelves, steps: list[Step]
) -> None:
    """R17, R18, R19, R21, R22, R23, R48: books, moves, cancels, wishes, blocks and downtime."""
    async with world(shelves) as here:
        for deed, *how in steps:
            with suppress(Refusal):
                await deed(here, *how)
        await here.come_to_the_end()
