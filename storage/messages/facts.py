"""What a message that is due is about, as it stands now, and whether its reader may know."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.model.access import REGISTRY
from services.model.broadcasts import BroadcastState, News
from services.model.clinic import Clinic
from services.model.consents import Purpose
from services.model.ids import CheckUpId, ChildId, NotificationId, PostId, WaitId
from services.model.messages import (
    ANSWERS,
    FOR_STAFF,
    OF_GROUPS,
    OF_HELPERS,
    OF_WAITS,
    AboutGroup,
    Helping,
    Inviting,
    Notification,
    NotificationKind,
    NotificationState,
    Standing,
)
from services.model.people import ReminderWishes, Scope
from services.model.visits import Appointment
from storage.clinic.rows import to_clinic
from storage.database.types import UtcDateTime
from storage.families.care import care_at
from storage.families.check_ups import known_of, to_known
from storage.families.consents import agrees_to, took_back
from storage.families.families import to_wishes
from storage.families.people import to_invitation
from storage.messages.broadcasts import to_audience
from storage.tables.access import StaffRow
from storage.tables.clinic import ClinicRow, DoctorRow
from storage.tables.consents import ConsentRow
from storage.tables.families import (
    CareInvitationRow,
    CheckUpRow,
    ChildGroupRow,
    ChildRow,
    ReminderWishesRow,
)
from storage.tables.messages import BroadcastRow, NotificationRow
from storage.tables.slots import SlotRow
from storage.tables.visits import AppointmentRow, CalendarFileRow
from storage.tables.waitlist.waits import WaitChildRow, WaitRow
from storage.visits.rows import to_appointment
from storage.visits.standing import is_shown
from storage.waitlist.answering import shows_place


async def standing_of(
    session: AsyncSession, now: datetime, claimed: Sequence[Notification]
) -> list[Standing]:
    """What those messages are about that are claimed still."""
    found: dict[tuple[int, datetime], tuple[Appointment | None, ReminderWishes, PostId | None]] = {}
    given = {"now": now, "ids": [each.id for each in claimed]}
    for row in await session.execute(_VISITS, given):
        row_id, try_at, kind, care, post, wishes, took = row[:7]
        visit, child, slot, doctor, clinic = row[7:]
        concerned = post if NotificationKind(kind) in FOR_STAFF else care
        fact = None
        if concerned:
            fact = to_appointment(visit, child, slot, doctor, clinic, now)
            fact = replace(fact, in_calendar=took)
        found[row_id, try_at] = fact, to_wishes(wishes), PostId(post) if post else None
    claims = [(each, (each.id, each.claimed_until)) for each in claimed]
    news = await _news(session, [each for each in claimed if each.kind is NotificationKind.NEWS])
    helping = await _helping(session, now, [each for each in claimed if each.kind in OF_HELPERS])
    inviting = await inviting_of(
        session, now, [each for each in claimed if each.kind is NotificationKind.CHECK_UP]
    )
    waiting = await _waiting(session, now, [each for each in claimed if each.kind in OF_WAITS])
    groups = await _groups(session, now, [each for each in claimed if each.kind in OF_GROUPS])
    answers = NotificationKind.SYSTEM_ANSWERS
    clinics = await _clinics(session, [each for each in claimed if each.kind is answers])
    return (
        [
            Standing(each, *found.get(claim, (None, ReminderWishes(), None)), news.get(claim))
            for each, claim in claims
            if claim in found or claim in news
        ]
        + [
            Standing(each, None, wishes, helping=fact)
            for each, claim in claims
            if claim in helping
            for wishes, fact in [helping[claim]]
        ]
        + [
            Standing(each, None, wishes, inviting=invited)
            for each, claim in claims
            if claim in inviting
            for wishes, invited in [inviting[claim]]
        ]
        + [
            Standing(each, None, wishes, wait_id=wait_id)
            for each, claim in claims
            if claim in waiting
            for wishes, wait_id in [waiting[claim]]
        ]
        + [
            Standing(each, None, wishes, group=about)
            for each, claim in claims
            if claim in groups
            for wishes, about in [groups[claim]]
        ]
        + [
            Standing(each, None, wishes, clinic=clinic)
            for each, claim in claims
            if claim in clinics
            for wishes, clinic in [clinics[claim]]
        ]
    )


async def _helping(
    session: AsyncSession, now: datetime, claimed: Sequence[Notification]
) -> dict[tuple[int, datetime], tuple[ReminderWishes, Helping | None]]:
    if not claimed:
        return {}
    query = (
        select(
            NotificationRow.id,
            NotificationRow.try_at,
            _may_hear_of_helper(now),
            ReminderWishesRow,
            CareInvitationRow,
            ChildRow,
            ClinicRow,
        )
        .join(CareInvitationRow, CareInvitationRow.id == NotificationRow.invitation_id)
        .join(ChildRow, ChildRow.id == CareInvitationRow.child_id)
        .join(ClinicRow, ClinicRow.id == CareInvitationRow.clinic_id)
        .outerjoin(ReminderWishesRow, ReminderWishesRow.person_id == NotificationRow.person_id)
        .where(still(claimed))
    )
    return {
        (row_id, try_at): (
            to_wishes(wishes),
            Helping(to_invitation(row, child), to_clinic(clinic)) if may_hear else None,
        )
        for row_id, try_at, may_hear, wishes, row, child, clinic in (await session.execute(query))
    }


async def inviting_of(
    session: AsyncSession, now: datetime, claimed: Sequence[Notification]
) -> dict[tuple[int, datetime], tuple[ReminderWishes, Inviting | None]]:
    """The check-ups that those messages invite to; None: the person agreed to that no more, or
    decides for the child no more."""
    if not claimed:
        return {}
    care = care_at(now, Scope.DECIDE)
    reader, clinic = NotificationRow.person_id, CheckUpRow.clinic_id
    query = (
        select(
            NotificationRow.id,
            NotificationRow.try_at,
            and_(
                agrees_to(Purpose.CHECK_UPS, reader, clinic),
                agrees_to(Purpose.PROCESSING, reader, clinic),
                exists(
                    select(care).where(
                        care.c.person_id == reader, care.c.child_id == CheckUpRow.child_id
                    )
                ),
            ),
            ReminderWishesRow,
            CheckUpRow,
            ChildRow.birth_date,
            ClinicRow,
            *known_of(CheckUpRow.child_id),
        )
        .join(CheckUpRow, CheckUpRow.id == NotificationRow.check_up_id)
        .join(ChildRow, ChildRow.id == CheckUpRow.child_id)
        .join(ClinicRow, ClinicRow.id == CheckUpRow.clinic_id)
        .outerjoin(ReminderWishesRow, ReminderWishesRow.person_id == NotificationRow.person_id)
        .where(still(claimed))
    )
    found: dict[tuple[int, datetime], tuple[ReminderWishes, Inviting | None]] = {}
    for row in await session.execute(query):
        row_id, try_at, agrees, wishes, check_up, born, at = row[:7]
        fact = Inviting(
            CheckUpId(check_up.id),
            to_clinic(at),
            ChildId(check_up.child_id),
            born,
            check_up.months,
            to_known(row[7:]),
        )
        found[row_id, try_at] = to_wishes(wishes), fact if agrees else None
    return found


async def _waiting(
    session: AsyncSession, now: datetime, claimed: Sequence[Notification]
) -> dict[tuple[int, datetime], tuple[ReminderWishes, WaitId | None]]:
    """The places in the list that those messages are about; None: the person may book for one of
    the children no more, or its visit is hidden from them, or they do not let the clinic keep the
    family's data."""
    if not claimed:
        return {}
    care, reader = care_at(now, Scope.BOOK), NotificationRow.person_id
    theirs = select(care).where(
        care.c.person_id == reader, care.c.child_id == WaitChildRow.child_id, shows_place(care)
    )
    others = exists().where(
        WaitChildRow.wait_id == WaitRow.id,
        ~exists(theirs.correlate_except(care)),  # the reader of this message, and not of any
    )
    may_hear = and_(not_(others), agrees_to(Purpose.PROCESSING, reader, WaitRow.clinic_id))
    query = (
        select(NotificationRow.id, NotificationRow.try_at, may_hear, ReminderWishesRow, WaitRow.id)
        .join(WaitRow, WaitRow.id == NotificationRow.wait_id)
        .outerjoin(ReminderWishesRow, ReminderWishesRow.person_id == NotificationRow.person_id)
        .where(still(claimed))
    )
    return {
        (row_id, try_at): (to_wishes(wishes), WaitId(wait_id) if may else None)
        for row_id, try_at, may, wishes, wait_id in await session.execute(query)
    }


async def _groups(
    session: AsyncSession, now: datetime, claimed: Sequence[Notification]
) -> dict[tuple[int, datetime], tuple[ReminderWishes, AboutGroup | None]]:
    """Whose groups those messages are about; None: the person decides for the child no more, or
    does not let the clinic keep the family's data. Which groups they are stays sealed."""
    if not claimed:
        return {}
    care, reader = care_at(now, Scope.DECIDE), NotificationRow.person_id
    decides = exists(
        select(care).where(care.c.person_id == reader, care.c.child_id == ChildGroupRow.child_id)
    )
    may_hear = and_(decides, agrees_to(Purpose.PROCESSING, reader, ChildGroupRow.clinic_id))
    query = (
        select(
            NotificationRow.id,
            NotificationRow.try_at,
            may_hear,
            ReminderWishesRow,
            ChildGroupRow.ends_on,
            ChildRow.id,
            ChildRow.name,
            ClinicRow,
        )
        .join(ChildGroupRow, ChildGroupRow.id == NotificationRow.group_id)
        .join(ChildRow, ChildRow.id == ChildGroupRow.child_id)
        .join(ClinicRow, ClinicRow.id == ChildGroupRow.clinic_id)
        .outerjoin(ReminderWishesRow, ReminderWishesRow.person_id == NotificationRow.person_id)
        .where(still(claimed))
    )
    found: dict[tuple[int, datetime], tuple[ReminderWishes, AboutGroup | None]] = {}
    for row in await session.execute(query):
        row_id, try_at, may, wishes, until, child_id, name, at = row
        about = AboutGroup(to_clinic(at), ChildId(child_id), name, until) if may else None
        found[row_id, try_at] = to_wishes(wishes), about
    return found


async def _clinics(
    session: AsyncSession, claimed: Sequence[Notification]
) -> dict[tuple[int, datetime], tuple[ReminderWishes, Clinic | None]]:
    """The clinics that those messages are about; None: the person does not let the clinic keep the
    family's data any more."""
    if not claimed:
        return {}
    agrees = agrees_to(Purpose.PROCESSING, NotificationRow.person_id, ClinicRow.id)
    query = (
        select(NotificationRow.id, NotificationRow.try_at, agrees, ReminderWishesRow, ClinicRow)
        .join(ClinicRow, ClinicRow.id == NotificationRow.clinic_id)
        .outerjoin(ReminderWishesRow, ReminderWishesRow.person_id == NotificationRow.person_id)
        .where(still(claimed))
    )
    return {
        (row_id, try_at): (to_wishes(wishes), to_clinic(clinic) if may else None)
        for row_id, try_at, may, wishes, clinic in await session.execute(query)
    }


async def _news(
    session: AsyncSession, claimed: Sequence[Notification]
) -> dict[tuple[int, datetime], News]:
    if not claimed:
        return {}
    agreed = exists().where(
        ConsentRow.person_id == NotificationRow.person_id,
        ConsentRow.clinic_id == BroadcastRow.clinic_id,
        ConsentRow.purpose == Purpose.NEWS,
        ConsentRow.withdrawn_at.is_(None),
    )
    query = (
        select(NotificationRow.id, NotificationRow.try_at, agreed, BroadcastRow, ClinicRow)
        .join(BroadcastRow, BroadcastRow.id == NotificationRow.broadcast_id)
        .join(ClinicRow, ClinicRow.id == BroadcastRow.clinic_id)
        .where(still(claimed))
    )
    return {
        (row_id, try_at): News(
            to_clinic(clinic),
            row.text,
            to_audience(row),
            BroadcastState(row.state),
            bool(agrees),
        )
        for row_id, try_at, agrees, row, clinic in await session.execute(query)
    }


def _post() -> ScalarSelect[int]:
    """The post in which whoever is told may answer for the visit: its doctor's, or the registry's
    at its clinic."""
    return (
        select(func.min(StaffRow.id))
        .where(
            StaffRow.person_id == NotificationRow.person_id,
            StaffRow.clinic_id == SlotRow.clinic_id,
            StaffRow.until.is_(None),
            or_(StaffRow.doctor_id == SlotRow.doctor_id, StaffRow.role.in_(REGISTRY)),
        )
        .correlate(NotificationRow, SlotRow)
        .scalar_subquery()
    )


def _took_file() -> ColumnElement[bool]:
    """Whether who is told took the visit's file for the calendar."""
    took = exists().where(
        CalendarFileRow.person_id == NotificationRow.person_id,
        CalendarFileRow.appointment_id == NotificationRow.appointment_id,
    )
    return took.correlate(NotificationRow)


def _may_hear_of_helper(now: datetime) -> ColumnElement[bool]:
    """Whether an invitation stands as the notification says, and the person may know of it."""
    waits = CareInvitationRow.settled_at.is_(None)

    def cares(person: InstrumentedAttribute[Any], scope: Scope) -> ColumnElement[bool]:
        care = care_at(now, scope)
        return exists(
            select(care).where(
                care.c.person_id == person, care.c.child_id == CareInvitationRow.child_id
            )
        )

    reader = NotificationRow.person_id
    helps = cares(CareInvitationRow.opened_by, Scope.SEE)
    return or_(
        and_(
            NotificationRow.kind == NotificationKind.HELPER_WAITS,
            waits,
            cares(reader, Scope.ENTRUST),
        ),
        and_(NotificationRow.kind == NotificationKind.HELPER_ADMITTED, not_(waits), helps),
        and_(
            NotificationRow.kind == NotificationKind.HELPER_SHARED,
            helps,
            cares(reader, Scope.DECIDE),
        ),
        and_(  # unless they were let in again since
            NotificationRow.kind == NotificationKind.HELPER_ENDED,
            CareInvitationRow.opened_by == reader,
            not_(helps),
        ),
    )


def still(claimed: Sequence[Notification]) -> ColumnElement[bool]:
    """The rows of these that nobody has planned, claimed or settled anew."""
    by_claim: dict[datetime, list[NotificationId]] = defaultdict(list)
    for each in claimed:
        by_claim[each.claimed_until].append(each.id)
    return or_(
        *(
            and_(NotificationRow.try_at == until, NotificationRow.id.in_(ids))
            for until, ids in by_claim.items()
        )
    ) & (NotificationRow.state == NotificationState.PLANNED)


def _visits() -> Select[*tuple[Any, ...]]:
    care_now = care_at(bindparam("now", type_=UtcDateTime), Scope.SEE)
    return (
        select(
            NotificationRow.id,
            NotificationRow.try_at,
            NotificationRow.kind,
            care_now.c.child_id,
            _post(),
            ReminderWishesRow,
            _took_file(),
            AppointmentRow,
            ChildRow,
            SlotRow,
            DoctorRow,
            ClinicRow,
        )
        .join(AppointmentRow, AppointmentRow.id == NotificationRow.appointment_id)
        .join(ChildRow, ChildRow.id == AppointmentRow.child_id)
        .join(SlotRow, SlotRow.id == AppointmentRow.slot_id)
        .join(DoctorRow, DoctorRow.id == SlotRow.doctor_id)
        .join(ClinicRow, ClinicRow.id == DoctorRow.clinic_id)
        .outerjoin(
            care_now,
            and_(
                care_now.c.person_id == NotificationRow.person_id,
                care_now.c.child_id == AppointmentRow.child_id,
                or_(care_now.c.is_told, NotificationRow.kind.in_(ANSWERS)),
                is_shown(care_now),
                ~took_back(Purpose.PROCESSING, NotificationRow.person_id, ClinicRow.id),
            ),
        )
        .outerjoin(ReminderWishesRow, ReminderWishesRow.person_id == NotificationRow.person_id)
        .where(
            NotificationRow.id.in_(bindparam("ids", expanding=True)),
            NotificationRow.state == NotificationState.PLANNED,
        )
    )


_VISITS = _visits()
"""What those messages are about that nobody has settled; whose claim it is stands beside."""
