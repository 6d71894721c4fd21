"""Times that follow another horizon or zone of their clinic are made in steps: how far that is."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clinics", sa.Column("times_made_through", sa.Integer(), nullable=True))
    op.add_column(
        "clinics",
        sa.Column("times_apart", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("clinics", "times_apart")
    op.drop_column("clinics", "times_made_through")
