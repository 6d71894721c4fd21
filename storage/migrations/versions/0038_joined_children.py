"""Which children were entered twice, and under which id each goes on."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "joined_children",
        sa.Column("gone_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("joined_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("joined_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["child_id"],
            ["children.id"],
            name=op.f("fk_joined_children_child_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["joined_by"], ["staff.id"], name=op.f("fk_joined_children_joined_by")
        ),
        sa.PrimaryKeyConstraint("gone_id", name=op.f("pk_joined_children")),
    )
    op.create_index("ix_joined_children_child_id", "joined_children", ["child_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_joined_children_child_id", "joined_children")
    op.drop_table("joined_children")
