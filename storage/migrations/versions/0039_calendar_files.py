"""Who took the file for the calendar of which visits: only they are sent a newer one."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Who took one of the version before is not known: theirs is a tap away, as for all others.
    op.create_table(
        "calendar_files",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("appointment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "appointment_id", name="pk_calendar_files"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_calendar_files_person_id"),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name="fk_calendar_files_appointment_id"
        ),
    )
    op.create_index("ix_calendar_files_appointment_id", "calendar_files", ["appointment_id"])


def downgrade() -> None:
    op.drop_index("ix_calendar_files_appointment_id", table_name="calendar_files")
    op.drop_table("calendar_files")
