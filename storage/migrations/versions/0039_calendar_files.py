"""Of which visits somebody took the file for the calendar: only these are sent a newer one."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Who took one of the version before is not known: theirs is a tap away, as for all others.
    op.add_column(
        "appointments",
        sa.Column("in_calendar", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("appointments", "in_calendar")
