"""Check-ups by age: invitations, what was had already, and who wants none."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0048"
down_revision = "0045"
branch_labels = None
depends_on = None

SUBJECT_BEFORE = (
    "appointment_id IS NOT NULL OR broadcast_id IS NOT NULL OR invitation_id IS NOT NULL"
)
SUBJECT = f"{SUBJECT_BEFORE} OR check_up_id IS NOT NULL"
OF_CHECK_UPS = (
    "CONSTRAINT uq_notifications_check_up_id_person_id UNIQUE (check_up_id, person_id)",
    (
        "CONSTRAINT fk_notifications_check_up_id"
        " FOREIGN KEY(check_up_id) REFERENCES check_ups (id) ON DELETE CASCADE"
    ),
)
LAST = "\n)"
"""How the text of a table ends, and nothing before its end."""


def upgrade() -> None:
    op.create_table(
        "check_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("invited_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("passed_at", UtcDateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_check_ups"),
        sa.UniqueConstraint(
            "child_id", "clinic_id", "months", name="uq_check_ups_child_id_clinic_id_months"
        ),
        sa.CheckConstraint("months > 0", name=op.f("ck_check_ups_months")),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name="fk_check_ups_child_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="fk_check_ups_clinic_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_check_ups_invited_at", "check_ups", ["invited_at"])
    op.create_table(
        "uninvited_children",
        sa.Column("child_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("child_id", name="pk_uninvited_children"),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["children.id"],
            name="fk_uninvited_children_child_id",
            ondelete="CASCADE",
        ),
    )
    _let_notifications_be_about_check_ups()


def downgrade() -> None:
    op.execute("DELETE FROM notifications WHERE check_up_id IS NOT NULL")
    _let_notifications_be_about_none()
    op.drop_table("uninvited_children")
    op.drop_table("check_ups")


def _let_notifications_be_about_check_ups() -> None:
    op.execute("ALTER TABLE notifications ADD COLUMN check_up_id INTEGER")
    if _is_postgresql():
        op.execute(
            "ALTER TABLE notifications DROP CONSTRAINT ck_notifications_subject,"
            f" ADD CONSTRAINT ck_notifications_subject CHECK ({SUBJECT}),"
            f" ADD {', ADD '.join(OF_CHECK_UPS)}"
        )
    else:
        more = "".join(f", {constraint}" for constraint in OF_CHECK_UPS)
        _make_anew(
            "notifications",
            {f"({SUBJECT_BEFORE})": f"({SUBJECT})", LAST: f"{more}{LAST}"},
        )


def _let_notifications_be_about_none() -> None:
    if _is_postgresql():
        op.execute(
            "ALTER TABLE notifications DROP CONSTRAINT ck_notifications_subject,"
            f" ADD CONSTRAINT ck_notifications_subject CHECK ({SUBJECT_BEFORE}),"
            + ",".join(f" DROP CONSTRAINT {each.split()[1]}" for each in OF_CHECK_UPS)
        )
    else:
        more = "".join(f", {constraint}" for constraint in OF_CHECK_UPS)
        _make_anew("notifications", {f"({SUBJECT})": f"({SUBJECT_BEFORE})", f"{more}{LAST}": LAST})
    op.execute("ALTER TABLE notifications DROP COLUMN check_up_id")


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
