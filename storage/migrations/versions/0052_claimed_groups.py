"""A group that a parent claims stands without anybody of the clinic who saw a document."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0050"
branch_labels = None
depends_on = None

CLAIMED = sa.text("put_by IS NULL")


def upgrade() -> None:
    _may_be_nobody_s(True)
    op.create_index(
        "ix_child_groups_claimed",
        "child_groups",
        ["clinic_id"],
        sqlite_where=CLAIMED,
        postgresql_where=CLAIMED,
    )


def downgrade() -> None:
    op.drop_index("ix_child_groups_claimed", "child_groups")
    op.execute("DELETE FROM child_groups WHERE put_by IS NULL")
    _may_be_nobody_s(False)


def _may_be_nobody_s(nullable: bool) -> None:
    anew = {"sqlite_autoincrement": True}
    with op.batch_alter_table("child_groups", table_kwargs=anew) as batch:
        batch.alter_column("put_by", existing_type=sa.Integer(), nullable=nullable)
