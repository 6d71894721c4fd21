"""Families who have to be phoned about what the clinic changed."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("appointment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("wanted_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_calls_appointment_id")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_calls_clinic_id")),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_calls_done_by")),
        sa.PrimaryKeyConstraint("appointment_id", "sequence", name=op.f("pk_calls")),
    )
    op.create_index("ix_calls_clinic_id_wanted_at", "calls", ["clinic_id", "wanted_at"])


def downgrade() -> None:
    op.drop_table("calls")
