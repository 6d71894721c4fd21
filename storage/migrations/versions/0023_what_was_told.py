"""What was told of a visit has a revision of its own; failures of a message are counted."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if _is_postgresql() else "DATETIME"
    for table, column in (
        ("notifications", "failures INTEGER DEFAULT 0 NOT NULL"),
        ("appointments", "told INTEGER DEFAULT 0 NOT NULL"),
        ("appointments", f"told_at {moment}"),
        ("doctors", f"facts_at {moment}"),
        ("clinics", f"facts_at {moment}"),
        ("calls", "told INTEGER DEFAULT 0 NOT NULL"),
        ("calls", f"made BOOLEAN DEFAULT {_false()} NOT NULL"),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def downgrade() -> None:
    # The code before knows no such letter.
    op.execute("DELETE FROM notifications WHERE kind = 'place'")
    op.execute("UPDATE calls SET done_at = wanted_at WHERE made AND done_at IS NULL")
    for table, column in (
        ("calls", "made"),
        ("calls", "told"),
        ("clinics", "facts_at"),
        ("doctors", "facts_at"),
        ("appointments", "told_at"),
        ("appointments", "told"),
        ("notifications", "failures"),
    ):
        op.drop_column(table, column)


def _false() -> str:
    return "false" if _is_postgresql() else "0"


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
