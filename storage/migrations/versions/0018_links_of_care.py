"""A link of care has a role, a state and an end; those of today are active parents'."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Constraints come with their columns: SQLite adds them in no other way but making the table anew.
ROLES = "role IN ('parent', 'representative', 'proxy')"
STATES = "state IN ('pending', 'active', 'ended')"
ENDED = "state <> 'ended' OR ends_at IS NOT NULL"


def upgrade() -> None:
    moment = "TIMESTAMP WITH TIME ZONE" if _is_postgresql() else "DATETIME"
    for column in (
        f"role VARCHAR(20) DEFAULT 'parent' NOT NULL CONSTRAINT ck_care_role CHECK ({ROLES})",
        f"state VARCHAR(20) DEFAULT 'active' NOT NULL CONSTRAINT ck_care_state CHECK ({STATES})",
        f"ends_at {moment} CONSTRAINT ck_care_ended CHECK ({ENDED})",
    ):
        op.execute(f"ALTER TABLE care ADD COLUMN {column}")


def downgrade() -> None:
    # The code before knows no end, and takes every link for one that grants all.
    op.execute("DELETE FROM care WHERE state <> 'active' OR ends_at IS NOT NULL")
    if _is_postgresql():  # elsewhere they go with their column
        for name in ("ck_care_ended", "ck_care_state", "ck_care_role"):
            op.drop_constraint(op.f(name), "care")
    for column in ("ends_at", "state", "role"):
        op.drop_column("care", column)


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
