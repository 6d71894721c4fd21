"""What must hold after each event: R26, R27, R28 and R73, looked at from outside.

It is asked of the tables and of the town's own wants, and not of the rules that made the offers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, exists, or_, select

from services.model.ids import AppointmentId, PersonId, SlotId, WaitId
from services.model.people import Child
from services.rules.quiet_hours import after_quiet
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow, OfferRow
from storage.tables.waitlist.offers import FreedTimeRow, WaitOfferRow, WaitOfferTimeRow
from storage.tables.waitlist.waits import WaitRow
from storage.waitlist.keeping import IS_LIVE, IS_OPEN
from tests.conftest import MONDAY_7_AM
from tests.simulation.ours import LOOKS_ANYWAY, Ours
from tests.simulation.people import MINUTE, Want, choices
from tests.simulation.times import Time, Times
from tests.storm.invariants import one_child_a_time, one_time_a_child

STANDS_AT_MOST = 30 * MINUTE + LOOKS_ANYWAY + 10 * MINUTE
"""So long a free time may stand while somebody waits for it: what stands is looked through for each
who waits every half hour, and at once where something changes; here the jobs come by the hour."""
SHUT_AT_MOST = 20 * MINUTE
"""So long a time may be kept without anybody's having an offer of it: an offer's message is given
up after ten minutes, and a time whose turn has come is everybody's after five."""
EARLY = time(6)
MOST_SAID = 5
SELDOM = 50
"""After so many events it is looked whether anybody is at two places."""
WENT_BY = ("refused", "expired")
NEVER_SEEN = ("lost", "unreached")
"""Another was quicker, or the message never arrived: it may be offered once more."""
_ACTIVE = AppointmentRow.state.in_(("pending", "booked"))


@dataclass(frozen=True, slots=True)
class Waiter:
    """Who waits."""

    id: int
    person: int | None
    want: Want
    since: datetime
    owed: bool
    early: bool
    held: datetime | None
    """When the visit begins that it has meanwhile."""
    unanswered: int
    """How often in a row it let what it was told go by."""
    chooses: bool
    """Whether times are kept for it, since it is owed one: it waits for no others meanwhile."""

    def would_take(self, free: Sequence[Time], now: datetime, notice: timedelta) -> list[Times]:
        """What it waits for, of times that are free."""
        if self.chooses:
            return []
        if self.owed:
            return [(each,) for each in free if each.starts_at >= now + notice]
        some = choices(self.want, free, now)
        return [each for each in some if self.held is None or each[0].starts_at < self.held]


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer, with one of its times."""

    id: int
    wait: int
    state: str
    among: int
    made_at: datetime
    sent_at: datetime | None
    until: datetime
    slot: int
    starts_at: datetime
    is_open: bool
    freed: int
    kept: int
    """For whom, as the house numbers them."""
    opens_at: datetime | None
    early: bool
    family: int | None
    """Whose it is in the town; None: of a want that is over."""


@dataclass
class Judge:
    """Looks at the house after each event, and remembers what it saw."""

    way: Ours
    stranger: tuple[PersonId, Child]
    """Somebody who waits for nothing."""
    downtime: Sequence[tuple[datetime, datetime]]
    looked: int = 0
    _standing: dict[tuple[int, Times], datetime] = field(default_factory=dict)
    """Since when a time stands free for whom."""
    _shut: dict[int, datetime] = field(default_factory=dict)
    _offers: dict[int, str] = field(default_factory=dict)
    """What became of each."""
    _let_go: set[tuple[int, int]] = field(default_factory=set)
    """Who let which time go by."""
    _offered: dict[tuple[int, int], int] = field(default_factory=dict)
    """Which offer was made last to whom of which time."""
    _before: datetime | None = None

    async def look(self) -> None:
        """Raises `AssertionError` where something does not hold."""
        now, self.looked = self.way.clock(), self.looked + 1
        offers = await self._read_offers(self._before or now)
        waiters = await self._read_waiters()
        public = await self._read_public()
        found = [
            *self._new_offers(offers, waiters, now),
            *self._live_offers(offers, public, now),
            *self._became(offers),
            *self._stands(waiters, offers, public, now),
            *await self._shut_times(offers, len(waiters), now),
        ]
        if self.looked % SELDOM == 0:
            found += await one_child_a_time(self.way.house)
            found += await one_time_a_child(self.way.house)
        first = "; ".join(found[:MOST_SAID])
        assert found == [], f"at {now:%d.%m. %H:%M:%S} UTC, {len(found)} things: {first}"
        self._before = now

    # What there is

    async def _read_offers(self, since: datetime) -> list[Offer]:
        """The live ones, and those of which something became since."""
        query = (
            select(WaitOfferRow, WaitOfferTimeRow.freed_id, SlotRow, WaitRow)
            .join(WaitOfferTimeRow, WaitOfferTimeRow.offer_id == WaitOfferRow.id)
            .join(SlotRow, SlotRow.id == WaitOfferTimeRow.slot_id)
            .join(WaitRow, WaitRow.id == WaitOfferRow.wait_id)
            .where(or_(IS_LIVE, WaitOfferRow.settled_at >= since))
            .order_by(WaitOfferRow.id, WaitOfferTimeRow.place)
        )
        columns = [
            *(getattr(WaitOfferRow, name) for name in ("id", "wait_id", "state", "among")),
            *(getattr(WaitOfferRow, name) for name in ("made_at", "sent_at", "until")),
            SlotRow.id,
            SlotRow.starts_at,
            and_(SlotRow.open, ~SlotRow.withdrawn),
            WaitOfferTimeRow.freed_id,
            SlotRow.reserved_for,
            SlotRow.released_at,
            WaitRow.early,
            WaitRow.owed,
            WaitRow.visit_id,
        ]
        found = await self._rows(query.with_only_columns(*columns))
        return [Offer(*[*rest, self._family(rest[1], owed, visit)]) for *rest, owed, visit in found]

    def _family(self, wait: WaitId, owed: bool, visit: AppointmentId | None) -> int | None:
        want = self._want(wait, owed, visit)
        return None if want is None else want.family

    def _want(self, wait: WaitId, owed: bool, visit: AppointmentId | None) -> Want | None:
        number = self.way.wants.get(wait)
        if owed:
            number = None if visit is None else self.way.owed.get(visit)
        return None if number is None else self.way.town.wants[number]

    async def _read_waiters(self) -> list[Waiter]:
        held = and_(AppointmentRow.id == WaitRow.visit_id, _ACTIVE)
        kept = exists().where(
            OfferRow.appointment_id == WaitRow.visit_id, OfferRow.until > self.way.clock()
        )
        query = (
            select(
                WaitRow.id,
                WaitRow.person_id,
                WaitRow.visit_id,
                WaitRow.since,
                WaitRow.owed,
                WaitRow.early,
                AppointmentRow.starts_at,
                WaitRow.unanswered,
                and_(WaitRow.owed, kept),
            )
            .outerjoin(AppointmentRow, held)
            .where(WaitRow.state == "waiting")
            .order_by(WaitRow.since, WaitRow.id)
        )
        found = []
        for wait, person, visit, *rest in await self._rows(query):
            want = self._want(wait, rest[1], visit)
            if want is not None:
                found.append(Waiter(wait, person, want, *rest))
        return found

    async def _read_public(self) -> dict[Time, int]:
        """What anybody can have who waits for nothing, and the ids."""
        return await self.way.shown(*self.stranger)

    async def _rows(self, query: Any) -> Sequence[Any]:
        async with self.way.house.engines.reading.connect() as connection:
            return (await connection.execute(query)).all()

    # What must hold

    def _live_offers(
        self, offers: Sequence[Offer], public: dict[Time, int], now: datetime
    ) -> Iterator[str]:
        """R26, R27: one at a time, or a few near the visit; no stranger sees it; of a time that is
        open and ahead; told in no quiet hours."""
        live = [each for each in offers if each.state in ("made", "sent") and each.until > now]
        clinic, visible = self.way.clinic, set(public.values())
        by_slot: dict[int, list[Offer]] = defaultdict(list)
        for each in live:
            by_slot[each.slot].append(each)
            if each.slot in visible:
                yield f"anybody sees the time of offer {each.id}"
            if not each.is_open or each.starts_at <= now:
                yield f"offer {each.id} is of no free time"
            is_near = each.starts_at - each.made_at <= clinic.waitlist.near
            if each.among > 1 and not is_near:
                yield f"offer {each.id} is for several, long before its time"
            if each.sent_at is not None and self._disturbs(each, each.sent_at):
                yield f"offer {each.id} came in quiet hours"
        for slot, some in by_slot.items():
            if len(some) > max(each.among for each in some):
                yield f"time {slot} is offered to {len(some)} at once"
        several = Counter(each.family for each in {o.id: o for o in live}.values())
        del several[None]
        yield from (f"family {each} has two offers" for each, n in several.items() if n > 1)

    def _disturbs(self, offer: Offer, at: datetime) -> bool:
        clinic = self.way.clinic
        calm = after_quiet(at, clinic)
        if calm == at:
            return False
        that_morning = clinic.wall(offer.starts_at).date() == clinic.wall(calm).date()
        return not (offer.early and that_morning and clinic.wall(at).time() >= EARLY)

    def _became(self, offers: Sequence[Offer]) -> Iterator[str]:
        """R26: something becomes of an offer once, and who let a time go by is let alone."""
        for each in offers:
            before = self._offers.get(each.id)
            if before not in (None, "made", "sent") and before != each.state:
                yield f"offer {each.id} was {before} and is {each.state}"
            self._offers[each.id] = each.state
            if each.state in WENT_BY:
                self._let_go.add((each.wait, each.slot))

    def _new_offers(
        self, offers: Sequence[Offer], waiters: Sequence[Waiter], now: datetime
    ) -> Iterator[str]:
        """R29, R73: in order of waiting, and of nothing that was let go by."""
        new = [each for each in offers if each.id not in self._offers]
        has_offer = {each.wait for each in offers}
        families = {each.family for each in offers}
        by_id = {each.id: each for each in waiters}
        for each in new:
            if (each.wait, each.slot) in self._let_go:
                yield f"offer {each.id} is of a time that was let go by"
            earlier = self._offered.get((each.wait, each.slot))
            if earlier is not None and self._offers[earlier] not in NEVER_SEEN:
                yield f"offer {each.id} comes again, which was {self._offers[earlier]}"
            self._offered[each.wait, each.slot] = each.id
            got = by_id.get(each.wait)
            if got is None or got.owed or after_quiet(now, self.way.clinic) != now:
                continue
            time = self._time_of(each)
            for other in waiters:
                if other.since >= got.since and not other.owed:
                    break
                is_passed_over = (
                    other.id not in has_offer
                    and other.want.family not in families
                    and not self._is_unreached(other)
                    and (other.id, each.slot) not in self._offered
                    and each.slot not in self.way.saw.get(other.id, set())
                    and len(other.want.children) == 1
                    and time.is_open_to(each.made_at, infant=other.want.infant)
                    and other.would_take([time], each.made_at, self.way.clinic.waitlist.notice)
                )
                if is_passed_over:
                    yield f"offer {each.id} passes over {other.id}, who waits for longer"

    def _time_of(self, offer: Offer) -> Time:
        time = self.way.people.times[SlotId(offer.slot)]
        return replace(time, kept=offer.kept, opens_at=offer.opens_at if offer.kept else None)

    def _stands(
        self,
        waiters: Sequence[Waiter],
        offers: Sequence[Offer],
        public: dict[Time, int],
        now: datetime,
    ) -> Iterator[str]:
        """R73: no free time stands while somebody waits for it who has not let it go by; at night
        nobody may be told of it, and who is silent or cannot be written to is told of none."""
        if after_quiet(now, self.way.clinic) != now:
            self._standing = {}
            return
        busy = {each.family for each in offers}
        standing: dict[tuple[int, Times], datetime] = {}
        for waiter in waiters:
            terms = self.way.clinic.waitlist
            is_silent = waiter.unanswered >= terms.unanswered
            if waiter.want.family in busy or is_silent or self._is_unreached(waiter):
                continue
            for times in waiter.would_take(list(public), now, terms.notice):
                slots = {public[each] for each in times}
                if slots & self.way.saw.get(waiter.id, set()) or any(
                    (waiter.id, slot) in self._let_go for slot in slots
                ):
                    continue
                key = waiter.id, times
                standing[key] = since = max(self._standing.get(key, now), self._up_since(now))
                if now - since > STANDS_AT_MOST:
                    yield f"{times} stand free since {since:%H:%M}, and {waiter.id} waits for them"
        self._standing = standing

    def _is_unreached(self, waiter: Waiter) -> bool:
        """Whether the bot can write to nobody: to who asked; of who is owed a time, to either
        parent."""
        family = self.way.people.of(waiter.want)
        either = {int(each) for each in (family.parent, family.other) if each is not None}
        return ({waiter.person} if waiter.person else either) <= self.way.post.blocked

    async def _shut_times(self, offers: Sequence[Offer], waiters: int, now: datetime) -> list[str]:
        """No time stays shut with nobody's having an offer of it. In the night those do that are to
        be offered in the morning; of times that only stood free, no more than families wait."""
        query = select(FreedTimeRow.slot_id, FreedTimeRow.why).where(
            IS_OPEN, FreedTimeRow.held_from <= now, FreedTimeRow.until > now
        )
        live = {each.slot for each in offers if each.state in ("made", "sent")}
        shut = {slot: why for slot, why in await self._rows(query) if slot not in live}
        if after_quiet(now, self.way.clinic) != now:
            self._shut = {}
            standing = sum(why == "standing" for why in shut.values())
            return [f"{standing} times are shut for {waiters}"] if standing > waiters else []
        self._shut = {slot: max(self._shut.get(slot, now), self._up_since(now)) for slot in shut}
        return [
            f"time {slot} is shut since {since:%H:%M}, and nobody has an offer of it"
            for slot, since in self._shut.items()
            if now - since > SHUT_AT_MOST
        ]

    def _up_since(self, now: datetime) -> datetime:
        """Since when the house has not been away."""
        begun = MONDAY_7_AM
        return max((ends for _, ends in self.downtime if ends <= now), default=begun)
