"""Who asked that everything about them be erased, and what became of it."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0033"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime()),
        sa.Column("children", sa.String(400), nullable=False),
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


def downgrade() -> None:
    op.drop_index("ix_erasures_unfinished", table_name="erasures")
    op.drop_table("erasures")
