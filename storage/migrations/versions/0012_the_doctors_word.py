"""The doctor's word: how long a visit waits for it, what follows, and whose it was; how late they
are on a day.

Clinics that noted before that their doctors confirm begin with it now, on the usual terms.
"""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TERMS = {"confirm_within_minutes": 240, "confirm_before_minutes": 120}


def upgrade() -> None:
    with op.batch_alter_table("clinics") as batch:
        for name, minutes in _TERMS.items():
            default = sa.text(str(minutes))
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=default))
        batch.add_column(
            sa.Column("unanswered", sa.String(20), nullable=False, server_default="booked")
        )
    with op.batch_alter_table("clinics") as batch:
        for name in (*_TERMS, "unanswered"):
            batch.alter_column(name, server_default=None)
        batch.create_check_constraint(
            op.f("ck_clinics_unanswered"), "unanswered IN ('booked', 'given-back')"
        )
    # No batch: it would make the table anew, and drop its triggers.
    op.add_column("appointments", sa.Column("confirm_by", UtcDateTime(timezone=True)))
    op.add_column("appointments", sa.Column("unanswered", sa.String(20)))
    op.add_column("appointments", sa.Column("word", sa.String(20)))
    op.create_index("ix_appointments_slot_id", "appointments", ["slot_id"])
    op.create_index(
        "ix_appointments_waiting",
        "appointments",
        ["confirm_by"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    with op.batch_alter_table("appointment_changes") as batch:
        batch.alter_column("changed_by", existing_type=sa.Integer(), nullable=True)
    op.create_table(
        "delays",
        sa.Column("doctor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.id"], name=op.f("fk_delays_doctor_id")),
        sa.PrimaryKeyConstraint("doctor_id", "day", name=op.f("pk_delays")),
    )


def downgrade() -> None:
    op.drop_table("delays")
    # Nobody could confirm what waits in the house before: there every visit was booked at once.
    op.execute("UPDATE appointments SET state = 'booked' WHERE state = 'pending'")
    # The house before knew nobody but a person who changes: whoever booked the visit.
    op.execute(
        "UPDATE appointment_changes SET changed_by = (SELECT booked_by FROM appointments"
        " WHERE appointments.id = appointment_changes.appointment_id) WHERE changed_by IS NULL"
    )
    op.execute(
        "DELETE FROM notifications WHERE kind IN"
        " ('confirmed', 'declined', 'lapsed', 'to-confirm', 'late')"
    )
    with op.batch_alter_table("appointment_changes") as batch:
        batch.alter_column("changed_by", existing_type=sa.Integer(), nullable=False)
    op.drop_index("ix_appointments_waiting", table_name="appointments")
    op.drop_index("ix_appointments_slot_id", table_name="appointments")
    for name in ("word", "unanswered", "confirm_by"):
        op.drop_column("appointments", name)
    with op.batch_alter_table("clinics") as batch:
        batch.drop_constraint(op.f("ck_clinics_unanswered"), type_="check")
        for name in ("unanswered", *reversed(_TERMS)):
            batch.drop_column(name)
