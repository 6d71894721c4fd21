"""Who asked that everything about them be erased, and what became of it."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0033"
down_revision = "0027"
branch_labels = None
depends_on = None

FOUND_BY = (
    ("consents", "person_id"),
    ("consents", "child_id"),
    ("conversations", "child_id"),
    ("notifications", "person_id"),
    ("visit_codes", "child_id"),
)
"""By these a family is gathered and erased without reading what is kept of others."""


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime()),
        sa.Column("children", sa.Text(), nullable=False),
        sa.Column("listed_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_erasures_person_id"),
        sa.UniqueConstraint("person_id", name="uq_erasures_person_id"),
        sa.CheckConstraint("asked_at <= due_at", name=op.f("ck_erasures_due")),
        sa.CheckConstraint(
            "listed_at IS NULL OR erased_at IS NOT NULL", name=op.f("ck_erasures_listed")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_erasures_unfinished",
        "erasures",
        ["due_at"],
        sqlite_where=sa.text("listed_at IS NULL"),
        postgresql_where=sa.text("listed_at IS NULL"),
    )
    for table, column in FOUND_BY:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table, column in reversed(FOUND_BY):
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_index("ix_erasures_unfinished", table_name="erasures")
    op.drop_table("erasures")
