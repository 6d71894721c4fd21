"""Doctors who turn out not to receive: visits that need another time, and what is offered."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


# What a visit's row must say as a whole. They come with the new column: SQLite adds constraints to
# a table in no other way but making it anew, which would drop its triggers.
OWED = "NOT needs_time OR state = 'cancelled'"
DEADLINE = (
    "(confirm_by IS NULL) = (unanswered IS NULL) AND (confirm_by IS NULL OR state = 'pending')"
)


def upgrade() -> None:
    no = "false" if op.get_bind().dialect.name == "postgresql" else "0"
    op.execute(
        f"ALTER TABLE appointments ADD COLUMN needs_time BOOLEAN DEFAULT {no} NOT NULL"
        f" CONSTRAINT ck_appointments_owed CHECK ({OWED})"
        f" CONSTRAINT ck_appointments_deadline CHECK ({DEADLINE})"
    )
    op.add_column(
        "clinics", sa.Column("offer_minutes", sa.Integer(), nullable=False, server_default="120")
    )
    with op.batch_alter_table("clinics") as batch:
        batch.alter_column("offer_minutes", server_default=None)
    _offers()
    _absences()


def downgrade() -> None:
    op.execute("DELETE FROM conversations WHERE asked = 'absence'")
    op.execute(
        "DELETE FROM notifications WHERE kind IN ('substituted', 'needs-time', 'stands-again')"
    )
    for table in ("absent_visits", "absences", "offers"):
        op.drop_table(table)
    with op.batch_alter_table("clinics") as batch:
        batch.drop_column("offer_minutes")
    if op.get_bind().dialect.name == "postgresql":  # elsewhere they go with their column
        op.drop_constraint(op.f("ck_appointments_deadline"), "appointments")
    op.drop_column("appointments", "needs_time")


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("slot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(timezone=True), nullable=False),
        _points("offers", "slot_id", "slots"),
        _points("offers", "appointment_id", "appointments"),
        sa.PrimaryKeyConstraint("slot_id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_appointment_id", "offers", ["appointment_id"], unique=False)


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("closure", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("undone_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_absences_days")),
        _points("absences", "doctor_id", "doctors"),
        _points("absences", "substitute_id", "doctors"),
        _points("absences", "made_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(
        "ix_absences_doctor_id_last_day", "absences", ["doctor_id", "last_day"], unique=False
    )
    op.create_index(
        "uq_absences_standing",
        "absences",
        ["doctor_id", "first_day", "last_day"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "absent_visits",
        sa.Column("absence_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("appointment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("waited", sa.Boolean(), nullable=False),
        _points("absent_visits", "absence_id", "absences"),
        _points("absent_visits", "appointment_id", "appointments"),
        _points("absent_visits", "slot_id", "slots"),
        sa.PrimaryKeyConstraint("absence_id", "appointment_id", name=op.f("pk_absent_visits")),
    )
    op.create_index(
        "ix_absent_visits_appointment_id", "absent_visits", ["appointment_id"], unique=False
    )


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
