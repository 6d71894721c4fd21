"""Helpers beside parents: what a link of care grants, how somebody is invited, what is hidden."""

from collections.abc import Mapping

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ROLES = "role IN ('parent', 'helper', 'self')"
ROLES_BEFORE = "role IN ('parent', 'representative', 'proxy')"
CODES = "role IN ('parent', 'self')"
SUBJECT = "appointment_id IS NOT NULL OR broadcast_id IS NOT NULL OR invitation_id IS NOT NULL"
SUBJECT_BEFORE = "appointment_id IS NOT NULL OR broadcast_id IS NOT NULL"
RENAMED = "CASE role WHEN 'proxy' THEN 'helper' WHEN 'representative' THEN 'parent' ELSE role END"
OF_INVITATIONS = (
    (
        "CONSTRAINT uq_notifications_invitation_id_person_id_kind"
        " UNIQUE (invitation_id, person_id, kind)"
    ),
    (
        "CONSTRAINT fk_notifications_invitation_id"
        " FOREIGN KEY(invitation_id) REFERENCES care_invitations (id) ON DELETE CASCADE"
    ),
)
LAST = "\n)"
"""How the text of a table ends, and nothing before its end."""
SCOPES = ("may_book", "may_cancel", "is_told")
NEWS_OF_FAMILIES = "'family-booked', 'family-moved', 'family-cancelled'"


def upgrade() -> None:
    _change_roles(ROLES_BEFORE, ROLES)
    for column in SCOPES:
        op.execute(f"ALTER TABLE care ADD COLUMN {column} BOOLEAN DEFAULT {_true()} NOT NULL")
    op.execute("ALTER TABLE care ADD COLUMN called TEXT DEFAULT '' NOT NULL")
    _invitations()
    op.execute(f"ALTER TABLE appointments ADD COLUMN hidden BOOLEAN DEFAULT {_false()} NOT NULL")
    op.execute(
        "ALTER TABLE visit_codes ADD COLUMN role VARCHAR(20) DEFAULT 'parent' NOT NULL"
        f" CONSTRAINT ck_visit_codes_role CHECK ({CODES})"
    )
    _let_notifications_be_about_invitations()


def downgrade() -> None:
    op.execute("DELETE FROM notifications WHERE invitation_id IS NOT NULL")
    op.execute(f"DELETE FROM notifications WHERE kind IN ({NEWS_OF_FAMILIES})")  # noqa: S608
    _let_notifications_be_about_visits_alone()
    op.execute("DELETE FROM visit_codes WHERE role <> 'parent'")
    if _is_postgresql():  # elsewhere it goes with its column
        op.drop_constraint(op.f("ck_visit_codes_role"), "visit_codes")
    op.drop_column("visit_codes", "role")
    op.drop_column("appointments", "hidden")
    op.drop_table("care_invitations")
    # The code before takes every link for a parent's, who may do and change everything.
    op.execute("DELETE FROM care WHERE role <> 'parent'")
    for column in ("called", *SCOPES):
        op.drop_column("care", column)
    _change_roles(ROLES, ROLES_BEFORE)


def _change_roles(before: str, after: str) -> None:
    if _is_postgresql():
        op.drop_constraint(op.f("ck_care_role"), "care")
        op.execute(f"UPDATE care SET role = {RENAMED} WHERE role <> 'parent'")  # noqa: S608
        op.create_check_constraint(op.f("ck_care_role"), "care", after)
    else:
        _make_anew("care", {before: after}, {"role": RENAMED})


def _make_anew(
    table: str, changes: Mapping[str, str], values: Mapping[str, str] | None = None
) -> None:
    """SQLite changes a constraint in no other way. Nothing points at these tables, and no trigger
    stands on them; no id is given twice.

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
    columns = [(values or {}).get(name, name) for _, name, *_ in info]
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    op.execute(made)
    op.execute(f"INSERT INTO {table} SELECT {', '.join(columns)} FROM {table}_before")  # noqa: S608
    op.execute(f"DELETE FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608
    op.execute(f"UPDATE sqlite_sequence SET name = '{table}' WHERE name = '{table}_before'")  # noqa: S608
    op.execute(f"DROP TABLE {table}_before")
    for kind, sql in parts:
        if kind == "index":
            op.execute(sql)


def _invitations() -> None:
    op.create_table(
        "care_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("clinic_id", sa.Integer(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("may_book", sa.Boolean(), nullable=False),
        sa.Column("ends_at", UtcDateTime()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by", sa.Integer()),
        sa.Column("opened_name", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", UtcDateTime()),
        sa.Column("settled_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_care_invitations"),
        sa.UniqueConstraint("token_sha256", name="uq_care_invitations_token_sha256"),
        sa.ForeignKeyConstraint(
            ["child_id"], ["children.id"], name="fk_care_invitations_child_id", ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint([column], [to], name=f"fk_care_invitations_{column}")
            for column, to in (
                ("clinic_id", "clinics.id"),
                ("invited_by", "persons.id"),
                ("opened_by", "persons.id"),
            )
        ),
        sa.CheckConstraint(
            "(opened_by IS NULL) = (opened_at IS NULL)", name=op.f("ck_care_invitations_opened")
        ),
        sa.CheckConstraint(
            "settled_at IS NULL OR opened_by IS NOT NULL", name=op.f("ck_care_invitations_settled")
        ),
        sqlite_autoincrement=True,
    )
    for column in ("child_id", "invited_by", "opened_by"):
        op.create_index(f"ix_care_invitations_{column}", "care_invitations", [column])


def _let_notifications_be_about_invitations() -> None:
    op.execute("ALTER TABLE notifications ADD COLUMN invitation_id INTEGER")
    if _is_postgresql():
        op.execute(
            "ALTER TABLE notifications DROP CONSTRAINT ck_notifications_subject,"
            f" ADD CONSTRAINT ck_notifications_subject CHECK ({SUBJECT}),"
            f" ADD {', ADD '.join(OF_INVITATIONS)}"
        )
    else:
        more = "".join(f", {constraint}" for constraint in OF_INVITATIONS)
        _make_anew("notifications", {SUBJECT_BEFORE: SUBJECT, LAST: f"{more}{LAST}"})


def _let_notifications_be_about_visits_alone() -> None:
    if _is_postgresql():
        op.execute(
            "ALTER TABLE notifications DROP CONSTRAINT ck_notifications_subject,"
            f" ADD CONSTRAINT ck_notifications_subject CHECK ({SUBJECT_BEFORE}),"
            + ",".join(f" DROP CONSTRAINT {each.split()[1]}" for each in OF_INVITATIONS)
        )
    else:
        more = "".join(f", {constraint}" for constraint in OF_INVITATIONS)
        _make_anew("notifications", {SUBJECT: SUBJECT_BEFORE, f"{more}{LAST}": LAST})
    op.execute("ALTER TABLE notifications DROP COLUMN invitation_id")


def _true() -> str:
    return "true" if _is_postgresql() else "1"


def _false() -> str:
    return "false" if _is_postgresql() else "0"


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
