"""A small clinic in which everybody acts at once: families, the desk, doctors, the sender, time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from random import Random
from typing import TypeAlias, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from services.clinic.opening import NewDoctor
from services.model.access import Role
from services.model.clinic import Clinic, Doctor
from services.model.ids import AbsenceId, AppointmentId, ChildId, DoctorId, PersonId, SlotId
from services.model.letters import Letter
from services.model.messages import Urgency
from services.model.people import Person
from services.model.refusals.base import Refusal
from services.model.reserved.times import Reserving
from services.ports.sending import NotNow, Unreachable
from storage.tables.families import CareRow, ChildRow
from storage.tables.slots import SlotRow, TakenSlotRow
from storage.tables.visits import AbsenceRow, AppointmentRow
from tests.conftest import CONSENTS, ROMASHKA, House, StillClock, house_over, weekly
from tests.databases import Shelves
from tests.services.conftest import Employee, employ

T = TypeVar("T")
Deed: TypeAlias = Callable[["World"], Awaitable[object]]

FAMILIES = 7
DOCTORS = [
    NewDoctor("Петрова Анна Сергеевна", "12", weekly(time(9), time(10, 30))),
    NewDoctor("Ким Олег Викторович", "14", weekly(time(9), time(10, 40), 20)),
    NewDoctor("Орлова Ирина Павловна", "15", weekly(time(9, 10), time(10, 25))),
]
"""They receive for an hour and a half: so few times are fought for."""
AHEAD = timedelta(days=3)
"""How far ahead of now people look."""
LEAPS = [
    timedelta(0),
    timedelta(seconds=1),
    timedelta(minutes=7),
    timedelta(minutes=50),
    timedelta(hours=5),
    timedelta(hours=17),
]
FORGED = 0.05
"""How often a button is not one that the person was ever shown."""
AT_ONCE = 10
"""Deeds that begin at one moment."""


@dataclass
class Post:
    """Telegram, to which some people are lost and which sometimes has no time."""

    chance: Random
    blocked: set[PersonId] = field(default_factory=set)

    async def permit(self, person: Person, urgency: Urgency) -> None:
        await asyncio.sleep(0)

    async def tell(self, letter: Letter) -> None:
        await asyncio.sleep(0)
        if letter.person.id in self.blocked:
            raise Unreachable
        if self.chance.random() < 0.1:
            raise NotNow


@dataclass
class Seen:
    """What was there when the deeds of a moment were chosen: all of them are of old screens."""

    slots: list[tuple[SlotId, DoctorId, date]]
    """Times ahead, of which doctor, on which day."""
    cares: list[tuple[PersonId, ChildId]]
    own_visits: list[tuple[PersonId, AppointmentId]]
    """Each with an adult whose child's it is."""
    visits: list[AppointmentId]
    children: list[ChildId]
    absences: list[AbsenceId]
    taken: list[SlotId]


@dataclass
class World:
    """The clinic, its people, and chance."""

    house: House
    chance: Random
    clinic: Clinic
    doctors: list[Doctor]
    parents: list[PersonId]
    desk: list[Employee]
    at_work: list[Employee]
    """The doctors, in their posts."""
    post: Post
    seen: Seen = field(default_factory=lambda: Seen([], [], [], [], [], [], []))
    told: Counter[str] = field(default_factory=Counter)
    """How often which deed came to which end."""

    async def look(self) -> None:
        """Everybody sees what there is now, and acts on it at the same moment."""
        now = self.house.clock()
        ahead = (
            select(SlotRow.id, SlotRow.doctor_id, SlotRow.day)
            .where(SlotRow.starts_at > now, SlotRow.starts_at < now + AHEAD)
            .order_by(SlotRow.starts_at, SlotRow.id)
        )
        cares = select(CareRow.person_id, CareRow.child_id).order_by(CareRow.child_id)
        visits = (
            select(CareRow.person_id, AppointmentRow.id)
            .join(AppointmentRow, AppointmentRow.child_id == CareRow.child_id)
            .order_by(AppointmentRow.id, CareRow.person_id)
        )
        async with self.house.engines.reading.connect() as connection:

            async def ids(column: InstrumentedAttribute[int]) -> list[int]:
                return list((await connection.scalars(select(column).order_by(column))).all())

            self.seen = Seen(
                [
                    (SlotId(slot), DoctorId(doctor), day)
                    for slot, doctor, day in await connection.execute(ahead)
                ],
                [(PersonId(one), ChildId(child)) for one, child in await connection.execute(cares)],
                [
                    (PersonId(one), AppointmentId(visit))
                    for one, visit in await connection.execute(visits)
                ],
                [*map(AppointmentId, await ids(AppointmentRow.id))],
                [*map(ChildId, await ids(ChildRow.id))],
                [*map(AbsenceId, await ids(AbsenceRow.id))],
                [*map(SlotId, await ids(TakenSlotRow.slot_id))],
            )

    async def moment(self, likely: Mapping[Deed, int]) -> None:
        """Some deeds at once; a refusal is an answer, anything else is a fault.

        Args:
            likely: how often each is begun."""
        await self.look()
        deeds = self.chance.choices(list(likely), weights=list(likely.values()), k=AT_ONCE)
        ends = await asyncio.gather(*(self._try(deed) for deed in deeds), return_exceptions=True)
        for deed, end in zip(deeds, ends, strict=True):
            self.told[f"{deed.__name__} {end}"] += 1
            if isinstance(end, BaseException):
                raise AssertionError(f"{deed.__name__} failed") from end
        self.house.clock.now += self.chance.choice(LEAPS)

    async def _try(self, deed: Deed) -> str:
        try:
            await deed(self)
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"

    # Who and what

    def parent(self) -> PersonId:
        return self.chance.choice(self.parents)

    def child(self) -> ChildId:
        return self.one(self.seen.children)

    def family(self) -> tuple[PersonId, ChildId]:
        """An adult and a child: mostly their own."""
        return (self.parent(), self.child()) if self.forges() else self.one(self.seen.cares)

    def own_visit(self) -> tuple[PersonId, AppointmentId]:
        """An adult and a visit: mostly of their own child."""
        return (self.parent(), self.visit()) if self.forges() else self.one(self.seen.own_visits)

    def two_children(self) -> tuple[PersonId, list[ChildId]]:
        """An adult and two children of theirs."""
        theirs: dict[PersonId, list[ChildId]] = {}
        for parent, child in self.seen.cares:
            theirs.setdefault(parent, []).append(child)
        return self.one([(parent, some[:2]) for parent, some in theirs.items() if len(some) > 1])

    def two_visits(self) -> tuple[PersonId, list[AppointmentId]]:
        """An adult and two visits of their children, or of one of them."""
        theirs: dict[PersonId, list[AppointmentId]] = {}
        for parent, visit in self.seen.own_visits:
            theirs.setdefault(parent, []).append(visit)
        several = [(parent, some) for parent, some in theirs.items() if len(some) > 1]
        parent, some = self.one(several)
        return parent, self.chance.sample(some, 2)

    def forges(self) -> bool:
        return self.chance.random() < FORGED

    def slot(self) -> SlotId:
        """Mostly one of the next ones, which others want as well."""
        if not self.seen.slots:
            raise Refusal
        near = self.seen.slots[:8] if self.chance.random() < 0.7 else self.seen.slots
        return self.chance.choice(near)[0]

    def day(self) -> tuple[Doctor, date]:
        if not self.seen.slots:
            raise Refusal
        _, doctor_id, day = self.chance.choice(self.seen.slots)
        return next(doctor for doctor in self.doctors if doctor.id == doctor_id), day

    def one(self, some: Sequence[T]) -> T:
        if not some:
            raise Refusal
        return self.chance.choice(some)

    def visit(self) -> AppointmentId:
        return self.one(self.seen.visits)

    def employee(self) -> Employee:
        return self.chance.choice(self.desk)


@asynccontextmanager
async def world(shelves: Shelves, kind: str, seed: int) -> AsyncIterator[World]:
    """A clinic on a Monday at seven, whose doctors confirm what is booked in the chat, or not."""
    chance = Random(seed)  # noqa: S311 - it is to be repeated
    shelf = shelves.of(kind)
    database = await shelf.copy(await shelves.empty(kind))
    try:
        async with house_over(database, StillClock()) as house:
            kept = Reserving(urgent=20, infants=10) if chance.random() < 0.5 else Reserving()
            profile = replace(ROMASHKA, doctors_confirm=chance.random() < 0.5, reserved=kept)
            clinic = await house.services.clinics.open(profile, CONSENTS, DOCTORS)
            doctors = await house.doctors(clinic)
            parents = [await house.parent(100 + number, clinic) for number in range(FAMILIES)]
            children = [await house.child(parent) for parent in parents]
            care = (
                "INSERT INTO care (person_id, child_id, since) VALUES (:who, :child, '2026-11-20')"
            )
            for parent, child in zip(parents[1:4], children, strict=False):
                await house.database.run(care, who=parent, child=child.id)
            desk = [await employ(house, Role.REGISTRAR, 900 + number) for number in range(2)]
            at_work = [
                await employ(house, Role.DOCTOR, 950 + number, doctor=doctor)
                for number, doctor in enumerate(doctors)
            ]
            yield World(house, chance, clinic, doctors, parents, desk, at_work, Post(chance))
    finally:
        await shelf.drop(database)
