"""What colleagues tell each other about a visit, sealed."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_notes",
        sa.Column("appointment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ciphertext", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_staff_notes_appointment_id")
        ),
        sa.PrimaryKeyConstraint("appointment_id", name=op.f("pk_staff_notes")),
    )


def downgrade() -> None:
    op.execute("DELETE FROM conversations WHERE asked = 'staff-note'")
    op.drop_table("staff_notes")
