"""Real schedules, districts, reasons, holds, moves, and what is to be told."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from storage.database.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NO_OVERLAP = """
CREATE TRIGGER no_overlap_{table}_{moment} BEFORE {moment} ON {table} WHEN NEW.{condition}
BEGIN
  SELECT RAISE(ABORT, 'no_overlap_{table}') WHERE EXISTS (
    SELECT 1 FROM {table}
    WHERE {owner} = NEW.{owner} AND {condition} AND id IS NOT NEW.id
      AND starts_at < NEW.ends_at AND ends_at > NEW.starts_at
  );
END
"""
OWNERS = {
    "appointments": ("child_id", "state IN ('pending', 'booked')"),
    "slots": ("doctor_id", "open"),
}
CLINICS: dict[str, tuple[Any, object]] = {
    "opens_at": (sa.Time(), time.min),
    "hold_minutes": (sa.Integer(), 3),
    "most_children": (sa.Integer(), 8),
    "most_visits": (sa.Integer(), 8),
    "directions": (sa.Text(), ""),
    "duty": (sa.Text(), ""),
    "preparation": (sa.JSON(), {}),
}
"""The clinics' new columns, and what they hold for a clinic that is there."""


def upgrade() -> None:
    _schedules()
    _districts()
    _clinics()
    _slots()
    _appointments()
    _notifications()


def downgrade() -> None:
    for table in ["notifications", "appointment_changes", "holds"]:
        op.drop_table(table)
    with _rebuilt("appointments") as batch:
        batch.drop_constraint("uq_appointments_uid", type_="unique")
        for column in ["reason", "uid", "sequence", "changed_at"]:
            batch.drop_column(column)
    with _rebuilt("slots") as batch:
        for column in ["day", "withdrawn", "reasons"]:
            batch.drop_column(column)
    _judge_again()
    with _rebuilt("clinics") as batch:
        for column in [*CLINICS, "latitude", "longitude"]:
            batch.drop_column(column)
    _run("DELETE FROM conversations WHERE asked NOT IN ('child-name', 'birth-date')")
    with _rebuilt("conversations") as batch:
        batch.drop_constraint("fk_conversations_child_id", type_="foreignkey")
        batch.drop_column("child_id")
        batch.drop_column("asked_at")
    with _rebuilt("children") as batch:
        batch.drop_constraint("fk_children_district_id", type_="foreignkey")
        batch.drop_column("district_id")
    for table in ["addresses", "districts", "leaves", "holidays", "schedule_exceptions"]:
        op.drop_table(table)
    _plain_rules()


# Schedules


def _schedules() -> None:
    rules = _rows("SELECT * FROM schedule_rules ORDER BY id")
    op.drop_table("schedule_rules")
    op.create_table(
        "schedule_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("reception", sa.JSON(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("days", sa.String(length=4), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_schedule_rules_weekdays")),
        sa.CheckConstraint("days IN ('all', 'even', 'odd')", name=op.f("ck_schedule_rules_days")),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctors.id"], name=op.f("fk_schedule_rules_doctor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_rules")),
    )
    op.create_index("ix_schedule_rules_doctor_id", "schedule_rules", ["doctor_id"], unique=False)
    for rule in rules:
        reception = {
            "hours": [str(rule["starts"])[:5], str(rule["ends"])[:5]],
            "visit": rule["visit_minutes"],
            "breaks": [],
            "reasons": [],
        }
        _run(
            "INSERT INTO schedule_rules"
            " (id, doctor_id, reception, weekdays, days, valid_from, valid_until)"
            " VALUES (:id, :doctor_id, :reception, :weekdays, 'all', :valid_from, :valid_until)",
            id=rule["id"],
            doctor_id=rule["doctor_id"],
            reception=json.dumps(reception),
            weekdays=1 << rule["weekday"],
            valid_from=rule["valid_from"],
            valid_until=rule["valid_until"],
        )
    op.create_table(
        "schedule_exceptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("receptions", sa.JSON(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_schedule_exceptions_days")),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctors.id"], name=op.f("fk_schedule_exceptions_doctor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_exceptions")),
    )
    op.create_index(
        "ix_schedule_exceptions_doctor_id_last_day",
        "schedule_exceptions",
        ["doctor_id", "last_day"],
        unique=False,
    )
    op.create_table(
        "holidays",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_holidays_days")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name=op.f("fk_holidays_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holidays")),
    )
    op.create_index(
        "ix_holidays_clinic_id_last_day", "holidays", ["clinic_id", "last_day"], unique=False
    )
    op.create_table(
        "leaves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("in_their_hours", sa.Boolean(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_leaves_days")),
        sa.CheckConstraint("substitute_id <> doctor_id", name=op.f("ck_leaves_substitute")),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.id"], name=op.f("fk_leaves_doctor_id")),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["doctors.id"], name=op.f("fk_leaves_substitute_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
    )
    op.create_index(
        "ix_leaves_doctor_id_last_day", "leaves", ["doctor_id", "last_day"], unique=False
    )
    op.create_index(
        "ix_leaves_substitute_id_last_day", "leaves", ["substitute_id", "last_day"], unique=False
    )


def _plain_rules() -> None:
    """The rules as they were: a row for each weekday; what they could not say is left out."""
    rules = _rows("SELECT * FROM schedule_rules ORDER BY id")
    op.drop_table("schedule_rules")
    op.create_table(
        "schedule_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("visit_minutes", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("visit_minutes > 0", name=op.f("ck_schedule_rules_visit")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_schedule_rules_weekday")),
        sa.ForeignKeyConstraint(
            ["doctor_id"], ["doctors.id"], name=op.f("fk_schedule_rules_doctor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_rules")),
    )
    op.create_index("ix_schedule_rules_doctor_id", "schedule_rules", ["doctor_id"], unique=False)
    for rule in rules:
        reception = rule["reception"]
        if isinstance(reception, str):  # as SQLite gives it
            reception = json.loads(reception)
        if rule["days"] != "all" or reception["breaks"] or reception["reasons"]:
            continue  # as a plain rule it would give hours that nobody keeps
        for weekday in (day for day in range(7) if rule["weekdays"] & 1 << day):
            starts, ends = (time.fromisoformat(hour) for hour in reception["hours"])
            hours = sa.table(
                "schedule_rules",
                *(sa.column(name) for name in ("doctor_id", "weekday", "visit_minutes")),
                *(sa.column(name, sa.Time) for name in ("starts", "ends")),
                *(sa.column(name) for name in ("valid_from", "valid_until")),
            )
            op.get_bind().execute(
                sa.insert(hours).values(
                    doctor_id=rule["doctor_id"],
                    weekday=weekday,
                    starts=starts,
                    ends=ends,
                    visit_minutes=reception["visit"],
                    valid_from=rule["valid_from"],
                    valid_until=rule["valid_until"],
                )
            )


# Where children belong


def _districts() -> None:
    op.create_table(
        "districts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("doctor_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.id"], name=op.f("fk_districts_doctor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_districts")),
    )
    op.create_index("ix_districts_doctor_id", "districts", ["doctor_id"], unique=False)
    op.create_table(
        "addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("side", sa.String(length=4), nullable=False),
        sa.Column("first_house", sa.Integer(), nullable=False),
        sa.Column("last_house", sa.Integer(), nullable=True),
        sa.CheckConstraint("side IN ('all', 'even', 'odd')", name=op.f("ck_addresses_side")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_addresses_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
    )
    op.create_index("ix_addresses_district_id", "addresses", ["district_id"], unique=False)
    with _rebuilt("children") as batch:
        batch.add_column(sa.Column("district_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_children_district_id", "districts", ["district_id"], ["id"])
    with _rebuilt("conversations") as batch:
        batch.add_column(sa.Column("child_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("fk_conversations_child_id", "children", ["child_id"], ["id"])

    def fill() -> None:
        # When the open questions were asked is not known, and does not matter for a new child.
        asked_at = sa.column("asked_at", UtcDateTime(timezone=True))
        long_ago = datetime(2026, 1, 1, tzinfo=UTC)
        op.get_bind().execute(
            sa.update(sa.table("conversations", asked_at)).values(asked_at=long_ago)
        )

    _add("conversations", {"asked_at": UtcDateTime(timezone=True)}, fill)


def _clinics() -> None:
    with _rebuilt("clinics") as batch:
        batch.add_column(sa.Column("latitude", sa.Double(), nullable=True))
        batch.add_column(sa.Column("longitude", sa.Double(), nullable=True))

    def fill() -> None:
        table = sa.table("clinics", *(sa.column(name, kind) for name, (kind, _) in CLINICS.items()))
        values = {name: value for name, (_, value) in CLINICS.items()}
        op.get_bind().execute(sa.update(table).values(values))

    _add("clinics", {name: kind for name, (kind, _) in CLINICS.items()}, fill)


# Times and visits


def _slots() -> None:
    def fill() -> None:
        _run("UPDATE slots SET withdrawn = :no, reasons = 0", no=False)
        zones = {row["id"]: ZoneInfo(row["zone"]) for row in _rows("SELECT id, zone FROM clinics")}
        slots = sa.table(
            "slots",
            sa.column("id", sa.Integer),
            sa.column("clinic_id", sa.Integer),
            sa.column("starts_at", UtcDateTime(timezone=True)),
            sa.column("day", sa.Date),
        )
        found = op.get_bind().execute(sa.select(slots.c.id, slots.c.clinic_id, slots.c.starts_at))
        days = [
            {"slot": slot_id, "that": starts_at.astimezone(zones[clinic_id]).date()}
            for slot_id, clinic_id, starts_at in found
        ]
        if days:
            given = sa.update(slots).where(slots.c.id == sa.bindparam("slot"))
            op.get_bind().execute(given.values(day=sa.bindparam("that")), days)

    _add("slots", {"day": sa.Date(), "withdrawn": sa.Boolean(), "reasons": sa.Integer()}, fill)
    op.create_table(
        "holds",
        sa.Column("slot_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_holds_person_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slots.id"], name=op.f("fk_holds_slot_id")),
        sa.PrimaryKeyConstraint("slot_id", name=op.f("pk_holds")),
        sa.UniqueConstraint("person_id", name=op.f("uq_holds_person_id")),
    )


def _appointments() -> None:
    def fill() -> None:
        _run(
            "UPDATE appointments SET reason = 'consultation', sequence = 0, changed_at = booked_at"
        )
        for row in _rows("SELECT id FROM appointments"):
            _run("UPDATE appointments SET uid = :uid WHERE id = :id", uid=str(uuid4()), **row)

    columns = {
        "reason": sa.String(length=20),
        "uid": sa.String(length=36),
        "sequence": sa.Integer(),
        "changed_at": UtcDateTime(timezone=True),
    }
    _add("appointments", columns, fill)
    with _rebuilt("appointments") as batch:
        batch.create_unique_constraint("uq_appointments_uid", ["uid"])
    _judge_again()
    op.create_table(
        "appointment_changes",
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("fk_appointment_changes_appointment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["persons.id"], name=op.f("fk_appointment_changes_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["slots.id"], name=op.f("fk_appointment_changes_slot_id")
        ),
        sa.PrimaryKeyConstraint("appointment_id", "sequence", name=op.f("pk_appointment_changes")),
    )
    _run(
        "INSERT INTO appointment_changes"
        " (appointment_id, sequence, state, slot_id, changed_by, changed_at)"
        " SELECT id, sequence, state, slot_id, booked_by, booked_at FROM appointments"
    )


def _notifications() -> None:
    op.create_table(
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


# How it is done


@contextmanager
def _rebuilt(table: str) -> Iterator[BatchOperations]:
    """SQLite changes a table by building it anew. Its triggers are lost with the old one, and the
    last number that was given, too, unless it is kept: the new one counts from the highest row."""
    numbered = table == "appointments" and op.get_bind().dialect.name == "sqlite"
    last = _rows("SELECT * FROM sqlite_sequence WHERE name = 'appointments'") if numbered else []
    kept = {"sqlite_autoincrement": True} if numbered else {}
    with op.batch_alter_table(table, table_kwargs=kept) as batch:
        yield batch
    for row in last:
        _run("DELETE FROM sqlite_sequence WHERE name = 'appointments'")
        _run("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)", **row)


def _add(table: str, columns: Mapping[str, Any], fill: Callable[[], None]) -> None:
    """Add columns that every row has to have, once the rows that are there were filled."""
    with _rebuilt(table) as batch:
        for name, kind in columns.items():
            batch.add_column(sa.Column(name, kind, nullable=True))
    fill()
    with _rebuilt(table) as batch:
        for name in columns:
            batch.alter_column(name, nullable=False)


def _judge_again() -> None:
    """SQLite: the triggers that went with the old tables."""
    if op.get_bind().dialect.name != "sqlite":
        return
    for table, (owner, condition) in OWNERS.items():
        for moment in ("insert", "update"):
            op.execute(f"DROP TRIGGER IF EXISTS no_overlap_{table}_{moment}")
            trigger = NO_OVERLAP.format(
                table=table, owner=owner, condition=condition, moment=moment
            )
            op.execute(trigger.strip())


def _rows(query: str) -> list[dict[str, Any]]:
    return [dict(row) for row in op.get_bind().execute(sa.text(query)).mappings()]


def _run(statement: str, **values: object) -> None:
    op.get_bind().execute(sa.text(statement), values)
