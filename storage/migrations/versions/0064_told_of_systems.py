"""Families are told once when a clinic's own system answers again; brothers and sisters are booked
there all or none."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0062"
branch_labels = None
depends_on = None

SUBJECT_BEFORE = (
    "appointment_id IS NOT NULL OR broadcast_id IS NOT NULL OR invitation_id IS NOT NULL"
    " OR check_up_id IS NOT NULL OR wait_id IS NOT NULL OR group_id IS NOT NULL"
)
SUBJECT = f"{SUBJECT_BEFORE} OR clinic_id IS NOT NULL"
OF_CLINICS = (
    (
        "CONSTRAINT uq_notifications_clinic_id_person_id_kind_occasion"
        " UNIQUE (clinic_id, person_id, kind, occasion)"
    ),
    "CONSTRAINT fk_notifications_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinics (id)",
)
LAST = "\n)"
"""How the text of a table ends, and nothing before its end."""


def upgrade() -> None:
    op.execute("ALTER TABLE system_bookings ADD COLUMN together VARCHAR(36)")
    op.execute(
        "CREATE INDEX ix_system_bookings_together ON system_bookings (together)"
        " WHERE together IS NOT NULL"
    )
    op.execute(
        "CREATE INDEX ix_system_bookings_claims ON system_bookings (slot_id)"
        " WHERE step IN ('asked', 'sent', 'stuck', 'booked', 'leaving')"
    )
    op.execute("ALTER TABLE notifications ADD COLUMN clinic_id INTEGER")
    if _is_postgresql():
        op.execute(
            "ALTER TABLE notifications DROP CONSTRAINT ck_notifications_subject,"
            f" ADD CONSTRAINT ck_notifications_subject CHECK ({SUBJECT}),"
            f" ADD {', ADD '.join(OF_CLINICS)}"
        )
    else:
        more = "".join(f", {constraint}" for constraint in OF_CLINICS)
        _make_anew(
            "notifications",
            {f"({SUBJECT_BEFORE})": f"({SUBJECT})", LAST: f"{more}{LAST}"},
        )


def downgrade() -> None:
    op.execute("DELETE FROM notifications WHERE clinic_id IS NOT NULL")
    if _is_postgresql():
        op.execute(
            "ALTER TABLE notifications DROP CONSTRAINT ck_notifications_subject,"
            f" ADD CONSTRAINT ck_notifications_subject CHECK ({SUBJECT_BEFORE}),"
            + ",".join(f" DROP CONSTRAINT {each.split()[1]}" for each in OF_CLINICS)
        )
    else:
        more = "".join(f", {constraint}" for constraint in OF_CLINICS)
        _make_anew("notifications", {f"({SUBJECT})": f"({SUBJECT_BEFORE})", f"{more}{LAST}": LAST})
    op.execute("ALTER TABLE notifications DROP COLUMN clinic_id")
    op.execute("DROP INDEX ix_system_bookings_claims")
    op.execute("DROP INDEX ix_system_bookings_together")
    op.execute("ALTER TABLE system_bookings DROP COLUMN together")


def _make_anew(table: str, changes: dict[str, str]) -> None:
    """SQLite changes a constraint in no other way. Nothing points at the table, and no trigger
    stands on it; no id is given twice.

    Raises:
        RuntimeError: the table is not what we made.
    """
    found = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql <> ''")
    parts = op.get_bind().execute(found, {"table": table}).all()
    [made] = [sql for kind, sql in parts if kind == "table"]
    if any(kind == "trigger" for kind, _ in parts):
        raise RuntimeError(f"{table} has a trigger")
    for before, after in changes.items():
        if made.count(before) != 1:
            raise RuntimeError(f"{table} has no {before}")
        made = made.replace(before, after)
    info = op.get_bind().execute(sa.text(f"PRAGMA table_info({table})"))
    columns = ", ".join(name for _, name, *_ in info)
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    op.execute(made)
    op.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_before")  # noqa: S608
    op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608
    op.execute(f"UPDATE sqlite_sequence SET name = '{table}' WHERE name = '{table}_before'")  # noqa: S608
    op.execute(f"DROP TABLE {table}_before")
    for kind, sql in parts:
        if kind == "index":
            op.execute(sql)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
