"""Reminders, consents for each purpose, wishes, and what became of each notification."""

from collections.abc import Mapping
from datetime import time
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CLINICS: Mapping[str, tuple[Any, object]] = {
    "remind_evening": (sa.Time(), time(18)),
    "remind_before_minutes": (sa.Integer(), 120),
    "quiet_starts": (sa.Time(), time(21)),
    "quiet_ends": (sa.Time(), time(7)),
}
"""The clinics' new columns, and what they hold for a clinic that is there."""
PLANNED = "state = 'planned'"


def upgrade() -> None:
    op.add_column(
        "persons", sa.Column("unreachable_since", UtcDateTime(timezone=True), nullable=True)
    )
    op.add_column("appointments", sa.Column("coming_at", UtcDateTime(timezone=True), nullable=True))
    _clinics()
    _consents()
    _wishes()
    _leases()
    _notifications()


def downgrade() -> None:
    _plain_notifications()
    op.drop_table("leases")
    op.drop_table("reminder_wishes")
    op.drop_table("declined_consents")
    with op.batch_alter_table("consents") as batch:
        batch.drop_constraint("fk_consents_child_id", type_="foreignkey")
        batch.drop_column("child_id")
    with op.batch_alter_table("clinics") as batch:
        for column in CLINICS:
            batch.drop_column(column)
    op.drop_column("appointments", "coming_at")
    op.drop_column("persons", "unreachable_since")


def _clinics() -> None:
    with op.batch_alter_table("clinics") as batch:
        for name, (kind, _) in CLINICS.items():
            batch.add_column(sa.Column(name, kind, nullable=True))
    table = sa.table("clinics", *(sa.column(name, kind) for name, (kind, _) in CLINICS.items()))
    values = {name: value for name, (_, value) in CLINICS.items()}
    op.get_bind().execute(sa.update(table).values(values))
    with op.batch_alter_table("clinics") as batch:
        for name in CLINICS:
            batch.alter_column(name, nullable=False)


def _consents() -> None:
    with op.batch_alter_table("consents") as batch:
        batch.add_column(sa.Column("child_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_consents_child_id", "children", ["child_id"], ["id"])
    op.create_table(
        "declined_consents",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clinic_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("declined_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_declined_consents_clinic_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_declined_consents_person_id")
        ),
        sa.PrimaryKeyConstraint(
            "person_id", "clinic_id", "purpose", name=op.f("pk_declined_consents")
        ),
    )


def _wishes() -> None:
    op.create_table(
        "reminder_wishes",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("evening", sa.Boolean(), nullable=False),
        sa.Column("evening_at", sa.Time(), nullable=True),
        sa.Column("soon", sa.Boolean(), nullable=False),
        sa.Column("before_minutes", sa.Integer(), nullable=True),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_reminder_wishes_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reminder_wishes")),
    )


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("until", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


# Notifications: what is planned is carried over


def _notifications() -> None:
    planned = _planned()
    op.drop_table("notifications")
    table = op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=20), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("try_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("useful_until", UtcDateTime(timezone=True), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("bundle", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_notifications_appointment_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_notifications_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint(
            "appointment_id",
            "person_id",
            "kind",
            "occasion",
            name=op.f("uq_notifications_appointment_id_person_id_kind_occasion"),
        ),
    )
    op.create_index("ix_notifications_settled_at", "notifications", ["settled_at"], unique=False)
    for name, columns in {
        "ix_notifications_planned_urgency": ["urgency", "try_at"],
        "ix_notifications_planned_person": ["person_id", "bundle"],
    }.items():
        op.create_index(
            name,
            "notifications",
            columns,
            unique=False,
            sqlite_where=sa.text(PLANNED),
            postgresql_where=sa.text(PLANNED),
        )
    if planned:
        op.bulk_insert(
            table,
            [
                {
                    **row,
                    "try_at": row["due_at"],
                    "urgency": 0,
                    "bundle": "",
                    "state": "planned",
                    "attempts": 0,
                }
                for row in planned
            ],
        )


def _planned() -> list[dict[str, Any]]:
    """What is to be told of visits that were booked or moved: the only kind there was."""
    notifications = sa.table(
        "notifications",
        *(sa.column(name) for name in ("kind", "person_id", "appointment_id")),
        sa.column("due_at", UtcDateTime(timezone=True)),
    )
    visits = sa.table(
        "appointments",
        *(sa.column(name) for name in ("id", "sequence")),
        sa.column("ends_at", UtcDateTime(timezone=True)),
    )
    query = sa.select(
        notifications,
        visits.c.ends_at.label("useful_until"),
        sa.cast(visits.c.sequence, sa.String).label("occasion"),
    ).join_from(notifications, visits, notifications.c.appointment_id == visits.c.id)
    return [dict(row) for row in op.get_bind().execute(query).mappings()]


def _plain_notifications() -> None:
    """As they were: what is planned to be told of a booking or a move, and nothing else."""
    old = sa.table(
        "notifications",
        *(sa.column(name) for name in ("kind", "person_id", "appointment_id", "state")),
        sa.column("due_at", UtcDateTime(timezone=True)),
    )
    query = sa.select(
        old.c.kind,
        old.c.person_id,
        old.c.appointment_id,
        sa.func.max(old.c.due_at, type_=UtcDateTime(timezone=True)).label("due_at"),
    ).where(old.c.kind == "booked", old.c.state == "planned")
    grouped = query.group_by(old.c.kind, old.c.person_id, old.c.appointment_id)
    planned = [dict(row) for row in op.get_bind().execute(grouped).mappings()]
    op.drop_table("notifications")
    table = op.create_table(
        "notifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_notifications_appointment_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_notifications_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint(
            "appointment_id",
            "person_id",
            "kind",
            name=op.f("uq_notifications_appointment_id_person_id_kind"),
        ),
    )
    op.create_index("ix_notifications_due_at", "notifications", ["due_at"], unique=False)
    if planned:
        op.bulk_insert(table, planned)
