"""What happens in a town over months, to whichever clinic: event after event."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from heapq import heappop, heappush
from itertools import count
from typing import TypeAlias

from tests.conftest import MONDAY_7_AM, StillClock
from tests.simulation.measures import Measures
from tests.simulation.people import DAY, HOUR, MINUTE, ZONE, Town, Want, choices
from tests.simulation.times import Times
from tests.simulation.ways import Told, Way

Deed: TypeAlias = Callable[[], Awaitable[None]]
Look: TypeAlias = Callable[[], Awaitable[None]]
"""What looks whether all holds."""


@dataclass
class Standing:
    """How it stands with a want."""

    want: Want
    has: Times | None = None
    booked: int = 0
    """How often it booked."""
    waits: bool = False
    over: bool = False
    """Whether it has what it wants, or wants nothing any more."""
    looked: int = 0


@dataclass
class Story:
    """One clinic, and everything that happens around it."""

    town: Town
    way: Way
    clock: StillClock
    measures: Measures
    watch: Look | None = None
    standings: dict[int, Standing] = field(default_factory=dict)
    _events: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)
    _downtime: Sequence[tuple[datetime, datetime]] = ()

    async def tell(self, days: int | None = None) -> None:
        """From the first day to the last, or of the first days alone."""
        self._downtime = downtime(self.town)
        ends = MONDAY_7_AM + (days or self.town.weeks * 7) * DAY
        for want in (each for each in self.town.wants if each.at < ends):
            self._at(want.at, self._arises(want))
        for doctor, day, at, back_at in absences(self.town):
            self._at(at, self._absent(doctor, day, back_at))
        while (moment := await self._step()) and moment < ends:
            pass
        self.measures.close(self.clock())

    async def _step(self) -> datetime | None:
        """Do what is next: what somebody does, or what is due by itself; when that was."""
        due = await self.way.due()
        at = self._events[0][0] if self._events else None
        moments = [each for each in (at, due and self._while_up(due)) if each is not None]
        if not moments:
            return None
        self.clock.now = max(self.clock.now, min(moments)).astimezone(UTC)
        if at is not None and at <= self.clock.now:
            await heappop(self._events)[2]()
        else:
            for told in await self.way.work():
                self._told(told)
        if self.watch:
            await self.watch()
        return self.clock.now

    def _at(self, moment: datetime, deed: Deed) -> None:
        heappush(self._events, (self._while_up(moment), next(self._numbers), deed))

    def _while_up(self, moment: datetime) -> datetime:
        """Nobody can do anything while the bot is away, itself included."""
        for begins, ends in self._downtime:
            if begins <= moment < ends:
                return ends + (moment - begins) / 60
        return moment

    # What families do

    def _arises(self, want: Want) -> Deed:
        async def deed() -> None:
            here = self.standings[want.number] = Standing(want)
            self.measures.arisen(want)
            await self._try_to_book(here, "new")
            near = here.has is not None and want.is_near(here.has)
            if near:
                here.over = True
                return
            can_wait = here.has is None or len(want.children) == 1
            if can_wait and self.town.joins(want):
                await self._wait(here)
            self._look_later(here)
            last = datetime.combine(want.last, time(21), ZONE)
            self._at(last, self._gives_up(here))

        return deed

    async def _wait(self, here: Standing) -> None:
        here.waits = True
        await self.way.wait(here.want)

    def _look_later(self, here: Standing) -> None:
        at = self.town.looks_after(here.want, self.clock(), here.looked)
        here.looked += 1

        async def deed() -> None:
            if here.over:
                return
            has_been = here.has is not None and here.has[0].starts_at <= self.clock()
            if has_been or await self._try_to_book(here, "looked"):
                await self._is_served(here)
            else:
                self._look_later(here)

        self._at(at, deed)

    async def _try_to_book(self, here: Standing, how: str) -> bool:
        """Take the first time that is free, would do, is better than what there is, and is liked;
        whether there was one."""
        now, want = self.clock(), here.want
        for times in choices(want, await self.way.free(want), now):
            if here.has and times[0].starts_at >= here.has[0].starts_at:
                break
            if self.town.likes(want, times) and await self.way.book(want, times):
                self._has(here, times, how)
                return True
        return False

    def _has(self, here: Standing, times: Times, how: str) -> None:
        now, before = self.clock(), here.has
        if before:
            self.measures.freed(set(before) - set(times), now)
        self.measures.filled(here.want, set(times) - set(before or ()), now, how)
        here.has = times
        here.booked += 1
        at = self.town.cancels(here.want, times, now, here.booked)
        if at is not None:
            self._at(at, self._cancels(here, here.booked))

    async def _is_served(self, here: Standing) -> None:
        here.over = True
        await self._leave(here)

    async def _leave(self, here: Standing) -> None:
        if here.waits:
            here.waits = False
            await self.way.leave(here.want)

    def _gives_up(self, here: Standing) -> Deed:
        async def deed() -> None:
            if not here.over:
                here.over = True
                self.measures.gave_up(here.want, here.has is not None, self.clock())
                await self._leave(here)

        return deed

    def _cancels(self, here: Standing, booked: int) -> Deed:
        async def deed() -> None:
            now = self.clock()
            if here.has is None or here.booked != booked or here.has[0].starts_at <= now:
                return
            await self.way.cancel(here.want, self.town.who_cancels(here.want))
            self.measures.freed(here.has, now)
            here.has, here.over = None, True
            await self._leave(here)

        return deed

    # What they are told

    def _told(self, told: Told) -> None:
        here = self.standings[told.want]
        self.measures.told(here.want, told.times, told.at)
        answer = self.town.answer(here.want, told.times, told.at)
        if answer is not None and not here.over:
            self._at(answer.at, self._answers(here, told, yes=answer.yes))

    def _answers(self, here: Standing, told: Told, *, yes: bool) -> Deed:
        async def deed() -> None:
            is_too_late = here.over or told.times[0].starts_at <= self.clock()
            if is_too_late:
                return
            won = await self.way.answer(told, yes=yes)
            self.measures.answered(here.want, told.times, yes=yes, won=won)
            if won:
                self._has(here, told.times, "told")
                here.over, here.waits = True, False
                await self.way.leave(here.want)

        return deed

    # What the clinic does

    def _absent(self, doctor: int, day: date, back_at: datetime | None) -> Deed:
        async def deed() -> None:
            for number in await self.way.absent(doctor, day):
                here = self.standings[number]
                here.has, here.over = None, len(here.want.children) > 1
                here.booked += 1
                if not here.over:
                    await self._is_owed(here)
            if back_at:
                self._at(back_at, self._back(doctor, day))

        return deed

    async def _is_owed(self, here: Standing) -> None:
        """It looks for another time, and hears of one."""
        if not here.waits:
            await self._wait(here)
        self._look_later(here)
        last = max(datetime.combine(here.want.last, time(21), ZONE), self.clock() + 7 * DAY)
        self._at(last, self._gives_up(here))

    def _back(self, doctor: int, day: date) -> Deed:
        async def deed() -> None:
            again = await self.way.back(doctor, day)
            for number, times in again.items():
                here = self.standings[number]
                here.has, here.over = times, True
                await self._leave(here)

        return deed


def downtime(town: Town) -> list[tuple[datetime, datetime]]:
    """Once a week or so the bot is away, for minutes or hours."""
    found = []
    for week in range(town.weeks):
        if town.chance.happens(0.7, "down", week):
            begins = MONDAY_7_AM + 7 * DAY * (week + town.chance.of("down at", week))
            found.append((begins, begins + 5 * HOUR * town.chance.of("down for", week)))
    return found


def absences(town: Town) -> list[tuple[int, date, datetime, datetime | None]]:
    """Who does not come on which day, when that becomes known, and when it is taken back."""
    found = []
    for week in range(town.weeks):
        day = MONDAY_7_AM.date() + DAY * (7 * week + 1 + int(4 * town.chance.of("ill", week)))
        doctor = town.chance.one(town.doctors, "who is ill", week)
        at = datetime.combine(day, time(7, 30), ZONE) - 12 * HOUR * town.chance.of("known", week)
        is_taken_back = town.chance.happens(0.3, "back", week)
        found.append((doctor, day, at, at + 40 * MINUTE if is_taken_back else None))
    return found
