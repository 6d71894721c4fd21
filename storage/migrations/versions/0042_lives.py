"""How much of each kind was forgotten when its life was over."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("children", sa.Column("visited_until", UtcDateTime(timezone=True)))
    op.create_table(
        "forgotten",
        sa.Column("kept", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("ever", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kept", name="pk_forgotten"),
    )


def downgrade() -> None:
    op.drop_table("forgotten")
    op.drop_column("children", "visited_until")
