"""Under which numbers the journal of access speaks of a child from here on; what was written before
has the child's own, and is sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_subjects",
        sa.Column("token", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("child_id", sa.Integer()),
        sa.Column("salt", sa.String(32)),
        sa.PrimaryKeyConstraint("token", name="pk_journal_subjects"),
        sa.CheckConstraint("token < 0", name=op.f("ck_journal_subjects_token")),
        sa.CheckConstraint(
            "(child_id IS NULL) = (salt IS NULL)", name=op.f("ck_journal_subjects_forgotten")
        ),
    )
    op.create_index("ix_journal_subjects_child_id", "journal_subjects", ["child_id"])


def downgrade() -> None:
    """The version before shows a family only what was written under the child's own number."""
    op.drop_index("ix_journal_subjects_child_id", table_name="journal_subjects")
    op.drop_table("journal_subjects")
