"""Clinics' own systems: how each is reached, its times, and what is on its way there."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0057"
down_revision = "0054"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime(timezone=True)
STEPS = "'asked', 'sent', 'booked', 'refused', 'leaving', 'left', 'stuck', 'dropped'"
PARTIAL = {
    "ix_system_bookings_due": ("due_at", "step IN ('asked', 'sent', 'leaving')"),
    "ix_system_bookings_there": ("slot_id", "step = 'booked'"),
    "ix_system_bookings_stuck": ("clinic_id", "step = 'stuck'"),
}


def upgrade() -> None:
    op.add_column(
        "clinics", sa.Column("own_system", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "appointments",
        sa.Column("awaits_system", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("appointments", sa.Column("answer_by", MOMENT))
    op.create_table(
        "clinic_systems",
        sa.Column("clinic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("mark", sa.String(200), nullable=False),
        sa.Column("read_at", MOMENT),
        sa.Column("whole_at", MOMENT),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(20)),
        sa.Column("troubled_since", MOMENT),
        sa.PrimaryKeyConstraint("clinic_id", name="pk_clinic_systems"),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_clinic_systems_clinic_id"),
    )
    op.create_table(
        "system_slots",
        sa.Column("slot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("doctor", sa.String(200), nullable=False),
        sa.Column("system", sa.String(200), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("version", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("slot_id", name="pk_system_slots"),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name="fk_system_slots_slot_id"),
    )
    op.create_table(
        "system_patients",
        sa.Column("child_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clinic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("system", sa.String(200), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("child_id", "clinic_id", name="pk_system_patients"),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name="fk_system_patients_child_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_system_patients_clinic_id"),
    )
    op.create_index("ix_system_patients_clinic_id_value", "system_patients", ["clinic_id", "value"])
    _bookings()


def _bookings() -> None:
    op.create_table(
        "system_bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(36), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer()),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by", sa.Integer()),
        sa.Column("sent_at", MOMENT),
        sa.Column("sent", sa.String(200), nullable=False),
        sa.Column("in_doubt", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("promised_at", MOMENT, nullable=False),
        sa.Column("told_late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ref_system", sa.String(200)),
        sa.Column("ref_value", sa.String(200)),
        sa.Column("why", sa.String(20)),
        sa.Column("checked_at", MOMENT),
        sa.Column("settled_by", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_system_bookings"),
        sa.UniqueConstraint("key", name="uq_system_bookings_key"),
        sa.CheckConstraint(f"step IN ({STEPS})", name=op.f("ck_system_bookings_step")),
        sa.CheckConstraint(
            "(ref_system IS NULL) = (ref_value IS NULL)", name=op.f("ck_system_bookings_ref")
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_system_bookings_clinic_id"),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name="fk_system_bookings_appointment_id",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name="fk_system_bookings_slot_id"),
        sa.ForeignKeyConstraint(["asked_by"], ["persons.id"], name="fk_system_bookings_asked_by"),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name="fk_system_bookings_settled_by"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_system_bookings_appointment_id", "system_bookings", ["appointment_id"])
    op.create_index(
        "ix_system_bookings_clinic_id_ref_value", "system_bookings", ["clinic_id", "ref_value"]
    )
    for name, (column, where) in PARTIAL.items():
        condition = sa.text(where)
        op.create_index(
            name,
            "system_bookings",
            [column],
            sqlite_where=condition,
            postgresql_where=condition,
        )


def downgrade() -> None:
    for table in ("system_bookings", "system_patients", "system_slots", "clinic_systems"):
        op.drop_table(table)
    op.drop_column("appointments", "answer_by")
    op.drop_column("appointments", "awaits_system")
    op.drop_column("clinics", "own_system")
