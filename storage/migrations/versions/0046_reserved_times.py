"""For whom a time is kept, from when it is everybody's, and who opened it before."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0046"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Neither rewrites the table: the one has a constant default, the other none.
    op.add_column(
        "slots",
        sa.Column("reserved_for", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column("slots", sa.Column("released_at", UtcDateTime(timezone=True), nullable=True))
    op.create_table(
        "released_times",
        sa.Column("slot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("released_by", sa.Integer(), nullable=False),
        sa.Column("released_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slot_id", name="pk_released_times"),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name="fk_released_times_slot_id"),
        sa.ForeignKeyConstraint(
            ["released_by"], ["staff.id"], name="fk_released_times_released_by"
        ),
    )


def downgrade() -> None:
    op.drop_table("released_times")
    op.drop_column("slots", "released_at")
    op.drop_column("slots", "reserved_for")
