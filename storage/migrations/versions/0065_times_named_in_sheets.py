"""For whom a sheet of times names one."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # It does not rewrite the table: the default is constant.
    op.add_column(
        "slots",
        sa.Column("named_for", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("slots", "named_for")
