"""What a child can come for is the clinic's to say."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0043"
branch_labels = None
depends_on = None

_USUAL = (
    "illness",
    "consultation",
    "repeat",
    "after-illness",
    "check-up",
    "vaccination",
    "infant-day",
    "certificate",
)
"""What every clinic had until then, as its bits on times go on."""


def upgrade() -> None:
    # A clinic that says nothing has the kinds that all had: no row is touched.
    op.add_column("clinics", sa.Column("visit_kinds", sa.Text(), nullable=True))


def downgrade() -> None:
    # The version before has eight kinds and no other. Visits and hours of others become those of
    # the nearest that is no promise to a healthy child: hours that are named stay named, as in
    # hours for any visit ill children come.
    visits = sa.table("appointments", sa.column("reason"))
    op.execute(sa.update(visits).where(visits.c.reason.not_in(_USUAL)).values(reason="certificate"))
    # A bit of each of the eight is in 255; 128 is that of certificates.
    op.execute("UPDATE slots SET reasons = 128 WHERE reasons > 255 AND reasons & 255 = 0")
    op.execute("UPDATE slots SET reasons = reasons & 255 WHERE reasons > 255")
    _in_each("schedule_rules", "reception", _as_before)
    _in_each("schedule_exceptions", "receptions", lambda value: [*map(_as_before, value)])
    op.drop_column("clinics", "visit_kinds")


def _as_before(reception: dict[str, Any]) -> dict[str, Any]:
    known = [each for each in reception["reasons"] if each in _USUAL]
    lost = reception["reasons"] and not known
    return {**reception, "reasons": ["certificate"] if lost else known}


def _in_each(name: str, column: str, change: Callable[[Any], Any]) -> None:
    table = sa.table(name, sa.column("id", sa.Integer()), sa.column(column, sa.JSON()))
    found = op.get_bind().execute(sa.select(table)).all()
    for row_id, value in found:
        if (before := change(value)) != value:
            row = sa.update(table).where(table.c.id == row_id)
            op.get_bind().execute(row.values({column: before}))
