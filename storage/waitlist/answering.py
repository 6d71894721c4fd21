"""Who of a family sees its place in the list, may answer for it, and could say yes.

Whose visit is hidden from helpers, that place is, too: it names the visit, and moves it.
"""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.model.ids import AppointmentId, PersonId
from services.model.people import Scope
from services.model.visits import Appointment
from services.model.waitlist.waits import Wait
from storage.database.types import UtcDateTime
from storage.families.care import care_at
from storage.families.consents import agreed_at
from storage.tables.visits import AppointmentRow
from storage.tables.waitlist.waits import LIVE, WaitChildRow, WaitRow

_IS_LIVE = text(f"waits.{LIVE}")
_named = aliased(AppointmentRow, name="visits_named")
_IS_HIDDEN = exists().where(_named.id == WaitRow.visit_id, _named.hidden).correlate_except(_named)


def shows_place(care: Subquery) -> ColumnElement[bool]:
    """Whether whose link this is may know of the place: the same as `standing.is_shown`."""
    return or_(care.c.sees_all, not_(_IS_HIDDEN))


def is_shown_to(person: PersonId, now: datetime) -> ColumnElement[bool]:
    """Whether a place of children in the person's care is theirs to see."""
    deciding = care_at(now, Scope.DECIDE)
    decides = exists().where(
        WaitChildRow.wait_id == WaitRow.id,
        WaitChildRow.child_id == deciding.c.child_id,
        deciding.c.person_id == person,
    )
    return or_(decides.correlate(WaitRow), not_(_IS_HIDDEN))


def _of_whom(scope: Scope) -> Select[int]:
    care = care_at(bindparam("now", type_=UtcDateTime), scope).c
    return select(WaitChildRow.wait_id).where(
        WaitChildRow.child_id == care.child_id, care.person_id == bindparam("person")
    )


HOW_MANY = (
    select(func.count())
    .select_from(WaitRow)
    .where(
        WaitRow.id.in_(_of_whom(Scope.SEE)),
        or_(not_(_IS_HIDDEN), WaitRow.id.in_(_of_whom(Scope.DECIDE))),
        _IS_LIVE,
        not_(WaitRow.owed),
    )
    .scalar_subquery()
)
"""For how many times the children wait for whom the `person` cares `now`."""


async def may_answer(session: AsyncSession, wait: Wait, person: PersonId, now: datetime) -> bool:
    """Whether a person may book for all whom it is for, and may know of its visit."""
    care = care_at(now, Scope.BOOK)
    ids = {child.id for child in wait.children}
    theirs = await session.scalars(
        select(care.c.child_id).where(
            care.c.person_id == person,
            care.c.child_id.in_(ids),
            _shows(care, wait.wish.moves),
        )
    )
    return bool(ids) and set(theirs) == ids


async def who_could_accept(
    session: AsyncSession, wait: Wait, held: Appointment | None, now: datetime
) -> set[PersonId]:
    """Who may book for all whom it is for, and lets the clinic process data about the family, as
    somebody does who decides for each of the children: the same as `consents.require_consent_for`
    asks of whoever says yes."""
    care, deciding = care_at(now, Scope.BOOK), care_at(now, Scope.DECIDE).alias("deciding")
    ids = {child.id for child in wait.children}
    spoken_for = [
        exists(
            select(deciding).where(
                deciding.c.child_id == child_id, agreed_at(wait.clinic.id, deciding.c.person_id)
            )
        )
        for child_id in sorted(ids)
    ]
    found = await session.scalars(
        select(care.c.person_id)
        .where(
            care.c.child_id.in_(ids),
            agreed_at(wait.clinic.id, care.c.person_id),
            *spoken_for,
            _shows(care, wait.wish.moves),
            care.c.sees_all if held and held.hidden else true(),
        )
        .group_by(care.c.person_id)
        .having(func.count() == len(ids))
    )
    return {PersonId(person_id) for person_id in found}


def _shows(care: Subquery, visit: AppointmentId | None) -> ColumnElement[bool]:
    """Whether whose link this is may know of the visit of a place."""
    if visit is None:
        return true()
    return or_(
        care.c.sees_all, not_(exists().where(AppointmentRow.id == visit, AppointmentRow.hidden))
    )
