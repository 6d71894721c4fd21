"""By which clocks the instants of stored times were made. The first start notes them."""

import sqlalchemy as sa
from alembic import op

from storage.database.types import UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "zones",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_zones"),
    )


def downgrade() -> None:
    op.drop_table("zones")
