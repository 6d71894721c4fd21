"""What PostgreSQL needs to judge: nothing of one doctor, or of one child, overlaps."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NO_OVERLAP = """
ALTER TABLE {table} ADD CONSTRAINT no_overlap_{table} EXCLUDE USING gist (
  int8range({owner}, {owner}, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
) WHERE ({condition})
"""
OWNERS = {
    "appointments": ("child_id", "state IN ('pending', 'booked')"),
    "slots": ("doctor_id", "open"),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, (owner, condition) in OWNERS.items():
            rule = NO_OVERLAP.format(table=table, owner=owner, condition=condition)
            op.execute(rule.strip())


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNERS:
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT no_overlap_{table}")
