"""An invitation stands while its author does; a noted phone is one clinic's; what is being typed
about a child goes with the child."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

A_CHILD = "CONSTRAINT uq_phones_child_id UNIQUE (child_id)"
A_CHILD_AND_CLINIC = "CONSTRAINT uq_phones_child_id_clinic_id UNIQUE (child_id, clinic_id)"
LAST = "\n)"
"""How the text of a table ends, and nothing before its end."""
NOTED_AT = """
    UPDATE phones SET clinic_id = (
        SELECT clinic_id FROM access_records
        WHERE access_records.child_id = phones.child_id AND access = 'phone'
        ORDER BY at DESC LIMIT 1)
    WHERE child_id IS NOT NULL"""
"""Whose registry noted a number last: the journal knows."""
OLDER_NOTES = """
    DELETE FROM phones WHERE child_id IS NOT NULL AND id NOT IN (
        SELECT max(id) FROM phones WHERE child_id IS NOT NULL GROUP BY child_id)"""
"""The code before knows one number a child."""


def upgrade() -> None:
    _add_pointer("invitations", "invited_by", "staff")
    _add_pointer("phones", "clinic_id", "clinics")
    _one_for_each(A_CHILD, A_CHILD_AND_CLINIC)
    op.execute(NOTED_AT)
    _point_at_children(ondelete="CASCADE")


def downgrade() -> None:
    _point_at_children(ondelete=None)
    op.execute(OLDER_NOTES)
    _one_for_each(A_CHILD_AND_CLINIC, A_CHILD)
    _drop_pointer("phones", "clinic_id", "clinics")
    _drop_pointer("invitations", "invited_by", "staff")


def _add_pointer(table: str, column: str, to: str) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} INTEGER")
    if _is_postgresql():
        op.execute(f"ALTER TABLE {table} ADD {_pointer(table, column, to)}")
    else:
        _make_anew(table, LAST, f", {_pointer(table, column, to)}{LAST}")


def _drop_pointer(table: str, column: str, to: str) -> None:
    if not _is_postgresql():
        _make_anew(table, f", {_pointer(table, column, to)}{LAST}", LAST)
    op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _pointer(table: str, column: str, to: str) -> str:
    return f"CONSTRAINT fk_{table}_{column} FOREIGN KEY({column}) REFERENCES {to} (id)"


def _point_at_children(ondelete: str | None) -> None:
    with op.batch_alter_table("conversations") as batch:
        batch.drop_constraint("fk_conversations_child_id", type_="foreignkey")
        batch.create_foreign_key(
            "fk_conversations_child_id", "children", ["child_id"], ["id"], ondelete=ondelete
        )


def _one_for_each(before: str, after: str) -> None:
    """Change what of the noted numbers there is one of."""
    if _is_postgresql():
        op.execute(f"ALTER TABLE phones DROP CONSTRAINT {before.split()[1]}, ADD {after}")
    else:
        _make_anew("phones", before, after)


def _make_anew(table: str, before: str, after: str) -> None:
    """SQLite changes a constraint in no other way. Nothing points at these tables, and no trigger
    stands on them; their ids go on where they were.

    Raises:
        RuntimeError: the table is not what we made.
    """
    found = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :table AND sql <> ''")
    parts = op.get_bind().execute(found, {"table": table}).all()
    [made] = [sql for kind, sql in parts if kind == "table"]
    if made.count(before) != 1 or any(kind == "trigger" for kind, _ in parts):
        raise RuntimeError(f"{table} has no {before}")
    op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
    op.execute(made.replace(before, after))
    op.execute(f"INSERT INTO {table} SELECT * FROM {table}_before")  # noqa: S608
    op.execute(f"DROP TABLE {table}_before")
    for kind, sql in parts:
        if kind == "index":
            op.execute(sql)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
