"""Broadcasts: a notification is about a visit, or one of a broadcast's, or both."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("whom", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("planned_through", sa.Integer(), nullable=False),
        sa.Column("all_planned", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("reported_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('sending', 'paused', 'stopped', 'done')", name=op.f("ck_broadcasts_state")
        ),
        sa.CheckConstraint(
            "whom IN ('families', 'district', 'patients', 'days', 'visits')",
            name=op.f("ck_broadcasts_whom"),
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_broadcasts_days")),
        sa.CheckConstraint(
            "state <> 'done' OR settled_at IS NOT NULL", name=op.f("ck_broadcasts_done")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_broadcasts_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["staff.id"], name=op.f("fk_broadcasts_confirmed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    op.create_index("ix_broadcasts_clinic_id", "broadcasts", ["clinic_id"], unique=False)
    with op.batch_alter_table("notifications") as batch:
        batch.alter_column("appointment_id", existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column("broadcast_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_notifications_broadcast_id"), "broadcasts", ["broadcast_id"], ["id"]
        )
        batch.create_unique_constraint(
            op.f("uq_notifications_broadcast_id_person_id"), ["broadcast_id", "person_id"]
        )
        batch.create_check_constraint(
            op.f("ck_notifications_subject"),
            "appointment_id IS NOT NULL OR broadcast_id IS NOT NULL",
        )
        batch.create_index("ix_notifications_broadcast_id_state", ["broadcast_id", "state"])


def downgrade() -> None:
    op.execute("DELETE FROM notifications WHERE broadcast_id IS NOT NULL")
    op.execute("DELETE FROM conversations WHERE asked = 'news'")
    with op.batch_alter_table("notifications") as batch:
        batch.drop_index("ix_notifications_broadcast_id_state")
        batch.drop_constraint(op.f("ck_notifications_subject"), type_="check")
        batch.drop_constraint(op.f("uq_notifications_broadcast_id_person_id"), type_="unique")
        batch.drop_constraint(op.f("fk_notifications_broadcast_id"), type_="foreignkey")
        batch.drop_column("broadcast_id")
        batch.alter_column("appointment_id", existing_type=sa.Integer(), nullable=False)
    op.drop_index("ix_broadcasts_clinic_id", "broadcasts")
    op.drop_table("broadcasts")
