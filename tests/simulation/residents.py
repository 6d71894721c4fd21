"""The town's families in a real house: who they are there, and their times."""

from dataclasses import dataclass, field
from datetime import datetime

from services.model.clinic import Clinic
from services.model.ids import ChildId, DoctorId, PersonId, SlotId
from services.model.people import Child
from services.model.slots import Slot
from tests.conftest import House
from tests.simulation.people import Town, Want
from tests.simulation.times import Plan, Time, Times, numbers_of

FIRST, OTHERS, DESK = 10_000, 50_000, 9_000
"""Telegram ids."""
BLOCKED = 0.03
"""Who let nobody write to them."""


@dataclass(frozen=True, slots=True)
class Resident:
    """A family, as the house knows it."""

    parent: PersonId
    other: PersonId | None
    children: list[Child]


@dataclass
class Residents:
    """All of them, and which time is which."""

    town: Town
    families: dict[int, Resident]
    times: dict[SlotId, Time]
    slots: dict[Time, SlotId] = field(default_factory=dict)
    doctors: dict[int, DoctorId] = field(default_factory=dict)
    """By their numbers."""
    numbers: dict[int, int] = field(default_factory=dict)

    def of(self, want: Want) -> Resident:
        return self.families[want.family]

    def children(self, want: Want) -> list[ChildId]:
        return [self.of(want).children[each].id for each in want.children]

    def blocked(self) -> set[PersonId]:
        """Whom nobody can write to."""
        return {
            resident.parent
            for number, resident in self.families.items()
            if self.town.chance.happens(BLOCKED, "blocked", number)
        }

    def time(self, slot: Slot) -> Time:
        return self.learn(slot.id, slot.doctor.id, slot.starts_at, slot.stretch.ends_at)

    def learn(self, slot_id: int, doctor_id: int, starts: datetime, ends: datetime) -> Time:
        """Which of the times this is."""
        made = Time(starts, self.numbers[doctor_id], ends)
        self.times[SlotId(slot_id)] = made
        self.slots[made] = SlotId(slot_id)
        return made

    def ids(self, times: Times) -> list[SlotId]:
        return [self.slots[each] for each in times]


async def move_in(
    house: House, clinic: Clinic, plan: Plan, town: Town, before: datetime
) -> Residents:
    """Let those families come who will want something before a moment."""
    here = Residents(town, {}, {})
    here.numbers = await numbers_of(house, clinic, plan)
    here.doctors = {number: DoctorId(each) for each, number in here.numbers.items()}
    for number in sorted({want.family for want in town.wants if want.at < before}):
        family = town.families[number]
        parent = await house.parent(FIRST + number, clinic)
        children = [
            await house.child(parent, f"Ребёнок {at}", f"{born:%d.%m.%Y}")
            for at, born in enumerate(family.born)
        ]
        other = await house.parent(OTHERS + number, clinic) if family.has_other else None
        if other is not None:
            for child in children:
                care = (
                    "INSERT INTO care (person_id, child_id, since)"
                    " VALUES (:who, :child, '2026-11-20')"
                )
                await house.database.run(care, who=other, child=child.id)
        here.families[number] = Resident(parent, other, children)
    return here
