"""What stood free when a family asked to be told is not offered to it."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0062"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wait_seen",
        sa.Column("wait_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("wait_id", "slot_id", name="pk_wait_seen"),
        sa.ForeignKeyConstraint(
            ["wait_id"], ["waits.id"], name="fk_wait_seen_wait_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name="fk_wait_seen_slot_id"),
    )
    op.create_index("ix_wait_seen_slot_id", "wait_seen", ["slot_id"])
    op.create_index("ix_freed_times_slot_id", "freed_times", ["slot_id"])


def downgrade() -> None:
    op.drop_index("ix_freed_times_slot_id", "freed_times")
    op.drop_table("wait_seen")
