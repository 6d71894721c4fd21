"""Answers that are owed: Telegram did not take them when their updates took effect."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=op.get_bind().dialect.name == "postgresql")
    op.create_table(
        "owed_answers",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.String(80), nullable=False),
        sa.Column("query", sa.String(40), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_owed_answers")),
    )
    op.create_index(op.f("ix_owed_answers_due_at"), "owed_answers", ["due_at"])


def downgrade() -> None:
    op.drop_table("owed_answers")
