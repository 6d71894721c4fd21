"""A thousand reminders in one second, and six hours without a sender."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from services.messages.sending import Notices
from services.model.ids import PersonId
from services.model.letters import Letter, Reminder
from services.model.messages import Urgency
from services.model.people import Person, ReminderWishes
from tests.conftest import House
from tests.families import never_quiet, settle_in

THOUSAND = 1000
ONCE = ReminderWishes(evening=False)
"""Two hours before, and no other time."""


@dataclass
class Reminded:
    """Who was reminded how often, and at which moment their visits were still ahead."""

    house: House
    times: Counter[PersonId] = field(default_factory=Counter)

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """At once."""

    async def tell(self, letter: Letter) -> None:
        assert isinstance(letter, Reminder)
        assert all(visit.slot.starts_at > self.house.clock() for visit in letter.visits)
        self.times[letter.person.id] += 1


async def test_a_thousand_are_due_in_one_second(house: House) -> None:
    """R48: each is reminded once, whoever else looks at the same time."""
    clinic = await never_quiet(house)
    moment = house.clock() + timedelta(hours=2, minutes=1)
    visits = await settle_in(house, clinic, [moment] * THOUSAND, ONCE)
    reminded = Reminded(house)
    house.clock.forward(minutes=1)
    other = Notices(house.transactions, house.clock)
    await house.services.notices.tell_due(reminded)
    await other.tell_due(reminded)

    assert reminded.times == Counter({PersonId(visit.id): 1 for visit in visits})


async def test_after_six_hours_who_is_ahead_is_reminded_and_who_is_past_is_not(
    house: House,
) -> None:
    """R19, R48: exactly one late reminder of every visit ahead, none of those that have begun."""
    clinic = await never_quiet(house)
    now = house.clock()
    starts = [now + timedelta(hours=2, minutes=1 + number) for number in range(400)]
    visits = await settle_in(house, clinic, starts, ONCE)
    reminded = Reminded(house)
    house.clock.forward(hours=6)
    for _ in range(3):
        await house.services.notices.tell_due(reminded)
        house.clock.forward(seconds=1)
    now = house.clock() - timedelta(seconds=3)
    due = [v for v in visits if now < v.slot.starts_at <= now + timedelta(hours=2)]
    past = [v for v in visits if v.slot.starts_at <= now]

    assert reminded.times == Counter({PersonId(visit.id): 1 for visit in due})
    assert len(due) > 100
    assert await house.count("notifications", "state = 'past'") == len(past) > 100
    assert await house.count("notifications", "state = 'planned'") == len(visits) - len(
        [*due, *past]
    )
