"""What is past its life goes, in steps of some rows.

Each kind's own table is as short as its life and may be gone through; no other is: a test asks for
the plans. Children and paper consents are walked by their ids.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    and_,
    delete,
    exists,
    inspect,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.broadcasts import BroadcastState
from services.model.ids import ChildId
from services.model.people import Language, Scope
from services.model.privacy.retention import Forgotten, Kept
from services.model.systems.outbox import DONE_WITH
from services.rules.check_ups.due import POSSIBLE_FOR
from storage.database.locks import lock_rows
from storage.families.care import awaits_helper, care_at, linked
from storage.families.nobody import NEVER, NOBODY, is_nobody
from storage.privacy.erasing import THE_VISITS, StoredErasures
from storage.tables.access import InvitationRow, VisitCodeRow
from storage.tables.base import Base
from storage.tables.consents import ConsentEventRow, ConsentRow, PaperConsentRow
from storage.tables.families import CheckUpRow, ChildRow, PersonRow, PhoneRow
from storage.tables.messages import BroadcastRow, NotificationRow
from storage.tables.privacy import ErasureRow, ForgottenRow
from storage.tables.runtime import ConversationRow, DeadLetterRow
from storage.tables.schedule import DelayRow
from storage.tables.slots import FirstAskRow, HoldRow, SlotRow
from storage.tables.systems.bookings import SystemBookingRow
from storage.tables.visits import (
    AbsenceRow,
    AbsentVisitRow,
    AppointmentRow,
    CalendarFileRow,
    CallRow,
    ChangeRow,
    IllCountRow,
    OfferRow,
    QuestionRow,
    StaffNoteRow,
)
from storage.tables.waitlist.offers import FreedTimeRow, WaitOfferTimeRow
from storage.tables.waitlist.waits import WaitRow

NOBODYS_TELEGRAM = 0
"""Whose visits are that became numbers: Telegram counts its accounts from one."""

Where = tuple[type[Base], ColumnElement[bool]]


class StoredRetention:
    """Implements `services.ports.retention.RetentionRepository`."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now
        self._erasures = StoredErasures(session, now)

    async def forget(
        self, kept: Kept, before: datetime, after: int, most: int
    ) -> tuple[int, int | None]:
        walk = {
            Kept.EMPTY_CARDS: self._empty_cards,
            Kept.CALLERS: self._callers,
            Kept.VISITS: self._visits,
            Kept.PROOFS: self._paper,
        }.get(kept)
        if walk is None:
            gone = [await self._rows(each, most) for each in _past(kept, before)]
            return sum(gone), 0 if most in gone else None
        if kept is Kept.PROOFS and (gone_now := await self._consents(before, most)):
            return gone_now, after
        if kept is Kept.PROOFS:
            ids, last = await self._next(PaperConsentRow, after, most)
        else:
            ids, last = await self._next(ChildRow, after, most)
        return await walk(ids, before) if ids else 0, last

    async def note(self, kept: Kept, count: int, at: datetime) -> None:
        try:
            async with self._session.begin_nested():
                self._session.add(ForgottenRow(kept=kept.value, at=at, last=count, ever=count))
        except IntegrityError:  # it was looked for before, or is by another process just now
            await self._session.execute(
                update(ForgottenRow)
                .where(ForgottenRow.kept == kept.value)
                .values(at=at, last=count, ever=ForgottenRow.ever + count)
            )

    async def forgotten(self) -> Mapping[Kept, Forgotten]:
        known = {kept.value: kept for kept in Kept}
        rows = await self._session.scalars(select(ForgottenRow))
        return {
            known[row.kept]: Forgotten(row.at, row.last, row.ever)
            for row in rows
            if row.kept in known  # a newer version knows more
        }

    async def _rows(self, past: Where, most: int) -> int:
        table, condition = past
        key = list(inspect(table).primary_key)
        some = select(*key).where(condition).limit(most)
        whole = tuple_(*key) if len(key) > 1 else key[0]
        gone = await self._session.execute(
            delete(table)
            .where(whole.in_(some))
            .returning(key[0])
            .execution_options(synchronize_session=False)
        )
        return len(gone.all())

    async def _next(
        self, table: type[ChildRow] | type[PaperConsentRow], after: int, most: int
    ) -> tuple[Sequence[int], int | None]:
        """The next ids, and where to go on."""
        found = await self._session.scalars(
            select(table.id).where(table.id > after).order_by(table.id).limit(most)
        )
        ids = found.all()
        return ids, ids[-1] if len(ids) == most else None

    # Children

    async def _empty_cards(self, ids: Sequence[int], before: datetime) -> int:
        heard = or_(_heard(since=None), linked(ChildRow.id))
        return await self._children(
            ids,
            not_(exists().where(AppointmentRow.child_id == ChildRow.id)),
            ChildRow.visited_until.is_(None),
            heard,
            not_(_heard(since=before)),
            not_(linked(ChildRow.id, since=before)),
        )

    async def _callers(self, ids: Sequence[int], before: datetime) -> int:
        theirs = AppointmentRow.child_id == ChildRow.id
        later = or_(AppointmentRow.ends_at >= before, AppointmentRow.needs_time)
        care = care_at(self._now, Scope.SEE)
        return await self._children(
            ids,
            or_(exists().where(theirs), ChildRow.visited_until.is_not(None)),
            or_(ChildRow.visited_until.is_(None), ChildRow.visited_until < before),
            not_(exists().where(theirs, later)),
            not_(exists().where(care.c.child_id == ChildRow.id)),
            not_(awaits_helper(ChildRow.id)),
            not_(_heard(since=before)),
        )

    async def _children(
        self, ids: Sequence[int], *conditions: ColumnExpressionArgument[bool]
    ) -> int:
        """Erase those to whom it applies still when they are locked."""
        named = not_(is_nobody())
        query = select(ChildRow.id).where(ChildRow.id.in_(ids), named, *conditions)
        found = (await self._session.scalars(query)).all()
        if found:
            await lock_rows(self._session, ChildRow.id, ChildRow.id.in_(found))
            found = (await self._session.scalars(query.where(ChildRow.id.in_(found)))).all()
            await self._erasures.erase_children([ChildId(each) for each in found])
        return len(found)

    # Visits

    async def _visits(self, ids: Sequence[int], before: datetime) -> int:
        named = not_(is_nobody())
        over = (
            select(AppointmentRow.id, AppointmentRow.child_id, AppointmentRow.ends_at)
            .join(ChildRow, ChildRow.id == AppointmentRow.child_id)
            .where(
                AppointmentRow.child_id.in_(ids),
                AppointmentRow.ends_at < before,
                not_(AppointmentRow.needs_time),
                named,
            )
        )
        children = {row.child_id for row in await self._session.execute(over)}
        if not children:
            return 0
        await lock_rows(self._session, ChildRow.id, ChildRow.id.in_(children))
        rows = (await self._session.execute(over)).all()
        visits = [row.id for row in rows]
        for table in THE_VISITS:
            await self._session.execute(
                delete(table)
                .where(table.appointment_id.in_(visits))
                .execution_options(synchronize_session=False)
            )
        nobody = await self._nobody()
        for child in sorted({row.child_id for row in rows}):
            theirs = [row for row in rows if row.child_id == child]
            await self._part(child, [row.id for row in theirs], nobody)
            await self._note_visits(child, max(row.ends_at for row in theirs))
        return len(visits)

    async def _part(self, child: int, visits: Sequence[int], nobody: int) -> None:
        """Leave the visits to a card of nobody's: one each, so that none of a child's is at the
        time of another's."""
        card = ChildRow(name=NOBODY, birth_date=NEVER)
        self._session.add(card)
        await self._session.flush()
        await self._session.execute(
            update(AppointmentRow)
            .where(AppointmentRow.id.in_(visits), AppointmentRow.child_id == child)
            .values(child_id=card.id, booked_by=nobody)
            .execution_options(synchronize_session=False)
        )
        await self._session.execute(
            update(ChangeRow)
            .where(ChangeRow.appointment_id.in_(visits), ChangeRow.changed_by.is_not(None))
            .values(changed_by=nobody)
            .execution_options(synchronize_session=False)
        )

    async def _note_visits(self, child: int, until: datetime) -> None:
        """A child who was here is no empty card, and a caller's has its own life."""
        await self._session.execute(
            update(ChildRow)
            .where(ChildRow.id == child)
            .values(visited_until=until)
            .execution_options(synchronize_session=False)
        )

    async def _nobody(self) -> int:
        query = select(PersonRow.id).where(PersonRow.telegram_id == NOBODYS_TELEGRAM)
        if (known := await self._session.scalar(query)) is not None:
            return known
        row = PersonRow(
            telegram_id=NOBODYS_TELEGRAM, language=Language.RUSSIAN, unreachable_since=self._now
        )
        self._session.add(row)
        await self._session.flush()
        return row.id

    # Proofs

    async def _consents(self, before: datetime, most: int) -> int:
        erased = select(ErasureRow.person_id).where(
            ErasureRow.erased_at < before,
            exists().where(
                ConsentRow.person_id == ErasureRow.person_id,
                ConsentRow.given_at <= ErasureRow.erased_at,  # who works here may agree anew
            ),
        )
        people = (await self._session.scalars(erased.limit(most))).all()
        found = await self._session.scalars(
            select(ConsentRow.id)
            .join(ErasureRow, ErasureRow.person_id == ConsentRow.person_id)
            .where(
                ConsentRow.person_id.in_(people),
                ErasureRow.erased_at < before,
                ConsentRow.given_at <= ErasureRow.erased_at,
            )
            .distinct()
        )
        ids = found.all()
        await self._session.execute(
            delete(ConsentEventRow).where(ConsentEventRow.consent_id.in_(ids))
        )
        await self._session.execute(delete(ConsentRow).where(ConsentRow.id.in_(ids)))
        return len(ids)

    async def _paper(self, ids: Sequence[int], before: datetime) -> int:
        """Of children who are nobody's, and whose visits were before, too."""
        later = and_(
            AppointmentRow.child_id == PaperConsentRow.child_id, AppointmentRow.ends_at >= before
        )
        found = await self._session.scalars(
            select(PaperConsentRow.id)
            .join(ChildRow, ChildRow.id == PaperConsentRow.child_id)
            .where(
                PaperConsentRow.id.in_(ids),
                is_nobody(),
                PaperConsentRow.recorded_at < before,
                or_(PaperConsentRow.withdrawn_at.is_(None), PaperConsentRow.withdrawn_at < before),
                not_(exists().where(later)),
            )
        )
        gone = found.all()
        await self._session.execute(
            delete(ConsentEventRow).where(ConsentEventRow.paper_consent_id.in_(gone))
        )
        await self._session.execute(delete(PaperConsentRow).where(PaperConsentRow.id.in_(gone)))
        return len(gone)


def _past(kept: Kept, before: datetime) -> Sequence[Where]:
    """The rows of a kind that are past their life."""
    day = before.date()
    news = NotificationRow.broadcast_id
    over = select(BroadcastRow.id).where(
        BroadcastRow.state.in_([BroadcastState.DONE, BroadcastState.STOPPED])
    )
    settled = NotificationRow.settled_at < before
    # Who was told what of a visit ahead is asked before they are told of the next change.
    told_of = NotificationRow.appointment_id
    no_visit_ahead = told_of.is_(None), _visit_over(told_of, before)
    known: Mapping[Kept, Sequence[Where]] = {
        Kept.NOTICES: [(NotificationRow, and_(settled, news.is_(None), or_(*no_visit_ahead)))],
        Kept.DELIVERIES: [(NotificationRow, and_(settled, news.in_(over)))],
        Kept.NOTES: [(StaffNoteRow, _visit_over(StaffNoteRow.appointment_id, before))],
        Kept.QUESTIONS: [(QuestionRow, _visit_over(QuestionRow.appointment_id, before))],
        Kept.CALLS: [(CallRow, _visit_over(CallRow.appointment_id, before))],
        Kept.CALENDAR_FILES: [
            (CalendarFileRow, _visit_over(CalendarFileRow.appointment_id, before))
        ],
        Kept.OFFERS: [
            (OfferRow, and_(OfferRow.until < before, not_(_owed(OfferRow.appointment_id)))),
            (HoldRow, HoldRow.until < before),
        ],
        Kept.ABSENCES: [
            (
                AbsentVisitRow,
                and_(
                    exists().where(
                        AbsenceRow.id == AbsentVisitRow.absence_id, AbsenceRow.last_day < day
                    ),
                    _visit_over(AbsentVisitRow.appointment_id, before),
                ),
            ),
            (DelayRow, DelayRow.day < day),
        ],
        Kept.SEARCHES: [(FirstAskRow, FirstAskRow.asked_at < before)],
        Kept.ILL_COUNTS: [(IllCountRow, IllCountRow.day < day)],
        Kept.TYPING: [
            (
                ConversationRow,
                and_(ConversationRow.post_id.is_(None), ConversationRow.asked_at < before),
            )
        ],
        Kept.INVITATIONS: [
            (
                InvitationRow,
                or_(InvitationRow.used_at < before, InvitationRow.expires_at < before),
            )
        ],
        # While its age is spoken of, the row is what keeps a second invitation from being sent.
        Kept.CHECK_UPS: [(CheckUpRow, CheckUpRow.invited_at < before - POSSIBLE_FOR)],
        Kept.WAITS: [
            (WaitRow, WaitRow.ended_at < before),
            (FreedTimeRow, and_(FreedTimeRow.settled_at < before, not_(_is_offered()))),
        ],
        Kept.SYSTEM_BOOKINGS: [
            (
                SystemBookingRow,
                and_(
                    SystemBookingRow.asked_at < before,
                    SystemBookingRow.step.in_(DONE_WITH),
                    exists().where(
                        SlotRow.id == SystemBookingRow.slot_id, SlotRow.ends_at < before
                    ),
                ),
            )
        ],
        Kept.DEAD_LETTERS: [(DeadLetterRow, DeadLetterRow.set_aside_at < before)],
    }
    return known[kept]


def _is_offered() -> ColumnElement[bool]:
    """Of a freed time: who was offered it is known still."""
    return exists().where(WaitOfferTimeRow.freed_id == FreedTimeRow.id)


def _visit_over(
    visit: ColumnExpressionArgument[int] | ColumnExpressionArgument[int | None], before: datetime
) -> ColumnElement[bool]:
    """The visit ended before, and its family is owed no time."""
    return exists().where(
        AppointmentRow.id == visit,
        AppointmentRow.ends_at < before,
        not_(AppointmentRow.needs_time),
    )


def _owed(visit: ColumnExpressionArgument[int]) -> ColumnElement[bool]:
    """The visit needs a time: what was kept for it can be taken as long as it is free."""
    return exists().where(AppointmentRow.id == visit, AppointmentRow.needs_time)


def _heard(since: datetime | None) -> ColumnElement[bool]:
    """Something is noted of the child, beside visits and care; since a moment, or at all."""
    noted = (
        (PaperConsentRow.child_id, PaperConsentRow.recorded_at),
        (PhoneRow.child_id, PhoneRow.given_at),
        (FirstAskRow.child_id, FirstAskRow.asked_at),
        (VisitCodeRow.child_id, VisitCodeRow.expires_at),
    )
    return or_(
        *(
            exists().where(child == ChildRow.id, *([moment >= since] if since else []))
            for child, moment in noted
        )
    )
