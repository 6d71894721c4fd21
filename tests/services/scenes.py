"""A clinic with times enough for each meeting of two, and families who come to it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from services.families.home import USUAL
from services.model.clinic import Clinic
from services.model.ids import ChildId, PersonId
from services.model.people import Child
from services.model.refusals.base import Refusal
from services.model.settings.visit_kinds import usual
from services.model.slots import Slot, Wish
from services.model.visits import Appointment
from tests.conftest import House
from tests.services.conftest import Family, let_book_far_ahead, run_sql
from tests.storm.invariants import (
    nobody_at_an_absent_doctor_s,
    one_child_a_time,
    one_time_a_child,
    taken_by_one,
)


@dataclass
class Scene:
    """Ромашка with fifty days of times, and families who come to it one after the other."""

    house: House
    clinic: Clinic
    free: dict[str, dict[date, list[Slot]]]
    """By the doctor's first name and the day."""
    numbers: Iterator[int] = field(default_factory=lambda: count(2000))

    async def family(self) -> tuple[Family, PersonId]:
        """A child with a mother, and a father who may do the same."""
        mother = await self.house.parent(next(self.numbers), self.clinic)
        father = await self.house.parent(next(self.numbers), self.clinic)
        child = await self.house.child(mother)
        await is_a_parent(self.house, father, child.id)
        return Family(mother, child), father

    def time(self, doctor: str = "Петрова") -> Slot:
        """One that nobody has, nor will have."""
        days = self.free[doctor]
        day = next(day for day in days if days[day])
        return days[day].pop(0)

    def day(self, doctor: str = "Петрова") -> list[Slot]:
        """A day of them."""
        days = self.free[doctor]
        return days.pop(max(days))

    def with_both(self, at: str) -> tuple[Slot, Slot]:
        """Петрова's and Ким's times that begin then, on a day of both."""
        day = max(self.free["Петрова"].keys() & self.free["Ким"].keys())
        hers, his = [
            next(each for each in self.free[name].pop(day) if f"{each.local_start:%H:%M}" == at)
            for name in ("Петрова", "Ким")
        ]
        return hers, his

    async def earliest(self) -> Slot:
        """What is offered to whoever needs a time."""
        async with self.house.transactions.reads() as tx:
            found = await tx.free_times.earliest(
                self.clinic.id, _wish(self.house, self.clinic.notice)
            )
        assert found
        return found

    async def visit(self, family: Family, slot: Slot) -> Appointment:
        return await self.house.book(family.parent, family.child.id, slot)

    async def now(self, visit: Appointment) -> Appointment:
        async with self.house.transactions.reads() as tx:
            return await tx.appointments.get(visit.id, cared_for_by=None)

    async def active(self, child: Child) -> list[Appointment]:
        async with self.house.transactions.reads() as tx:
            return await tx.appointments.planned([child.id], after=self.house.clock())


async def set_scene(house: House, clinic: Clinic) -> Scene:
    """Let families book so far ahead that there is a day for each meeting."""
    await let_book_far_ahead(house, clinic)
    return await scene_far_ahead(house, clinic)


async def scene_far_ahead(house: House, clinic: Clinic) -> Scene:
    """What there is to be booked, where families book so far ahead already."""
    free: dict[str, dict[date, list[Slot]]] = {}
    async with house.transactions.reads() as tx:
        for slot in await tx.free_times.free(clinic.id, _wish(house), 5000):
            days = free.setdefault(slot.doctor.name.split()[0], {})
            days.setdefault(slot.local_start.date(), []).append(slot)
    return Scene(house, clinic, free)


def _wish(house: House, notice: timedelta = timedelta(0)) -> Wish:
    now = house.clock()
    return Wish(None, now, usual(USUAL), now + notice, now + timedelta(days=49), (), frozenset())


async def is_a_parent(house: House, person: PersonId, child: ChildId) -> None:
    """As the family's papers say."""
    care = "INSERT INTO care (person_id, child_id, since) VALUES (:person, :child, '2026-11-20')"
    await run_sql(house, care, person=person, child=child)


def refused(outcome: object) -> bool:
    return isinstance(outcome, Refusal)


async def all_is_well(house: House) -> None:
    for check in (one_child_a_time, one_time_a_child, taken_by_one, nobody_at_an_absent_doctor_s):
        assert await check(house) == []
