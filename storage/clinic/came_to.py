"""Which clinic a person came to last, as the statement by which their transaction begins saw it.

That statement reads the person's row anyway; home would ask for the same row once more.
"""

from typing import Any, NamedTuple

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from storage.tables.families import PersonRow

_NOTED = "which clinic its person came to"


class CameTo(NamedTuple):
    """A person's clinic, if any, and the version of the clinics that the same statement saw."""

    person: int
    clinic_id: int | None
    house: str | None


def note(session: AsyncSession, came_to: CameTo) -> None:
    """A statement of this session saw it."""
    session.info[_NOTED] = came_to


def noted(session: AsyncSession, person: int) -> CameTo | None:
    """What it saw of this person; None if it did not, or if the session changed it since."""
    came_to: CameTo | None = session.info.get(_NOTED)
    return came_to if came_to and came_to.person == person else None


@event.listens_for(PersonRow, "after_update")
def _changed(_mapper: Any, _connection: Any, row: PersonRow) -> None:
    if session := Session.object_session(row):
        session.info.pop(_NOTED, None)
