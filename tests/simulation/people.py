"""Families: what they want, which times they like, when they look, answer and cancel."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from tests.conftest import MONDAY_7_AM, ROMASHKA
from tests.simulation.chance import Chance
from tests.simulation.times import Time, Times, lies_together

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
ZONE = ROMASHKA.zone
WAKES, SLEEPS = time(7), time(22)
"""When people look into their phones. The clinic's quiet hours begin an hour before."""
WEEKDAYS = 5


@dataclass(frozen=True, slots=True)
class Habits:
    """What families are like. Of offers that were published 8–11 % were taken (Epic Fast Pass)."""

    can_come: float = 0.35
    """Of the times that lie where a family said, those to which it can really come."""
    unread: float = 0.4
    """Messages that are not looked at before they are of no use."""
    says_no: float = 0.5
    """Who cannot come and looks, and says so."""
    reads_after: timedelta = 35 * MINUTE
    """Half of those who look do so within this."""
    spread: float = 1.2
    looks_every: timedelta = 20 * HOUR
    """How often who has not found what it wants looks by itself, on average."""
    joins: float = 0.75
    """Who finds nothing, or nothing near, and lets itself be told."""
    cancels: float = 0.2
    by_desk: float = 0.25
    """Of those who cancel: who phones."""
    by_other: float = 0.25
    """Who leaves it to the other parent."""
    together: float = 0.12
    """Wants of two children at once."""
    infants: float = 0.12


@dataclass(frozen=True, slots=True)
class Family:
    """An adult or two, and children."""

    number: int
    born: Sequence[date]
    has_other: bool
    """Whether somebody else looks after them, too."""


@dataclass(frozen=True, slots=True)
class Want:
    """That a family wants a visit, and what would do."""

    number: int
    family: int
    children: Sequence[int]
    """Which ones of the family's."""
    infant: bool
    at: datetime
    """When it begins to look, on the clinic's wall."""
    doctors: frozenset[int]
    """Who would do; nobody named is anybody."""
    last: date
    weekdays: int
    since: time
    until: time | None
    notice: timedelta
    """How long before a time the family has to know of it."""
    soon: int
    """Within so many days is near enough; of a later time it wants to hear an earlier one."""
    early: bool
    """Whether it can be written to before quiet hours end."""

    @property
    def first(self) -> date:
        return self.at.date()

    def does(self, times: Times, now: datetime) -> bool:
        """Whether times lie where the family said, and leave it the time it needs.

        Said once more than in `rules.waitlist`, so that one can be held against the other."""
        return now + self.notice <= times[0].starts_at and all(map(self._lies, times))

    def _lies(self, each: Time) -> bool:
        if self.doctors and each.doctor not in self.doctors:
            return False
        wall = each.wall
        hour = wall.time()
        return (
            self.first <= wall.date() <= self.last
            and bool(self.weekdays >> wall.weekday() & 1)
            and self.since <= hour
            and (self.until is None or hour <= self.until)
        )

    def is_near(self, times: Times) -> bool:
        return times[0].wall.date() <= self.first + self.soon * DAY


@dataclass(frozen=True, slots=True)
class Answer:
    """What a family says to what it is told."""

    yes: bool
    at: datetime


class Town:
    """All families, and what they do, whatever a clinic does."""

    def __init__(
        self, chance: Chance, families: int, weeks: int, doctors: int, a_day: float, habits: Habits
    ) -> None:
        """`a_day`: how many wants come up on a working day."""
        self.chance = chance
        self.habits = habits
        self.weeks = weeks
        self.doctors = range(doctors)
        self._a_day = a_day
        self.families = [self._family(number) for number in range(families)]

    def _family(self, number: int) -> Family:
        born = []
        for child in range(1 + self.chance.some(0.6, "children", number)):
            infant = self.chance.happens(self.habits.infants, "infant", number, child)
            days = 60 if infant else 800 + int(2500 * self.chance.of("age", number, child))
            born.append(MONDAY_7_AM.date() - days * DAY)
        return Family(number, born, self.chance.happens(0.4, "other", number))

    @cached_property
    def wants(self) -> Sequence[Want]:
        return list(self._wants())

    def _wants(self) -> Iterator[Want]:
        busy: dict[int, date] = {}
        number = 0
        for day in range(7 * self.weeks):
            today = MONDAY_7_AM.date() + day * DAY
            share = 1 if today.weekday() < WEEKDAYS else 0.4
            for nth in range(self.chance.some(self._a_day * share, "wants", day)):
                want = self._want(number, today, nth, busy)
                if want is not None:
                    busy[want.family] = want.last
                    yield want
                    number += 1

    def _want(self, number: int, today: date, nth: int, busy: dict[int, date]) -> Want | None:
        """A family wants one thing at a time."""
        chance, key = self.chance, (today, nth)
        idle = [each for each in self.families if busy.get(each.number, date.min) < today]
        if not idle:
            return None
        family = chance.one(idle, "whose", key)
        both = len(family.born) > 1 and chance.happens(self.habits.together, "together", key)
        children = [0, 1] if both else [chance.one(range(len(family.born)), "who", key)]
        one, two = chance.one(self.doctors, "doctor", key), list(self.doctors[:2])
        doctors = chance.one([[], [], [one], [one], two], "doctors", key)
        day = datetime.combine(today, WAKES, ZONE)
        at = max(day + 15 * HOUR * chance.of("hour", key), MONDAY_7_AM.astimezone(ZONE))
        since = chance.one([time.min] * 4 + [time(15)], "since", key)
        until = chance.one([None, None, None, time(12)], "until", key)
        return Want(
            number,
            family.number,
            children,
            all((MONDAY_7_AM.date() - family.born[each]).days < 365 for each in children),
            at,
            frozenset(doctors),
            today + chance.one([4, 7, 10, 14], "last", key) * DAY,
            chance.one([0b1111111, 0b1111111, 0b0010101, 0b0011010], "weekdays", key),
            since,
            None if since > time.min else until,
            chance.one([HOUR, 3 * HOUR, 3 * HOUR, 12 * HOUR], "notice", key),
            chance.one([0, 1, 2, 4], "soon", key),
            chance.happens(0.2, "early", key),
        )

    # What they do

    def likes(self, want: Want, times: Times) -> bool:
        """Whether the family can really come then."""
        first = times[0]
        question = "likes", want.number, first.doctor, first.starts_at
        return self.chance.happens(self.habits.can_come, *question)

    def joins(self, want: Want) -> bool:
        return self.chance.happens(self.habits.joins, "joins", want.number)

    def looks_after(self, want: Want, now: datetime, nth: int) -> datetime:
        """When a family looks by itself next."""
        return awake(now + self.chance.pause(self.habits.looks_every, "look", want.number, nth))

    def answer(self, want: Want, times: Times, now: datetime) -> Answer | None:
        """What becomes of what it is told now; None: it does not look."""
        first, habits = times[0], self.habits
        key = want.number, first.doctor, first.starts_at
        if self.chance.happens(habits.unread, "unread", *key):
            return None
        yes = self.likes(want, times)
        if not yes and not self.chance.happens(habits.says_no, "says no", *key):
            return None
        return Answer(yes, self.reads(want, times, now))

    def reads(self, want: Want, times: Times, now: datetime) -> datetime:
        first, habits = times[0], self.habits
        key = want.number, first.doctor, first.starts_at
        return awake(now + self.chance.delay(habits.reads_after, habits.spread, "reads", *key))

    def cancels(self, want: Want, times: Times, now: datetime, nth: int) -> datetime | None:
        """When a family gives up what it books now, later rather than sooner; None: it comes."""
        if not self.chance.happens(self.habits.cancels, "cancels", want.number, nth):
            return None
        share = math.sqrt(self.chance.of("cancels at", want.number, nth))
        return now + (times[0].starts_at - 2 * MINUTE - now) * share

    def who_cancels(self, want: Want) -> str:
        share = self.chance.of("who cancels", want.number)
        if share < self.habits.by_desk:
            return "desk"
        by_other = share < self.habits.by_desk + self.habits.by_other
        return "other" if by_other and self.families[want.family].has_other else "parent"


def awake(moment: datetime) -> datetime:
    """The moment, or the same time after waking up."""
    wall = moment.astimezone(ZONE)
    if WAKES <= wall.time() < SLEEPS:
        return moment
    day = wall.date() + DAY * (wall.time() >= SLEEPS)
    asleep = (wall - datetime.combine(day - DAY, SLEEPS, ZONE)) / 9
    return datetime.combine(day, WAKES, ZONE) + asleep


def choices(want: Want, free: Sequence[Time], now: datetime) -> list[Times]:
    """Of free times those that would do, the first ones first."""
    if len(want.children) == 1:
        return [(each,) for each in free if want.does((each,), now)]
    lying = [each for each in free if want.does((each,), now)]
    return [(one, two) for one in lying for two in lying if one != two and lies_together(one, two)]
