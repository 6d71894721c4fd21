"""A child who was erased: a row that visits past hang on, and nobody's card."""

from datetime import date

from sqlalchemy import ColumnElement, and_

from storage.tables.families import ChildRow

NOBODY = "—"
"""Its name."""
NEVER = date(1900, 1, 1)
"""Its birth date: nobody is searched for by it."""


def is_nobody() -> ColumnElement[bool]:
    """The condition that a child was erased."""
    return and_(ChildRow.name == NOBODY, ChildRow.birth_date == NEVER)
