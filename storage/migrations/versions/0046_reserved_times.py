"""For whom a time is kept, from when it is everybody's, and who opened it before; of which
groups children are."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0046"
down_revision = "0045"
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
    op.create_table(
        "child_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.String(200), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("put_by", sa.Integer(), nullable=False),
        sa.Column("put_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_child_groups"),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name="fk_child_groups_child_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_child_groups_clinic_id"),
        sa.ForeignKeyConstraint(["put_by"], ["staff.id"], name="fk_child_groups_put_by"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_child_groups_child_id", "child_groups", ["child_id"])
    op.create_index("ix_child_groups_ends_on", "child_groups", ["ends_on"])


def downgrade() -> None:
    op.drop_table("child_groups")
    op.drop_table("released_times")
    op.drop_column("slots", "released_at")
    op.drop_column("slots", "reserved_for")
