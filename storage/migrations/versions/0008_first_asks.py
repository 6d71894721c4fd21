"""When families first asked for a time on a day, and the earliest there was."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "first_asks",
        sa.Column("clinic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("child_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("earliest", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["children.id"],
            name=op.f("fk_first_asks_child_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_first_asks_clinic_id")
        ),
        sa.PrimaryKeyConstraint("clinic_id", "day", "child_id", name=op.f("pk_first_asks")),
    )
    op.create_index("ix_first_asks_child_id", "first_asks", ["child_id"], unique=False)
    op.create_index("ix_first_asks_asked_at", "first_asks", ["asked_at"], unique=False)


def downgrade() -> None:
    op.drop_table("first_asks")
