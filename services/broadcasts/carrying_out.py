"""One text to many families: seen as it arrives, confirmed by its number, and carried out."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from services.access.asking import ask, expected, leave, listen
from services.access.posts import post_of
from services.broadcasts.progress import (
    SHOWN,
    Answer,
    BroadcastsPage,
    NewsPreview,
    NewsQuestion,
    Progress,
    Subject,
    WhomToTell,
)
from services.broadcasts.writing import (
    MOST_DAYS,
    begins_at,
    read_count,
    read_text,
    to_plan,
)
from services.model.access import ADMINISTRATION, Post
from services.model.broadcasts import Audience, Broadcast, BroadcastState, Reach, Whom
from services.model.clinic import Clinic, Doctor
from services.model.conversations import NewsDraft
from services.model.ids import BroadcastId, DistrictId, DoctorId, PersonId, PostId
from services.model.messages import NotificationState
from services.model.refusals.base import NotFound, Refusal
from services.model.refusals.broadcasts import BroadcastOver, NobodyToTell, NumberDiffers
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.runtime.use_case import no_effect, use_case

STEP = 500
"""Rows that one transaction plans, holds or drops."""
LISTED_FOR = timedelta(days=80)
"""So long at least it is known what became of each message."""
OWN_MESSAGE_WITHIN = timedelta(seconds=15)
"""After that the message that should say how far it is was lost: another one is sent."""
LEAD = timedelta(seconds=10)
"""How long one process tells the authors, and after which another one may if it died."""


class Broadcasts:
    """For administrators, each of whom is looked up again at every tap and word."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._holder = str(uuid4())

    # Writing one

    @use_case
    async def page(self, person: PersonId, post_id: PostId) -> BroadcastsPage:
        """Where it begins; a draft is forgotten. Raises `NotFound`: not an administrator."""
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            now = self._clock()
            if await leave(tx, person, NewsDraft):
                await listen(tx, post, now)
            latest = await tx.broadcasts.latest(post.clinic.id, now - LISTED_FOR, SHOWN)
            return BroadcastsPage(post, latest)

    @use_case
    async def whom_to_tell(self, person: PersonId, post_id: PostId, whom: Whom) -> WhomToTell:
        """Raises `NotFound`: not an administrator."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            return WhomToTell(
                post,
                whom,
                await tx.districts.of_clinic(post.clinic.id),
                await tx.clinics.doctors(post.clinic.id),
                post.clinic.wall(self._clock()),
            )

    @use_case
    async def ask(self, person: PersonId, post_id: PostId, audience: Audience) -> NewsQuestion:
        """Take what is typed next as the text for these families.

        Raises `NotFound`: not an administrator, or not this clinic's families.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            subject = await _subject(tx, post.clinic, audience)
            await ask(tx, post, NewsDraft(audience), now)
            reach = await _reach(tx, post.clinic, audience, now)
            return NewsQuestion(post, audience, subject, reach)

    @use_case
    async def typed(self, person: PersonId, words: str) -> Answer:
        """Take the text; or, once it was shown, the number of who gets it, which sends it.

        Words after the text replace it. Raises `NotFound`: nothing was asked, or not an
        administrator any more.
        """
        async with self._transactions.writes(person) as tx:
            asked = await expected(tx, person, NewsDraft)
            post = await post_of(tx, person, asked.post_id, ADMINISTRATION)
            draft = asked.topic
            count = read_count(words) if draft.text else None
            if count is not None:
                return await self._confirm(tx, post, draft, count)
            return await self._take(tx, post, draft, words)

    async def _take(self, tx: Transaction, post: Post, draft: NewsDraft, words: str) -> Answer:
        try:
            text = read_text(words)
        except Refusal as problem:
            subject = await _subject(tx, post.clinic, draft.audience)
            reach = await _reach(tx, post.clinic, draft.audience, self._clock())
            return NewsQuestion(post, draft.audience, subject, reach, problem)
        return await self._preview(tx, post, replace(draft, text=text))

    async def _preview(
        self, tx: Transaction, post: Post, draft: NewsDraft, problem: Refusal | None = None
    ) -> NewsPreview:
        now, meant = self._clock(), draft.audience
        subject = await _subject(tx, post.clinic, meant)
        reach = await _reach(tx, post.clinic, meant, now)
        await ask(tx, post, replace(draft, shown=reach.recipients), now)
        begins = begins_at(post.clinic, meant, now)
        return NewsPreview(post, meant, subject, draft.text, reach, begins, now, problem)

    async def _confirm(self, tx: Transaction, post: Post, draft: NewsDraft, count: int) -> Answer:
        """Begin to send it if the number is the one that was shown, and is still right."""
        now = self._clock()
        reach = await tx.broadcasts.reach(post.clinic, draft.audience, now)
        if not reach.recipients:
            return await self._preview(tx, post, draft, NobodyToTell())
        if not count == draft.shown == reach.recipients:
            return await self._preview(tx, post, draft, NumberDiffers())
        begun = await tx.broadcasts.add(post, draft.audience, draft.text, reach.recipients, now)
        await listen(tx, post, now)
        return await self._progress(tx, await tx.broadcasts.get(begun), post.id)

    # While it is sent

    @use_case
    async def progress(
        self, person: PersonId, post_id: PostId, broadcast_id: BroadcastId
    ) -> Progress:
        """How far one is. Raises `NotFound`: not an administrator's of this clinic."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            return await self._progress(tx, await _of_clinic(tx, post, broadcast_id), post.id)

    @use_case
    async def pause(self, person: PersonId, post_id: PostId, broadcast_id: BroadcastId) -> Progress:
        """Send no more of it for now; what is on its way arrives.

        Raises:
            BroadcastOver: it is sent, or was stopped.
            NotFound: not an administrator's of this clinic.
        """
        return await self._turn(person, post_id, broadcast_id, BroadcastState.PAUSED)

    @use_case
    async def resume(
        self, person: PersonId, post_id: PostId, broadcast_id: BroadcastId
    ) -> Progress:
        """Go on sending. Raises `BroadcastOver`, `NotFound`."""
        return await self._turn(person, post_id, broadcast_id, BroadcastState.SENDING)

    @use_case
    async def stop(self, person: PersonId, post_id: PostId, broadcast_id: BroadcastId) -> Progress:
        """Tell nobody else, for good; doing it again changes nothing. Raises `BroadcastOver`,
        `NotFound`."""
        return await self._turn(person, post_id, broadcast_id, BroadcastState.STOPPED)

    async def _turn(
        self, person: PersonId, post_id: PostId, broadcast_id: BroadcastId, to: BroadcastState
    ) -> Progress:
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            found = await _of_clinic(tx, post, broadcast_id, lock=True)
            if found.state is not to and not tx.replay:
                if found.state in (BroadcastState.STOPPED, BroadcastState.DONE):
                    raise BroadcastOver
                await tx.broadcasts.change(replace(found, state=to))
                found = replace(found, state=to)
            return await self._progress(tx, found, post.id)

    async def _progress(self, tx: Transaction, found: Broadcast, post_id: PostId) -> Progress:
        subject = await _subject(tx, found.clinic, found.audience)
        counts = await tx.broadcasts.counts(found.id)
        return Progress(found, post_id, subject, counts, self._clock())

    # Carrying it out

    @use_case
    async def carry_on(self) -> bool:
        """Bring some more rows in line with what was confirmed, paused or stopped; False when there
        is nothing left to do for now."""
        async with self._transactions.reads() as tx:
            found = [
                each for each in await tx.broadcasts.unsettled() if await self._is_to_do(tx, each)
            ]
        for each in found:
            async with self._transactions.writes() as tx:
                if await self._step(tx, await tx.broadcasts.get(each.id, lock=True)):
                    return True
        return False

    async def _is_to_do(self, tx: Transaction, found: Broadcast) -> bool:
        counts = await tx.broadcasts.counts(found.id)
        planned = counts.get(NotificationState.PLANNED, 0)
        if found.state is BroadcastState.SENDING:
            held = counts.get(NotificationState.HELD, 0)
            return not found.all_planned or held > 0 or planned == 0
        return found.state is BroadcastState.STOPPED or planned > 0

    async def _step(self, tx: Transaction, found: Broadcast) -> bool:
        now = self._clock()
        if found.state is BroadcastState.PAUSED:
            return await tx.broadcasts.hold(found.id, now, STEP) > 0
        if found.state is BroadcastState.SENDING:
            if not found.all_planned:
                await self._plan(tx, found, now)
                return True
            moved = await tx.broadcasts.release(found.id, now, STEP)
        else:
            moved = await tx.broadcasts.drop(found.id, now, STEP)
        if not moved:
            await self._settle(tx, found, now)
        return moved > 0

    async def _plan(self, tx: Transaction, found: Broadcast, now: datetime) -> None:
        some = await tx.broadcasts.recipients(found, now, STEP)
        await tx.notifications.begin([to_plan(found, each, now) for each in some])
        through = some[-1].person if some else found.planned_through
        await tx.broadcasts.change(
            replace(found, planned_through=through, all_planned=len(some) < STEP)
        )

    async def _settle(self, tx: Transaction, found: Broadcast, now: datetime) -> None:
        counts = await tx.broadcasts.counts(found.id)
        left = (NotificationState.PLANNED, NotificationState.HELD)
        if any(counts.get(state) for state in left) or found.settled_at:
            return  # the last ones are on their way, or were just held by who sends
        stopped = found.state is BroadcastState.STOPPED
        state = BroadcastState.STOPPED if stopped else BroadcastState.DONE
        await tx.broadcasts.change(replace(found, state=state, settled_at=now))

    # Telling the author

    @use_case
    async def shown(self, broadcast_id: BroadcastId, message_id: int) -> None:
        """Remember where it is said how far it is: it goes on there after a crash."""
        with no_effect():
            async with self._transactions.writes() as tx:
                found = await tx.broadcasts.get(broadcast_id, lock=True)
                await tx.broadcasts.change(replace(found, message_id=message_id))

    @use_case
    async def to_tell(self) -> list[Progress]:
        """What the authors are to be told now, by one process at a time; of what is over, until it
        was `reported`."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            found = [
                await self._progress(tx, each, post_id)
                for each, post_id in await tx.broadcasts.unreported()
                if each.message_id or each.confirmed_at + OWN_MESSAGE_WITHIN <= now
            ]
        if not found:
            return []
        async with self._transactions.writes() as tx:
            leads = await tx.leases.take("broadcasts", self._holder, now, now + LEAD)
        return found if leads else []

    @use_case
    async def reported(self, broadcast_id: BroadcastId) -> None:
        """The author was told how it ended."""
        async with self._transactions.writes() as tx:
            await tx.broadcasts.report(broadcast_id, self._clock())


async def _reach(tx: Transaction, clinic: Clinic, audience: Audience, now: datetime) -> Reach:
    """Who gets it, and who does not."""
    reach = await tx.broadcasts.reach(clinic, audience, now)
    return replace(reach, not_in_bot=await tx.broadcasts.left_out(clinic, audience, now))


async def _of_clinic(
    tx: Transaction, post: Post, broadcast_id: BroadcastId, *, lock: bool = False
) -> Broadcast:
    found = await tx.broadcasts.get(broadcast_id, lock=lock)
    if found.clinic.id != post.clinic.id:
        raise NotFound
    return found


async def _subject(tx: Transaction, clinic: Clinic, audience: Audience) -> Subject:
    """Whose families are meant. Raises `NotFound`: there is none such at the clinic."""
    if audience.whom is Whom.DISTRICT:
        district = await tx.districts.get(DistrictId(audience.subject))
        return _at(clinic, district, district.doctor)
    if audience.whom is Whom.PATIENTS:
        doctor = await tx.clinics.doctor(DoctorId(audience.subject))
        return _at(clinic, doctor, doctor)
    if audience.whom in (Whom.DAYS, Whom.VISITS):
        _check_days(audience)
    return None


def _at(clinic: Clinic, subject: Subject, doctor: Doctor) -> Subject:
    if doctor.clinic.id != clinic.id:
        raise NotFound
    return subject


def _check_days(audience: Audience) -> None:
    first, last = audience.first, audience.last
    if not first or not last or not timedelta() <= last - first < timedelta(days=MOST_DAYS):
        raise NotFound
