"""Which messages in chats speak of which visits, so that they can be corrected."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spoken",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("appointment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_spoken_person_id")),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_spoken_appointment_id")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_spoken_slot_id")),
        sa.PrimaryKeyConstraint(
            "person_id", "message_id", "appointment_id", name=op.f("pk_spoken")
        ),
    )
    op.create_index("ix_spoken_appointment_id", "spoken", ["appointment_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_spoken_appointment_id", "spoken")
    op.drop_table("spoken")
