"""Phone numbers, encrypted."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "phones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("child_id", sa.Integer(), nullable=True),
        sa.Column("ciphertext", sa.String(length=200), nullable=False),
        sa.Column("blind_index", sa.String(length=64), nullable=False),
        sa.Column("given_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("verified_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (child_id IS NULL)", name=op.f("ck_phones_owner")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_phones_person_id")),
        sa.ForeignKeyConstraint(["child_id"], ["children.id"], name=op.f("fk_phones_child_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phones")),
        sa.UniqueConstraint("person_id", name=op.f("uq_phones_person_id")),
        sa.UniqueConstraint("child_id", name=op.f("uq_phones_child_id")),
    )
    op.create_index("ix_phones_blind_index", "phones", ["blind_index"], unique=False)


def downgrade() -> None:
    op.drop_table("phones")
