"""Who has a time at which the doctor does not receive any more is known, until it is seen to; and
what a family had answered is known beside the change that made it void.

Columns are added without touching a row; the next regeneration marks what is outside.
"""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    no = "false" if op.get_bind().dialect.name == "postgresql" else "0"
    op.execute(f"ALTER TABLE slots ADD COLUMN outside BOOLEAN DEFAULT {no} NOT NULL")
    op.add_column("appointments", sa.Column("kept_outside", sa.Integer(), nullable=True))
    op.add_column(
        "appointment_changes",
        sa.Column("coming_before", UtcDateTime(timezone=True), nullable=True),
    )
    op.create_index(
        "ix_slots_outside",
        "slots",
        ["clinic_id"],
        sqlite_where=sa.text("outside"),
        postgresql_where=sa.text("outside"),
    )


def downgrade() -> None:
    op.drop_index("ix_slots_outside", "slots")
    op.drop_column("appointment_changes", "coming_before")
    op.drop_column("appointments", "kept_outside")
    op.drop_column("slots", "outside")
