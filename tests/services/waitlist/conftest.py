"""A clinic with a list, and families who wait on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from itertools import count

import pytest

from services.families.home import USUAL
from services.model.clinic import Clinic, Doctor
from services.model.letters import Letter, TimeOffered
from services.model.people import Person
from services.model.refusals.visits import DayFull
from services.model.settings.visit_kinds import KindKey
from services.model.slots import Slot
from services.model.visits import Appointment
from services.model.waitlist.offers import Waiting
from services.model.waitlist.waits import WaitWish
from services.ports.sending import Unreachable
from tests.conftest import House
from tests.services.conftest import Family

A_DAY = timedelta(days=1)
LAST = time(11, 45)
"""When Петрова's last time of a day begins."""


@dataclass
class Letters:
    """Telegram, as far as the list is concerned."""

    sent: list[Letter] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)

    async def permit(self, person: Person, urgency: object) -> None:
        pass

    async def tell(self, letter: Letter) -> None:
        if letter.person.id in self.blocked:
            raise Unreachable
        self.sent.append(letter)


@dataclass
class List:
    """The list at work: what the ticks do, one after the other."""

    house: House
    clinic: Clinic
    doctor: Doctor
    letters: Letters = field(default_factory=Letters)
    numbers: Iterator[int] = field(default_factory=lambda: count(500))

    async def family(self) -> Family:
        parent = await self.house.parent(next(self.numbers), self.clinic)
        return Family(parent, await self.house.child(parent))

    def wish(self, family: Family, **more: object) -> WaitWish:
        today = self.clinic.today(self.house.clock())
        usual = WaitWish(
            [family.child.id],
            KindKey(USUAL),
            today,
            today + A_DAY,
            frozenset({self.doctor.id}),
            since_hour=LAST,
        )
        return replace(usual, **more)  # type: ignore[arg-type]

    async def waits(self, family: Family, **more: object) -> Waiting:
        join = self.house.services.waitlist.join
        return await join(family.parent, self.clinic.id, self.wish(family, **more))

    async def taken(self, family: Family | None = None) -> Appointment:
        """Tomorrow's last time, which somebody has: the one that all wait for."""
        family = family or await self.family()
        slot = (await self.tomorrow(family))[-1]
        return await self.house.book(family.parent, family.child.id, slot)

    async def is_free(self, slot: Slot, family: Family | None = None) -> bool:
        """Whether a stranger sees it in the list of times, or a family."""
        family = family or await self.family()
        return slot.id in {each.id for each in await self.tomorrow(family)}

    async def tomorrow(self, family: Family) -> Sequence[Slot]:
        """What a family sees of it."""
        day = self.clinic.today(self.house.clock()) + A_DAY
        times = self.house.services.times
        try:
            return (await times.day(family.parent, family.need, self.doctor.id, day)).slots
        except DayFull:
            return []

    async def tick(self) -> list[TimeOffered]:
        """All that is due is passed on and sent; what was offered."""
        services, before = self.house.services, len(self.letters.sent)
        while await services.passing.pass_on() + await services.notices.tell_due(self.letters):
            pass
        return [each for each in self.letters.sent[before:] if isinstance(each, TimeOffered)]

    async def minute(self) -> list[TimeOffered]:
        """A minute goes by, and what comes once a minute is done."""
        self.house.clock.forward(minutes=1)
        await self.house.services.looking.look_around()
        return await self.tick()


@pytest.fixture
async def waitlist(house: House, clinic: Clinic) -> List:
    """Петрова's list on a Monday, at nine; her last time of Tuesday is more than a day ahead."""
    doctor = (await house.doctors(clinic))[1]
    house.clock.forward(hours=2)
    return List(house, clinic, doctor)
