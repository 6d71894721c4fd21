"""A promise is a time on the wall (R57, decision 46).

A family was told 9:00. When the law gives the zone other clocks, and the time zone database
follows, the instant that is stored shows as 8:00 or 10:00: it is moved to where the clocks show
9:00 again, with everything of that zone that lies ahead. Nobody is told: nothing changes for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.model.ids import AppointmentId, SlotId
from services.model.settings.wall_clocks import WallClock, clock_around
from services.model.slots import Stretch
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.ports.zones import Ahead, TimeAhead
from services.runtime.use_case import use_case
from services.schedule.shifts import Shift, clashing, in_order

FRESH = timedelta(days=790)
"""A note that reaches less far is written anew."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a zone whose clocks are others now: counts, for the operator."""

    zone: str
    times: int
    visits: int
    stuck: int
    """Times that could not be moved, as something stood in the way. A visit on one stays."""
    stuck_visits: int


class WallTimes:
    """The keeper of what the clocks showed."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def keep(self) -> list[Moved]:
        """Move everything ahead whose zone has other clocks by now, a zone after the other; note
        what is noted for the first time. Doing it again does nothing."""
        moved = []
        for zone in await self._to_look_at():
            async with self._transactions.writes() as tx:
                if found := await self._keep(tx, zone):
                    moved.append(found)
        return moved

    @use_case
    async def note_further(self) -> list[str]:
        """Note the clocks as far ahead as they are known, and move nothing; the zones whose clocks
        are others than those that the stored times were made by.

        A process that started before, or has an older time zone database, would make wrong times,
        or move all back: that is for whoever starts next.
        """
        differing = []
        for zone in await self._to_look_at():
            async with self._transactions.writes() as tx:
                now = self._clock()
                noted, current = await tx.zones.lock(zone), clock_around(zone, now)
                if noted is None or noted.agrees(current, now):
                    await tx.zones.note(zone, current, now)
                else:
                    differing.append(zone)
        return differing

    async def _to_look_at(self) -> list[str]:
        now = self._clock()
        async with self._transactions.reads() as tx:
            zones, noted = await tx.zones.in_use(), await tx.zones.noted()
        return sorted(zone for zone in zones if not _is_as_noted(zone, noted.get(zone), now))

    async def _keep(self, tx: Transaction, zone: str) -> Moved | None:
        now = self._clock()
        current = clock_around(zone, now)
        noted = await tx.zones.lock(zone)
        await tx.zones.note(zone, current, now)
        if noted is None or noted.agrees(current, now):
            return None
        ahead = await tx.zones.ahead(zone, now)
        stuck = stuck_times(ahead, noted, current)
        await self._move(tx, ahead, stuck, noted, current)
        visits = [each for each in ahead.visits if each.active]
        stays = [each for each in visits if each.slot_id in stuck]
        await _have_phoned(tx, [each.id for each in stays], now)
        for clinic in await tx.clinics.all():
            if clinic.zone.key == zone:
                await tx.notifications.replan_from(clinic.id, now)
        return Moved(
            zone,
            len(ahead.times) - len(stuck),
            len(visits) - len(stays),
            len(stuck),
            len(stays),
        )

    async def _move(
        self,
        tx: Transaction,
        ahead: Ahead,
        stuck: frozenset[SlotId],
        noted: WallClock,
        current: WallClock,
    ) -> None:
        moving = [each for each in ahead.times if each.id not in stuck]
        order = in_order(_shift(each, noted, current) for each in moving)
        after = {SlotId(each.id): each.after for each in order}
        before = {each.id: each.stretch for each in moving}
        place = {slot_id: at for at, slot_id in enumerate(after)}
        visits = sorted(
            (each for each in ahead.visits if each.slot_id in after),
            key=lambda each: place[each.slot_id],
        )
        had = {each.slot_id for each in ahead.visits if each.active}
        await tx.zones.withdraw([each for each in sorted(stuck) if each not in had])
        await tx.zones.move(
            list(after.items()),
            [(each.id, before[each.slot_id], after[each.slot_id]) for each in visits],
            {
                each.id: noted.kept(each.confirm_by, current)
                for each in ahead.visits
                if each.confirm_by and each.active
            },
        )


async def _have_phoned(tx: Transaction, visits: Sequence[AppointmentId], now: datetime) -> None:
    """Put the families of visits that are at other hours now on the clinic's list: no letter of
    the bot says that, and they are few."""
    for visit in (await tx.appointments.some(visits)).values() if visits else ():
        await tx.calls.want_news(await tx.hearing.retell(visit, now), now)


async def note_zone(tx: Transaction, zone: str, now: datetime) -> None:
    """Note by which clock the first times of a zone are made, before there is a clinic in it. What
    was noted while others were in it counts; what is left from earlier does not."""
    if zone not in await tx.zones.in_use() or zone not in await tx.zones.noted():
        await tx.zones.note(zone, clock_around(zone, now), now)


async def differing_zones(tx: Transaction, now: datetime) -> set[str]:
    """Whose clocks are others here than those that the stored times were made by."""
    noted = await tx.zones.noted()
    return {
        zone
        for zone in await tx.zones.in_use() & noted.keys()
        if not noted[zone].agrees(clock_around(zone, now), now)
    }


def _is_as_noted(zone: str, noted: WallClock | None, now: datetime) -> bool:
    if noted is None or noted.until < now + FRESH:
        return False
    return noted.agrees(clock_around(zone, now), now)


def stuck_times(ahead: Ahead, noted: WallClock, current: WallClock) -> frozenset[SlotId]:
    """Which times cannot be where the clocks show the same, as their doctor, or the child of their
    visit, has something there that does not move. A visit that stays is in others' way in turn; a
    free time is withdrawn, and is not."""
    child_of = {each.slot_id: each.child_id for each in ahead.visits if each.active}
    shifts = {each.id: _shift(each, noted, current) for each in ahead.times}
    stuck = {each.id for each in shifts.values() if each.before == each.after}
    as_they_are = frozenset(stuck)
    while True:
        stays = [each for each in ahead.times if each.id in stuck & (as_they_are | child_of.keys())]
        moving = [each for each in ahead.times if each.id not in stuck]
        in_the_way = clashing(
            (shifts[each.id] for each in moving if each.open),
            [*ahead.begun, *((each.doctor_id, each.stretch) for each in stays if each.open)],
        ) | clashing(
            (
                replace(shifts[each.id], owner=child_of[each.id])
                for each in moving
                if each.id in child_of
            ),
            [
                *ahead.elsewhere,
                *((child_of[each.id], each.stretch) for each in stays if each.id in child_of),
            ],
        )
        if not in_the_way:
            return frozenset(SlotId(each) for each in stuck - as_they_are)
        stuck |= in_the_way


def _shift(each: TimeAhead, noted: WallClock, current: WallClock) -> Shift:
    return Shift(each.id, each.doctor_id, each.stretch, _kept(each, noted, current))


def _kept(each: TimeAhead, noted: WallClock, current: WallClock) -> Stretch:
    """It is as long as it was."""
    starts_at = noted.kept(each.stretch.starts_at, current)
    return Stretch(starts_at, starts_at + (each.stretch.ends_at - each.stretch.starts_at))
