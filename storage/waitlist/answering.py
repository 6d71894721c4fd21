"""Who of a family may answer for its place in the list, and who could say yes."""

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.model.ids import PersonId
from services.model.people import Scope
from services.model.waitlist.waits import Wait
from storage.families.care import care_at
from storage.families.consents import agreed_at


async def may_answer(session: AsyncSession, wait: Wait, person: PersonId, now: datetime) -> bool:
    """Whether a person may book for all whom it is for."""
    care = care_at(now, Scope.BOOK)
    ids = {child.id for child in wait.children}
    theirs = await session.scalars(
        select(care.c.child_id).where(care.c.person_id == person, care.c.child_id.in_(ids))
    )
    return bool(ids) and set(theirs) == ids


async def who_could_accept(session: AsyncSession, wait: Wait, now: datetime) -> set[PersonId]:
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
        .where(care.c.child_id.in_(ids), agreed_at(wait.clinic.id, care.c.person_id), *spoken_for)
        .group_by(care.c.person_id)
        .having(func.count() == len(ids))
    )
    return {PersonId(person_id) for person_id in found}
